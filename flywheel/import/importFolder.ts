/**
 * Imports a folder: our own export, ATIF trajectories, or UI-TARS-style conversations. In: a folder. Out: episodes in the workspace, for review and
 * export. Everything is read and checked first; then all of it is written in one transaction, or none.
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { DialectId } from "../../agent/dialects/dialect.ts";
import { DIALECTS } from "../../agent/dialects/dialects.ts";
import { WheelError } from "../../env/errors.ts";
import { filesIn } from "../export/verifyExport.ts";
import type { Workspace } from "../store/workspace.ts";
import type { ImportSource } from "./importSource.ts";
import { readAtif } from "./readAtif.ts";
import { readFlywheelExport } from "./readFlywheelExport.ts";
import { readUiTars } from "./readUiTars.ts";
import { isKnownRun, presence, restoreEpisode, restoreRun } from "./restoreEpisode.ts";

interface ImportReport {
  readonly kind: ImportSource["kind"];
  /** New in this workspace. */
  readonly episodes: number;
  /** Were there already, exactly the same. */
  readonly present: number;
  readonly steps: number;
}

interface ImportOptions {
  /** How answers of conversations are written. */
  readonly dialect: DialectId;
  /** True: everything is read and checked, and nothing is written. */
  readonly dryRun?: boolean;
}

/** Imports. Throws `usage`, `export-corrupt`, `disk-full`. */
export async function importFolder(workspace: Workspace, dir: string, { dialect, dryRun = false }: ImportOptions): Promise<ImportReport> {
  const source = await readSource(dir, dialect);
  return workspace.transaction(() => {
    for (const run of source.runs) if (!isKnownRun(workspace, run) && !dryRun) restoreRun(workspace, run);
    const counts = { episodes: 0, present: 0, steps: 0 };
    for (const record of source.episodes()) {
      const outcome = dryRun ? presence(workspace, record) : restoreEpisode(workspace, record, source.screens);
      counts[outcome === "new" ? "episodes" : "present"] += 1;
      counts.steps += record.steps.length;
    }
    return { kind: source.kind, ...counts };
  });
}

async function readSource(dir: string, dialect: DialectId): Promise<ImportSource> {
  if (!existsSync(dir) || !statSync(dir).isDirectory())
    throw new WheelError("usage", `${dir} is not a folder.`, "Give the folder that was exported.");
  if (existsSync(join(dir, "manifest.json"))) return readFlywheelExport(dir);
  const files = [...filesIn(dir)].toSorted();
  const trajectories = files.filter((path) => path.endsWith(".json"));
  const rows = files.filter((path) => path.endsWith(".jsonl"));
  if (rows.length > 0) return readUiTars(dir, rows, DIALECTS[dialect]);
  if (trajectories.length > 0) return readAtif(dir, trajectories);
  throw new WheelError(
    "usage",
    `${dir} holds nothing that can be imported.`,
    "It needs manifest.json of an export, ATIF trajectories (*.json), or conversations (*.jsonl).",
  );
}
