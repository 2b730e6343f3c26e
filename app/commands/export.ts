/**
 * `flywheel export`: writes a snapshot as the wheel itself reads it, or in the formats of trainers; `export verify` checks such a folder later.
 * In: a snapshot (default: built now). Out: a folder.
 */
import { join } from "node:path";
import type { Command } from "commander";
import { DIALECT_IDS, type DialectId } from "../../agent/dialects/dialect.ts";
import { WheelError } from "../../env/errors.ts";
import { buildSnapshot } from "../../flywheel/buildSnapshot.ts";
import { EXPORT_FORMATS, type ExportFormat } from "../../flywheel/export/exportFormat.ts";
import { SPLIT_BY, type SplitBy } from "../../flywheel/export/exportPlan.ts";
import { DEFAULT_EXPORT, exportForTrainers, type TrainerExportReport } from "../../flywheel/export/exportForTrainers.ts";
import { verifyExport } from "../../flywheel/export/verifyExport.ts";
import { exportSnapshot } from "../../flywheel/exportDataset.ts";
import { readSnapshot } from "../../flywheel/readSnapshot.ts";
import { SNAPSHOT_STAGES, type SnapshotStage } from "../../flywheel/snapshotRows.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { action } from "../context.ts";
import { examples, oneOf, share, whole, withTaskModule, type TaskChoice } from "../options.ts";
import { progressPrinter } from "../progressPrinter.ts";
import { knownTasks } from "../selectTasks.ts";

interface ExportOptions extends TaskChoice {
  readonly snapshot?: string;
  readonly stages: string;
  readonly format: string;
  readonly dialect: DialectId;
  readonly pictures: number;
  readonly splitBy: SplitBy;
  readonly validation: number;
  readonly dryRun?: true;
}

/** Later than every cycle there can be. */
const NOW = { cycle: 1_000_000, stage: "rl" } as const;

/** Adds the command. */
export function exportCommand(program: Command): void {
  const command = program
    .command("export <folder>")
    .description(
      "write the dataset for other trainers: stage-routed JSONL with images, or the formats of LLaMA-Factory, ms-swift, TRL, verl and more",
    )
    .option("--snapshot <hash>", "an existing snapshot, by the beginning of its hash (default: build one of everything now)")
    .option("--format <names>", `snapshot (as the wheel reads it), all, or some of ${EXPORT_FORMATS.join(",")}`, "snapshot")
    .option("--stages <names>", `snapshot only: some of ${SNAPSHOT_STAGES.join(",")}`, SNAPSHOT_STAGES.join(","))
    .option("--dialect <name>", `how models are asked and answer: ${DIALECT_IDS.join(", ")}`, oneOf(DIALECT_IDS), DEFAULT_EXPORT.dialect)
    .option("--pictures <n>", "most screenshots in a conversation, 1 to 20", whole(1, 20), DEFAULT_EXPORT.pictures)
    .option("--split-by <what>", `what goes to validation together: ${SPLIT_BY.join(", ")}`, oneOf(SPLIT_BY), DEFAULT_EXPORT.splitBy)
    .option("--validation <share>", "share of it for validation, 0 to 1", share, DEFAULT_EXPORT.validation)
    .option("--dry-run", "count only, write no file");
  withTaskModule(command);
  examples(command, "export dataset", "export dataset --format all", "export dataset --format trl,llama-factory --dialect ui-tars-1.5 --dry-run");
  action<ExportOptions>(command, async (context, [folder]) => {
    const { options, say, emit, signal, openWorkspace } = context;
    const formats = parseFormats(options.format);
    const stages = parseStages(options.stages);
    const dryRun = options.dryRun === true;
    await using workspace = await openWorkspace("change");
    const dir =
      options.snapshot === undefined
        ? buildSnapshot(workspace, NOW).dir
        : join(workspace.dir, "snapshots", findSnapshot(workspace, options.snapshot));
    const printer = progressPrinter();
    const onProgress = (done: number, total: number): void => printer({ kind: "progress", cycle: null, stage: "export", done, total });
    const finished = (): void => printer({ kind: "line", text: `export ${dryRun ? "counted" : "done"}` });
    const wrote = dryRun ? "Would write" : "Wrote";
    const snapshot = await readSnapshot(dir);
    if (formats === null) {
      const report = await exportSnapshot(workspace, snapshot, folder!, { stages, dryRun, signal, onProgress });
      finished();
      emit(report);
      const size = `${(report.bytes / 1e6).toFixed(1)} MB`;
      return say(`${wrote} ${report.rows} rows and ${report.images} images (${size}) of snapshot ${report.snapshot.slice(0, 12)} to ${folder}.`);
    }
    const tasks = await knownTasks(options.taskModule ?? []);
    const { dialect, pictures, splitBy, validation } = options;
    const choice = { formats, dialect, pictures, splitBy, validation, tasks, dryRun, signal, onProgress };
    const report = await exportForTrainers(workspace, snapshot, folder!, choice);
    finished();
    emit(report);
    for (const line of describe(report)) say(line);
    return say(`${wrote} ${report.files.length + report.images.files} files (${(report.bytes / 1e6).toFixed(1)} MB) to ${folder}.`);
  });
  verifyCommand(command);
}

function verifyCommand(parent: Command): void {
  const command = parent
    .command("verify <folder>")
    .description("compare an exported folder with its manifest: every file, every screenshot, every row");
  examples(command, "export verify dataset");
  action<object>(command, async ({ say, emit }, [folder]) => {
    const { manifest, problems, files, rows } = verifyExport(folder!);
    emit({ snapshot: manifest.snapshot.hash, files, rows, problems });
    for (const { path, problem } of problems) say(`${path}: ${problem}`);
    if (problems.length > 0) return "unsound";
    return say(`${files} files and ${rows} rows are as they were exported from snapshot ${manifest.snapshot.hash.slice(0, 12)}.`);
  });
}

function describe({ episodes, steps, dropped, files }: TrainerExportReport): string[] {
  const { contaminated } = episodes;
  const rows = files.filter((file) => file.rows !== null).map(({ path, rows: count }) => `  ${String(count).padStart(8)}  ${path}`);
  return [
    `${episodes.kept} of ${episodes.offered} episodes, ${steps} steps; ${episodes.validation} episodes for validation`,
    `left out as exam questions: ${contaminated.episodes} (instruction ${contaminated.instruction}, start state ${contaminated["start state"]}, checker ${contaminated.checker})`,
    ...(episodes.checkerUnknown.length > 0 ? [`checker not compared (add --task-module): ${episodes.checkerUnknown.join(", ")}`] : []),
    `near-duplicates, in no training row: ${episodes.nearDuplicates}`,
    ...Object.entries(dropped).map(([why, count]) => `not written: ${count} × ${why}`),
    ...rows,
  ];
}

/** Null: the snapshot as it is. */
function parseFormats(text: string): ExportFormat[] | null {
  if (text === "snapshot") return null;
  if (text === "all") return [...EXPORT_FORMATS];
  const names = new Set(text.split(",").map((name) => name.trim()));
  for (const name of names) {
    if (!(EXPORT_FORMATS as readonly string[]).includes(name))
      throw new WheelError("usage", `There is no format "${name}".`, `Use snapshot, all, or some of: ${EXPORT_FORMATS.join(", ")}.`);
  }
  return EXPORT_FORMATS.filter((format) => names.has(format));
}

function parseStages(text: string): SnapshotStage[] {
  return text.split(",").map((name) => {
    const stage = SNAPSHOT_STAGES.find((one) => one === name.trim());
    if (stage !== undefined) return stage;
    throw new WheelError("usage", `There is no stage "${name}".`, `Use some of: ${SNAPSHOT_STAGES.join(", ")}.`);
  });
}

function findSnapshot(workspace: Workspace, start: string): string {
  const found = workspace.snapshots.list().filter(({ hash }) => hash.startsWith(start));
  if (found.length === 1) return found[0]!.hash;
  const known = workspace.snapshots.list().map(({ hash, cycle }) => `${hash.slice(0, 12)} (cycle ${cycle})`);
  const problem = found.length === 0 ? "There is no snapshot" : "Several snapshots begin with";
  throw new WheelError("usage", `${problem} ${start}.`, `Leave --snapshot out to build one now, or use one of: ${known.join(", ") || "none yet"}.`);
}
