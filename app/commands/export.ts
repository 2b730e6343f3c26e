/** `flywheel export`: writes the stage-routed dataset. In: a snapshot (default: built now). Out: a folder with JSONL, images and a manifest. */
import { join } from "node:path";
import type { Command } from "commander";
import { WheelError } from "../../env/errors.ts";
import { buildSnapshot } from "../../flywheel/buildSnapshot.ts";
import { exportSnapshot } from "../../flywheel/exportDataset.ts";
import { readSnapshot } from "../../flywheel/readSnapshot.ts";
import { SNAPSHOT_STAGES, type SnapshotStage } from "../../flywheel/snapshotRows.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { action } from "../context.ts";
import { examples } from "../options.ts";
import { progressPrinter } from "../progressPrinter.ts";

interface ExportOptions {
  readonly snapshot?: string;
  readonly stages: string;
  readonly dryRun?: true;
}

/** Later than every cycle there can be. */
const NOW = { cycle: 1_000_000, stage: "rl" } as const;

/** Adds the command. */
export function exportCommand(program: Command): void {
  const command = program
    .command("export <folder>")
    .description("write the stage-routed dataset for other trainers: ct, sft, rl as JSONL, images, manifest")
    .option("--snapshot <hash>", "an existing snapshot, by the beginning of its hash (default: build one of everything now)")
    .option("--stages <names>", `some of ${SNAPSHOT_STAGES.join(",")}`, SNAPSHOT_STAGES.join(","))
    .option("--dry-run", "count only, write no file");
  examples(command, "export dataset", "export dataset --stages sft", "export dataset --snapshot 3f9a2c --dry-run");
  action<ExportOptions>(command, async ({ options, say, emit, signal, openWorkspace }, [folder]) => {
    const stages = parseStages(options.stages);
    const dryRun = options.dryRun === true;
    await using workspace = await openWorkspace("change");
    const dir =
      options.snapshot === undefined
        ? buildSnapshot(workspace, NOW).dir
        : join(workspace.dir, "snapshots", findSnapshot(workspace, options.snapshot));
    const printer = progressPrinter();
    const onProgress = (done: number, total: number): void => printer({ kind: "progress", cycle: null, stage: "export", done, total });
    const report = await exportSnapshot(workspace, await readSnapshot(dir), folder!, { stages, dryRun, signal, onProgress });
    printer({ kind: "line", text: `export ${dryRun ? "counted" : "done"}` });
    emit(report);
    say(
      `${dryRun ? "Would write" : "Wrote"} ${report.rows} rows and ${report.images} images (${(report.bytes / 1e6).toFixed(1)} MB) of snapshot ${report.snapshot.slice(0, 12)} to ${folder}.`,
    );
  });
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
