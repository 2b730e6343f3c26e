/** `flywheel results`: what a finished run found, in one small file. In: a workspace. Out: the file, or the same on stdout. */
import { renameSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { WheelError } from "../../env/errors.ts";
import { translating } from "../../flywheel/store/storeError.ts";
import { action } from "../context.ts";
import { examples } from "../options.ts";
import { gatherRunResults } from "../report/gatherRunResults.ts";

interface ResultsOptions {
  readonly run?: string;
  readonly out?: string;
}

/** Adds the command. */
export function resultsCommand(program: Command): void {
  const command = program
    .command("results")
    .description("write what a finished run found as one small JSON file; `compare` and `run --reference` read it like the workspace")
    .option("--run <id>", "which run (default: the newest)")
    .option("--out <file>", "where to write it (default: stdout)");
  examples(command, "results --out s1.json", "results -w demos-only --out s1-demos-only.json");
  action<ResultsOptions>(command, async ({ options, say, emit, openWorkspace }) => {
    await using workspace = await openWorkspace("read");
    const all = workspace.runs.list();
    const run = options.run === undefined ? all.at(-1) : all.find(({ id }) => id === options.run);
    if (run === undefined) {
      const known = all.length === 0 ? "Start one with `flywheel run`." : `Runs: ${all.map(({ id }) => id).join(", ")}.`;
      throw new WheelError("usage", `There is no run ${options.run === undefined ? "" : `${options.run} `}in this workspace.`, known);
    }
    const results = gatherRunResults(workspace, run);
    if (options.out === undefined) {
      say(JSON.stringify(results));
      emit(results);
      return;
    }
    write(options.out, `${JSON.stringify(results)}\n`);
    say(`Results of ${run.id}: ${resolve(options.out)}`);
  });
}

/** All of it or nothing. */
function write(path: string, text: string): void {
  translating(path, () => {
    writeFileSync(`${path}.part`, text);
    renameSync(`${path}.part`, path);
  });
}
