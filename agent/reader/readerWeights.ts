/**
 * The reader's trained weights: a safetensors file beside a manifest that says how they were made. In: a folder. Out: weights and their version.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { WheelError } from "../../env/errors.ts";
import { decodeSafetensors, type Tensors } from "../safetensors.ts";
import { frameWeightShapes, type FrameNetworkConfig } from "./frameNetwork.ts";

/** Where the weights that come with the project lie. */
export const SHIPPED_WEIGHTS = fileURLToPath(new URL("weights", import.meta.url));

export const WEIGHTS_FILE = "reader.safetensors";
export const MANIFEST_FILE = "manifest.json";

const manifestSchema = z.object({
  /** Changes whenever the same pixels may give other words. */
  version: z.string(),
  sha256: z.string(),
  network: z.object({ width: z.number(), hidden: z.number(), window: z.number(), reach: z.array(z.number()) }),
  /** How the weights were made, for people and for `flywheel reader train` to do again. */
  training: z.record(z.string(), z.unknown()),
  /** Measured on the page sets, by name. */
  scores: z.record(z.string(), z.unknown()),
});

export type ReaderManifest = z.infer<typeof manifestSchema>;

export interface ReaderWeights {
  readonly version: string;
  readonly config: FrameNetworkConfig;
  readonly tensors: Tensors;
}

/** The manifest alone. Throws `checkpoint-corrupt`. */
export function readReaderManifest(folder = SHIPPED_WEIGHTS): ReaderManifest {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(join(folder, MANIFEST_FILE), "utf8")));
  } catch (cause) {
    throw new WheelError("checkpoint-corrupt", `The reader's manifest in ${folder} cannot be read.`, "Restore the folder.", { cause });
  }
}

/** Weights of a folder (default: the shipped ones). Throws `checkpoint-corrupt` when file and manifest do not belong together. */
export function loadReaderWeights(folder = SHIPPED_WEIGHTS): ReaderWeights {
  const { version, sha256, network } = readReaderManifest(folder);
  const file = join(folder, WEIGHTS_FILE);
  const bytes = readFileSync(file);
  if (createHash("sha256").update(bytes).digest("hex") !== sha256) {
    throw new WheelError("checkpoint-corrupt", `${file} is not the file its manifest tells of.`, "Restore the folder.");
  }
  return { version, config: network, tensors: decodeSafetensors(bytes, frameWeightShapes(network), file) };
}
