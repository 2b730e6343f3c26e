/**
 * The core as the shell sees it: a child process of plain Node that is started, listened to, and started again when it dies.
 * In: a workspace folder. Out: its address, what runs in it, and its end. A core that already holds the workspace is used as it is.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { LITTLE_MEMORY } from "../littleMemory.ts";

export interface Address {
  readonly origin: string;
  readonly token: string;
}

/** What the core says on its output, one JSON object a line; see `serve.ts`. */
export type CoreEvent =
  | { readonly event: "jobs"; readonly running: number; readonly fraction: number | null; readonly whenClosing: "ask" | "go on" | "stop" }
  | { readonly event: "notify"; readonly title: string; readonly body: string };

export interface CoreListener {
  readonly onEvent: (event: CoreEvent) => void;
  /** It ended by itself; the last lines it wrote say why. */
  readonly onLost: (lastWords: string) => void;
}

export interface Program {
  /** The Node binary that comes with the program. */
  readonly node: string;
  /** The command line's file. */
  readonly cli: string;
}

/** A core that does not say where it is within so long is given up, ms; one that is told to stop gets so long. */
const [START_PATIENCE, STOP_PATIENCE] = [60_000, 25_000];
const LAST_WORDS = 2000;
const WATCH_EVERY = 2000;

export class CoreProcess {
  readonly dir: string;
  readonly #program: Program;
  readonly #listener: CoreListener;
  #child: ChildProcess | null = null;
  #stopping = false;
  #watching: NodeJS.Timeout | undefined;
  #words = "";

  constructor(dir: string, program: Program, listener: CoreListener) {
    [this.dir, this.#program, this.#listener] = [dir, program, listener];
  }

  /** Starts it, or finds the one that runs. Rejects with what it said. */
  async start(): Promise<Address> {
    const running = await runningCore(this.dir);
    if (running !== null) this.#watch(running);
    return running ?? this.#spawn();
  }

  /** Whether it was started here; only then is there a way to hand it keys. */
  get isOwn(): boolean {
    return this.#child !== null;
  }

  /** Hands over all keys of model servers, by origin, on its input: no other process can read that. */
  giveKeys(keys: Readonly<Record<string, string>>): void {
    this.#child?.stdin?.write(`${JSON.stringify({ keys })}\n`);
  }

  /** Asks it to finish the step under way and waits. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#watching);
    const child = this.#child;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.stdin?.end();
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_PATIENCE);
    await ended;
    clearTimeout(timer);
  }

  /** A core that somebody else started tells us nothing, so it is asked now and then whether it is there. */
  #watch(address: Address): void {
    clearInterval(this.#watching);
    this.#watching = setInterval(() => {
      void healthOf(address).then((pid) => {
        if (pid !== null || this.#stopping) return;
        clearInterval(this.#watching);
        this.#listener.onLost("The core that was started elsewhere has ended.");
      });
    }, WATCH_EVERY);
  }

  #spawn(): Promise<Address> {
    const { node, cli } = this.#program;
    this.#words = "";
    const child = spawn(node, ["--max-semi-space-size=2", cli, "serve", "--json", "--until-parent-ends", "--workspace", this.dir], {
      stdio: ["pipe", "pipe", "pipe"],
      // As `flywheel serve` begins by itself; nobody has to begin twice.
      env: { ...process.env, ...LITTLE_MEMORY, ELECTRON_RUN_AS_NODE: undefined },
      windowsHide: true,
    });
    this.#child = child;
    // What is written to a core that just died is lost with it.
    child.stdin.on("error", () => undefined);
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.#words = (this.#words + text).slice(-LAST_WORDS)));
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => child.kill("SIGKILL"), START_PATIENCE);
      let address: Address | null = null;
      createInterface({ input: child.stdout }).on("line", (line) => {
        const said = parse(line);
        if (said === null) return;
        if (typeof said["origin"] === "string" && typeof said["token"] === "string" && address === null) {
          clearTimeout(late);
          address = { origin: said["origin"], token: said["token"] };
          resolve(address);
        } else if (typeof said["event"] === "string") this.#listener.onEvent(said as unknown as CoreEvent);
        else if (isError(said["error"])) this.#words += `\n${said["error"].message}\n${said["error"].hint}`;
      });
      child.once("error", (error) => (this.#words += error.message));
      child.once("close", () => {
        clearTimeout(late);
        this.#child = null;
        if (address === null) reject(new Error(this.#words.trim() || "The core did not start."));
        else if (!this.#stopping) this.#listener.onLost(this.#words.trim());
      });
    });
  }
}

/** The core that `core.json` names, if it answers. */
async function runningCore(dir: string): Promise<Address | null> {
  try {
    const { origin, token, pid } = JSON.parse(readFileSync(join(dir, "core.json"), "utf8")) as Address & { pid: number };
    return (await healthOf({ origin, token })) === pid ? { origin, token } : null;
  } catch {
    return null;
  }
}

function healthOf({ origin, token }: Address): Promise<number | null> {
  return new Promise((resolve) => {
    const request = get(`${origin}/health`, { headers: { authorization: `Bearer ${token}` }, timeout: 3000 }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (text: string) => (body += text));
      answer.on("end", () => resolve((parse(body)?.["pid"] as number | undefined) ?? null));
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(null));
  });
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function isError(value: unknown): value is { message: string; hint: string } {
  return typeof value === "object" && value !== null && "message" in value && "hint" in value;
}
