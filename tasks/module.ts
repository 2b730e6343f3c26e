/**
 * Tasks of a user, in one file outside the project: `export default (kit) => kit.defineTask({ ... })` (or a list of tasks).
 * The file needs no import: everything to make a task is handed to it. In: a path. Out: checked tasks.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { WheelError } from "../env/errors.ts";
import type { Task } from "../env/task.ts";
import { defineTask } from "./defineTask.ts";
import * as nearMiss from "./nearMiss.ts";
import * as oracle from "./oracle.ts";
import * as phrases from "./phrases.ts";
import * as words from "./words.ts";

/** What a task module's default export is called with. */
const kit = { defineTask, ...oracle, ...nearMiss, ...phrases, ...words } as const;
export type Kit = typeof kit;

const HINT = "Write `export default (kit) => kit.defineTask({ ... })`; the README shows a whole task file.";

const bad = (path: string, problem: string, cause?: unknown): WheelError =>
  new WheelError("bad-task-module", `${path}: ${problem}`, HINT, cause === undefined ? {} : { cause });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The tasks of a module file. Throws `bad-task-module` with what is wrong with it. */
export async function loadTaskModule(path: string): Promise<Task[]> {
  const make = await importDefault(path);
  let made: unknown;
  try {
    made = await (make as (given: Kit) => unknown)(kit);
  } catch (error) {
    throw bad(path, `its default export threw "${messageOf(error)}".`, error);
  }
  const tasks = Array.isArray(made) ? made : [made];
  if (tasks.length === 0) throw bad(path, "it returned no task.");
  for (const task of tasks) {
    const problem = problemOf(task);
    if (problem !== null) throw bad(path, problem);
  }
  return tasks as Task[];
}

async function importDefault(path: string): Promise<unknown> {
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(resolve(path)).href)) as typeof module;
  } catch (error) {
    throw bad(path, `it cannot be loaded: ${messageOf(error)}`, error);
  }
  if (typeof module.default !== "function") throw bad(path, "its default export is not a function.");
  return module.default;
}

const FUNCTIONS = ["instance", "resource", "setup", "probe", "verify"] as const;
/** One seed of each split; a task must be able to draw them. */
const SAMPLE_SEEDS = [0, 34, 600_000, 690_000] as const;

/** What is wrong with a would-be task, or null. */
function problemOf(given: unknown): string | null {
  if (given === null || typeof given !== "object") return "it did not return a task made by kit.defineTask.";
  const task = given as Task;
  if (typeof task.id !== "string" || !/^[a-z0-9][a-z0-9/-]*$/.test(task.id))
    return `the id ${JSON.stringify(task.id)} must be lower-case letters, digits and dashes.`;
  const missing = FUNCTIONS.find((name) => typeof task[name] !== "function");
  if (missing !== undefined) return `task "${task.id}" has no function "${missing}".`;
  if (!(task.viewport?.width > 0 && task.viewport.height > 0)) return `task "${task.id}" has no viewport {width, height}.`;
  if (!(Number.isInteger(task.maxSteps) && task.maxSteps > 0)) return `task "${task.id}" needs maxSteps, a whole number above 0.`;
  if (!Array.isArray(task.buckets) || task.buckets.length === 0) return `task "${task.id}" needs at least one bucket.`;
  if (!Array.isArray(task.nearMisses)) return `task "${task.id}" needs a list of nearMisses.`;
  for (const seed of SAMPLE_SEEDS) {
    try {
      const { instruction, bucket } = task.instance(seed);
      if (instruction.length === 0 || !task.buckets.includes(bucket))
        return `task "${task.id}", seed ${seed}: no instruction, or a bucket that is not in its list.`;
    } catch (error) {
      return `task "${task.id}" cannot draw seed ${seed}: ${messageOf(error)}`;
    }
  }
  return null;
}
