/**
 * A command of the command line, run as a guest of the workspace that this core holds. In: arguments as typed. Out: its output as it comes, then its
 * exit status. Whoever asked may go away: then the command is stopped, as Ctrl-C would.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { WheelError } from "../../../env/errors.ts";
import type { Outputs, Parsed } from "../../api/index.ts";
import { GUEST_OF } from "../../context.ts";
import type { Core } from "../core.ts";

type Line = Outputs["jobs"]["command"] extends AsyncIterable<infer Value> ? Value : never;

const CLI = fileURLToPath(new URL("../../cli.ts", import.meta.url));
/** Commands that record episodes. */
const RECORDING = /^(run|rollout|evaluate|checkpoints null-test)\b/;
/** Said before an ended command's output is given up, ms. */
const PATIENCE = 20_000;

export async function* commandJob(core: Core, { args, cwd }: Parsed["jobs"]["command"], signal: AbortSignal | undefined): AsyncGenerator<Line> {
  const records = RECORDING.test(args.join(" ")) && !args.includes("--help") && !args.includes("--dry-run");
  if (records) core.jobs.requireNoRecording();
  const lines: Line[] = [];
  let heard = Promise.withResolvers<void>();
  const tell = (line: Line): void => {
    lines.push(line);
    heard.resolve();
  };
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd,
    env: { ...process.env, [GUEST_OF]: String(process.pid) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => tell({ kind: "stdout", text }));
  child.stderr.setEncoding("utf8").on("data", (text: string) => tell({ kind: "stderr", text }));
  const closed = Promise.withResolvers<number>();
  child.once("error", () => closed.resolve(1));
  child.once("close", (code) => closed.resolve(code ?? 1));
  const stop = (): void => {
    child.kill("SIGINT");
    setTimeout(() => child.exitCode === null && child.kill("SIGKILL"), PATIENCE).unref();
  };
  signal?.addEventListener("abort", stop);
  core.jobs.own({ kind: "command", title: `flywheel ${args.join(" ")}`.slice(0, 120), unit: "lines", records }, async (_, cancelled) => {
    cancelled.addEventListener("abort", stop);
    const status = await closed.promise;
    if (records) core.recoverEpisodes();
    tell({ kind: "exit", status });
    if (cancelled.aborted) throw cancelled.reason;
    if (status !== 0) throw new WheelError("internal", `It ended with exit status ${status}.`, "Its output says why.");
    return { status };
  });
  for (;;) {
    for (const line of lines.splice(0)) {
      yield line;
      if (line.kind === "exit") return;
    }
    await heard.promise;
    heard = Promise.withResolvers<void>();
  }
}
