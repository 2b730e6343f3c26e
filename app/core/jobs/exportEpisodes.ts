/**
 * Chosen episodes as a folder: one JSON object a line with steps, verdicts, routes and labels, and the screens they name.
 * In: ids. Out: `episodes.jsonl`, `images/<hash>.png`, `manifest.json` (written last). A folder that holds something is refused.
 */
import { createWriteStream, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { WheelError } from "../../../env/errors.ts";
import type { Json } from "../../../env/json.ts";
import { translating } from "../../../flywheel/store/storeError.ts";
import type { Means } from "./carryOut.ts";

export async function exportEpisodes(
  { episodes, folder }: { readonly episodes: readonly string[]; readonly folder: string },
  { workspace, signal, onProgress }: Means,
): Promise<Json> {
  const images = join(folder, "images");
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new WheelError("usage", `${folder} is not empty.`, "Choose an empty folder.");
  translating(folder, () => mkdirSync(images, { recursive: true }));
  const lines = createWriteStream(join(folder, "episodes.jsonl"));
  const screens = new Set<string>();
  let steps = 0;
  for (const [done, id] of episodes.entries()) {
    signal.throwIfAborted();
    const row = wholeEpisode(workspace, id);
    steps += row.steps.length;
    for (const hash of [row.episode.startScreenHash, ...row.steps.map(({ nextScreenHash }) => nextScreenHash)]) {
      if (screens.has(hash)) continue;
      screens.add(hash);
      const png = workspace.blobs.get(hash)?.png;
      if (png !== undefined) translating(folder, () => writeFileSync(join(images, `${hash}.png`), png));
    }
    if (!lines.write(`${JSON.stringify(row)}\n`)) await once(lines, "drain");
    onProgress({ kind: "progress", cycle: null, stage: "export", done: done + 1, total: episodes.length, note: "episodes" });
    await new Promise(setImmediate);
  }
  lines.end();
  await once(lines, "finish");
  const counts = { episodes: episodes.length, steps, images: screens.size };
  translating(folder, () => writeFileSync(join(folder, "manifest.json"), `${JSON.stringify({ format: 1, ...counts }, null, 2)}\n`));
  return { ...counts, folder };
}

/** Everything that is stored about an episode but its pictures. */
export function wholeEpisode({ episodes, steps, verdicts, routes, labels, masks }: Means["workspace"], id: string) {
  const accounts = steps.accounts(id);
  return {
    episode: episodes.get(id),
    steps: steps.of(id).map((step, i) => ({ ...step, ...accounts[i] })),
    verdicts: verdicts.of(id),
    routes: routes.history(id),
    labels: labels.of(id),
    masks: masks.of(id),
  };
}
