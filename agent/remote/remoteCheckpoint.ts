/**
 * A version of a model that a server runs, as a checkpoint folder: the weights as their trainer wrote them, and a manifest with their digests; the folder
 * gets its name when all is in it. In: a folder of weights, or none for the model as the server had it. Out: the checkpoint; one digest that names exactly this version.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, rename, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { canonicalJson, sha256 } from "../../env/json.ts";
import {
  corrupt,
  isRemote,
  loadCheckpoint,
  readManifest,
  versions,
  writeManifest,
  writeWhole,
  type CheckpointManifest,
  type RemoteManifest,
} from "../checkpoint.ts";

export type NewRemoteCheckpoint = Omit<RemoteManifest, "format" | "architecture" | "versions" | "files" | "model">;

/** Where the weights lie in the folder. */
const MODEL = "model";

/** Moves `weights` into a new checkpoint folder. `beside`: further files by their names there. */
export function saveRemoteCheckpoint(
  dir: string,
  facts: NewRemoteCheckpoint,
  weights: string | null,
  beside: Readonly<Record<string, string>> = {},
): Promise<RemoteManifest> {
  return writeWhole(dir, async (partial) => {
    const files = weights === null ? {} : await digests(weights);
    const model = weights === null ? null : MODEL;
    const manifest: RemoteManifest = { ...facts, format: 1, architecture: "remote", versions: versions(), model, files };
    await writeManifest(partial, manifest);
    for (const [name, path] of Object.entries(beside)) await rename(path, join(partial, name));
    // At the very end: what fails before costs no training.
    if (weights !== null) await rename(weights, join(partial, MODEL));
    return manifest;
  });
}

/** Names exactly these weights, of this model, asked like this. */
export function remoteDigest({ endpoint: { baseUrl, model, dialect, pictures }, files }: RemoteManifest): string {
  return sha256(canonicalJson({ baseUrl, model, dialect, pictures, files }));
}

/** SHA-256 by path of all files below, those that links lead to included. */
async function digests(folder: string): Promise<Record<string, string>> {
  const found: [string, string][] = [];
  for (const path of await filesIn(folder)) found.push([relative(folder, path).split(sep).join("/"), await fileDigest(path)]);
  return Object.fromEntries(found.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Paths of all files below a folder; none where there is no folder. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => !entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name));
  const files = await Promise.all(paths.map(async (path) => ((await stat(path).catch(() => null))?.isFile() === true ? [path] : [])));
  return files.flat();
}

/** Weights are larger than memory. */
async function fileDigest(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** Reads all of a checkpoint's weights, whoever runs them. Throws `checkpoint-corrupt`, `checkpoint-mismatch`. */
export async function verifyCheckpoint(dir: string): Promise<CheckpointManifest | RemoteManifest> {
  const manifest = await readManifest(dir);
  if (!isRemote(manifest)) return (await loadCheckpoint(dir)).manifest;
  const found = manifest.model === null ? {} : await digests(join(dir, manifest.model));
  const damaged = Object.keys({ ...manifest.files, ...found }).find((path) => manifest.files[path] !== found[path]);
  if (damaged !== undefined) throw corrupt(dir, `${damaged} is missing or was changed`);
  return manifest;
}
