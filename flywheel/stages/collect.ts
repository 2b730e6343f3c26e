/** Playing a stage's jobs with a running count of what passed. In: jobs. Out: their stored episodes. */
import { rollOut, type RolloutJob } from "../rollout.ts";
import type { Episode } from "../store/episodes.ts";
import type { Wheel } from "../wheel.ts";

export interface Collected {
  /** In the order of the jobs. */
  readonly episodes: readonly Episode[];
  readonly passed: number;
}

/** Rolls out all jobs and reports each episode to `tick`. */
export async function collect(wheel: Wheel, jobs: readonly RolloutJob[], tick: (done: number, note: string) => void): Promise<Collected> {
  let done = 0;
  let passed = 0;
  const episodes = await rollOut(jobs, {
    ...wheel.rollout,
    onEpisode: ({ verdict }) => {
      if (verdict === "pass") passed++;
      tick(++done, `${passed} passed`);
    },
  });
  return { episodes, passed };
}
