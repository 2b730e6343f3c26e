/**
 * What may be learned from: pools, the ledger per cycle, composition, snapshots and their difference, export. In: a run (absent: the newest),
 * a pool, a snapshot. Out: counts that add up, each with the query that lists its episodes.
 */
import { z } from "zod";
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
};
