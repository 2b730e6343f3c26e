/** What a new user meets first: the help of every command. */
import type { Command } from "commander";
import { expect, test } from "vitest";
import { makeProgram } from "../../app/program.ts";

/** Commands that do something themselves: those without parts, and those that take something beside their parts. */
function leaves(command: Command): Command[] {
  if (command.commands.length === 0) return [command];
  return [...(command.registeredArguments.length > 0 ? [command] : []), ...command.commands.flatMap(leaves)];
}

const pathOf = (command: Command): string => (command.parent === null ? "" : `${pathOf(command.parent)} ${command.name()}`.trim());

/** All of a command's help, as it is printed. */
function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

const commands = leaves(makeProgram()).map((command) => [pathOf(command), command] as const);

test("all commands are there", () => {
  const named =
    "doctor,tasks list,tasks show,tasks check,tasks miniwob,run,evaluate,rollout,episodes list,episodes show,episodes verify,episodes route,episodes label,episodes mask,episodes retract,replay,export,export verify,import,report,results,compare,checkpoints list,checkpoints show,checkpoints promote,checkpoints rollback,checkpoints merge,checkpoints lineage,checkpoints null-test,agents add,agents list,agents test,agents remove,model serve,serve,reader train,reader evaluate,reader learn,signs train,signs evaluate,bench,benchmark miniwob";
  expect(commands.map(([path]) => path)).toEqual(named.split(","));
});

test.each(commands)("the help of %s shows --json, --workspace, an example that fits, and the exit codes", (path, command) => {
  const help = helpOf(command);
  expect(help).toMatch(/--json\b/);
  expect(help).toMatch(/--workspace <dir>/);
  expect(help).toContain(`\nExamples:\n  $ flywheel ${path}`);
  expect(help).toContain("130  interrupted");
  expect(help).not.toContain("(default: [])");
});

test("every command says in one line what it does, and every option too", () => {
  for (const [path, command] of commands) {
    expect(command.description(), path).toMatch(/^[a-z].{10,}/);
    for (const option of command.options) expect(option.description, `${path} ${option.flags}`).not.toBe("");
  }
});
