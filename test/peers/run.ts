/**
 * This project's MiniWoB++ beside its peers, on the same tasks, seeds and clicks, in one run: npm run bench:peers
 * In: `--episodes N` per task (default 3), `--json FILE`. Makes a Python environment once, in the user's cache folder. Out: rates of steps and resets,
 * start-up and memory per environment, and their ratios. BrowserGym is measured as shipped, and lean: without its waits and without reading the DOM.
 * The machine should be idle. It skips a peer, and says why, where PyPI cannot be reached or ChromeDriver is missing.
 */
import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { requireBrowser } from "../../env/findBrowser.ts";
import { rng } from "../../env/random.ts";
import { spread, type Spread } from "../../flywheel/bench/timing.ts";
import { descendantsOf, memoryOf } from "../app/flywheelProcess.ts";
import { pythonEnvironment } from "../pythonEnvironment.ts";
import type { PeerEpisode } from "./peerEpisode.ts";

const PACKAGES = [["browsergym-miniwob==0.14.3", "miniwob==1.1.0"]] as const;
const TASKS = ["click-test", "click-button", "click-dialog", "click-checkboxes", "enter-text", "click-tab", "email-inbox", "use-slider"] as const;
const CLICKS = 5;
/** BrowserGym's published runs draw from these; no one else should. */
const FIRST_SEED = 34;

const { values: options } = parseArgs({ options: { episodes: { type: "string", default: "3" }, json: { type: "string" } } });
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** The same for everybody; `worker` has seeds of its own. Points lie in the task's area, below the instruction. */
function episodesOf(worker: number): PeerEpisode[] {
  return TASKS.flatMap((task) =>
    Array.from({ length: Number(options.episodes) }, (_, index): PeerEpisode => {
      const seed = FIRST_SEED + 1000 * worker + index;
      const random = rng("peers", task, seed);
      return [task, seed, Array.from({ length: CLICKS }, () => [1 + random.int(158), 52 + random.int(156)] as const)];
    }),
  );
}

interface Played {
  readonly environments: number;
  /** From the start of the process to its first observation. */
  readonly startMs: number;
  readonly resets: Spread;
  readonly stepMs: Spread;
  /** While stepping, all environments together. */
  readonly stepsPerSecond: number;
  /** Over the whole time after the first observation, resets and page loads included. */
  readonly stepsPerSecondWithResets: number;
  readonly memoryMbPerEnvironment: number;
}

interface Worker {
  readonly startMs: number;
  readonly ms: number;
  readonly resets: readonly number[];
  readonly steps: readonly number[];
  readonly memoryMb: number;
}

/** One process to its end; its memory is read when it has played everything. */
async function work(command: string, args: readonly string[]): Promise<Worker> {
  const mark = randomUUID();
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, FLYWHEEL_PEER: mark } });
  const events: any[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith("{")) continue;
    events.push(JSON.parse(line));
    if (events.length === 2) break;
  }
  const [started, played] = events;
  if (played === undefined) throw new Error(`${command} ${args.join(" ")} ended without a result`);
  const memoryMb = memoryOf([child.pid!, ...descendantsOf(child.pid!).map(({ pid }) => pid)]);
  child.stdin.end();
  await once(child, "close");
  endMarked(mark);
  return { startMs: started.ms, ms: played.ms, resets: played.resets, steps: played.steps, memoryMb };
}

/** Ends what a worker left running: gymnasium's MiniWoB++ leaves a browser behind for every task it has closed. */
function endMarked(mark: string): void {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/environ`, "utf8").includes(mark)) process.kill(Number(pid));
    } catch {} // it has ended by itself, or belongs to someone else
  }
}

/** Workers side by side, `contexts` environments in each. */
async function together(count: number, contexts: number, start: (job: string) => Promise<Worker>): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), "peers-"));
  const workers = await Promise.all(
    Array.from({ length: count }, (_, worker) => {
      const job = join(folder, `${worker}.json`);
      const share = Array.from({ length: contexts }, (_, part) => episodesOf(worker * contexts + part)).flat();
      writeFileSync(job, JSON.stringify(share));
      return start(job);
    }),
  );
  rmSync(folder, { recursive: true });
  const environments = count * contexts;
  const steps = workers.flatMap((worker) => worker.steps);
  return {
    environments,
    startMs: Math.max(...workers.map(({ startMs }) => startMs)),
    resets: spread(workers.flatMap(({ resets }) => resets)),
    stepMs: spread(steps),
    stepsPerSecond: (1000 * environments * steps.length) / steps.reduce((sum, one) => sum + one, 0),
    stepsPerSecondWithResets: (1000 * steps.length) / Math.max(...workers.map(({ ms }) => ms)),
    memoryMbPerEnvironment: workers.reduce((sum, { memoryMb }) => sum + memoryMb, 0) / environments,
  };
}

function describe(
  name: string,
  { environments, startMs, resets, stepMs, stepsPerSecond, stepsPerSecondWithResets, memoryMbPerEnvironment }: Played,
): string {
  const rates = `${stepsPerSecond.toFixed(1)} steps/s (${stepsPerSecondWithResets.toFixed(1)} with resets)`;
  const times = `step ${stepMs.median.toFixed(0)} ms, warm reset ${resets.median.toFixed(0)} ms (p95 ${resets.p95.toFixed(0)}), start ${startMs.toFixed(0)} ms`;
  return `${name.padEnd(16)} × ${environments}: ${rates}, ${times}, ${memoryMbPerEnvironment.toFixed(0)} MB per environment`;
}

const chromium = requireBrowser().executablePath;
const chromeDriver = spawnSync("which", ["chromedriver"], { encoding: "utf8" }).stdout.trim();
const python = pythonEnvironment("peers", PACKAGES, say);
const results: Record<string, Played[]> = {};

async function measure(name: string, count: number, contexts: number, start: (job: string) => Promise<Worker>): Promise<void> {
  const played = await together(count, contexts, start);
  (results[name] ??= []).push(played);
  say(describe(name, played));
}

for (const contexts of [1, 2, 4, 16, 32]) {
  await measure("ours", 1, contexts, (job) => work(process.execPath, [join(import.meta.dirname, "ours.ts"), job, String(contexts)]));
}
for (const peer of ["gymnasium", "browsergym-lean", "browsergym"] as const) {
  if ("why" in python) say(`skipped ${peer}: ${python.why}`);
  else if (peer === "gymnasium" && chromeDriver === "") say(`skipped ${peer}: ChromeDriver is missing (Debian: apt install chromium-driver)`);
  else {
    const args = [join(import.meta.dirname, "peer.py"), peer];
    for (const count of [1, 2]) await measure(peer, count, 1, (job) => work(python.python, [...args, job, chromium, chromeDriver]));
  }
}

const best = (name: string): number => Math.max(...results[name]!.map(({ stepsPerSecond }) => stepsPerSecond));
const least = (name: string): number => Math.min(...results[name]!.map(({ memoryMbPerEnvironment }) => memoryMbPerEnvironment));
for (const peer of Object.keys(results).filter((name) => name !== "ours")) {
  const [alone, most] = [results[peer]![0]!.stepsPerSecond, best(peer)];
  const steps = `steps/s ${(best("ours") / most).toFixed(1)} × (${(best("ours") / alone).toFixed(1)} × one environment alone)`;
  say(`ours to ${peer}: ${steps}, memory per environment ${(least("ours") / least(peer)).toFixed(2)} ×`);
}
if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(results, null, 2));
