/**
 * A benchmark of others after a run: who acts at the end, cycle 0, scripted policies and the oracles' ceiling on the same final seeds, with the
 * suite's step budget and a long one. In: a wheel whose run is over. Out: recorded episodes by contestant, kept as results of stages.
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
  for (const name of CONTESTANTS) {
    for (const budget of ["suite", "long"] as const) await play(wheel, name, budget);
  }
}

async function play(wheel: Wheel, name: ContestantName, budget: Budget): Promise<void> {
  const able = (task: Task): boolean => name !== "oracle" || task.oracle !== undefined;
  const seeds = finalSeeds(wheel).filter(({ task }) => able(wheel.task(task)));
  const total = seeds.reduce((sum, own) => sum + own.seeds.length, 0);
  await wheel.stage(wheel.config.cycles + 2, stageName(name, budget), total, async (tick) => {
    const acting = await actorOf(wheel, name);
    const jobs = seeds.flatMap(({ task: id, seeds: own }) => own.map((seed) => job(wheel, wheel.task(id), seed, budget, acting)));
    let done = 0;
    const onEpisode = (): void => tick(++done);
    const episodes = await rollOut(jobs, { workspace: wheel.workspace, pool: wheel.pool, signal: wheel.signal, onEpisode });
    return { name, budget, episodes: episodes.map(({ id }) => id) };
  });
}

type Acting = Pick<RolloutJob, "policy" | "checkpoint" | "weights">;

async function actorOf(wheel: Wheel, name: ContestantName): Promise<Acting> {
  if (name !== "last" && name !== "first") return { policy: SCRIPTED_POLICIES[name] as Policy };
  const { policy, checkpoint, digest } = await wheel.actor(name === "last" ? wheel.actingId() : wheel.checkpointId(0));
  return { policy: policy(GREEDY), checkpoint, weights: digest };
}

function job({ run, config }: Wheel, task: Task, seed: number, budget: Budget, acting: Acting): RolloutJob {
  const long = budget === "long" && task.longBudget !== undefined ? { maxSteps: task.longBudget } : {};
  return { run, runSeed: config.seed, cycle: config.cycles, purpose: "final", role: "evaluation", task, seed, trial: 0, ...acting, ...long };
}

const PREFIX = "benchmark ";
const stageName = (name: ContestantName, budget: Budget): string => `${PREFIX}${name}, ${budget} budget`;

/** Contestants that are done, in the order they played; none for runs without a benchmark. */
export function contestants(workspace: Workspace, run: string): Contestant[] {
  const done = workspace.stages.list(run).filter(({ stage, status }) => stage.startsWith(PREFIX) && status === "done");
  return done.map(({ result }) => {
    const { name, budget, episodes } = result as { name: ContestantName; budget: Budget; episodes: string[] };
    return { name, budget, results: episodes.map((id) => toResult(workspace.episodes.get(id), name)) };
  });
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
