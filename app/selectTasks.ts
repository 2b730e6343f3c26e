/** Tasks by what a person writes: ids, globs, a file of ids, a list, plus task modules. In: text. Out: tasks, or `unknown-task`. */
import { readFileSync, statSync } from "node:fs";
import { isWheelError, WheelError } from "../env/errors.ts";
import type { Task } from "../env/task.ts";
import { ALL_TASKS, findTasks, loadTaskModule, TASKS } from "../tasks/index.ts";

/** Every task there is, suites and those of modules included: what recorded episodes may be of. */
export async function knownTasks(modules: readonly string[] = []): Promise<Task[]> {
  return [...ALL_TASKS, ...(await tasksOf(modules))];
}

/** Finds tasks; all of the project's own when nothing is given. Tasks of modules are always included; an id must name one task only. */
export async function selectTasks(given: string | readonly string[] | undefined, modules: readonly string[] = []): Promise<Task[]> {
  const extra = await tasksOf(modules);
  if (given === undefined) return [...TASKS, ...extra];
  const all = [...ALL_TASKS, ...extra];
  const patterns = typeof given === "string" ? readPatterns(given) : given;
  const chosen = new Set([...find(patterns, all), ...extra]);
  return all.filter((task) => chosen.has(task));
}

/** Exactly these tasks, built in or of the modules, in this order. Throws `unknown-task`. */
export async function exactTasks(ids: readonly string[], modules: readonly string[]): Promise<Task[]> {
  const all = await knownTasks(modules);
  return ids.map((id) => find([id], all)[0]!);
}

async function tasksOf(modules: readonly string[]): Promise<Task[]> {
  const owners = new Map(ALL_TASKS.map(({ id }) => [id, "the built-in tasks"]));
  const extra: Task[] = [];
  for (const path of new Set(modules)) {
    for (const task of await loadTaskModule(path)) {
      const owner = owners.get(task.id);
      if (owner !== undefined)
        throw new WheelError("bad-task-module", `${path}: the task "${task.id}" already exists in ${owner}.`, "Give it another id.");
      owners.set(task.id, path);
      extra.push(task);
    }
  }
  return extra;
}

function find(patterns: readonly string[], all: readonly Task[]): Task[] {
  try {
    return findTasks(patterns, all);
  } catch (error) {
    if (!isWheelError(error, "unknown-task")) throw error;
    throw new WheelError(error.code, error.message, `${error.hint} A task of your own needs its file: --task-module FILE.ts.`, { cause: error });
  }
}

/** A file has one pattern per line and comments after `#`; everything else is a list with commas. */
function readPatterns(given: string): string[] {
  const text = isFile(given) ? readFileSync(given, "utf8").replace(/#.*/g, "") : given;
  const patterns = text.split(/[\s,]+/).filter((one) => one !== "");
  if (patterns.length > 0) return patterns;
  throw new WheelError("unknown-task", `"${given}" names no task.`, "Write ids or globs separated by commas, for example --tasks 'click-*,log-in'.");
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
