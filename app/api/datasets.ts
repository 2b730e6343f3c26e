/**
 * What may be learned from: pools, the ledger per cycle, composition, snapshots and their difference, export. In: a run (absent: the newest),
 * a pool, a snapshot. Out: counts that add up, each with the query that lists its episodes.
 */
import { z } from "zod";
import { DIALECT_IDS } from "../../agent/dialects/dialect.ts";
import { EXPORT_FORMATS } from "../../flywheel/export/exportFormat.ts";
import type { SplitBy } from "../../flywheel/export/exportPlan.ts";
import { oc } from "./base.ts";
import { episodeFilter } from "./query.ts";
import { checkpointName, count, json, roleName, routeCounts, screenHash, time, verdictCounts, verdictName } from "./values.ts";

export const POOLS = ["ct", "sft", "rl", "quarantine"] as const;
const pool = z.enum(POOLS);
const stage = z.enum(["ct", "sft", "rl"]);
const ofRun = z.object({ run: z.string().optional() });

const snapshot = z.object({
  hash: z.string(),
  /** `sft-6`: stage and cycle; what people call it. */
  name: z.string(),
  run: z.string().nullable(),
  cycle: count,
  stage: z.enum(["sft", "rl"]),
  createdAt: time,
  rows: z.object({ ct: count, sft: count, rl: count }),
  steps: z.object({ ct: count, sft: count, rl: count }),
  screens: count,
  bytes: z.number(),
  sources: z.object({ demonstration: count, requested: count, person: count, self: count }),
  /** Its files are on disk (else it is built again when asked for). */
  present: z.boolean(),
  /** Trained on it. */
  checkpoints: z.array(checkpointName),
  /** Episodes in it that were retracted or routed elsewhere since. */
  stale: count,
});

const preview = z.object({ stage, rows: count, steps: count, images: count, bytes: z.number() });

/** What of a snapshot is written how, for trainers. */
const trainerChoice = z.object({
  snapshot: z.string(),
  formats: z.array(z.enum(EXPORT_FORMATS)).min(1),
  /** How models are asked and answer. */
  dialect: z.enum(DIALECT_IDS),
  /** Most screenshots in a conversation. */
  pictures: z.int().min(1).max(20),
  /** What goes to validation together, and the share of it. */
  splitBy: z.enum(["template", "task", "none"] satisfies readonly SplitBy[]),
  validation: z.number().min(0).max(1),
});
export type TrainerChoice = z.output<typeof trainerChoice>;

/** A row as a conversation, whichever trainer's spelling it gets. */
const sampleRow = z.object({
  kind: z.enum(["sft", "kto", "dpo", "ct", "ct_text"]),
  episode: z.string(),
  /** From 0; null: the whole episode. */
  step: count.nullable(),
  split: z.enum(["train", "validation"]),
  messages: z.array(
    z.object({
      role: z.enum(["system", "user", "assistant"]),
      parts: z.array(
        z.discriminatedUnion("kind", [
          z.object({ kind: z.literal("text"), text: z.string() }),
          z.object({ kind: z.literal("picture"), screen: screenHash }),
        ]),
      ),
    }),
  ),
  answers: z.array(z.object({ text: z.string(), is: z.enum(["imitated", "good", "bad", "chosen", "rejected"]) })),
});
export type SampleRow = z.infer<typeof sampleRow>;

export const datasets = {
  /** Sizes of the pools now. `filter` lists the episodes; RL counts (task, bucket) pairs solved sometimes, and rollout groups. */
  pools: oc.input(ofRun).output(
    z.object({
      run: z.string().nullable(),
      ct: count,
      sft: count,
      quarantine: count,
      rl: z.object({ buckets: count, tasks: count, groups: count, episodes: count }),
      filters: z.object({ ct: episodeFilter, sft: episodeFilter, quarantine: episodeFilter, rl: episodeFilter }),
    }),
  ),
  /** Every learning episode once: as judged and as routed; both sides of a cycle are equal. */
  ledger: oc.input(ofRun).output(
    z.array(
      z.object({
        cycle: count,
        episodes: count,
        steps: count,
        verdicts: verdictCounts,
        routes: routeCounts,
        /** Verified, but turned away by a filter check; the checks, most frequent first. */
        filtered: count,
        rejections: z.array(z.object({ check: z.string(), count })),
        byRole: z.array(z.object({ role: roleName, episodes: count })),
        groups: z.object({ all: count, mixed: count }),
      }),
    ),
  ),
  /** A pool by task, or by bucket or source, largest first; of now, or of a snapshot. */
  composition: oc
    .input(ofRun.extend({ pool, by: z.enum(["task", "bucket", "source", "cycle"]).default("task"), snapshot: z.string().optional() }))
    .output(
      z.object({
        total: count,
        parts: z.array(z.object({ name: z.string(), count, demonstrated: z.boolean(), filter: episodeFilter })),
        sources: z.object({ demonstration: count, requested: count, person: count, self: count }),
      }),
    ),
  /** Newest first. */
  snapshots: oc.input(ofRun).output(z.array(snapshot)),
  snapshot: oc.input(z.object({ hash: z.string() })).output(snapshot.extend({ manifest: json })),
  /** Builds a snapshot of everything as it is now; a job whose result is the hash. */
  freeze: oc.input(ofRun).output(z.object({ job: z.string() })),
  /** What `b` has that `a` has not, and the other way round. `b` absent: as it would be built now. */
  diff: oc.input(z.object({ a: z.string(), b: z.string().optional(), pool: stage.default("sft") })).output(
    z.object({
      a: count,
      b: count,
      added: count,
      removed: count,
      byTask: z.array(z.object({ task: z.string(), added: count, removed: count })),
      /** At most 1000 ids of each side, to be opened as lists. */
      addedIds: z.array(z.string()),
      removedIds: z.array(z.string()),
    }),
  ),
  /** Real rows of a snapshot file, as they are written, with the step's picture and which steps are imitated. */
  rows: oc.input(z.object({ snapshot: z.string(), stage, from: count.default(0), limit: z.int().min(1).max(20).default(1) })).output(
    z.object({
      rows: z.array(
        z.object({
          /** The line of the file, parsed. */
          row: json,
          episode: z.string().nullable(),
          instruction: z.string(),
          verdict: verdictName.nullable(),
          /** Per step: its screen, its action in words, and whether the loss looks at it. */
          steps: z.array(z.object({ screen: screenHash, sentence: z.string(), imitated: z.boolean() })),
        }),
      ),
      total: count,
    }),
  ),
  /** Exact counts of an export, checked before the button is enabled: files against their hashes, every screen present. */
  exportPreview: oc.input(z.object({ snapshot: z.string(), stages: z.array(stage).min(1) })).output(
    z.object({
      stages: z.array(preview),
      total: preview.omit({ stage: true }),
      checks: z.array(z.object({ what: z.string(), passed: z.boolean(), detail: z.string() })),
    }),
  ),
  /** Writes rows, screens and manifest to an empty folder; a job. A stopped one goes on where it was. */
  export: oc
    .input(z.object({ snapshot: z.string(), stages: z.array(stage).min(1), folder: z.string().min(1) }))
    .output(z.object({ job: z.string() })),
  /** Counts what an export for trainers writes, and writes nothing; a job, whose counts are asked for with `counted`. */
  countForTrainers: oc.input(trainerChoice).output(z.object({ job: z.string() })),
  /** What such a job counted, with a few of the rows. */
  counted: oc.input(z.object({ job: z.string() })).output(
    z.object({
      episodes: z.object({
        offered: count,
        kept: count,
        /** Left out because gate or final seeds ask the same; one may count at several levels. */
        contaminated: z.object({ episodes: count, instruction: count, "start state": count, checker: count }),
        /** Tasks whose checker could not be compared. */
        checkerUnknown: z.array(z.string()),
        nearDuplicates: count,
        validation: count,
      }),
      steps: count,
      /** Rows that are not written, by reason. */
      dropped: z.record(z.string(), count),
      images: z.object({ files: count, different: count, bytes: count }),
      files: z.array(z.object({ path: z.string(), rows: count, bytes: count })),
      otherFiles: count,
      rows: count,
      bytes: count,
      /** The first rows of each kind, long texts shortened. */
      sample: z.array(sampleRow),
    }),
  ),
  /** Writes an export for trainers to an empty folder; a job. A stopped one leaves nothing behind. */
  exportForTrainers: oc.input(trainerChoice.extend({ folder: z.string().min(1) })).output(z.object({ job: z.string() })),
  /** Compares an exported folder with its manifest; a job whose result says what does not hold. */
  verifyExport: oc.input(z.object({ folder: z.string().min(1) })).output(z.object({ job: z.string() })),
  /** Makes episodes of a folder (an own export, ATIF, conversations), all of them or none; a job. `dryRun`: only says what it would make. */
  import: oc.input(z.object({ folder: z.string().min(1), dialect: z.enum(DIALECT_IDS), dryRun: z.boolean() })).output(z.object({ job: z.string() })),
};
