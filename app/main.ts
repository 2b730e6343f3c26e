/** From arguments to an exit status: runs a command, and says in one place what is wrong with its use. */
import { CommanderError } from "commander";
import { makeProgram } from "./program.ts";

/** Runs one command to its end; `process.exitCode` then holds its status. */
export async function main(args: readonly string[]): Promise<void> {
  const json = args.includes("--json");
  try {
    await makeProgram(json).parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    if (json && error.exitCode !== 0) process.stdout.write(`${JSON.stringify({ error: wrongUse(error) })}\n`);
  }
}

function wrongUse({ message, code }: CommanderError): { code: string; message: string; hint: string } {
  const text = code === "commander.help" ? "A subcommand is missing." : message.replace(/^error: /, "");
  return { code: "usage", message: text, hint: "Add --help to see how it is used." };
}
