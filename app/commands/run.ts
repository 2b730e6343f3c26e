/** `flywheel run`: turns the wheel. In: a preset or config file and options for every knob. Out: a workspace, one line per cycle, the report. */
import { InvalidArgumentError, type Command } from "commander";
import { installBrowser } from "../../env/findBrowser.ts";
import { MOST_CYCLES, PRESETS, type WheelConfig } from "../../flywheel/config.ts";
import { RELOADS } from "../../flywheel/external/externalConfig.ts";
import { turnWheel } from "../../flywheel/loop.ts";
import type { OnProgress } from "../../flywheel/progress.ts";
import { Wheel } from "../../flywheel/wheel.ts";
import { configureRun, type RunOptions } from "../configureRun.ts";
import { action, type Context } from "../context.ts";
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
    .option(
      "--agent <name>",
      "a model on a server acts in place of the built-in one (see `flywheel agents`); without --trainer, its episodes are collected",
    )
    .option("--trainer <command>", "trains that agent once per cycle: a line of the shell; FLYWHEEL_CONFIG names the file that says what is where")
    .option("--reload <how>", `how its server is made to serve what was trained: ${RELOADS.join(", ")}, or a command told FLYWHEEL_MODEL`)
    .option(
      "--reference <run>",
      "workspace or results of a finished run with the same seed: its requests (and with --demos-only its updates) are repeated",
    );
  examples(
    command,
    "run",
    "run --preset smoke -w try",
    "run --seed 2 -w tour2",
    "run --tasks 'click-*' --cycles 3 --set rl.groups=8 -w clicks",
    "run --preset smoke --tasks click-text --task-module ~/my-task.ts -w mine",
    "run --demos-only --reference workspace -w demos-only",
    "run --agent qwen --cycles 3 -w collected",
    "run --agent qwen --trainer 'python3 train.py \"$FLYWHEEL_CONFIG\"' --reload vllm-lora -w lora",
  );
  action<RunOptions & { dryRun?: true; agent?: string }>(command, async ({ options, signal, say, emit, openWorkspace }) => {
    const { config, tasks } = await configureRun({ ...options, ...(await agentNamed(options.agent, openWorkspace)) });
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
    if (config.agent !== undefined) say(describeAgent(config));
    await turnWheel(wheel);
    const report = await writeReport(workspace, wheel.run);
    say(`Report: ${report}`);
    emit({ kind: "done", run: wheel.run, acting: wheel.actingId(), report });
  });
}

/** The agent as this workspace knows it. */
async function agentNamed(name: string | undefined, openWorkspace: Context<object>["openWorkspace"]): Promise<Pick<RunOptions, "endpoint">> {
  if (name === undefined) return {};
  await using workspace = await openWorkspace("read");
  return { endpoint: workspace.agents.get(name) };
}

function describeAgent({ agent, external }: WheelConfig): string {
  const who = `${agent!.model} at ${agent!.baseUrl} acts`;
  if (external === undefined) return `${who}; there is no trainer (--trainer), so its episodes are collected and nothing is trained.`;
  const { kind } = external.reload;
  return `${who}; trained by: ${external.train}; loaded by ${kind === "command" ? `the command ${external.reload.command}` : kind}. RL is left to its trainer.`;
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
