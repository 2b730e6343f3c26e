/**
 * How fast and in how much memory a large workspace is exported, format by format:
 * node test/long/exportSpeed.ts --workspace DIR [--steps 100000] [--formats trl,llama-factory,…,all] [--out FOLDER]
 * The workspace is made when it is not there: as many steps as asked for, with about as many different screenshots, 320×420 pixels, in episodes
 * like those of the built-in agent. Each format is exported by a process of its own, `all` twice, whose bytes must be equal.
 * Out: one JSON line per format (steps per second by the clock and by processor time, peak memory). Exit status 1 below 2 000 steps per second
 * of processor time, from 500 MB of memory, or when the two exports differ.
 * The exports lie in a new folder within `--out` (some gigabytes) and are deleted at the end.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { click, type Action } from "../../env/action.ts";
import { decodePng, encodePng, screenHash } from "../../env/pixels.ts";
import type { Pixels } from "../../env/observation.ts";
import { rng } from "../../env/random.ts";
import { buildSnapshot } from "../../flywheel/buildSnapshot.ts";
import { hashFile, readSnapshot } from "../../flywheel/readSnapshot.ts";
import { EXPORT_FORMATS, type ExportFormat } from "../../flywheel/export/exportFormat.ts";
import { DEFAULT_EXPORT, exportForTrainers } from "../../flywheel/export/exportForTrainers.ts";
import { routeEpisodes } from "../../flywheel/routeEpisodes.ts";
import type { Screen } from "../../flywheel/store/blobs.ts";
import { openWorkspace, type Workspace } from "../../flywheel/store/workspace.ts";

const WIDTH = 320;
const HEIGHT = 420;
const SCALE = 2;
const FASTEST_ALLOWED = 2000;
const MOST_MEMORY = 500 * 2 ** 20;

/** Pages of text and boxes, as many as there are tasks. */
async function basePages(count: number): Promise<Pixels[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, page) =>
      decodePng(
        await sharp(Buffer.from(pageSvg(page)))
          .png()
          .toBuffer(),
      ),
    ),
  );
}

function pageSvg(page: number): string {
  const random = rng("page", page);
  const word = (): string => Array.from({ length: 3 + random.int(8) }, () => random.pick("abcdefghiklmnoprstuvw".split(""))).join("");
  const line = (y: number): string =>
    `<text x="${8 + random.int(12)}" y="${y}" font-size="${18 + random.int(6)}" font-family="sans-serif" fill="#${random.pick(["111", "333", "136"])}">${word()} ${word()} ${word()}</text>`;
  const box = (y: number): string =>
    `<rect x="${10 + random.int(40)}" y="${y - 20}" width="${80 + random.int(180)}" height="28" rx="5" fill="#${random.pick(["e8e8e8", "cde", "fed"])}" stroke="#777"/>`;
  const rows = Array.from({ length: 7 }, (_, row) => (random.chance(0.4) ? box(36 + row * 56) : "") + line(36 + row * 56));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><rect width="100%" height="100%" fill="#fff"/>${rows.join("")}</svg>`;
}

/** The page with pieces of other pages in it: another picture for every number. */
async function screenOf(pages: readonly Pixels[], page: number, number: number): Promise<Screen> {
  const random = rng("screen", number);
  const data = Buffer.from(pages[page]!.data);
  for (let piece = 0; piece < 2; piece++) {
    const from = pages[random.int(pages.length)]!;
    const [width, height] = [60 + random.int(120), 20 + random.int(24)];
    const [sx, sy, x, y] = [random.int(WIDTH - width), random.int(HEIGHT - height), random.int(WIDTH - width), random.int(HEIGHT - height)];
    for (let row = 0; row < height; row++) {
      const start = ((sy + row) * WIDTH + sx) * 4;
      data.set(from.data.subarray(start, start + width * 4), ((y + row) * WIDTH + x) * 4);
    }
  }
  data.writeUInt32LE((0xff000000 | number) >>> 0, 0);
  const pixels = { data, width: WIDTH, height: HEIGHT };
  return { screenHash: screenHash(pixels), png: await encodePng(pixels), width: WIDTH, height: HEIGHT };
}

const TASKS = 40;

/** Fills a new workspace with episodes of 1 to 5 steps: two of three pass, one of eight belongs to a rollout group. */
async function fill(workspace: Workspace, steps: number): Promise<void> {
  const pages = await basePages(TASKS);
  workspace.runs.open("r", {}, 1);
  let made = 0;
  for (let n = 0; made < steps; n++) {
    const random = rng("episode", n);
    const length = Math.min(steps - made, 1 + random.int(5));
    const screens = await Promise.all(Array.from({ length }, (_, i) => screenOf(pages, n % TASKS, made + n + i)));
    // Saying "done" changes nothing.
    screens.push(screens.at(-1)!);
    workspace.transaction(() => record(workspace, n, screens));
    made += length;
  }
  routeEpisodes(workspace);
}

function record(workspace: Workspace, n: number, screens: readonly Screen[]): void {
  const random = rng("episode course", n);
  const task = n % TASKS;
  const verdict = random.chance(0.66) ? "pass" : "fail";
  const group = random.chance(0.125);
  const seed = 100 + n;
  const facts = {
    run: "r",
    cycle: Math.floor(n / 2000),
    purpose: "train",
    taskVersion: 1,
    trial: 0,
    template: n % 7,
    heldOut: false,
    feasible: true,
  } as const;
  const actor = {
    role: group ? "rl" : "rollout",
    groupId: group ? `g${n >> 3}` : null,
    policy: "model",
    checkpoint: "c1",
    weights: "w".repeat(64),
  } as const;
  // Half of the tasks say the same to every seed.
  const instruction = task % 2 === 0 ? `Press the button of page ${task} that fits.` : `Press what is called ${seed} on page ${task}, then say so.`;
  const asked = { key: `speed/${n}`, task: `page-${task}`, seed, bucket: "easy", instruction, maxSteps: 20 };
  const shown = { viewport: { width: WIDTH / SCALE, height: HEIGHT / SCALE }, deviceScaleFactor: SCALE, startState: state(n, 0) };
  const instructionBox = { x: 0, y: 0, width: 160, height: 20 };
  const { id } = workspace.episodes.begin({ ...facts, ...actor, ...asked, ...shown, startScreen: { ...screens[0]!, instructionBox } });
  for (const [index, nextScreen] of screens.slice(1).entries()) {
    const last = index === screens.length - 2;
    const action: Action = last ? { kind: "done" } : click({ x: random.int(1600) / 10, y: random.int(2100) / 10 });
    const alternatives = [1, 2].map((rank) => ({ action: click({ x: random.int(160), y: random.int(210) }), logProb: -rank - random.next() }));
    const thought = n % 3 === 0 ? `Step ${index} of episode ${n}: this is what was asked for.` : null;
    const decision = {
      logProb: -random.next(),
      value: random.next(),
      entropy: random.next(),
      thought,
      alternatives,
      exploration: random.chance(0.05),
    };
    const account = { target: last ? null : `Button ${random.int(30)}`, startMs: index * 400, thinkMs: 20, actMs: 210 };
    const seen = { index, screenHash: screens[index]!.screenHash, deviceScaleFactor: SCALE, nextScreen };
    workspace.steps.append(id, { ...seen, action, state: state(n, index + 1), incidents: [], decision, account });
  }
  const evidence = { expected: seed, found: seed };
  const judged = {
    verdict,
    reason: `the page says ${verdict}`,
    evidence,
    rewardRaw: verdict === "pass" ? 1 : 0,
    verifier: "page@1",
    triage: null,
  } as const;
  workspace.episodes.end(id, { terminatedBy: "agent", verdict: judged });
}

const state = (episode: number, step: number) => ({ page: episode % TASKS, chosen: [step], focus: `list-${step}`, ended: false });

interface Measured {
  readonly steps: number;
  readonly seconds: number;
  readonly processorSeconds: number;
  /** Of the processor time, what the operating system spent (files). */
  readonly systemShare: number;
  readonly peakMemory: number;
  readonly bytes: number;
}

/** Exports in this process; what it took before that (opening, snapshot) is not counted. */
async function measure(dir: string, target: string, formats: readonly ExportFormat[]): Promise<Measured> {
  await using workspace = await openWorkspace(dir, { readOnly: true });
  const snapshot = await readSnapshot(join(dir, "snapshots", workspace.snapshots.list().at(-1)!.hash));
  const [cpu, clock] = [process.cpuUsage(), performance.now()];
  const { steps, bytes } = await exportForTrainers(workspace, snapshot, target, { ...DEFAULT_EXPORT, formats, tasks: [] });
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - clock) / 1000;
  return {
    steps,
    seconds,
    systemShare: system / (user + system),
    processorSeconds: (user + system) / 1e6,
    peakMemory: process.resourceUsage().maxRSS * 1024,
    bytes,
  };
}

function inOwnProcess(dir: string, target: string, formats: string): Measured {
  // As the command does.
  const args = [...process.execArgv, "--max-semi-space-size=4", import.meta.filename, "--workspace", dir, "--target", target, "--formats", formats];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Measured;
}

const { values: options } = parseArgs({
  options: {
    workspace: { type: "string", short: "w" },
    steps: { type: "string", default: "100000" },
    formats: { type: "string", default: [...EXPORT_FORMATS, "all"].join(",") },
    out: { type: "string", default: tmpdir() },
    target: { type: "string" },
  },
});
if (options.workspace === undefined) throw new TypeError("--workspace is needed");
const names = (text: string): string[] => text.split(",");
const asFormats = (text: string): readonly ExportFormat[] => (text === "all" ? EXPORT_FORMATS : (names(text) as ExportFormat[]));
const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

if (options.target === undefined) await all(options.workspace);
else say(await measure(options.workspace, options.target, asFormats(options.formats)));

async function make(dir: string): Promise<void> {
  const started = performance.now();
  await using workspace = await openWorkspace(dir);
  await fill(workspace, Number(options.steps));
  buildSnapshot(workspace, { cycle: 1_000_000, stage: "rl" });
  say({ made: Number(options.steps), seconds: (performance.now() - started) / 1000 });
}

async function all(dir: string): Promise<void> {
  if (!existsSync(join(dir, "flywheel.db"))) await make(dir);
  // Nothing is deleted in between: ext4 looks through all inodes that were deleted in the last half minute for each new file, which takes up to 20 times as long.
  const out = mkdtempSync(join(options.out, "export-speed-"));
  try {
    for (const format of names(options.formats)) {
      const folders = format === "all" ? ["all-1", "all-2"] : [format];
      for (const folder of folders) tell(format, inOwnProcess(dir, join(out, folder), format));
      const [first, second] = folders.map((folder) => join(out, folder, "manifest.json"));
      if (second !== undefined && hashFile(first!) !== hashFile(second)) fail("two exports differ");
    }
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function tell(format: string, { steps, seconds, processorSeconds, systemShare, peakMemory, bytes }: Measured): void {
  const rate = Math.round(steps / processorSeconds);
  const memory = Math.round(peakMemory / 2 ** 20);
  const speed = { perSecond: Math.round(steps / seconds), perProcessorSecond: rate, systemPercent: Math.round(100 * systemShare) };
  say({ format, steps, ...speed, memoryMB: memory, megabytes: Math.round(bytes / 1e6) });
  if (rate < FASTEST_ALLOWED) fail(`${format}: fewer than ${FASTEST_ALLOWED} steps a second`);
  if (peakMemory >= MOST_MEMORY) fail(`${format}: ${memory} MB of memory`);
}

function fail(why: string): void {
  say({ failed: why });
  process.exitCode = 1;
}
