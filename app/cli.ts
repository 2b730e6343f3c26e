/** The command line. In: argv. Out: the command's output and a documented exit status. */
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

const ARENAS = "MALLOC_ARENA_MAX";

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
 * Threads share two of glibc's arenas, and what they free goes back to the system: the core takes two thirds of the memory, as measured, and an export, whose
 * rows live for a moment, three quarters with little room for what is young. This is heard only when a process begins, so this one begins again, in
 * its own place.
 */
function useLittleMemory(...flags: readonly string[]): void {
  if (process.platform !== "linux" || process.env[ARENAS] !== undefined || process.execve === undefined) return;
  const env = { ...process.env, [ARENAS]: "2", MALLOC_TRIM_THRESHOLD_: "131072", MALLOC_MMAP_THRESHOLD_: "131072" };
  process.execve(process.execPath, [process.execPath, ...flags, ...process.execArgv, ...process.argv.slice(1)], env);
}
