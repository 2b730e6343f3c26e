/**
 * Replay: carries out a recorded episode's actions again from its seed. In: a stored episode. Out: the first step whose screen differs,
 * and whether the verdict is the same.
 */
import type { Environment } from "../env/environment.ts";
import type { Task } from "../env/task.ts";
import type { VerdictName } from "../env/verdict.ts";
import type { Observation } from "../env/observation.ts";
import { screenOf, type Screen } from "./store/blobs.ts";
import type { Episode } from "./store/episodes.ts";
import type { Step } from "./store/steps.ts";

export interface ReplayResult {
  readonly episode: string;
  readonly task: string;
  readonly screens: number;
  readonly sameScreens: number;
  /** Screen number (0 = start) that differs first, or null. */
  readonly firstDrift: number | null;
  /** What was seen there instead. */
  readonly seen: Screen | null;
  readonly recorded: VerdictName | null;
  readonly replayed: VerdictName | null;
}

/** Replays one episode on a fresh reset. */
export async function replayEpisode(environment: Environment, task: Task, episode: Episode, steps: readonly Step[]): Promise<ReplayResult> {
  const expected = [episode.startScreenHash, ...steps.map(({ nextScreenHash }) => nextScreenHash)];
  const seen: string[] = [];
  let drifted: Screen | null = null;
  let replayed: VerdictName | null = null;
  const look = (observation: Observation): void => {
    if (drifted === null && expected[seen.length] !== observation.screenHash) drifted = screenOf(observation);
    seen.push(observation.screenHash);
  };
  look((await environment.reset(task, episode.seed, episode.maxSteps ?? task.maxSteps)).observation);
  for (const { action } of steps) {
    const result = await environment.step(action);
    look(result.observation);
    if (result.verdict === null) continue;
    replayed = result.verdict.verdict;
    break;
  }
  const same = expected.map((hash, i) => hash === seen[i]);
  const drift = same.indexOf(false);
  return {
    episode: episode.id,
    task: task.id,
    screens: expected.length,
    sameScreens: same.filter(Boolean).length,
    firstDrift: drift === -1 ? null : drift,
    seen: drifted,
    recorded: episode.verdict,
    replayed,
  };
}
