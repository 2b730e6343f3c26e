/**
 * From a dataset snapshot to training episodes: rows name screens by hash, perceptions come from the workspace's cache.
 * In: an open snapshot, a read-only workspace. Out: what the trainer eats. Runs in the trainer's process.
 */
import type { Perception } from "../agent/perception/perception.ts";
import { decodePerception } from "../agent/perception/perceptionCodec.ts";
import { withoutInstruction } from "../agent/perception/withoutInstruction.ts";
import { newestPerBucket } from "../agent/training/sampler.ts";
import type { TrainingEpisode } from "../agent/training/sample.ts";
import { WheelError } from "../env/errors.ts";
import type { OpenSnapshot } from "./readSnapshot.ts";
import type { EpisodeRow, GroupRow } from "./snapshotRows.ts";
import type { Workspace } from "./store/workspace.ts";

export interface TrainingData {
  readonly sft: TrainingEpisode[];
  readonly ct: TrainingEpisode[];
  /** RL rollout groups with the digest of the weights that acted. */
  readonly groups: readonly { readonly weights: string | null; readonly cycle: number; readonly episodes: TrainingEpisode[] }[];
}

/** What is read of a snapshot: older episodes than the sampler would draw from are left out. */
export interface ReadLimits {
  /** Episodes per (task, bucket, source), newest first. */
  readonly sft: number;
  readonly ct: number;
  /** First cycle whose RL groups are wanted. */
  readonly groupsFrom: number;
}

/** Reads a snapshot's rows. Throws `snapshot-corrupt` when a decision's screen has no perception. */
export async function readTrainingData(
  snapshot: OpenSnapshot,
  workspace: Workspace,
  perceptionVersion: string,
  limits: ReadLimits,
): Promise<TrainingData> {
  const cache = new Map<string, Perception | null>();
  const perceptionOf = (screen: string): Perception | null => {
    const known = cache.get(screen);
    if (known !== undefined) return known;
    const bytes = workspace.perceptions.get(screen, perceptionVersion);
    const perception = bytes === null ? null : withoutInstruction(decodePerception(bytes), workspace.blobs.instructionBox(screen));
    cache.set(screen, perception);
    return perception;
  };
  const convert = (row: EpisodeRow): TrainingEpisode => toEpisode(row, perceptionOf);
  return {
    sft: (await newestRows(snapshot.rows("sft"), limits.sft)).map(convert),
    ct: (await newestRows(snapshot.rows("ct"), limits.ct)).map(convert),
    groups: (await groupsFrom(snapshot, limits.groupsFrom)).map(({ weights, cycle, trials }) => ({ weights, cycle, episodes: trials.map(convert) })),
  };
}

/** Rows that may be held beside twice those that are used: a snapshot grows with its run, what is held of it does not. */
const HELD = 1000;

/** See {@link newestPerBucket}; older rows are let go while reading. */
export async function newestRows<Row extends Pick<EpisodeRow, "task" | "bucket" | "cycle"> & { readonly source: string }>(
  from: AsyncIterable<Row> | Iterable<Row>,
  limit: number,
): Promise<Row[]> {
  let rows: Row[] = [];
  let most = HELD;
  for await (const row of from) {
    rows.push(row);
    if (rows.length < most) continue;
    rows = newestPerBucket(rows, limit);
    most = 2 * rows.length + HELD;
  }
  return newestPerBucket(rows, limit);
}

async function groupsFrom(snapshot: OpenSnapshot, cycle: number): Promise<GroupRow[]> {
  const groups: GroupRow[] = [];
  for await (const row of snapshot.rows("rl")) if (row.kind === "group" && row.cycle >= cycle) groups.push(row);
  return groups;
}

function toEpisode(row: EpisodeRow, perceptionOf: (screen: string) => Perception | null): TrainingEpisode {
  return {
    id: row.episode,
    task: row.task,
    bucket: row.bucket,
    seed: row.seed,
    cycle: row.cycle,
    source: row.source === "self" ? "self" : "demonstration",
    instruction: row.instruction,
    success: row.verdict === "pass" ? 1 : 0,
    steps: row.steps.map((step) => {
      const perception = perceptionOf(step.screen);
      if (perception === null) {
        throw new WheelError(
          "snapshot-corrupt",
          `Screen ${step.screen.slice(0, 12)} of episode ${row.episode} was never perceived.`,
          "Run the same command again: missing perceptions are read first.",
        );
      }
      return {
        perception,
        action: step.action,
        next: perceptionOf(step.next),
        changed: step.screen !== step.next,
        masked: step.masked,
        logProb: step.logProb,
      };
    }),
  };
}
