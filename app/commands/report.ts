/** `flywheel report`: one self-contained HTML file about a run. In: a workspace. Out: the file's path, or the report's data as JSON. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { WheelError } from "../../env/errors.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { action } from "../context.ts";
import { gatherReport } from "../report/gatherReport.ts";
import { renderReport } from "../report/renderReport.ts";

interface ReportOptions {
  readonly run?: string;
  readonly out?: string;
}

/** Adds the command. */
export function reportCommand(program: Command): void {
  const command = program
    .command("report")
    .description("write one self-contained HTML file: the curve, the ledger, the gate, episodes as film strips")
    .option("--run <id>", "which run (default: the newest)")
    .option("--out <file>", "where to write it (default: report.html in the workspace)");
  action<ReportOptions>(command, async ({ options, say, emit, openWorkspace }) => {
    await using workspace = await openWorkspace("read");
    const run = options.run ?? workspace.runs.list().at(-1)?.id;
    if (run === undefined) throw new WheelError("usage", "There is no run in this workspace yet.", "Start one with `flywheel run`.");
    if (options.json) {
      const { screens: _, ...data } = gatherReport(workspace, run, { commit: commitId() }) as unknown as Record<string, unknown>;
      emit(data);
      return;
    }
    say(`Report: ${await writeReport(workspace, run, options.out)}`);
  });
}

/** Writes the report of a run and returns its path. */
export async function writeReport(workspace: Workspace, run: string, out = join(workspace.dir, "report.html")): Promise<string> {
  writeFileSync(out, await renderReport(gatherReport(workspace, run, { commit: commitId() })));
  return resolve(out);
}

/** The commit this program runs from, or a word for an installed package. */
function commitId(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], { cwd: import.meta.dirname, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "installed";
  }
}
