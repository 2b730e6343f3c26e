/** `flywheel export`: writes the stage-routed dataset. In: a snapshot (default: built now). Out: a folder with JSONL, images and a manifest. */
import { join } from "node:path";
import type { Command } from "commander";
import { WheelError } from "../../env/errors.ts";
import { buildSnapshot } from "../../flywheel/buildSnapshot.ts";
import { exportSnapshot } from "../../flywheel/exportDataset.ts";
import { readSnapshot } from "../../flywheel/readSnapshot.ts";
import { SNAPSHOT_STAGES, type SnapshotStage } from "../../flywheel/snapshotRows.ts";
import { action } from "../context.ts";
import { progressPrinter } from "../progressPrinter.ts";

interface ExportOptions {
  readonly snapshot?: string;
  readonly stages: string;
  readonly dryRun: boolean;
}

/** Adds the command. */
export function exportCommand(program: Command): void {
  const command = program
    .command("export <folder>")
    .description("write the stage-routed dataset: ct, sft, rl as JSONL, images, manifest")
    .option("--snapshot <hash>", "an existing snapshot (default: build one of everything now)")
    .option("--stages <names>", "which of ct,sft,rl", "ct,sft,rl")
    .option("--dry-run", "count only", false);
  action<ExportOptions>(command, async ({ options, say, emit, signal, openWorkspace }, [folder]) => {
    const stages = options.stages.split(",").map((name) => {
      if (!(SNAPSHOT_STAGES as readonly string[]).includes(name)) throw new WheelError("usage", `There is no stage "${name}".`, `Use some of: ${SNAPSHOT_STAGES.join(", ")}.`);
      return name as SnapshotStage;
    });
    await using workspace = await openWorkspace("write");
    const hash = options.snapshot === undefined ? null : (workspace.snapshots.list().find((one) => one.hash.startsWith(options.snapshot!))?.hash ?? null);
    if (options.snapshot !== undefined && hash === null) throw new WheelError("usage", `There is no snapshot ${options.snapshot}.`, "Leave --snapshot out to build one now.");
    const dir = hash === null ? buildSnapshot(workspace, { cycle: 1_000_000, stage: "rl" }).dir : join(workspace.dir, "snapshots", hash);
    const printer = progressPrinter();
    const report = await exportSnapshot(workspace, await readSnapshot(dir), folder!, {
      stages,
      dryRun: options.dryRun,
      signal,
      onProgress: (done, total) => printer({ kind: "progress", cycle: 0, stage: "export", done, total }),
    });
    emit(report);
    say(`${options.dryRun ? "Would write" : "Wrote"} ${report.rows} rows and ${report.images} images (${(report.bytes / 1e6).toFixed(1)} MB) of snapshot ${report.snapshot.slice(0, 12)} to ${folder}.`);
  });
}
