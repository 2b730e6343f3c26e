/**
 * The monitor's look at a finished cycle. In: the store. Out: alarms; a `stop` ends the wheel with its reason.
 */
import { WheelError } from "../../env/errors.ts";
import { rng } from "../../env/random.ts";
import { askedInstance } from "../askedInstance.ts";
import { monitor, type Alarm, type BucketRates, type Rate } from "../monitor.ts";
import type { Wheel } from "../wheel.ts";
import type { CyclePlan } from "./plan.ts";

/** Passes that are verified a second time per cycle. */
const AUDITED = 40;

/** Measures the cycle and raises alarms. Throws `monitor-stop` once: whoever then gives the same command again has decided to go on. */
export async function watch(wheel: Wheel, cycle: number, plan: CyclePlan): Promise<void> {
  if (plan.allocations.length === 0) return;
  const seen = wheel.workspace.stages.list(wheel.run).some((one) => one.cycle === cycle && one.stage === "watch" && one.status === "done");
  const alarms = await wheel.stage(cycle, "watch", 0, async () => look(wheel, cycle, plan));
  for (const { level, message } of alarms) wheel.onProgress({ kind: "line", text: `${level === "stop" ? "STOP" : "warning"}: ${message}` });
  const stop = alarms.find(({ level }) => level === "stop");
  if (stop === undefined || seen) return;
  throw new WheelError(
    "monitor-stop",
    `The monitor stopped the wheel after cycle ${cycle}: ${stop.message}.`,
    "Look at `flywheel report`, retract what is wrong with `flywheel episodes retract`; the same command then goes on with the next cycle.",
  );
}

function look(wheel: Wheel, cycle: number, plan: CyclePlan): Alarm[] {
  const { workspace, run } = wheel;
  const measures = workspace.ledger.measures(run, cycle);
  const before = cycle > 1 ? workspace.ledger.measures(run, cycle - 1) : null;
  const episodes = (of: number): number => workspace.episodes.list({ run, cycle: of, purpose: "train", role: "rollout" }).length;
  return monitor({
    ...measures,
    ...audit(wheel, cycle),
    cycle,
    bucketsVisited: measures.buckets,
    bucketsOpen: plan.states.filter(({ status }) => status !== "locked").length,
    screensPerEpisode: measures.screens / Math.max(1, episodes(cycle)),
    screensPerEpisodeBefore: before === null ? null : before.screens / Math.max(1, episodes(cycle - 1)),
    rates: rates(wheel, cycle),
  });
}

/** Verifies a sample of this cycle's passes again from their recorded states: false positives show up here. */
function audit(wheel: Wheel, cycle: number): { audited: number; auditFailures: number } {
  const { workspace, run } = wheel;
  const passes = workspace.episodes.list({ run, cycle, purpose: "train", verdict: "pass" }).filter(({ role }) => role === "rollout" || role === "rl");
  const sample = rng("audit", wheel.config.seed, cycle).shuffle(passes).slice(0, AUDITED);
  const wrong = sample.filter((episode) => {
    const task = wheel.task(episode.task);
    const steps = workspace.steps.of(episode.id);
    const states = [episode.startState, ...steps.map(({ state }) => state)];
    return !task.verify(
      states,
      askedInstance(task, episode),
      steps.map(({ action }) => action),
    ).pass;
  });
  return { audited: sample.length, auditFailures: wrong.length };
}

function rates({ workspace, run }: Wheel, cycle: number): BucketRates[] {
  const counts = workspace.ledger.passCounts({ run });
  const trainRate = (task: string, bucket: string, of: number): Rate | null =>
    counts.find((row) => row.cycle === of && row.task === task && row.bucket === bucket) ?? null;
  // Training rates of a cycle are those of whoever acted in it, so they are held against the gate seeds of the same checkpoint.
  const gate = workspace.episodes.list({ run, purpose: "gate" });
  const actorIn = (of: number): string | null => workspace.episodes.list({ run, cycle: of, role: "rollout" })[0]?.checkpoint ?? null;
  const actors = new Map([cycle - 1, cycle].map((of) => [of, actorIn(of)]));
  const gateRate = (task: string, bucket: string, of: number): Rate | null => {
    const own = gate.filter((episode) => episode.task === task && episode.bucket === bucket && episode.checkpoint === actors.get(of));
    return own.length === 0 ? null : { passes: own.filter(({ verdict }) => verdict === "pass").length, attempts: own.length };
  };
  return counts
    .filter((row) => row.cycle === cycle)
    .map(({ task, bucket, passes, attempts }) => ({
      task,
      bucket,
      train: { passes, attempts },
      gate: gateRate(task, bucket, cycle),
      trainBefore: trainRate(task, bucket, cycle - 1),
      gateBefore: gateRate(task, bucket, cycle - 1),
    }));
}
