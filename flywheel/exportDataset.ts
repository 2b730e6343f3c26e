/**
 * Exporting a snapshot for other trainers: its rows unchanged, the screens they name as PNG files, and a manifest, written last.
 * In: a workspace and one of its snapshots. Out: a folder `{ct,sft,rl}.jsonl`, `images/<hash>.png`, `manifest.json`.
 * A stopped export goes on where it was: files appear under their name only when complete.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { WheelError } from "../env/errors.ts";
import type { OpenSnapshot } from "./readSnapshot.ts";
import { SNAPSHOT_STAGES, type EpisodeRow, type RlRow, type SnapshotStage } from "./snapshotRows.ts";
import { translating } from "./store/storeError.ts";
import type { Workspace } from "./store/workspace.ts";

export interface ExportOptions {
  readonly stages?: readonly SnapshotStage[];
  /** True: count only, write nothing. */
  readonly dryRun?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface ExportReport {
  readonly snapshot: string;
  readonly stages: readonly SnapshotStage[];
  readonly rows: number;
  readonly images: number;
  /** Images that were already there. */
  readonly present: number;
  readonly bytes: number;
}

/**
 * Exports the given stages of a snapshot. Throws `usage` when `outDir` holds another export, `workspace-corrupt` when a screen is
 * missing, `disk-full`, `interrupted`.
 */
export async function exportSnapshot(
  workspace: Workspace,
  snapshot: OpenSnapshot,
  outDir: string,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const { stages = SNAPSHOT_STAGES, dryRun = false, onProgress, signal } = options;
  refuseOther(outDir, snapshot.hash);
  const screens = await screensOf(snapshot, stages);
  const images = join(outDir, "images");
  if (!dryRun) translating(outDir, () => mkdirSync(images, { recursive: true }));
  let present = 0;
  let bytes = stages.reduce((sum, stage) => sum + snapshot.manifest.files[stage].bytes, 0);
  for (const [done, hash] of screens.entries()) {
    if (signal?.aborted) throw new WheelError("interrupted", `The export to ${outDir} was stopped.`, "Run the same command again to finish it.");
    const path = join(images, `${hash}.png`);
    if (existsSync(path)) present += 1;
    const png = pngOf(workspace, hash);
    bytes += png.length;
    if (!dryRun && !existsSync(path)) writeWhole(path, png);
    onProgress?.(done + 1, screens.length);
    // Other work of this process (and Ctrl-C) gets its turn.
    if (done % 100 === 99) await new Promise(setImmediate);
  }
  const rows = stages.reduce((sum, stage) => sum + snapshot.manifest.files[stage].rows, 0);
  const report = { snapshot: snapshot.hash, stages, rows, images: screens.length, present, bytes };
  if (!dryRun) finish(snapshot, outDir, report);
  return report;
}

function finish(snapshot: OpenSnapshot, outDir: string, { stages, images, rows }: ExportReport): void {
  translating(outDir, () => {
    for (const stage of stages) copyFileSync(join(snapshot.dir, `${stage}.jsonl`), join(outDir, `${stage}.jsonl`));
  });
  const manifest = { snapshot: snapshot.hash, ...snapshot.manifest, exported: { stages, rows, images } };
  writeWhole(join(outDir, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

function refuseOther(outDir: string, hash: string): void {
  const path = join(outDir, "manifest.json");
  if (existsSync(outDir) && !statSync(outDir).isDirectory()) throw new WheelError("usage", `${outDir} is not a folder.`, "Choose another folder.");
  if (existsSync(path) && !readFileSync(path, "utf8").includes(`"snapshot": "${hash}"`)) {
    throw new WheelError("usage", `${outDir} already holds something else (${path}).`, "Choose an empty folder.");
  }
}

/** Hashes of all screens the rows of these stages name, sorted. */
async function screensOf(snapshot: OpenSnapshot, stages: readonly SnapshotStage[]): Promise<string[]> {
  const screens = new Set<string>();
  for (const stage of stages) {
    for await (const row of snapshot.rows(stage)) {
      for (const { steps } of episodesIn(row)) for (const { screen, next } of steps) screens.add(screen).add(next);
    }
  }
  return [...screens].toSorted();
}

function episodesIn(row: EpisodeRow | RlRow): readonly EpisodeRow[] {
  if (!("kind" in row)) return [row];
  return row.kind === "pool" ? [] : row.trials;
}

function pngOf(workspace: Workspace, hash: string): Uint8Array {
  const screen = workspace.blobs.get(hash);
  if (screen === null)
    throw new WheelError("workspace-corrupt", `The screen ${hash} is missing from the workspace.`, "Restore the workspace from a copy.");
  return screen.png;
}

/** A file that has its name is complete. */
function writeWhole(path: string, data: Uint8Array | string): void {
  translating(path, () => {
    writeFileSync(`${path}.part`, data);
    renameSync(`${path}.part`, path);
  });
}
