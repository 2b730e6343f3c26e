/** The command line as a person runs it: a process of its own. In: arguments. Out: exit status and what it printed, or a handle on the running process. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../app/cli.ts", import.meta.url));
/** Compiled sources, kept between the processes of one test file: each then starts in half the time. */
const COMPILED = mkdtempSync(join(tmpdir(), "flywheel-compiled-"));

export interface Ended {
  /** Exit status, or the signal that ended it. */
  readonly status: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command. */
export class FlywheelProcess {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #stdout = "";
  #stderr = "";

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(process.execPath, [CLI, ...args], {
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILED, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.pid = this.#child.pid!;
    this.#child.stdout!.on("data", (text: Buffer) => (this.#stdout += text));
    this.#child.stderr!.on("data", (text: Buffer) => (this.#stderr += text));
    this.ended = once(this.#child, "close").then(([code, signal]) => ({ status: code ?? signal, stdout: this.#stdout, stderr: this.#stderr }));
  }

  /** Resolves when `text` was printed on either stream. Rejects when the process ends without it. */
  async printed(text: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => void ((this.#stdout + this.#stderr).includes(text) && resolve());
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) stream.on("data", look);
    void this.ended.then(({ stderr }) => reject(new Error(`ended without "${text}":\n${stderr}`)));
    look();
    await promise;
  }

  /** What it printed so far on standard output. */
  get said(): string {
    return this.#stdout;
  }

  /** Closes its standard output, as `| head` does. */
  stopReading(): void {
    this.#child.stdout!.destroy();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

/** Runs a command to its end. */
export function flywheel(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
  return new FlywheelProcess(args, env).ended;
}

/** JSON values that a command printed, one per line. */
export function jsonLines({ stdout }: Ended): any[] {
  return stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
}

/** Processes started by `pid`, directly or not: their ids and command lines. */
export function descendantsOf(pid: number): { readonly pid: number; readonly command: string }[] {
  const all = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8", maxBuffer: 2 ** 26 })
    .split("\n")
    .flatMap((line) => {
      const [, own, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return own === undefined ? [] : [{ pid: Number(own), parent: Number(parent), command: command! }];
    });
  const below = (parent: number): typeof all => all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

/** Proportional set size of processes, in MB: memory that they share is counted once. */
export function memoryOf(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) => {
    try {
      return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0);
    } catch {
      return 0;
    }
  });
  return Math.round(kilobytes.reduce((sum, one) => sum + one, 0) / 1024);
}

/** True while a process exists and is not merely waiting to be collected. */
export function isRunning(pid: number): boolean {
  try {
    return !execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" })
      .trim()
      .startsWith("Z");
  } catch {
    return false;
  }
}
