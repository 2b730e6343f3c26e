/** Somebody else's command, kept by a process of ours. In: a line of the shell, its environment. Out: its lines as they come, how it ended. */
import { fork } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

export interface CommandOrder {
  readonly command: string;
  /** Beside our own environment, and FLYWHEEL_TRL: the folder of our scripts for TRL. */
  readonly env: Readonly<Record<string, string>>;
  /** File for its output; null: its lines are told. */
  readonly log: string | null;
}

export interface CommandEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it never began. */
  readonly problem: string | null;
}

export interface RunningCommand {
  /** Never fails. */
  readonly ended: Promise<CommandEnd>;
  /** Ends it and all it started; resolves when it is gone. */
  stop(): Promise<void>;
}

const SCRIPTS = { FLYWHEEL_TRL: fileURLToPath(new URL("./trl", import.meta.url)) };

/** Starts it. Lines end where a terminal's do: progress bars too. */
export function startCommand(order: CommandOrder, onLine: (line: string) => void = () => undefined): RunningCommand {
  const keeper = fork(new URL("./commandProcess.ts", import.meta.url), { stdio: ["ignore", "pipe", "pipe", "ipc"], serialization: "json" });
  let end: CommandEnd = { code: null, signal: "SIGKILL", problem: null };
  keeper.on("message", (message: CommandEnd) => (end = message));
  const gone = once(keeper, "exit").then(
    () => undefined,
    (error: unknown) => void (end = { code: null, signal: null, problem: String(error) }),
  );
  const read = [keeper.stdout!, keeper.stderr!].map((stream) => readLines(stream, onLine));
  // What a command left running may hold the pipes open: it is not waited for.
  const ended = gone.then(async () => {
    await Promise.race([Promise.all(read), new Promise((resolve) => void setTimeout(resolve, 1000).unref())]);
    return end;
  });
  keeper.send({ ...order, env: { ...SCRIPTS, ...order.env } } satisfies CommandOrder);
  return {
    ended,
    async stop() {
      if (keeper.connected) keeper.disconnect();
      await gone;
    },
  };
}

/** In words, for messages. */
export function endText({ code, signal, problem }: CommandEnd): string {
  return problem ?? (code === null ? `was ended by ${signal}` : `ended with exit code ${code}`);
}

/** Longest line that is waited for. */
const LONGEST = 65_536;

async function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  let rest = "";
  stream.setEncoding("utf8");
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split(/\r\n|\n|\r/);
    // A line without an end is told as far as it got.
    rest = lines.at(-1)!.length > LONGEST ? "" : lines.pop()!;
    for (const line of lines) if (line.trim() !== "") onLine(line);
  }
  if (rest.trim() !== "") onLine(rest);
}
