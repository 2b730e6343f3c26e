/** The command line. In: argv. Out: the command's output and a documented exit status. */
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

// A reader that closes the pipe early (`| head`) is no error; neither is a terminal that is gone.
process.stdout.on("error", () => process.exit(0));
process.stderr.on("error", () => undefined);

// What was read and compiled once is not compiled again: half the time to start, and threads and child processes gain as much.
process.env["NODE_COMPILE_CACHE"] ??= join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "gui-flywheel", "compiled");
enableCompileCache(process.env["NODE_COMPILE_CACHE"]);
const { main } = await import("./main.ts");

await main(process.argv.slice(2));
