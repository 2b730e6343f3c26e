/** Judged episodes as scores count them. In: stored episodes. Out: one result each, and which of them are fair. Pure. */
import type { VerdictName } from "../env/verdict.ts";
import type { Episode } from "./store/episodes.ts";

/** One judged episode, as `evaluate --json` prints it. */
export interface EpisodeResult {
  readonly task: string;
  readonly seed: number;
  readonly split: string;
  readonly bucket: string;
  readonly heldOut: boolean;
  readonly verdict: VerdictName;
  readonly rewardRaw: number;
  readonly steps: number;
  readonly checkpoint: string;
  readonly episode: string;
}

/** The result of a stored episode. */
export function toResult(episode: Episode, checkpoint: string): EpisodeResult {
  const { task, seed, split, bucket, heldOut, verdict, rewardRaw, stepCount } = episode;
  return {
    task,
    seed,
    split,
    bucket,
    heldOut,
    verdict: verdict ?? "unverified",
    rewardRaw: rewardRaw ?? 0,
    steps: stepCount,
    checkpoint,
    episode: episode.id,
  };
}

/** Passed or not; environment errors and unverified episodes count for nobody. */
export function fairResults(results: readonly EpisodeResult[]): EpisodeResult[] {
  return results.filter(({ verdict }) => verdict !== "env-error" && verdict !== "unverified");
}
