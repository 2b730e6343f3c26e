/** The command line. In: argv. Out: the command's output and a documented exit status. Every command is a thin skin over the rooms below. */
import { Command } from "commander";
import { checkpointsCommand } from "./commands/checkpoints.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { episodesCommand } from "./commands/episodes.ts";
import { evaluateCommands } from "./commands/evaluate.ts";
import { exportCommand } from "./commands/export.ts";
import { replayCommand } from "./commands/replay.ts";
import { reportCommand } from "./commands/report.ts";
import { runCommand } from "./commands/run.ts";
import { tasksCommand } from "./commands/tasks.ts";

const EXIT_CODES = `
Exit codes: 0 done · 1 unexpected · 2 wrong use (unknown task, option, config, seed, id) · 3 browser missing or broken ·
4 damaged or foreign checkpoint or snapshot · 5 workspace in use, newer, or damaged · 6 disk full · 7 stopped by monitor or
diverged training · 130 interrupted (run the same command again to go on)`;

const program = new Command("flywheel")
  .description("A GUI agent that gets better by its own work: act, verify, filter, route, train, gate, reload, act again.")
  .version("0.1.0")
  .showHelpAfterError("(see `flywheel --help`)")
  .configureHelp({ sortSubcommands: false })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .addHelpText("after", EXIT_CODES);

doctorCommand(program);
tasksCommand(program);
runCommand(program);
evaluateCommands(program);
episodesCommand(program);
replayCommand(program);
exportCommand(program);
reportCommand(program);
checkpointsCommand(program);

await program.parseAsync();
