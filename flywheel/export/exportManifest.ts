/**
 * The manifest of an export folder, written last: where it comes from, what was left out, every file with its digest. In: counts. Out: JSON text,
 * and the schema it is read back with. Nothing in it depends on the time of day.
 */
import { z } from "zod";
import { sha256 } from "../../env/json.ts";
import { EXPORT_FORMATS } from "./exportFormat.ts";
import { SPLIT_BY } from "./exportPlan.ts";

/** Bump when a file changes meaning. */
const EXPORT_VERSION = 1;
const EXPORT_KIND = "gui-flywheel export";

const count = z.int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

const fileSchema = z.object({ path: z.string().max(500), bytes: count, sha256: digest, rows: count.nullable() });

export const exportManifestSchema = z.object({
  kind: z.literal(EXPORT_KIND),
  version: z.literal(EXPORT_VERSION),
  /** Digest of everything below. */
  sha256: digest,
  snapshot: z.object({ hash: digest, cycle: z.int(), stage: z.enum(["sft", "rl"]) }),
  formats: z.array(z.enum(EXPORT_FORMATS)),
  /** Prompt and grammar of every answer, and most screenshots of a conversation. */
  renderer: z.string(),
  pictures: count,
  coordinates: z.string(),
  split: z.object({ by: z.enum(SPLIT_BY), validation: z.number() }),
  episodes: z.object({
    offered: count,
    kept: count,
    contaminated: z.object({ episodes: count, instruction: count, "start state": count, checker: count }),
    checkerUnknown: z.array(z.string()),
    nearDuplicates: count,
    validation: count,
  }),
  steps: count,
  /** Rows that were not written, by reason. */
  dropped: z.record(z.string(), count),
  images: z.object({ files: count, different: count, bytes: count }),
  /** Largest screenshot, device pixels. */
  largest: z.object({ width: count, height: count }),
  /** Digests of the weights that acted. */
  weights: z.array(z.string()),
  files: z.array(fileSchema).max(100_000),
});

export type ExportManifest = z.infer<typeof exportManifestSchema>;

/** The manifest's text, with its own digest. */
export function manifestText(manifest: Omit<ExportManifest, "sha256" | "kind" | "version">): string {
  const { kind, version, ...rest } = { kind: EXPORT_KIND, version: EXPORT_VERSION, ...manifest };
  return `${JSON.stringify({ kind, version, sha256: manifestDigest(rest), ...rest }, null, 2)}\n`;
}

/** Digest of a manifest's content. */
export function manifestDigest(content: Omit<ExportManifest, "sha256" | "kind" | "version">): string {
  return sha256(JSON.stringify(content));
}
