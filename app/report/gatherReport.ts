/**
 * Reads everything a report says about one run. In: an open workspace (read-only is enough), a run id. Out: `ReportData`.
 * Works for an unfinished run too: what is not there yet is empty or null.
 */
import { WheelError } from "../../env/errors.ts";
import { storedConfig, type WheelConfig } from "../../flywheel/config.ts";
import { curve, gainByGroup, groupsOf, scoreOf, yieldPerThousand, type CurvePoint, type GroupName, type TaskGroups } from "../../flywheel/score.ts";
import { switchesOf } from "../../flywheel/switches.ts";
import type { DemonstrationRequest } from "../../flywheel/store/demonstrations.ts";
import type { Episode } from "../../flywheel/store/episodes.ts";
import type { Stage } from "../../flywheel/store/stages.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { gatherContest } from "./gatherContest.ts";
import { scoredCandidates, type ScoredCandidate } from "./gatherFinals.ts";
import { gatherGates } from "./gatherGates.ts";
import { gatherLedger, ledgerSets } from "./gatherLedger.ts";
import { gatherStages } from "./gatherStages.ts";
import { gatherStrips, screensOf } from "./gatherStrips.ts";
import type { Baseline, DemonstrationCounts, EpisodeSet, FinalFacts, HeatRow, ReportData, RunFacts, Slice } from "./reportData.ts";

/** Pure reads. Throws `usage` for an unknown run, `bad-config` when its configuration cannot be read by this version. */
export function gatherReport(workspace: Workspace, run: string): ReportData {
  const record = workspace.runs.get(run);
  if (record === null) {
    const known = workspace.runs.list().map(({ id }) => id);
    throw new WheelError(
      "usage",
      `There is no run ${run} in this workspace.`,
      known.length === 0 ? "Start one with `flywheel run`." : `Runs: ${known.join(", ")}.`,
    );
  }
  const config = storedConfig(record);
  const requests = workspace.demonstrations.list(run);
  const learning = workspace.episodes.learning({ run });
  const scored = scoredCandidates(workspace, run);
  const groups = groupsOf(config, requests);
  const points = curve(scored, groups, workspace.checkpoints.promotions(run));
  const first = scored[0] ?? null;
  const last = scored.find(({ checkpoint }) => checkpoint === points.at(-1)?.acting) ?? null;
  const gates = gatherGates(workspace, run);
  const strips = first === null || last === null ? [] : gatherStrips(workspace, first, last, config.tasks);
  const heat = heatRows(scored, points, groups, requests);
  return {
    run: {
      ...runFacts(config, workspace.stages.list(run), learning),
      id: run,
      seed: record.seed,
      configHash: record.configHash,
      programs: record.programs,
    },
    groups,
    demonstrations: demonstrationCounts(learning, requests),
    curve: points,
    finals: finalFacts(config, scored, first, last),
    gain: gainByGroup(first?.results ?? [], last?.results ?? [], groups, run),
    yields: yieldPerThousand(learning),
    heat,
    ledger: gatherLedger(workspace, run, learning),
    gates: gates.rows,
    ...gatherStages(workspace.stages.list(run)),
    slices: slices(first, last),
    contest: gatherContest(workspace, run, config.demonstrated),
    baselines: baselines(workspace, run, learning, last),
    strips,
    screens: screensOf(workspace, strips),
    index: [
      ...scored.map((candidate) => ({ id: `finals-${candidate.cycle}`, title: `Final seeds, cycle ${candidate.cycle}`, sets: finalSets(candidate) })),
      { id: "gates", title: "Gate pairs that differ", sets: gates.sets },
      { id: "learning", title: "Training episodes, per cycle and role", sets: ledgerSets(run, learning) },
    ],
  };
}

type Timing = Omit<RunFacts, "id" | "seed" | "configHash" | "programs">;

function runFacts(config: WheelConfig, stages: readonly Stage[], learning: readonly Episode[]): Timing {
  const starts = stages.map(({ startedAt }) => startedAt);
  const ends = stages.map(({ startedAt, seconds }) => startedAt + 1000 * (seconds ?? 0));
  const start = starts.length === 0 ? 0 : Math.min(...starts);
  return {
    startedAt: new Date(start).toISOString(),
    stageSeconds: stages.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0),
    wallSeconds: stages.length === 0 ? 0 : (Math.max(...ends) - start) / 1000,
    cyclesDone: Math.max(0, ...stages.filter(({ stage, status }) => stage === "decide" && status === "done").map(({ cycle }) => cycle)),
    cyclesPlanned: config.cycles,
    environmentSteps: learning.reduce((sum, { stepCount }) => sum + stepCount, 0),
    episodes: learning.length,
    gateSeedsPerTask: config.gate.seedsPerTask,
    controls: switchesOf(config),
  };
}

function demonstrationCounts(learning: readonly Episode[], requests: readonly DemonstrationRequest[]): DemonstrationCounts {
  const solved = learning.filter(({ verdict }) => verdict === "pass");
  const shown = solved.filter(({ role }) => role === "demonstration");
  return {
    atStart: shown.filter(({ request }) => request === null).length,
    onRequest: shown.filter(({ request }) => request !== null).length,
    byPeople: solved.filter(({ purpose, role }) => purpose === "human" && role !== "demonstration").length,
    requests: requests.map(({ cycle, task, bucket, asked, answered }) => ({ cycle, task, bucket, asked, answered })),
  };
}

function finalFacts(
  { final }: WheelConfig,
  scored: readonly ScoredCandidate[],
  first: ScoredCandidate | null,
  last: ScoredCandidate | null,
): FinalFacts {
  const errors = scored.flatMap(({ results }) => results.filter(({ verdict }) => verdict === "env-error" || verdict === "unverified"));
  return {
    seedsPerTask: final.seedsPerTask,
    leftOut: Math.max(0, ...scored.map(({ leftOut }) => leftOut)),
    environmentErrors: errors.length,
    first: first?.checkpoint ?? null,
    last: last?.checkpoint ?? null,
  };
}

/** Rows by success of who acts at the end, best first. */
function heatRows(
  scored: readonly ScoredCandidate[],
  points: readonly CurvePoint[],
  groups: TaskGroups,
  requests: readonly DemonstrationRequest[],
): HeatRow[] {
  const at = scored.findIndex(({ checkpoint }) => checkpoint === points.at(-1)?.acting);
  const now = ({ cells }: HeatRow): number => cells[at]?.score?.estimate ?? -1;
  const groupOf = (task: string): GroupName => (["demonstrated", "requested"] as const).find((name) => groups[name].includes(task)) ?? "never";
  const rows = groups.all.map((task): HeatRow => {
    const cells = scored.map(({ cycle, results }) => ({
      cycle,
      score: scoreOf(
        results.filter((result) => result.task === task),
        task,
      ),
      set: setId(cycle, task),
    }));
    const asked = requests.filter((request) => request.task === task && request.answered > 0).map(({ cycle }) => cycle);
    return { task, group: groupOf(task), cells, demonstratedIn: [...(groups.demonstrated.includes(task) ? [0] : []), ...new Set(asked)] };
  });
  return rows.toSorted((a, b) => now(b) - now(a) || (a.task < b.task ? -1 : 1));
}

function setId(cycle: number, task: string): string {
  return `final-${cycle}-${task}`;
}

function finalSets({ cycle, results }: ScoredCandidate): EpisodeSet[] {
  return [...Map.groupBy(results, ({ task }) => task)].map(([task, own]) => ({
    id: setId(cycle, task),
    title: `cycle ${cycle}, ${task}`,
    episodes: [...Map.groupBy(own, ({ verdict }) => verdict)].map(([name, all]) => ({ name, ids: all.map(({ episode }) => episode) })),
  }));
}

/** Final instances of a kind, scored apart, for the first checkpoint and the last. */
function slices(first: ScoredCandidate | null, last: ScoredCandidate | null): Slice[] {
  const kinds: [string, (episode: Episode) => boolean][] = [
    ["all instances", () => true],
    ["trained templates", ({ heldOut }) => !heldOut],
    ["held-out template", ({ heldOut }) => heldOut],
    ["feasible", ({ feasible }) => feasible],
    ["infeasible", ({ feasible }) => !feasible],
  ];
  const score = (side: ScoredCandidate | null, name: string, of: (episode: Episode) => boolean): Slice["first"] =>
    side === null
      ? null
      : scoreOf(
          side.results.filter((_, i) => of(side.episodes[i]!)),
          `${side.checkpoint} ${name}`,
        );
  return kinds.map(([name, of]) => ({ name, first: score(first, name, of), last: score(last, name, of) }));
}

/** Policies without a model: the random crawl, scripted policies that were evaluated, and giving up at once. */
function baselines(workspace: Workspace, run: string, learning: readonly Episode[], last: ScoredCandidate | null): Baseline[] {
  const count = (name: string, on: string, episodes: readonly Episode[]): Baseline[] => {
    const fair = episodes.filter(({ verdict }) => verdict === "pass" || verdict === "fail" || verdict === "truncated");
    return fair.length === 0 ? [] : [{ name, on, passes: fair.filter(({ verdict }) => verdict === "pass").length, n: fair.length }];
  };
  const scripted = workspace.episodes
    .list({ purpose: "final" })
    .filter((episode) => episode.checkpoint === null && (episode.run === null || episode.run === run));
  const evaluated = [...Map.groupBy(scripted, ({ policy }) => policy)].flatMap(([policy, episodes]) => count(policy, "final seeds", episodes));
  const infeasible = last?.episodes.filter(({ feasible }) => !feasible).length ?? 0;
  const givingUp =
    last === null || evaluated.some(({ name }) => name === "always-fail")
      ? []
      : [{ name: "Giving up at once", on: "final seeds, by definition", passes: infeasible, n: last.episodes.length }];
  return [
    ...count(
      "Random actions",
      "training seeds, the crawl before cycle 0",
      learning.filter(({ role }) => role === "boot"),
    ),
    ...evaluated,
    ...givingUp,
  ];
}
