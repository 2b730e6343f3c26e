/** What of a workspace must not depend on when, in which order or how often its run was started. */
import { join } from "node:path";
import { loadCheckpoint, weightsDigest } from "../../agent/checkpoint.ts";
import type { Episode } from "../../flywheel/store/episodes.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";

export function essence({ startedAt: _, endedAt: __, verdictId: ___, ...episode }: Episode): unknown {
  return episode;
}

/** Id and weights of every checkpoint. */
export async function digests({ dir: root, checkpoints }: Workspace): Promise<unknown> {
  return Promise.all(
    checkpoints.list().map(async ({ id, path }) => {
      const { manifest, raw, ema } = await loadCheckpoint(join(root, path));
      return [id, weightsDigest(raw, manifest.network), weightsDigest(ema, manifest.network)];
    }),
  );
}
