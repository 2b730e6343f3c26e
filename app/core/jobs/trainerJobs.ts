/**
 * Data out and in, as jobs: an export for trainers (or only its counts), a folder checked, a folder imported. In: an order, an open workspace.
 * Out: its result as JSON; what is too long for a list of jobs is told apart.
 */
import { join } from "node:path";
import type { Json } from "../../../env/json.ts";
import { exportForTrainers, type TrainerExportReport } from "../../../flywheel/export/exportForTrainers.ts";
import { verifyExport } from "../../../flywheel/export/verifyExport.ts";
import { importFolder } from "../../../flywheel/import/importFolder.ts";
import { readSnapshot } from "../../../flywheel/readSnapshot.ts";
import { knownTasks } from "../../selectTasks.ts";
import type { Outputs } from "../../api/index.ts";
import type { Means } from "./carryOut.ts";
import type { JobOrder } from "./orders.ts";
import { SampleRows } from "./sampleRows.ts";

type Order<Kind extends JobOrder["kind"]> = Extract<JobOrder, { readonly kind: Kind }>;
type Counted = Outputs["datasets"]["counted"];

/** Problems of a folder that are told. */
const TOLD = 20;

/** Counts, and (with a folder) writes. */
export async function exportTrainers({ choice, folder }: Order<"export for trainers">, means: Means): Promise<Json> {
  const { workspace, setting, signal, onProgress, tellDetail } = means;
  const { snapshot: hash, ...options } = choice;
  const snapshot = await readSnapshot(join(workspace.dir, "snapshots", hash));
  const tasks = await knownTasks(setting.taskModules);
  const sample = new SampleRows();
  const report = await exportForTrainers(workspace, snapshot, folder ?? join(workspace.dir, "exports", "none"), {
    ...options,
    tasks,
    dryRun: folder === null,
    signal,
    onProgress: (done, total) => onProgress({ kind: "progress", cycle: null, stage: "", done, total, note: "episodes" }),
    onRows: (episode, rows) => sample.add(episode, rows),
  });
  const counted = countedOf(report, sample);
  tellDetail(counted);
  return { folder, rows: counted.rows, bytes: counted.bytes };
}

function countedOf({ episodes, steps, dropped, images, files, bytes }: TrainerExportReport, sample: SampleRows): Counted {
  // Lists of digests have lines, but nobody learns from them.
  const ofRows = files.flatMap(({ path, rows, bytes: own }) => (rows === null || path.endsWith(".sha256") ? [] : [{ path, rows, bytes: own }]));
  const rows = ofRows.reduce((sum, file) => sum + file.rows, 0);
  return { episodes, steps, dropped, images, bytes, files: ofRows, otherFiles: files.length - ofRows.length, rows, sample: sample.list() };
}

/** Compares a folder with its manifest. */
export async function verifyFolder({ folder }: Order<"verify export">, { onProgress }: Means): Promise<Json> {
  const onFile = (done: number, total: number): void => onProgress({ kind: "progress", cycle: null, stage: "", done, total, note: "files" });
  const { manifest, problems, files, rows } = verifyExport(folder, onFile);
  const told = problems.slice(0, TOLD).map(({ path, problem }) => ({ path, problem }));
  return { snapshot: manifest.snapshot.hash, files, rows, problems: told, more: problems.length - told.length };
}

/** Makes episodes of a folder, or says what it would make. */
export async function importFrom({ folder, dialect, dryRun }: Order<"import">, { workspace }: Means): Promise<Json> {
  return { ...(await importFolder(workspace, folder, { dialect, dryRun })), dryRun };
}
