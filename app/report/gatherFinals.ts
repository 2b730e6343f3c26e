/** What the final scoring left in the store. In: a workspace, a run. Out: judged results per candidate, their episodes, and how they were counted. */
import { z } from "zod";
import { toResult, type EpisodeResult } from "../../flywheel/results.ts";
import type { ScoredCheckpoint } from "../../flywheel/score.ts";
import type { Episode } from "../../flywheel/store/episodes.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";

export interface ScoredCandidate extends ScoredCheckpoint {
  readonly episodes: readonly Episode[];
  readonly leftOut: number;
}

const summarySchema = z.object({ episodes: z.array(z.string()), leftOut: z.int().default(0) });

/** Evaluations of one purpose with the episodes they counted, oldest cycle first. */
export function evaluated(workspace: Workspace, run: string, purpose: "gate" | "final"): ScoredCandidate[] {
  const evaluations = workspace.evaluations
    .list(run)
    .filter((evaluation) => evaluation.purpose === purpose)
    .flatMap(({ checkpoint, cycle, summary }) => {
      const parsed = summarySchema.safeParse(summary);
      return parsed.success ? [{ checkpoint, cycle, ids: parsed.data.episodes, leftOut: parsed.data.leftOut }] : [];
    });
  const known = new Map(workspace.episodes.some(evaluations.flatMap(({ ids }) => ids)).map((episode) => [episode.id, episode]));
  return evaluations.map(({ checkpoint, cycle, ids, leftOut }) => {
    const episodes = ids.flatMap((id) => known.get(id) ?? []);
    return { cycle, checkpoint, episodes, results: episodes.map((episode): EpisodeResult => toResult(episode, checkpoint)), leftOut };
  });
}

/** The final scores of the cycles' candidates; checkpoints on the way to them and foreign ones are not on the curve. */
export function scoredCandidates(workspace: Workspace, run: string): ScoredCandidate[] {
  return evaluated(workspace, run, "final").filter(({ checkpoint, cycle }) => checkpoint === `${run}.c${cycle}`);
}
