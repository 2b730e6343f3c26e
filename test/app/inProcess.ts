/** The command line in this process: quick to start, the same but for the process. In: arguments. Out: exit status and what it printed. */
import { vi } from "vitest";
import { main } from "../../app/main.ts";
import type { Ended } from "./flywheelProcess.ts";

/** Runs a command in this process, which is many times faster than starting one. */
export async function inProcess(args: readonly string[]): Promise<Ended> {
  const [stdout, stderr] = [vi.spyOn(process.stdout, "write"), vi.spyOn(process.stderr, "write")];
  const printed = ({ mock }: typeof stdout): string => mock.calls.map(([text]) => String(text)).join("");
  try {
    for (const stream of [stdout, stderr]) stream.mockReturnValue(true);
    await main(args);
    return { status: Number(process.exitCode), stdout: printed(stdout), stderr: printed(stderr) };
  } finally {
    for (const stream of [stdout, stderr]) stream.mockRestore();
    process.exitCode = 0;
  }
}
