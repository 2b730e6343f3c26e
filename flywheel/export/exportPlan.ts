/**
 * What becomes of each episode of a snapshot before anything is written: kept or turned away, in which split, whose near-duplicate.
 * In: an open snapshot, exams, tasks. Out: a decision per episode, counts, and what passing episodes did (for preference pairs).
 */
import type { Said } from "../../agent/dialects/dialect.ts";
import type { Task } from "../../env/task.ts";
import { rng } from "../../env/random.ts";
import type { OpenSnapshot } from "../readSnapshot.ts";
import type { EpisodeRow } from "../snapshotRows.ts";
import type { Workspace } from "../store/workspace.ts";
import { contamination, LEVELS, type Contamination, type Level } from "./contamination.ts";
import type { ExportPool, ExportSplit } from "./exportEpisode.ts";
import { NearDuplicates } from "./nearDuplicates.ts";
import { decisionPoint, type SolvedSteps } from "./trainingRows.ts";

/** What goes together into validation; `none`: there is no validation split. */
export const SPLIT_BY = ["template", "task", "none"] as const;
export type SplitBy = (typeof SPLIT_BY)[number];

export interface PlanOptions {
  readonly tasks: readonly Task[];
  readonly splitBy: SplitBy;
  /** Share of templates (or tasks) for validation, 0 to 1. */
  readonly validation: number;
}

interface PlannedEpisode {
  readonly pool: ExportPool;
  readonly split: ExportSplit;
  readonly duplicateOf: string | null;
}

interface PlanCounts {
  readonly offered: number;
  readonly kept: number;
  /** Turned away as exam questions, by level; one may count at several. */
  readonly contaminated: Readonly<Record<Level, number>> & { readonly episodes: number };
  /** Tasks whose checker could not be compared. */
  readonly checkerUnknown: readonly string[];
  readonly nearDuplicates: number;
  readonly validation: number;
}

export interface ExportPlan {
  /** In the order they are written. */
  readonly episodes: ReadonlyMap<string, PlannedEpisode>;
  readonly solved: SolvedSteps;
  readonly counts: PlanCounts;
}

/** Looks at every row once. */
export async function planExport(
  workspace: Workspace,
  snapshot: OpenSnapshot,
  png: (screen: string) => Uint8Array,
  { tasks, splitBy, validation }: PlanOptions,
): Promise<ExportPlan> {
  const { of: levelsOf, unknown } = contamination(workspace, tasks);
  const duplicates = new NearDuplicates(png);
  const episodes = new Map<string, PlannedEpisode>();
  const solved = new Map<string, Said>();
  const turnedAway = new Map<string, readonly Level[]>();
  const offer = async (pool: ExportPool, row: EpisodeRow): Promise<void> => {
    if (episodes.has(row.episode) || turnedAway.has(row.episode)) return;
    const levels = levelsOf(askedBy(workspace, row));
    if (levels.length > 0) return void turnedAway.set(row.episode, levels);
    const duplicateOf = pool === "rl" ? null : await duplicates.episode(row);
    episodes.set(row.episode, { pool, split: splitOf(row, splitBy, validation), duplicateOf });
    if (pool === "sft" && row.verdict === "pass") remember(row, solved);
  };
  for (const stage of ["sft", "ct"] as const) for await (const row of snapshot.rows(stage)) await offer(stage, row);
  for await (const row of snapshot.rows("rl")) if (row.kind === "group") for (const trial of row.trials) await offer("rl", trial);
  return { episodes, solved, counts: countsOf(episodes, turnedAway, unknown) };
}

function askedBy(workspace: Workspace, row: EpisodeRow): Parameters<Contamination>[0] {
  return { ...row, startScreen: row.steps[0]?.screen ?? workspace.episodes.get(row.episode).startScreenHash };
}

/** The first step of a kind counts, as the first episode of a kind stays. */
function remember(row: EpisodeRow, solved: Map<string, Said>): void {
  for (const [index, { action, thought, masked }] of row.steps.entries()) {
    const point = decisionPoint({ row }, index);
    if (!masked && !solved.has(point)) solved.set(point, { action, thought });
  }
}

function splitOf({ task, template }: EpisodeRow, by: SplitBy, share: number): ExportSplit {
  if (by === "none") return "train";
  return rng("export split", task, by === "template" ? template : "").next() < share ? "validation" : "train";
}

function countsOf(
  episodes: ReadonlyMap<string, PlannedEpisode>,
  turnedAway: ReadonlyMap<string, readonly Level[]>,
  unknown: ReadonlySet<string>,
): PlanCounts {
  const planned = [...episodes.values()];
  const away = [...turnedAway.values()];
  const at = (level: Level): number => away.filter((levels) => levels.includes(level)).length;
  return {
    offered: planned.length + away.length,
    kept: planned.length,
    contaminated: { episodes: away.length, ...(Object.fromEntries(LEVELS.map((level) => [level, at(level)])) as Record<Level, number>) },
    checkerUnknown: [...unknown].toSorted(),
    nearDuplicates: planned.filter(({ duplicateOf }) => duplicateOf !== null).length,
    validation: planned.filter(({ split }) => split === "validation").length,
  };
}
