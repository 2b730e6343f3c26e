/**
 * A checkpoint is a folder: weights (raw and EMA), inference graph, optional optimiser state, and a manifest written last.
 * In: weights and how they came to be. Out: a folder that can be copied, compared, merged and loaded; a folder without manifest is not one.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { WheelError } from "../env/errors.ts";
import { canonicalJson, sha256 } from "../env/json.ts";
import { inferenceModel } from "./model/inferenceModel.ts";
import { ARCHITECTURE, weightShapes, type NetworkConfig } from "./model/network.ts";
import { LARGEST } from "./model/layout.ts";
import { endpointSchema } from "./remote/endpoint.ts";
import { decodeSafetensors, encodeSafetensors, type Tensors } from "./safetensors.ts";

/** What every checkpoint says of itself, whoever trained it. */
const lineage = {
  format: z.literal(1),
  id: z.string(),
  parents: z.array(z.string()),
  /** Hash of the dataset snapshot; null for checkpoints that no data made (initial weights, merges). */
  snapshot: z.string().nullable(),
  cycle: z.int(),
  seed: z.int(),
  demonstrations: z.record(z.string(), z.int()),
  training: z.record(z.string(), z.unknown()),
  versions: z.record(z.string(), z.string()),
  /** SHA-256 by file name. */
  files: z.record(z.string(), z.string()),
};

const builtInSchema = z.object({
  ...lineage,
  /** How the network is built; weights of another architecture cannot be loaded. The first one was not named. */
  architecture: z.string().default("vla-1"),
  network: z.object({ width: z.int(), layers: z.int(), heads: z.int(), cropWidth: z.int() }),
  /** Perception the weights were trained on; another version is refused. */
  perceptionVersion: z.string(),
  sampling: z.object({ temperature: z.number(), exploration: z.number() }),
});

/** A version of a model that a server runs: see agent/remote/remoteCheckpoint.ts. */
const remoteSchema = z.object({
  ...lineage,
  architecture: z.literal("remote"),
  endpoint: endpointSchema,
  /** Folder of the weights, beside the manifest; null: the model as its server had it. */
  model: z.string().nullable(),
});

export type CheckpointManifest = z.infer<typeof builtInSchema>;
export type RemoteManifest = z.infer<typeof remoteSchema>;

export interface Checkpoint {
  readonly manifest: CheckpointManifest;
  /** Weights of the last step. */
  readonly raw: Tensors;
  /** Exponential moving average: what acts and is evaluated. */
  readonly ema: Tensors;
  /** First and second moments, when kept. */
  readonly optimiser: { readonly first: Tensors; readonly second: Tensors; readonly step: number } | null;
}

export type NewCheckpoint = Omit<CheckpointManifest, "format" | "architecture" | "files" | "versions">;

const MANIFEST = "manifest.json";
/** A folder that is being written is named after its writer, so that two never write into one. */
const PARTIAL = ".partial-";

/** Writes the folder of a checkpoint of the built-in model. */
export function saveCheckpoint(dir: string, facts: NewCheckpoint, weights: Omit<Checkpoint, "manifest">): Promise<CheckpointManifest> {
  return writeWhole(dir, (partial) => writeFiles(partial, facts, weights));
}

/**
 * Has a folder written next to its final place and renames it: a reader sees all or nothing. What a killed writer left behind is removed.
 */
export async function writeWhole<Manifest>(dir: string, write: (partial: string) => Promise<Manifest>): Promise<Manifest> {
  await removePartial(dir);
  const partial = `${dir}${PARTIAL}${process.pid}`;
  try {
    await mkdir(partial, { recursive: true });
    const manifest = await write(partial);
    await rm(dir, { recursive: true, force: true });
    await rename(partial, dir);
    return manifest;
  } catch (error) {
    // On a full disk, half a checkpoint only takes room from what comes next.
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function removePartial(dir: string): Promise<void> {
  const beside = await readdir(dirname(dir)).catch(() => []);
  const left = beside.filter((name) => name.startsWith(`${basename(dir)}${PARTIAL}`));
  for (const name of left) await rm(join(dirname(dir), name), { recursive: true, force: true });
}

async function writeFiles(folder: string, facts: NewCheckpoint, weights: Omit<Checkpoint, "manifest">): Promise<CheckpointManifest> {
  const shapes = weightShapes(facts.network);
  const files: Record<string, string> = {};
  const put = async (name: string, bytes: Uint8Array): Promise<void> => {
    files[name] = sha256(bytes);
    await writeFile(join(folder, name), bytes);
  };
  await put("weights.safetensors", encodeSafetensors(weights.raw, shapes));
  await put("ema.safetensors", encodeSafetensors(weights.ema, shapes));
  await put("inference.onnx", inferenceModel(facts.network, LARGEST));
  if (weights.optimiser !== null) {
    await put("first-moments.safetensors", encodeSafetensors(weights.optimiser.first, shapes));
    await put("second-moments.safetensors", encodeSafetensors(weights.optimiser.second, shapes));
  }
  const training = { ...facts.training, optimiserStep: weights.optimiser?.step ?? 0 };
  const manifest: CheckpointManifest = { ...facts, training, format: 1, architecture: ARCHITECTURE, versions: versions(), files };
  await writeManifest(folder, manifest);
  return manifest;
}

/** The last file of a checkpoint. */
export async function writeManifest(folder: string, manifest: CheckpointManifest | RemoteManifest): Promise<void> {
  await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Reads and checks a checkpoint folder. Throws `checkpoint-corrupt`, or `checkpoint-mismatch` for weights of another architecture. */
export async function loadCheckpoint(dir: string): Promise<Checkpoint> {
  const manifest = await readManifest(dir);
  if (isRemote(manifest)) throw served(manifest);
  if (manifest.architecture !== ARCHITECTURE) throw foreign(manifest);
  const shapes = weightShapes(manifest.network);
  const read = async (name: string): Promise<Tensors> => {
    const bytes = await readFile(join(dir, name)).catch(() => null);
    if (bytes === null || sha256(bytes) !== manifest.files[name]) throw corrupt(dir, `${name} is missing or was changed`);
    return decodeSafetensors(bytes, shapes, join(dir, name));
  };
  const kept = "first-moments.safetensors" in manifest.files;
  const step = Number(manifest.training["optimiserStep"] ?? 0);
  const optimiser = kept ? { first: await read("first-moments.safetensors"), second: await read("second-moments.safetensors"), step } : null;
  return { manifest, raw: await read("weights.safetensors"), ema: await read("ema.safetensors"), optimiser };
}

/** The manifest alone. Throws `checkpoint-corrupt`. */
export async function readManifest(dir: string): Promise<CheckpointManifest | RemoteManifest> {
  const path = join(dir, MANIFEST);
  if (!existsSync(path)) throw corrupt(dir, "it has no manifest.json, so it was never finished");
  try {
    return z.union([remoteSchema, builtInSchema]).parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw corrupt(dir, "manifest.json does not describe a checkpoint", cause);
  }
}

/** Whether a server runs it, and not this program. */
export function isRemote(manifest: CheckpointManifest | RemoteManifest): manifest is RemoteManifest {
  return manifest.architecture === "remote";
}

/** θ = (1 − alpha)·a + alpha·b, for raw and EMA weights (linear mode connectivity; UI-TARS-2, arXiv 2509.02544, merging of specialised runs). */
export function mergeWeights(a: Checkpoint, b: Checkpoint, alpha: number): Omit<Checkpoint, "manifest"> {
  if (canonicalJson(a.manifest.network) !== canonicalJson(b.manifest.network)) {
    throw new WheelError(
      "checkpoint-mismatch",
      `${a.manifest.id} and ${b.manifest.id} have networks of different shape.`,
      "Merge checkpoints of one run.",
    );
  }
  const mix = (x: Tensors, y: Tensors): Tensors =>
    Object.fromEntries(Object.entries(x).map(([name, values]) => [name, values.map((value, i) => (1 - alpha) * value + alpha * y[name]![i]!)]));
  return { raw: mix(a.raw, b.raw), ema: mix(a.ema, b.ema), optimiser: null };
}

/** Digest of exactly these weights, independent of files. */
export function weightsDigest(weights: Tensors, config: NetworkConfig): string {
  return sha256(encodeSafetensors(weights, weightShapes(config)));
}

/** What wrote a checkpoint. */
export function versions(): Record<string, string> {
  return { node: process.versions.node, platform: `${process.platform}-${process.arch}` };
}

function foreign({ id, architecture }: CheckpointManifest): WheelError {
  return new WheelError(
    "checkpoint-mismatch",
    `${id} holds weights of the built-in network ${architecture}; this version of the program has ${ARCHITECTURE}.`,
    "Start a new run, in another workspace. Recorded episodes stay readable: they can be replayed, reviewed and exported here.",
  );
}

function served({ id, endpoint }: RemoteManifest): WheelError {
  return new WheelError(
    "checkpoint-mismatch",
    `${id} is a version of ${endpoint.model}, which a server runs: its weights are none of the built-in model's.`,
    `It acts in its own run; the server as it is now plays with --agent ${endpoint.name}.`,
  );
}

export function corrupt(dir: string, reason: string, cause?: unknown): WheelError {
  return new WheelError(
    "checkpoint-corrupt",
    `The checkpoint in ${dir} is damaged: ${reason}.`,
    "Restore the folder from a copy; or, if it acts, go back to the one before with `flywheel checkpoints rollback`.",
    { cause },
  );
}
