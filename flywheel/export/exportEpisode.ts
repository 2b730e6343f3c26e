/**
 * An episode on its way out: its row of the snapshot (what training may read), what the workspace knows beyond it, and what the plan decided.
 * In: a workspace, a row, a plan. Out: one `ExportEpisode` at a time, which every format reads.
 */
import type { PastTurn, Screen } from "../../agent/dialects/dialect.ts";
import { WheelError } from "../../env/errors.ts";
import type { EpisodeRow } from "../snapshotRows.ts";
import type { Workspace } from "../store/workspace.ts";
import { courseOf, type EpisodeCourse, type StepRecordRow } from "./episodeRecord.ts";

/** Which part of a training set a row belongs to; whole templates (or tasks) go together. */
export type ExportSplit = "train" | "validation";

/** Which file of the snapshot an episode was read from; `rl`: in a rollout group only. */
export type ExportPool = "sft" | "ct" | "rl";

export interface ExportEpisode {
  readonly pool: ExportPool;
  readonly split: ExportSplit;
  /** The earlier episode this one nearly equals: in no training row, but in records and tables. */
  readonly duplicateOf: string | null;
  readonly row: EpisodeRow;
  readonly record: EpisodeCourse;
  readonly steps: readonly ExportStep[];
  /** Screens in order, the last one included: one more than there are steps. */
  readonly screens: readonly ExportScreen[];
}

interface ExportStep {
  readonly row: EpisodeRow["steps"][number];
  readonly record: StepRecordRow;
  /** The step as a dialect tells it. */
  readonly turn: PastTurn;
}

interface ExportScreen {
  readonly hash: string;
  readonly screen: Screen;
}

/** Loads what the workspace knows about a row. Throws `workspace-corrupt` when it knows nothing. */
export function loadEpisode(workspace: Workspace, row: EpisodeRow, plan: Pick<ExportEpisode, "pool" | "split" | "duplicateOf">): ExportEpisode {
  const record = courseOf(workspace, row.episode);
  if (record.steps.length !== row.steps.length) {
    throw new WheelError(
      "workspace-corrupt",
      `Episode ${row.episode} has ${record.steps.length} steps, ${row.steps.length} in the snapshot.`,
      "Build a new snapshot and export that one.",
    );
  }
  const boxes = new Map(record.instructionBoxes.map(({ screen, box }) => [screen, box]));
  const seen = (hash: string, deviceScaleFactor: number): ExportScreen => ({
    hash,
    screen: { viewport: row.viewport, deviceScaleFactor, instructionBox: boxes.get(hash) ?? null },
  });
  const last = row.steps.at(-1);
  const screens = row.steps.map(({ screen, deviceScaleFactor }) => seen(screen, deviceScaleFactor));
  screens.push(last === undefined ? seen(record.startScreen, record.deviceScaleFactor) : seen(last.next, last.deviceScaleFactor));
  const steps = row.steps.map((step, i) => ({ row: step, record: record.steps[i]!, turn: toTurn(step, record.steps[i]!, screens[i]!.screen) }));
  return { ...plan, row, record, steps, screens };
}

function toTurn(row: EpisodeRow["steps"][number], record: StepRecordRow, screen: Screen): PastTurn {
  const said = { action: row.action, thought: row.thought, screen, changed: row.screen !== row.next };
  return record.target === null ? said : { ...said, target: record.target };
}
