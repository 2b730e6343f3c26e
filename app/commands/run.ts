/** `flywheel run`: turns the wheel. In: a preset or config file and options for every knob. Out: a workspace, one line per cycle, the report. */
import { InvalidArgumentError, type Command } from "commander";
import { installBrowser } from "../../env/findBrowser.ts";
import { MOST_CYCLES, PRESETS } from "../../flywheel/config.ts";
import { turnWheel } from "../../flywheel/loop.ts";
import type { OnProgress } from "../../flywheel/progress.ts";
import { Wheel } from "../../flywheel/wheel.ts";
import { configureRun, type RunOptions } from "../configureRun.ts";
import { action } from "../context.ts";
import { collect, examples, oneOf, whole, withTaskModule, withTasks } from "../options.ts";
import { progressPrinter } from "../progressPrinter.ts";
import { writeReport } from "./report.ts";

/** Adds the command. */
export function runCommand(program: Command): void {
  const command = program
    .command("run")
    .description("turn the wheel: act, verify, filter, route, train, gate, reload, act again; the same command goes on after a stop")
    .option("--preset <name>", `start from a preset: ${PRESETS.join(", ")} (default: tour)`, oneOf(PRESETS))
    .option("--config <file>", "start from a configuration file (JSON, as `--dry-run --json` prints it)")
    .option("--seed <n>", "training seed", whole(0, 1_000_000));
  withTaskModule(withTasks(command, "those of the preset"))
    .option("--demonstrated <ids>", "tasks demonstrated at the start (default: those of the preset, else the first third)")
    .option("--cycles <n>", "training cycles after cycle 0", whole(1, MOST_CYCLES))
    .option("--contexts <n>", "browser contexts in parallel, 1 to 32", whole(1, 32))
    .option("--continuous", "roll out on while what was collected is learned and tested; until stopped, unless --cycles says when")
    .option("--set <path=value>", "set any knob of the configuration, e.g. rl.groups=8 (repeatable)", collect)
    .option("--dry-run", "print the configuration with all its knobs and stop")
    .option("--no-filter", "control: every episode to SFT, failed actions imitated")
    .option("--no-routing", "control: verified to SFT, the rest dropped; no CT, no RL pool")
    .option("--no-ct", "control: no continual pre-training")
    .option("--no-rl", "control: no reinforcement learning")
    .option("--no-requests", "control: no demonstrations on request")
    .option("--demos-only", "control: same gradient steps and demonstrations, no rollouts in training")
    .option("--frozen-actor", "control: all rollouts by checkpoint 0")
    .option("--poison <cycle:share>", "control: flip this share of one cycle's fail verdicts to pass, e.g. 2:0.2", parsePoison)
    .option("--reference <dir>", "workspace of a finished run with the same seed: its requests (and with --demos-only its updates) are repeated");
  examples(
    command,
    "run",
    "run --preset smoke -w try",
    "run --seed 2 -w tour2",
    "run --tasks 'click-*' --cycles 3 --set rl.groups=8 -w clicks",
    "run --preset smoke --tasks click-text --task-module ~/my-task.ts -w mine",
    "run --demos-only --reference workspace -w demos-only",
  );
  action<RunOptions & { dryRun?: true }>(command, async ({ options, signal, say, emit, openWorkspace }) => {
    const { config, tasks } = await configureRun(options);
    if (options.dryRun === true) {
      say(JSON.stringify(config, null, 2));
      emit(config);
      return;
    }
    installBrowser(say);
    await using workspace = await openWorkspace("make");
    await using wheel = new Wheel({ workspace, config, tasks, signal, onProgress: listener(options.json === true, emit) });
    const found = workspace.runs.open(wheel.run, config, config.seed);
    say(
      `Run ${wheel.run} ${found === "new" ? "starts" : "goes on"} in ${options.workspace}: ${tasks.length} tasks, ${config.continuous && config.cycles === MOST_CYCLES ? "turning until stopped" : `${config.cycles} cycles`}, seed ${config.seed}.`,
    );
    say(`Demonstrated at the start: ${config.demonstrated.join(", ") || "nothing"}. Stop with Ctrl-C; the same command goes on.`);
    await turnWheel(wheel);
    const report = await writeReport(workspace, wheel.run);
    say(`Report: ${report}`);
    emit({ kind: "done", run: wheel.run, acting: wheel.actingId(), report });
  });
}

/** Programs get one object per stage and line; people get bars. */
function listener(json: boolean, emit: (value: unknown) => void): OnProgress {
  if (!json) return progressPrinter();
  return (event) => void (event.kind === "progress" || event.kind === "loss" || emit(event));
}

function parsePoison(text: string): { cycle: number; share: number } {
  const [, cycle, share] = /^(\d+):(0?\.\d+|0|1)$/.exec(text) ?? [];
  if (cycle === undefined) throw new InvalidArgumentError("Write cycle:share, for example 2:0.2.");
  return { cycle: Number(cycle), share: Number(share) };
}
