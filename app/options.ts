/** Option values as people write them, and the options that several commands share. In: text of the command line. Out: checked values. */
import { userInfo } from "node:os";
import { InvalidArgumentError, type Command } from "commander";

/** Parser of a whole number within limits. */
export function whole(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(
      max === Number.MAX_SAFE_INTEGER ? `It must be a whole number, at least ${min}.` : `It must be a whole number from ${min} to ${max}.`,
    );
  };
}

/** Parser of a number from 0 to 1. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("It must be a number from 0 to 1.");
}

/** Parser of one of a few words. */
export function oneOf<Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const found = words.find((word) => word.toLowerCase() === text.toLowerCase());
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`Use one of: ${words.join(", ")}.`);
  };
}

/** Parser of an option that may be given several times. */
export const collect = (text: string, before: readonly string[] = []): string[] => [...before, text];

/** What `--tasks` and `--task-module` leave behind. */
export interface TaskChoice {
  readonly tasks?: string;
  readonly taskModule?: readonly string[];
}

/** Adds `--tasks`. */
export function withTasks(command: Command, otherwise = "all"): Command {
  return command.option("--tasks <ids>", `ids or globs separated by commas, or a file with one per line (default: ${otherwise})`);
}

/** Adds `--task-module`. */
export function withTaskModule(command: Command): Command {
  return command.option("--task-module <file>", "add the tasks of a file outside the project (repeatable)", collect);
}

/** Adds `--contexts`. */
export function withContexts(command: Command, otherwise: number): Command {
  return command.option("--contexts <n>", "browser contexts in parallel, 1 to 32", whole(1, 32), otherwise);
}

/** Who changes something by hand, and why. */
export interface Authored {
  readonly reason: string;
  readonly author: string;
}

/** Adds `--reason` and `--author`. */
export function withAuthor(command: Command): Command {
  return command.option("--reason <text>", "why; kept with the change", "").option("--author <name>", "who; kept with the change", currentUser());
}

/** A computer need not know its user (containers often do not). */
export function currentUser(): string {
  try {
    return userInfo().username;
  } catch {
    return "somebody";
  }
}

/** Adds examples to a command's help. */
export function examples(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText("after", `\nExamples:\n${lines.map((line) => `  $ flywheel ${line}`).join("\n")}`);
}
