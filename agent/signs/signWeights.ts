/**
 * The trained weights that name signs: a safetensors file of half precision beside a manifest that says how they were made and how sure a name
 * must be. In: a folder. Out: weights and their version; or a new folder.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { WheelError } from "../../env/errors.ts";
import { decodeSafetensors, encodeSafetensors, type Tensors } from "../safetensors.ts";
import { SIGNS } from "./signNames.ts";
import { signWeightShapes, type SignNetworkConfig } from "./signNetwork.ts";

/** Where the weights that come with the project lie. */
export const SHIPPED_SIGNS = fileURLToPath(new URL("weights", import.meta.url));

const WEIGHTS_FILE = "signs.safetensors";
const MANIFEST_FILE = "manifest.json";

/** How sure a name must be, 0–1: drawn forms are told apart more easily than icons. */
const thresholdsSchema = z.object({ form: z.number(), icon: z.number() });
export type SignThresholds = z.infer<typeof thresholdsSchema>;

const manifestSchema = z.object({
  /** Changes whenever the same pixels may get other names. */
  version: z.string(),
  sha256: z.string(),
  network: z.object({ window: z.number(), joined: z.number(), whole: z.number() }),
  /** The classes in order, each with its words: they must be those of the code. */
  signs: z.array(z.string()),
  thresholds: thresholdsSchema,
  /** How the weights were made, for people and for `flywheel signs train` to do again. */
  training: z.record(z.string(), z.unknown()),
  /** Measured on sets of drawn pages, by name. */
  scores: z.record(z.string(), z.unknown()),
});

export type SignManifest = z.infer<typeof manifestSchema>;

export interface SignWeights {
  readonly version: string;
  readonly config: SignNetworkConfig;
  readonly thresholds: SignThresholds;
  readonly tensors: Tensors;
}

/** Each class as one text. */
const signTexts = (): string[] => SIGNS.map(({ id, words }) => [id, ...words].join(" "));

/** The manifest alone. Throws `checkpoint-corrupt`. */
export function readSignManifest(folder = SHIPPED_SIGNS): SignManifest {
  try {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, MANIFEST_FILE), "utf8")));
    if (manifest.signs.join("\n") !== signTexts().join("\n")) throw new Error("it tells of other signs than this program knows");
    return manifest;
  } catch (cause) {
    throw new WheelError("checkpoint-corrupt", `The manifest of the signs in ${folder} cannot be used.`, "Restore the folder, or train anew.", {
      cause,
    });
  }
}

/** Weights of a folder (default: the shipped ones). Throws `checkpoint-corrupt` when file and manifest do not belong together. */
export function loadSignWeights(folder = SHIPPED_SIGNS): SignWeights {
  const { version, sha256, network, thresholds } = readSignManifest(folder);
  const bytes = readFileSync(join(folder, WEIGHTS_FILE));
  if (hashOf(bytes) !== sha256) {
    throw new WheelError("checkpoint-corrupt", `The weights in ${folder} are not those its manifest tells of.`, "Restore the folder.");
  }
  return { version, config: network, thresholds, tensors: decodeSafetensors(bytes, signWeightShapes(network), folder) };
}

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Writes a folder of weights, manifest last. */
export function saveSignWeights(
  folder: string,
  { config, thresholds, tensors }: Omit<SignWeights, "version">,
  training: SignManifest["training"],
): SignManifest {
  mkdirSync(folder, { recursive: true });
  const bytes = encodeSafetensors(tensors, signWeightShapes(config), "F16");
  const sha256 = hashOf(bytes);
  writeFileSync(join(folder, WEIGHTS_FILE), bytes);
  const version = `signs-1-${sha256.slice(0, 8)}`;
  return writeSignManifest(folder, { version, sha256, network: { ...config }, signs: signTexts(), thresholds, training, scores: {} });
}

/** Writes the manifest of a folder. */
export function writeSignManifest(folder: string, manifest: SignManifest): SignManifest {
  writeFileSync(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}
