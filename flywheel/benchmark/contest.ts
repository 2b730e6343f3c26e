/**
 * A benchmark of others after a run: who acts at the end, cycle 0, scripted policies and the oracles' ceiling on the same final seeds. All play
 * with a long step budget; nobody knows their budget, so what ended within the suite's own is the result with that one.
 * In: a wheel whose run is over. Out: recorded episodes by contestant, kept as results of stages.
 * Nothing is left out: a page that draws few different instances counts like the others, as the suite's own evaluation has it.
 */
import { GREEDY } from "../../agent/model/choose.ts";
import type { Policy } from "../../agent/policy.ts";
import { SCRIPTED_POLICIES } from "../../agent/scripted.ts";
import type { Task } from "../../env/task.ts";
import { finalSeeds } from "../evaluate.ts";
import { toResult, type EpisodeResult } from "../results.ts";
import { rollOut, type RolloutJob } from "../rollout.ts";
import { scoreOf, type Score } from "../score.ts";
import type { Workspace } from "../store/workspace.ts";
import type { Wheel } from "../wheel.ts";

/** `suite`: the tasks' own step budget. `long`: their long one, where they have it. */
export type Budget = "suite" | "long";

/** Who: `last` acts at the end, `first` is cycle 0's checkpoint, others are scripted policies. */
const CONTESTANTS = ["last", "first", "random", "always-fail", "oracle"] as const;
export type ContestantName = (typeof CONTESTANTS)[number];

export interface Contestant {
  readonly name: ContestantName;
  readonly budget: Budget;
  readonly results: readonly EpisodeResult[];
}

/** Both readings of the reward: `strict`, the full one, by which the wheel learns; `positive`, any above 0, by which BrowserGym counts. */
export interface BenchmarkScores {
  readonly strict: Score | null;
  readonly positive: Score | null;
}

/** Plays everybody on everything; what is done already is read back. */
export async function holdContest(wheel: Wheel): Promise<void> {
  for (const name of CONTESTANTS) await play(wheel, name);
}

async function play(wheel: Wheel, name: ContestantName): Promise<void> {
  const able = (task: Task): boolean => name !== "oracle" || task.oracle !== undefined;
  const seeds = finalSeeds(wheel).filter(({ task }) => able(wheel.task(task)));
  const total = seeds.reduce((sum, own) => sum + own.seeds.length, 0);
  await wheel.stage(wheel.config.cycles + 2, PREFIX + name, total, async (tick) => {
    const acting = await actorOf(wheel, name);
    const jobs = seeds.flatMap(({ task: id, seeds: own }) => own.map((seed) => job(wheel, wheel.task(id), seed, acting)));
    let done = 0;
    const onEpisode = (): void => tick(++done);
    const episodes = await rollOut(jobs, { ...wheel.rollout, onEpisode });
    return { name, episodes: episodes.map(({ id, task }) => ({ id, budget: wheel.task(task).maxSteps })) };
  });
}

type Acting = Pick<RolloutJob, "policy" | "checkpoint" | "weights">;

async function actorOf(wheel: Wheel, name: ContestantName): Promise<Acting> {
  if (name !== "last" && name !== "first") return { policy: SCRIPTED_POLICIES[name] as Policy };
  const { policy, checkpoint, digest } = await wheel.actor(name === "last" ? wheel.actingId() : wheel.checkpointId(0));
  return { policy: policy(GREEDY), checkpoint, weights: digest };
}

function job({ run, config }: Wheel, task: Task, seed: number, acting: Acting): RolloutJob {
  const long = task.longBudget !== undefined ? { maxSteps: task.longBudget } : {};
  return { run, runSeed: config.seed, cycle: config.cycles, purpose: "final", role: "evaluation", task, seed, trial: 0, ...acting, ...long };
}

const PREFIX = "benchmark ";

/** Contestants that are done, in the order they played, each with both budgets; none for runs without a benchmark. */
export function contestants(workspace: Workspace, run: string): Contestant[] {
  const done = workspace.stages.list(run).filter(({ stage, status }) => stage.startsWith(PREFIX) && status === "done");
  return done.flatMap(({ result }): Contestant[] => {
    const { name, episodes } = result as { name: ContestantName; episodes: { id: string; budget: number }[] };
    const results = episodes.map(({ id }) => toResult(workspace.episodes.get(id), name));
    return [
      { name, budget: "suite", results: results.map((one, i) => within(one, episodes[i]!.budget)) },
      { name, budget: "long", results },
    ];
  });
}

/** What the episode would have been with fewer steps. */
function within(result: EpisodeResult, budget: number): EpisodeResult {
  return result.steps <= budget ? result : { ...result, verdict: "truncated", rewardRaw: 0, steps: budget };
}

/** Means over tasks, both readings, of those results that `of` keeps. */
export function benchmarkScores({ name, budget, results }: Contestant, of: (result: EpisodeResult) => boolean = () => true): BenchmarkScores {
  const kept = results.filter(of);
  return { strict: scoreOf(kept, `${name} ${budget} strict`), positive: scoreOf(kept.map(byPositive), `${name} ${budget} positive`) };
}

/** Judged by any reward above 0. */
function byPositive(result: EpisodeResult): EpisodeResult {
  const judged = result.verdict === "pass" || result.verdict === "fail" || result.verdict === "truncated";
  return judged ? { ...result, verdict: result.rewardRaw > 0 ? "pass" : "fail" } : result;
}
