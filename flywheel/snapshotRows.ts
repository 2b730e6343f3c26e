/**
 * The rows of a dataset snapshot, as zod schemas: what `ct.jsonl`, `sft.jsonl` and `rl.jsonl` hold, one JSON object a line.
 * Screens are named by their hash; probe states are left out, as no model may see them; nothing depends on the time of day.
 */
import { z } from "zod";
import { actionSchema } from "../env/action.ts";
import { VERDICTS } from "../env/verdict.ts";
import { ROLES } from "./store/database.ts";

const stepSchema = z.object({
  screen: z.string(),
  next: z.string(),
  /** Device pixels per CSS pixel of `screen`. */
  deviceScaleFactor: z.number(),
  action: actionSchema,
  /** True: history only, not to be imitated. */
  masked: z.boolean(),
  logProb: z.number().nullable(),
  value: z.number().nullable(),
  exploration: z.boolean(),
  thought: z.string().nullable(),
});

/** Where a trajectory comes from: demonstrated at the start, on request, by a person, or the agent's own work. */
const SOURCES = ["demonstration", "requested", "person", "self"] as const;

/** One episode. SFT rows are to be imitated; CT rows are transitions of everything else that can be read. */
export const episodeRowSchema = z.object({
  episode: z.string(),
  cycle: z.int(),
  role: z.enum(ROLES),
  source: z.enum(SOURCES),
  task: z.string(),
  taskVersion: z.int(),
  bucket: z.string(),
  seed: z.int(),
  trial: z.int(),
  instruction: z.string(),
  template: z.int(),
  feasible: z.boolean(),
  viewport: z.object({ width: z.int(), height: z.int() }),
  policy: z.string(),
  checkpoint: z.string().nullable(),
  weights: z.string().nullable(),
  verdict: z.enum(VERDICTS),
  verifier: z.string(),
  rewardRaw: z.number(),
  steps: z.array(stepSchema),
});

/** A (task, bucket) RL may practise, with its running pass rate. */
const poolRowSchema = z.object({
  kind: z.literal("pool"),
  task: z.string(),
  bucket: z.string(),
  passRate: z.number(),
  passes: z.int(),
  attempts: z.int(),
});

/** Episodes of one seed by the same weights; `reward` is 1 for pass, else 0. */
const groupRowSchema = z.object({
  kind: z.literal("group"),
  group: z.string(),
  cycle: z.int(),
  task: z.string(),
  bucket: z.string(),
  seed: z.int(),
  checkpoint: z.string().nullable(),
  weights: z.string().nullable(),
  trials: z.array(episodeRowSchema.extend({ reward: z.number() })),
});

export const rlRowSchema = z.discriminatedUnion("kind", [poolRowSchema, groupRowSchema]);

export type EpisodeRow = z.infer<typeof episodeRowSchema>;
export type PoolRow = z.infer<typeof poolRowSchema>;
export type GroupRow = z.infer<typeof groupRowSchema>;
export type RlRow = z.infer<typeof rlRowSchema>;

export const SNAPSHOT_STAGES = ["ct", "sft", "rl"] as const;
export type SnapshotStage = (typeof SNAPSHOT_STAGES)[number];

/** Bump when a row or the manifest changes meaning. */
export const SNAPSHOT_FORMAT = 1;

const fileSchema = z.object({ rows: z.int(), steps: z.int(), bytes: z.int(), sha256: z.string() });

/** `manifest.json`, without the hash that is computed from it. */
export const manifestSchema = z.object({
  format: z.literal(SNAPSHOT_FORMAT),
  cycle: z.int(),
  stage: z.enum(["sft", "rl"]),
  files: z.object({ ct: fileSchema, sft: fileSchema, rl: fileSchema }),
  /** Digest of the sorted hashes of all screens the rows name. */
  screens: z.object({ count: z.int(), sha256: z.string() }),
  /** SFT episodes by where they come from; demonstrations are counted in every claim. */
  sources: z.object({ demonstration: z.int(), requested: z.int(), person: z.int(), self: z.int() }),
  /** All learning episodes of that moment by primary route. */
  routes: z.object({ SFT: z.int(), CT: z.int(), quarantine: z.int() }),
});

export type SnapshotManifest = z.infer<typeof manifestSchema>;
