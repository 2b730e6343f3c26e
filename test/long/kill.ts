/**
 * Kills a run with SIGKILL again and again and starts the same command each time: `node test/long/kill.ts --kills 50 --workspace DIR`
 * (`--preset smoke`; anything after `--` goes to `flywheel run`; `--reference DIR`: workspace of the same
 * command, never killed, to compare with).
 * Out: one JSON line per kill (when, in which stage, what the store holds, what is wrong) and a summary. Exit status 1 when anything is wrong.
 *
 * The kills walk through the whole run: each start is killed either some seconds into its first or second stage, or in the middle of the
 * first short stage it comes to (planning, routing, snapshot, promotion), a few milliseconds after its beginning. Every other kill spares
 * the children, which then must end by themselves.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { rng } from "../../env/random.ts";
import { descendantsOf, isRunning } from "../app/flywheelProcess.ts";
import { differences, lostSince, traceStore, type StoreTrace } from "./storeTrace.ts";

const { values: options, positionals } = parseArgs({
  options: {
    kills: { type: "string", default: "50" },
    preset: { type: "string", default: "tour" },
    seed: { type: "string", default: "1" },
    workspace: { type: "string", short: "w" },
    reference: { type: "string" },
  },
  allowPositionals: true,
});
if (options.workspace === undefined) throw new Error("Name a folder with --workspace.");
const dir = options.workspace;
const CLI = fileURLToPath(new URL("../../app/cli.ts", import.meta.url));
const commandOf = (seed: number): string[] => [
  "run",
  "--preset",
  options.preset,
  "--seed",
  String(seed),
  "--workspace",
  dir,
  "--json",
  ...positionals,
];

/** How long after its beginning a long stage may be killed, in ms, and a short one. */
const [LONGEST_WAIT, SHORT_WAIT] = [20_000, 30];
const SHORT = /^(plan|ask|route|snapshot|decide|watch)/;
/** How long a child may outlive its parent, in ms. */
const GRACE = 10_000;

interface Killed {
  /** The stage it was killed in; null before the first. */
  readonly stage: string | null;
  readonly seconds: number;
  readonly spared: boolean;
  /** Children that went on running. */
  readonly left: readonly string[];
}

type Start = Killed | { readonly status: number | null };

/** Starts the command and kills it by plan; or it ends first. */
async function startAndKill(seed: number, number: number): Promise<Start> {
  const random = rng("kill", seed, number);
  const began = performance.now();
  const child = spawn(process.execPath, [CLI, ...commandOf(seed)], { detached: true, stdio: ["ignore", "pipe", "inherit"] });
  const ended = Promise.withResolvers<number | null>();
  child.on("close", ended.resolve);
  const target = random.chance(0.5) ? "short stage" : 1 + random.int(2);
  const wait = random.int(target === "short stage" ? SHORT_WAIT : LONGEST_WAIT);
  const due = Promise.withResolvers<void>();
  let begun = 0;
  let stage: string | null = null;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const event = JSON.parse(line) as { kind: string; cycle: number; stage: string };
    if (event.kind !== "stage") return;
    stage = `${event.cycle} ${event.stage}`;
    begun += 1;
    if (target === "short stage" ? SHORT.test(event.stage) : begun === target) void sleep(wait).then(due.resolve);
  });
  // Some kills hit the start itself: opening the workspace, loading a checkpoint, starting the browser.
  if (random.chance(0.1)) void sleep(300 + random.int(3000)).then(due.resolve);
  const first = await Promise.race([due.promise.then(() => "due" as const), ended.promise]);
  if (first !== "due") return { status: first };
  const children = descendantsOf(child.pid!);
  const spared = number % 2 === 1;
  process.kill(spared ? child.pid! : -child.pid!, "SIGKILL");
  await ended.promise;
  const until = performance.now() + GRACE;
  while (children.some(({ pid }) => isRunning(pid)) && performance.now() < until) await sleep(100);
  const left = children.filter(({ pid }) => isRunning(pid)).map(({ command: line }) => line.slice(0, 120));
  return { stage, seconds: (performance.now() - began) / 1000, spared, left };
}

/** Without a kill, to the end. */
async function finish(seed: number): Promise<number | null> {
  const child = spawn(process.execPath, [CLI, ...commandOf(seed)], { stdio: ["ignore", "ignore", "inherit"] });
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on("close", resolve);
  return promise;
}

/** Kills until `wanted` is reached; a run that ends meanwhile is followed by one with the next seed in the same workspace. */
async function main(wanted: number, firstSeed: number): Promise<boolean> {
  const stages = new Map<string, number>();
  let [seed, kills, wrong] = [firstSeed, 0, 0];
  let before = await traceStore(dir);
  while (kills < wanted) {
    const start = await startAndKill(seed, kills);
    if ("status" in start) {
      if (start.status !== 0) return summary({ kills, wrong, status: start.status, stages, before });
      seed += 1;
      continue;
    }
    const now = await traceStore(dir);
    const problems = [...problemsOf(before, now), ...start.left.map((line) => `still running: ${line}`)];
    kills += 1;
    wrong += problems.length;
    const kind = start.stage?.replace(/^\d+ /, "").replace(/ s\d.*$/, "") ?? "starting";
    stages.set(kind, (stages.get(kind) ?? 0) + 1);
    print({
      kill: kills,
      seed,
      stage: start.stage,
      seconds: Number(start.seconds.toFixed(1)),
      childrenSpared: start.spared,
      ...now.counts,
      ok: problems.length === 0,
      problems,
    });
    before = now;
  }
  return summary({ kills, wrong, status: await finish(seed), stages, before });
}

interface Outcome {
  readonly kills: number;
  readonly wrong: number;
  readonly status: number | null;
  readonly stages: ReadonlyMap<string, number>;
  readonly before: StoreTrace;
}

async function summary({ kills, wrong, status, stages, before }: Outcome): Promise<boolean> {
  const end = await traceStore(dir);
  const problems = problemsOf(before, end);
  const different = options.reference === undefined ? null : differences(end, await traceStore(options.reference));
  const ok = wrong === 0 && status === 0 && problems.length === 0 && (different ?? []).length === 0;
  print({ summary: { kills, status, stages: Object.fromEntries(stages), ...end.counts, problems, differentFromReference: different, ok } });
  return ok;
}

function problemsOf(before: StoreTrace, now: StoreTrace): string[] {
  return [...now.integrity.filter((line) => line !== "ok"), ...lostSince(before, now), ...now.problems];
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

process.exitCode = (await main(Number(options.kills), Number(options.seed))) ? 0 : 1;
