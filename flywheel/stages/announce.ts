/**
 * What a person reads while the wheel turns: one line per cycle (the three groups of tasks with intervals, promoted or not and why), and the
 * final result. In: the store. Out: lines of text; nothing is decided here.
 */
import { toResult, type EpisodeResult } from "../results.ts";
import { gainByGroup, groupsOf, scoreGroups, yieldPerThousand, type GroupName } from "../score.ts";
import type { Estimate } from "../statistics.ts";
import type { Wheel } from "../wheel.ts";

const LABELS: Readonly<Record<GroupName, string>> = { all: "all", demonstrated: "demonstrated", requested: "on request", never: "never" };

/** Prints the line of a finished cycle: the candidate's gate success, the decision, the yield of verified episodes. */
export function announceCycle(wheel: Wheel, cycle: number, candidate: string): void {
  const { workspace, run, config } = wheel;
  const groups = groupsOf(config, workspace.demonstrations.list(run));
  const scores = scoreGroups(resultsOf(wheel, "gate", candidate), groups, `announce ${candidate}`);
  const parts = (Object.keys(LABELS) as GroupName[]).flatMap((name) => {
    const score = scores[name];
    return score === null ? [] : [`${LABELS[name]} ${interval(score)}`];
  });
  const decision = workspace.checkpoints.promotions(run).findLast(({ checkpoint }) => checkpoint === candidate);
  const yields = yieldPerThousand(workspace.episodes.list({ run, cycle, purpose: "train" })).at(-1);
  const gained = yields === undefined ? "" : ` · ${Math.round(yields.estimate)} verified per 1 000 steps`;
  wheel.onProgress({ kind: "line", text: `cycle ${cycle}: gate success ${parts.join(" · ")}${gained} → ${describe(decision)}` });
}

/** Prints the line of a cycle in which nothing was trained. */
export function announceCollected({ workspace, run, config, onProgress }: Wheel, cycle: number): void {
  const own = workspace.episodes.list({ run, cycle, purpose: "train", role: "rollout" });
  const passed = own.filter(({ verdict }) => verdict === "pass").length;
  const why = config.external === undefined ? "there is no trainer (--trainer)" : "there is nothing to learn from yet";
  onProgress({ kind: "line", text: `cycle ${cycle}: ${passed} of ${own.length} episodes passed; collected only: ${why}` });
}

/** Prints the headline: last minus first on final seeds, paired, by group. */
export function announceResult(wheel: Wheel): void {
  const { workspace, run, config } = wheel;
  const first = wheel.checkpointId(0);
  const last = wheel.actingId();
  const groups = groupsOf(config, workspace.demonstrations.list(run));
  const [before, after] = [resultsOf(wheel, "final", first), resultsOf(wheel, "final", last)];
  const [early, late] = [scoreGroups(before, groups, first), scoreGroups(after, groups, last)];
  const gains = gainByGroup(before, after, groups, run);
  wheel.onProgress({ kind: "line", text: `final seeds (unseen words, themes; 95 % intervals), ${short(first)} → ${short(last)}:` });
  for (const name of Object.keys(LABELS) as GroupName[]) {
    const [a, b, gain] = [early[name], late[name], gains[name]];
    if (a === null || b === null || gain === null) continue;
    const text = `  ${LABELS[name].padEnd(13)} ${String(b.tasks).padStart(2)} tasks  ${interval(a)} → ${interval(b)}   difference ${signed(gain.estimate)} [${signed(gain.low)}, ${signed(gain.high)}], ${gain.n} pairs`;
    wheel.onProgress({ kind: "line", text });
  }
}

/** Stored evaluation episodes of one checkpoint; final ones without those seen in training. */
function resultsOf({ workspace, run }: Pick<Wheel, "workspace" | "run">, purpose: "gate" | "final", checkpoint: string): EpisodeResult[] {
  const kept = workspace.evaluations.list(run).findLast((one) => one.purpose === purpose && one.checkpoint === checkpoint);
  const ids = (kept?.summary as { episodes?: string[] } | undefined)?.episodes ?? [];
  return ids.map((id) => toResult(workspace.episodes.get(id), checkpoint));
}

function describe(decision: { action: string; decision: unknown } | undefined): string {
  if (decision === undefined) return "not decided";
  const words = { promote: "promoted", hold: "held", discard: "discarded", rollback: "rolled back" }[decision.action] ?? decision.action;
  const {
    kind,
    difference,
    p,
    regressions = [],
  } = decision.decision as { kind: string; difference?: Estimate; p?: number; regressions?: { task: string; bucket: string; confirmed: boolean }[] };
  if (kind === "first" || difference === undefined) return `${words} (nobody acted yet)`;
  const worse = regressions.filter(({ confirmed }) => confirmed).map(({ task, bucket }) => `${task} ${bucket}`);
  return `${words} (difference ${signed(difference.estimate)} [${signed(difference.low)}, ${signed(difference.high)}], p = ${p!.toPrecision(2)}${worse.length > 0 ? `, worse at ${worse.join(", ")}` : ""})`;
}

const interval = ({ estimate, low, high }: Estimate): string => `${estimate.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
const signed = (value: number): string => `${value >= 0 ? "+" : "−"}${Math.abs(value).toFixed(2)}`;
const short = (id: string): string => id.split(".").at(-1)!;
