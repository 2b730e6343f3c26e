/** All commands with their help. In: nothing. Out: a commander program that throws instead of exiting; every command is a thin skin over the rooms below. */
import { Command } from "commander";
import { agentsCommand } from "./commands/agents.ts";
import { benchCommand } from "./commands/bench.ts";
import { benchmarkCommand } from "./commands/benchmark.ts";
import { checkpointsCommand } from "./commands/checkpoints.ts";
import { compareCommand } from "./commands/compare.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { episodesCommand } from "./commands/episodes.ts";
import { evaluateCommands } from "./commands/evaluate.ts";
import { exportCommand } from "./commands/export.ts";
import { importCommand } from "./commands/import.ts";
import { modelCommand } from "./commands/model.ts";
import { readerCommand } from "./commands/reader.ts";
import { replayCommand } from "./commands/replay.ts";
import { reportCommand } from "./commands/report.ts";
import { resultsCommand } from "./commands/results.ts";
import { runCommand } from "./commands/run.ts";
import { serveCommand } from "./commands/serve.ts";
import { signsCommand } from "./commands/signs.ts";
import { tasksCommand } from "./commands/tasks.ts";
import { VERSION } from "./version.ts";

const EXIT_CODES = `
Exit codes:
    0  done
    1  a check did not hold, or something unexpected happened
    2  wrong use: unknown task, option, id or seed, wrong configuration, no workspace
    3  browser missing or broken, or pages of a suite missing
    4  damaged or foreign checkpoint, snapshot or export
    5  workspace in use, newer than this program, or damaged
    6  disk full
    7  stopped by the monitor, or training failed
    8  a remote agent could not be reached, or its server does not serve what it was told to
  130  interrupted; the same command goes on where it stopped`;

const START = `
Start here:
  $ flywheel doctor --fix          check this computer, find or install a browser
  $ flywheel run                   turn the wheel (about nine minutes), then open workspace/report.html
  $ flywheel <command> --help      options and examples of a command`;

/** A new program. `quiet` keeps what commander itself says about wrong use off stderr. */
export function makeProgram(quiet = false): Command {
  const program = new Command("flywheel")
    .description("A GUI agent that gets better by its own work: act, verify, filter, route, train, gate, reload, act again.")
    .version(VERSION)
    .configureOutput({ writeErr: (text) => void (quiet || process.stderr.write(text)) })
    .showHelpAfterError("Add --help to see how it is used.")
    .exitOverride()
    .addHelpText("after", START)
    .addHelpText("afterAll", EXIT_CODES);
  const commands = [
    doctorCommand,
    tasksCommand,
    runCommand,
    evaluateCommands,
    episodesCommand,
    replayCommand,
    exportCommand,
    importCommand,
    reportCommand,
    resultsCommand,
    compareCommand,
    checkpointsCommand,
    agentsCommand,
    modelCommand,
    serveCommand,
    readerCommand,
    signsCommand,
    benchCommand,
    benchmarkCommand,
  ];
  for (const add of commands) add(program);
  return program;
}
