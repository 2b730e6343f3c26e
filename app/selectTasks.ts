/** Tasks by what a person writes: ids, globs, a file of ids, a list, plus task modules. In: text. Out: tasks, or `unknown-task`. */
import { existsSync, readFileSync } from "node:fs";
import type { Task } from "../env/task.ts";
import { findTasks, loadTaskModule, TASKS } from "../tasks/index.ts";

/** Finds tasks. Tasks of modules are always included. */
export async function selectTasks(given: string | readonly string[] | undefined, modules: readonly string[]): Promise<Task[]> {
  const extra = (await Promise.all(modules.map(loadTaskModule))).flat();
  const all = [...TASKS, ...extra];
  if (given === undefined) return all;
  const patterns = typeof given === "string" ? readPatterns(given) : given;
  return [...new Set([...findTasks(patterns, all), ...extra])];
}

function readPatterns(given: string): string[] {
  const text = existsSync(given) ? readFileSync(given, "utf8") : given;
  return text.split(/[\s,]+/).filter((one) => one !== "" && !one.startsWith("#"));
}
