/**
 * Evaluation: a checkpoint, greedy, on gate or final seeds. In: actor, tasks, seeds. Out: one result per episode, and a summary with intervals.
 * Episodes are keyed by the weights, so nothing is evaluated twice.
 */
import { GREEDY } from "../agent/model/choose.ts";
import type { Json } from "../env/json.ts";
import { rollOut, type RolloutJob } from "./rollout.ts";
import { toResult, type EpisodeResult } from "./results.ts";
import { drawSeeds } from "./seeds.ts";
import type { Actor } from "./actor.ts";
import type { Wheel } from "./wheel.ts";

export interface TaskSeeds {
  readonly task: string;
  readonly seeds: readonly number[];
}

/** Seeds of the gate: fixed for `rotateEvery` cycles, then drawn anew. */
export function gateSeeds({ tasks, config }: Pick<Wheel, "tasks" | "config">, cycle: number): TaskSeeds[] {
  const rotation = Math.floor(cycle / config.gate.rotateEvery);
  return tasks.map((task) => ({ task: task.id, seeds: drawSeeds(task, "gate", null, config.gate.seedsPerTask, [config.seed, "gate", rotation]) }));
}

/** Seeds of the headline score: the same for every run, so that runs can be compared pair by pair. */
export function finalSeeds({ tasks, config }: Pick<Wheel, "tasks" | "config">): TaskSeeds[] {
  return tasks.map((task) => ({ task: task.id, seeds: drawSeeds(task, "final", null, config.final.seedsPerTask, ["final"]) }));
}

/** Runs the actor greedily on every seed. `onEpisode` counts. */
export async function evaluate(
  wheel: Wheel,
  actor: Actor,
  purpose: "gate" | "final",
  cycle: number,
  seeds: readonly TaskSeeds[],
  onEpisode: () => void,
): Promise<EpisodeResult[]> {
  const policy = actor.policy(GREEDY);
  const jobs = seeds.flatMap(({ task, seeds: own }) =>
    own.map((seed): RolloutJob => ({
      run: wheel.run,
      runSeed: wheel.config.seed,
      cycle,
      purpose,
      role: "evaluation",
      task: wheel.task(task),
      seed,
      trial: 0,
      policy,
      checkpoint: actor.checkpoint,
      weights: actor.digest,
    })),
  );
  const episodes = await rollOut(jobs, { ...wheel.rollout, onEpisode });
  return episodes.map((episode) => toResult(episode, actor.checkpoint));
}

/** Compact JSON of results for a stage's record: episode ids; the rest is in the store. */
export function resultsJson(results: readonly EpisodeResult[]): Json {
  return results.map(({ episode }) => episode);
}
