/**
 * What a format is: something that is shown every kept episode and every RL row of a snapshot, in order, and writes files.
 * In: episodes with the rows made of them. Out: files in the export folder. Each format stands in a file of its own.
 */
import type { EpisodeRow, PoolRow } from "../snapshotRows.ts";
import type { Workspace } from "../store/workspace.ts";
import type { ContinualRow } from "./continualRows.ts";
import type { ExportEpisode } from "./exportEpisode.ts";
import type { ExportFolder } from "./exportFolder.ts";
import type { ScreenFiles } from "./screenFiles.ts";
import type { Rendering, TrainingRow } from "./trainingRows.ts";

export const EXPORT_FORMATS = ["llama-factory", "ms-swift", "trl", "verl", "rl", "atif", "tables", "records"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface FormatContext {
  readonly workspace: Workspace;
  readonly folder: ExportFolder;
  readonly screens: ScreenFiles;
  readonly rendering: Rendering;
  /** Name of prompt and grammar; every row carries it. */
  readonly renderer: string;
  /** Running pass rates by task and bucket. */
  readonly pool: ReadonlyMap<string, PoolRow>;
}

/** Rows made of an episode. */
export interface EpisodeRows {
  readonly training: readonly TrainingRow[];
  /** Null: not an episode for continual pre-training. */
  readonly text: string | null;
  readonly continual: readonly ContinualRow[];
}

/** Episodes of one seed by the same weights, as far as they were kept. */
export interface KeptGroup {
  readonly group: string;
  readonly cycle: number;
  readonly task: string;
  readonly bucket: string;
  readonly seed: number;
  readonly checkpoint: string | null;
  readonly weights: string | null;
  readonly trials: readonly (EpisodeRow & { readonly reward: number })[];
}

export interface FormatWriter {
  episode(episode: ExportEpisode, rows: EpisodeRows): void;
  group?(group: KeptGroup): void;
  /** After the last one: closes files. */
  end(): void;
}

/** Names a place in the pool. */
export function poolKey({ task, bucket }: { readonly task: string; readonly bucket: string }): string {
  return JSON.stringify([task, bucket]);
}
