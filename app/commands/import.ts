/** `flywheel import`: makes episodes of a folder. In: our own export, ATIF trajectories, or UI-TARS-style conversations. Out: episodes in the workspace. */
import type { Command } from "commander";
import { DIALECT_IDS, type DialectId } from "../../agent/dialects/dialect.ts";
import { importFolder } from "../../flywheel/import/importFolder.ts";
import { action } from "../context.ts";
import { examples, oneOf } from "../options.ts";

/** Adds the command. */
export function importCommand(program: Command): void {
  const command = program
    .command("import <folder>")
    .description("make episodes of an exported folder, of ATIF trajectories, or of UI-TARS-style conversations; all of them or none")
    .option("--dialect <name>", `how answers of conversations are written: ${DIALECT_IDS.join(", ")}`, oneOf(DIALECT_IDS), "ui-tars-1.5")
    .option("--dry-run", "read and check everything, write nothing");
  examples(command, "import dataset -w copy", "import conversations --dialect ui-tars-1.0");
  action<{ readonly dialect: DialectId; readonly dryRun?: true }>(command, async ({ options, say, emit, openWorkspace }, [folder]) => {
    await using workspace = await openWorkspace("make");
    const report = await importFolder(workspace, folder!, options);
    emit(report);
    const known = report.present > 0 ? `; ${report.present} were here already` : "";
    if (options.dryRun === true) return say(`Would import ${report.episodes} episodes (${report.steps} steps)${known}.`);
    return say(`Imported ${report.episodes} episodes (${report.steps} steps)${known}. List them with \`flywheel episodes list\`.`);
  });
}
