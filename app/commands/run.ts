/** `flywheel run`: turns the wheel. In: a preset or config file and options for every knob. Out: a workspace, one line per cycle, the report. */
import type { Command } from "commander";
import { installBrowser } from "../../env/findBrowser.ts";
import { parseConfig, presetConfig, PRESETS, readConfig, type WheelConfig } from "../../flywheel/config.ts";
import { turnWheel } from "../../flywheel/loop.ts";
import { Wheel } from "../../flywheel/wheel.ts";
import { action } from "../context.ts";
import { writeReport } from "./report.ts";
import { progressPrinter } from "../progressPrinter.ts";
import { selectTasks } from "../selectTasks.ts";

export interface RunOptions {
  readonly preset?: string;
  readonly config?: string;
  readonly seed?: string;
  readonly tasks?: string;
  readonly taskModule?: string[];
  readonly demonstrated?: string;
  readonly cycles?: string;
  readonly contexts?: string;
  readonly set: string[];
  readonly filter: boolean;
  readonly routing: boolean;
  readonly ct: boolean;
  readonly rl: boolean;
  readonly requests: boolean;
  readonly demosOnly: boolean;
  readonly frozenActor: boolean;
  readonly poison?: string;
  readonly reference?: string;
  readonly dryRun: boolean;
}

/** Adds the command. */
export function runCommand(program: Command): void {
  const command = program
    .command("run")
    .description("turn the wheel: act, verify, filter, route, train, gate, reload; the same command resumes")
    .option("--preset <name>", `start from a preset: ${PRESETS.join(", ")} (default: tour)`)
    .option("--config <file>", "start from a configuration file (JSON, see flywheel/presets)")
    .option("--seed <n>", "training seed")
    .option("--tasks <ids>", "ids or globs separated by commas, or a file with one per line")
    .option("--task-module <file>", "add tasks from a file outside the project (repeatable)", collect, [])
    .option("--demonstrated <ids>", "tasks with demonstrations at the start")
    .option("--cycles <n>", "training cycles after cycle 0")
    .option("--contexts <n>", "browser contexts in parallel")
    .option("--set <path=value>", "set any knob of the configuration, e.g. rl.groups=8 (repeatable)", collect, [])
    .option("--no-filter", "control: every episode to SFT, failed actions imitated")
    .option("--no-routing", "control: verified to SFT, the rest dropped; no CT, no RL pool")
    .option("--no-ct", "control: no continual pre-training")
    .option("--no-rl", "control: no reinforcement learning")
    .option("--no-requests", "control: no demonstrations on request")
    .option("--demos-only", "control: same gradient steps and demonstrations, no rollouts in training", false)
    .option("--frozen-actor", "control: all rollouts by checkpoint 0", false)
    .option("--poison <cycle:share>", "control: flip this share of one cycle's fail verdicts to pass, e.g. 2:0.2")
    .option("--reference <dir>", "with --demos-only: workspace of a finished run whose requests and updates are repeated")
    .option("--dry-run", "print the configuration and stop", false);
  action<RunOptions>(command, async ({ options, signal, say, emit, openWorkspace }) => {
    const { config, tasks } = await configure(options);
    if (options.dryRun) {
      say(JSON.stringify(config, null, 2));
      emit(config);
      return;
    }
    installBrowser(say);
    await using workspace = await openWorkspace("write");
    const printer = progressPrinter();
    await using wheel = new Wheel({ workspace, config, tasks, signal, onProgress: printer });
    workspace.runs.open(wheel.run, config as never, config.seed);
    say(`Run ${wheel.run} in ${options.workspace}: ${tasks.length} tasks, ${config.cycles} cycles, seed ${config.seed}. Stop with Ctrl-C; the same command goes on.`);
    await turnWheel(wheel);
    say(`Report: ${await writeReport(workspace, wheel.run)}`);
    emit({ run: wheel.run });
  });
}

const collect = (value: string, before: string[]): string[] => [...before, value];

/** Configuration and tasks from preset, file and options; later ones win. */
export async function configure(options: RunOptions): Promise<{ config: WheelConfig; tasks: Awaited<ReturnType<typeof selectTasks>> }> {
  const from = options.config ?? `preset ${options.preset ?? "tour"}`;
  const base = (options.config === undefined ? presetConfig(options.preset ?? "tour") : readConfig(options.config)) as Record<string, unknown>;
  const modules = options.taskModule ?? [];
  const chosen = await selectTasks(options.tasks ?? (base["tasks"] as string[]), modules);
  const config = structuredClone(base);
  config["tasks"] = chosen.map(({ id }) => id);
  if (options.seed !== undefined) config["seed"] = Number(options.seed);
  if (options.cycles !== undefined) config["cycles"] = Number(options.cycles);
  if (options.contexts !== undefined) config["contexts"] = Number(options.contexts);
  const demonstrated = options.demonstrated?.split(",") ?? (base["demonstrated"] as string[]);
  config["demonstrated"] = options.demonstrated === undefined ? demonstrated.filter((id) => chosen.some((task) => task.id === id)) : demonstrated;
  for (const assignment of controls(options)) assign(config, assignment);
  for (const text of options.set) assign(config, splitAssignment(text));
  return { config: parseConfig(config, from), tasks: chosen };
}

type Assignment = readonly [path: string, value: unknown];

function controls(options: RunOptions): Assignment[] {
  const all: Assignment[] = [];
  if (!options.filter) all.push(["filter", false]);
  if (!options.routing) all.push(["routing", false], ["rl.enabled", false]);
  if (!options.ct) all.push(["ct.enabled", false]);
  if (!options.rl) all.push(["rl.enabled", false]);
  if (!options.requests) all.push(["curriculum.requestsPerCycle", 0]);
  if (options.demosOnly) all.push(["controls.demosOnly", true]);
  if (options.frozenActor) all.push(["controls.frozenActor", true]);
  if (options.poison !== undefined) {
    const [cycle, share] = options.poison.split(":").map(Number);
    all.push(["controls.poison", { cycle, share }]);
  }
  return all;
}

function splitAssignment(text: string): Assignment {
  const at = text.indexOf("=");
  const value = text.slice(at + 1);
  try {
    return [text.slice(0, at), JSON.parse(value)];
  } catch {
    return [text.slice(0, at), value];
  }
}

function assign(config: Record<string, unknown>, [path, value]: Assignment): void {
  const names = path.split(".");
  const last = names.pop()!;
  let at = config;
  for (const name of names) at = (at[name] ??= {}) as Record<string, unknown>;
  at[last] = value;
}
