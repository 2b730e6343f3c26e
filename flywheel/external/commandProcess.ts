/**
 * Keeps somebody else's command: a process between it and us, so that it never outlives us, however we end.
 * In (IPC): one order. Out (IPC): how the command ended; its output goes where this process's own goes, or to a file.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { openSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { CommandEnd, CommandOrder } from "./command.ts";

/** Between asking the command to end and ending it, ms. */
const GRACE = 10_000;

process.once("message", ({ command, env, log }: CommandOrder) => {
  // A file goes on taking output when we are gone, a pipe does not: what a command leaves running must be able to write.
  const output = log === null ? "inherit" : openSync(log, "a");
  // In a group of its own, so that all it starts can be ended with it.
  const child = spawn(command, { shell: true, env: { ...process.env, ...env }, stdio: ["ignore", output, output], detached: true });
  const tell = (end: CommandEnd): void => void (process.connected && process.send!(end, () => process.exit(0)));
  child.once("error", ({ message }) => tell({ code: null, signal: null, problem: message }));
  child.once("exit", (code, signal) => tell({ code, signal, problem: null }));
  process.once("disconnect", () => void endAll(child).then(() => process.exit(0)));
});
// A terminal's Ctrl-C reaches this process too. The parent decides, and lets go of the channel.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

/** Asks the command and all it started to end; those that have not done so in time are ended. */
async function endAll(child: ChildProcess): Promise<void> {
  const deadline = performance.now() + GRACE;
  let isLeft = signalled(child, "SIGTERM");
  while (isLeft && performance.now() < deadline) {
    await setTimeout(50);
    isLeft = signalled(child, 0);
  }
  if (isLeft) signalled(child, "SIGKILL");
}

/** False: nobody is left. Only where there are no groups, the command is all that is reached. */
function signalled(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false;
  if (process.platform === "win32") return child.kill(signal);
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}
