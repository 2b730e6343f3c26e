/**
 * Opening a dataset snapshot: nothing is read from a folder whose bytes do not match its manifest.
 * In: `snapshots/<hash>/`. Out: the manifest and typed rows.
 */
import { closeSync, createReadStream, existsSync, openSync, readFileSync, readSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WheelError } from "../env/errors.ts";
import { canonicalJson, sha256 } from "../env/json.ts";
import {
  episodeRowSchema,
  manifestSchema,
  rlRowSchema,
  SNAPSHOT_STAGES,
  type EpisodeRow,
  type RlRow,
  type SnapshotManifest,
  type SnapshotStage,
} from "./snapshotRows.ts";

interface RowOf {
  readonly ct: EpisodeRow;
  readonly sft: EpisodeRow;
  readonly rl: RlRow;
}

/** A snapshot on disk; the hash is that of its manifest, which holds the hashes of its files. */
export interface Snapshot {
  readonly hash: string;
  readonly dir: string;
  readonly manifest: SnapshotManifest;
}

export interface OpenSnapshot extends Snapshot {
  /** Rows of one file in order, parsed one at a time. */
  rows<Stage extends SnapshotStage>(stage: Stage): AsyncGenerator<RowOf[Stage]>;
}

/** Opens a snapshot folder; manifest and files must match their hashes. Throws `snapshot-corrupt`. */
export async function readSnapshot(dir: string): Promise<OpenSnapshot> {
  const { hash, manifest } = readManifest(dir);
  for (const stage of SNAPSHOT_STAGES) {
    const path = join(dir, `${stage}.jsonl`);
    if (!existsSync(path)) throw corrupt(path, "the file is missing");
    if (hashFile(path) !== manifest.files[stage].sha256) throw corrupt(path, "its bytes do not match the manifest");
  }
  return { hash, dir, manifest, rows: (stage) => rowsOf(dir, stage) };
}

function readManifest(dir: string): { readonly hash: string; readonly manifest: SnapshotManifest } {
  const path = join(dir, "manifest.json");
  if (!existsSync(path)) throw corrupt(path, "the manifest is missing, so the snapshot was never finished");
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw corrupt(path, "it is not JSON", error);
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) throw corrupt(path, "it has another shape or format version", parsed.error);
  const hash = hashManifest(parsed.data);
  if ((json as { hash?: unknown }).hash !== hash) throw corrupt(path, "its content does not match its hash");
  return { hash, manifest: parsed.data };
}

async function* rowsOf<Stage extends SnapshotStage>(dir: string, stage: Stage): AsyncGenerator<RowOf[Stage]> {
  const path = join(dir, `${stage}.jsonl`);
  const schema = stage === "rl" ? rlRowSchema : episodeRowSchema;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    const parsed = schema.safeParse(JSON.parse(line));
    if (!parsed.success) throw corrupt(path, "a row has another shape", parsed.error);
    yield parsed.data as RowOf[Stage];
  }
}

function corrupt(path: string, why: string, cause?: unknown): WheelError {
  return new WheelError(
    "snapshot-corrupt",
    `The snapshot file ${path} cannot be used: ${why}.`,
    "Delete the snapshot's folder and run the same command again: it is built anew from the workspace, which has everything it was made from.",
    {
      cause,
    },
  );
}

/** A snapshot's hash: that of its manifest's canonical text. */
export function hashManifest(manifest: SnapshotManifest): string {
  return sha256(canonicalJson(manifest));
}

/** SHA-256 of a file, read in chunks. */
export function hashFile(path: string): string {
  const digest = createHash("sha256");
  const chunk = Buffer.alloc(2 ** 20);
  const file = openSync(path, "r");
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) digest.update(chunk.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return digest.digest("hex");
}
