/** `flywheel report`: one self-contained HTML file about a run. In: a workspace. Out: the file's path, or the report's data as JSON. */
import { renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { WheelError } from "../../env/errors.ts";
import { translating } from "../../flywheel/store/storeError.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { action } from "../context.ts";
import { examples } from "../options.ts";
import { gatherReport } from "../report/gatherReport.ts";

interface ReportOptions {
  readonly run?: string;
  readonly out?: string;
}

/** Adds the command. */
export function reportCommand(program: Command): void {
  const command = program
    .command("report")
    .description("write one self-contained HTML file: the curve, the ledger, the gate, episodes as film strips; works while a run goes on")
    .option("--run <id>", "which run (default: the newest)")
    .option("--out <file>", "where to write it (default: report.html in the workspace)");
  examples(command, "report", "report --run s1-1a2b3c4d --out s1.html", "report --json > report.json");
  action<ReportOptions>(command, async ({ options, say, emit, openWorkspace }) => {
    await using workspace = await openWorkspace("read");
    const run = options.run ?? workspace.runs.list().at(-1)?.id;
    if (run === undefined) throw new WheelError("usage", "There is no run in this workspace yet.", "Start one with `flywheel run`.");
    if (options.json === true) {
      const { screens: _, ...data } = gatherReport(workspace, run) as unknown as Record<string, unknown>;
      emit(data);
      return;
    }
    say(`Report: ${await writeReport(workspace, run, options.out)}`);
  });
}

/** Writes the report of a run, all of it or nothing, and returns its path. Throws `usage` for a place that cannot be written, `disk-full`. */
export async function writeReport(workspace: Workspace, run: string, out = join(workspace.dir, "report.html")): Promise<string> {
  // Loaded when needed: drawing charts is a good part of what starts up slowly.
  const { renderReport } = await import("../report/renderReport.ts");
  const page = await renderReport(gatherReport(workspace, run));
  return translating(out, () => {
    writeFileSync(`${out}.part`, page);
    renameSync(`${out}.part`, out);
    return resolve(out);
  });
}
