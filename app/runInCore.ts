/**
 * The command line as a client: where a core holds the workspace, the command runs there and its output comes back.
 * In: this process's own arguments. Out: the command's output and its exit status. Ctrl-C stops it there.
 */
import { connectCore, refusal } from "./coreClient.ts";
import type { CoreAddress } from "./core/coreFile.ts";
import { reportError } from "./reportError.ts";

export async function runInCore(core: CoreAddress, signal: AbortSignal, json: boolean): Promise<number> {
  try {
    await using client = await connectCore(core);
    const lines = await client.call.jobs.command({ args: process.argv.slice(2), cwd: process.cwd() }, { signal });
    for await (const line of lines) {
      if (line.kind === "exit") return line.status;
      process[line.kind].write(line.text);
    }
    return 1;
  } catch (error) {
    return reportError(refusal(error), json, signal.aborted);
  }
}
