/** The command line. In: argv. Out: the command's output and a documented exit status. */
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { LITTLE_MEMORY } from "./littleMemory.ts";

// A reader that closes the pipe early (`| head`) is no error; neither is a terminal that is gone.
process.stdout.on("error", () => process.exit(0));
process.stderr.on("error", () => undefined);

// What was read and compiled once is not compiled again: half the time to start, and threads and child processes gain as much.
process.env["NODE_COMPILE_CACHE"] ??= join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "gui-flywheel", "compiled");
enableCompileCache(process.env["NODE_COMPILE_CACHE"]);
const args = process.argv.slice(2);
if (args[0] === "serve") useLittleMemory("--max-semi-space-size=2");
if (args[0] === "export") useLittleMemory("--max-semi-space-size=4");
const { main } = await import("./main.ts");

await main(args);

/**
 * The core takes two thirds of the memory, as measured, and an export, whose rows live for a moment, three quarters with little room for what is young.
 * This process begins again, in its own place.
 */
function useLittleMemory(...flags: readonly string[]): void {
  if (process.platform !== "linux" || process.env["MALLOC_ARENA_MAX"] !== undefined || process.execve === undefined) return;
  process.execve(process.execPath, [process.execPath, ...flags, ...process.execArgv, ...process.argv.slice(1)], { ...process.env, ...LITTLE_MEMORY });
}
