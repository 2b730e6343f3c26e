/**
 * The configuration of a run from everything a person may say: preset or file, then options, then controls, then `--set`; later ones win.
 * In: options of `flywheel run`. Out: a checked configuration and its tasks. The same options always give the same configuration, so they resume.
 */
import { isWheelError, WheelError } from "../env/errors.ts";
import type { Endpoint } from "../agent/remote/endpoint.ts";
import type { Task } from "../env/task.ts";
import { MOST_CYCLES, parseConfig, presetConfig, readConfig, type WheelConfig } from "../flywheel/config.ts";
import { externalSchema, RELOADS } from "../flywheel/external/externalConfig.ts";
import { referenceBudget } from "../flywheel/reference.ts";
import { findTasks, matchTasks } from "../tasks/index.ts";
import type { TaskChoice } from "./options.ts";
import { selectTasks } from "./selectTasks.ts";

export interface RunOptions extends TaskChoice {
  readonly preset?: string;
  readonly config?: string;
  readonly seed?: number;
  readonly demonstrated?: string;
  readonly cycles?: number;
  readonly continuous?: true;
  readonly contexts?: number;
  readonly set?: readonly string[];
  /** Commander makes `--no-x` a flag that is true unless given. */
  readonly filter: boolean;
  readonly routing: boolean;
  readonly ct: boolean;
  readonly rl: boolean;
  readonly requests: boolean;
  readonly demosOnly?: true;
  readonly frozenActor?: true;
  readonly poison?: { readonly cycle: number; readonly share: number };
  readonly reference?: string;
  /** Of the workspace's agents, looked up already. */
  readonly endpoint?: Endpoint;
  readonly trainer?: string;
  readonly reload?: string;
}

export interface ConfiguredRun {
  readonly config: WheelConfig;
  readonly tasks: readonly Task[];
}

/** Throws `bad-config`, `unknown-task`, `bad-task-module`, `usage`. */
export async function configureRun(options: RunOptions): Promise<ConfiguredRun> {
  if (options.preset !== undefined && options.config !== undefined)
    throw new WheelError("usage", "Both --preset and --config were given.", "Leave one of them out.");
  const preset = options.preset ?? "tour";
  const from = options.config ?? `preset ${preset}`;
  const base = parseConfig(options.config === undefined ? presetConfig(preset) : readConfig(options.config), from);
  const config = { ...(structuredClone(base) as unknown as Record<string, unknown>), ...agentOf(options) };
  for (const assignment of [...named(options), ...(options.set ?? []).map(parseAssignment)]) assign(config, assignment);
  const tasks = await selectTasks(options.tasks ?? (config["tasks"] as string | string[]), options.taskModule);
  config["tasks"] = tasks.map(({ id }) => id);
  config["demonstrated"] = demonstratedOf(options.demonstrated, config["demonstrated"] as string[], tasks);
  if (options.reference !== undefined) await repeatBudget(config, options.reference, options);
  return { config: parseConfig(config, `${from} with the given options`), tasks };
}

/** The agent on a server and its trainer: knobs that a run of the built-in model does not have. */
function agentOf({ endpoint, trainer, reload }: RunOptions): Readonly<Record<string, unknown>> {
  if ((trainer === undefined) !== (reload === undefined))
    throw new WheelError("usage", "--trainer and --reload come together.", `What was trained is loaded by ${RELOADS.join(", ")}, or a command.`);
  const kind = RELOADS.find((name) => name === reload);
  const external = { train: trainer, reload: kind === undefined ? { kind: "command", command: reload } : { kind } };
  // With its defaults, so that --set finds all its knobs; what is wrong with it is told with the rest.
  const whole = externalSchema.safeParse(external).data ?? external;
  return { ...(endpoint === undefined ? {} : { agent: endpoint }), ...(trainer === undefined ? {} : { external: whole }) };
}

type Assignment = readonly [path: string, value: unknown];

function named({ seed, cycles, contexts, poison, ...options }: RunOptions): Assignment[] {
  const all: Assignment[] = [];
  if (seed !== undefined) all.push(["seed", seed]);
  if (options.continuous === true) all.push(["continuous", true], ["cycles", MOST_CYCLES]);
  if (cycles !== undefined) all.push(["cycles", cycles]);
  if (contexts !== undefined) all.push(["contexts", contexts]);
  if (!options.filter) all.push(["filter", false]);
  if (!options.routing) all.push(["routing", false], ["rl.enabled", false]);
  if (!options.ct) all.push(["ct.enabled", false]);
  if (!options.rl) all.push(["rl.enabled", false]);
  if (!options.requests) all.push(["curriculum.requestsPerCycle", 0]);
  if (options.demosOnly === true) all.push(["controls.demosOnly", true]);
  if (options.frozenActor === true) all.push(["controls.frozenActor", true]);
  if (poison !== undefined) all.push(["controls.poison", poison]);
  return all;
}

/** `path=value`; a value that is not JSON is text. */
function parseAssignment(text: string): Assignment {
  const at = text.indexOf("=");
  if (at < 1) throw new WheelError("bad-config", `--set ${text} has no "=".`, "Write --set path=value, for example --set rl.groups=8.");
  const [path, value] = [text.slice(0, at), text.slice(at + 1)];
  try {
    return [path, JSON.parse(value)];
  } catch {
    return [path, value];
  }
}

/** Changes a knob that exists. Throws `bad-config` for others, naming those there are. */
function assign(config: Record<string, unknown>, [path, value]: Assignment): void {
  const names = path.split(".");
  const last = names.pop()!;
  let at = config;
  for (const name of names) at = knob(at, name, path) as Record<string, unknown>;
  knob(at, last, path);
  at[last] = value;
}

function knob(at: unknown, name: string, path: string): unknown {
  if (at !== null && typeof at === "object" && Object.hasOwn(at, name)) return (at as Record<string, unknown>)[name];
  const known = at !== null && typeof at === "object" && !Array.isArray(at) ? Object.keys(at) : [];
  const hint = known.length > 0 ? `Instead of "${name}" there are: ${known.join(", ")}.` : "`flywheel run --dry-run` prints every knob.";
  throw new WheelError("bad-config", `There is no knob "${path}" to set.`, hint);
}

/** Tasks with demonstrations at the start: as asked for, else those that the preset means and somebody can solve, else the first third of all. */
function demonstratedOf(asked: string | undefined, preset: readonly string[], tasks: readonly Task[]): string[] {
  const able = tasks.filter(({ oracle }) => oracle !== undefined);
  const part = asked === undefined ? matchTasks(preset, able) : among(asked, tasks);
  const chosen = part.length > 0 || preset.length === 0 ? part : able.slice(0, Math.ceil(tasks.length / 3));
  const unable = chosen.filter(({ oracle }) => oracle === undefined).map(({ id }) => id);
  if (unable.length > 0)
    throw new WheelError("bad-config", `Nobody can demonstrate ${unable.join(", ")}: no oracle.`, "Choose others with --demonstrated.");
  return chosen.map(({ id }) => id);
}

/** The tasks of `--demonstrated`, which must take part. */
function among(asked: string, tasks: readonly Task[]): Task[] {
  try {
    return findTasks(
      asked.split(",").map((one) => one.trim()),
      tasks,
    );
  } catch (error) {
    if (!isWheelError(error, "unknown-task")) throw error;
    throw new WheelError(
      "bad-config",
      `--demonstrated ${asked} names a task that takes no part.`,
      `Choose from: ${tasks.map(({ id }) => id).join(", ")}.`,
      { cause: error },
    );
  }
}

/** Equal budgets: the requests (and for --demos-only the updates) of a finished run of the same seed. Without requests there are none to repeat. */
async function repeatBudget(
  config: Record<string, unknown>,
  reference: string,
  { requests: asks, demosOnly }: Pick<RunOptions, "requests" | "demosOnly">,
): Promise<void> {
  const { requests, extraSftSteps } = await referenceBudget(reference, config["seed"] as number);
  if (asks) assign(config, ["controls.requests", requests]);
  if (demosOnly === true) assign(config, ["controls.extraSftSteps", extraSftSteps]);
}
