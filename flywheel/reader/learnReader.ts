/**
 * The reader keeps learning: lines of recorded screens join its pool, it goes on training on them and on drawn pages, and the new weights are
 * taken only when they read the untouched pages no worse. In: a workspace, weights. Out: new weights in a folder, or the reason why not.
 */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { WholeScreenReader } from "../../agent/perception/wholeScreenReader.ts";
import { FrameReader } from "../../agent/reader/frameReader.ts";
import { FrameTrainer } from "../../agent/reader/frameTrainer.ts";
import { LineReader } from "../../agent/reader/lineReader.ts";
import { fontPackages } from "../../agent/reader/pages/fonts.ts";
import { loadReaderWeights, type ReaderWeights } from "../../agent/reader/readerWeights.ts";
import { StripPool } from "../../agent/reader/stripPool.ts";
import type { Tensors } from "../../agent/safetensors.ts";
import { decodePng } from "../../env/pixels.ts";
import { rng } from "../../env/random.ts";
import type { OnProgress } from "../progress.ts";
import type { Workspace } from "../store/workspace.ts";
import { agreedStrips } from "./agreedStrips.ts";
import { readScreen, summarise, type SetScores } from "./evaluateReader.ts";
import { makePool } from "./makePool.ts";
import type { NamedScreen, PageSet } from "./pageSets.ts";
import { saveWeights } from "./trainReader.ts";

export interface LearnReaderOptions {
  readonly workspace: Workspace;
  /** Weights to go on from. */
  readonly weights: string;
  /** Where the pool is kept and new weights are written. */
  readonly folder: string;
  readonly seed: number;
  /** Recorded screens to look at. */
  readonly screens: number;
  /** Drawn pages that are mixed in, half and half. */
  readonly pages: number;
  readonly fonts: readonly string[];
  readonly steps: number;
  readonly threads: number;
  /** What must not be read worse. */
  readonly guard: PageSet;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** `accepted`: the folder of the new weights. */
export type LearnOutcome =
  | { readonly kind: "nothing"; readonly reason: string }
  | {
      readonly kind: "accepted" | "rejected";
      readonly folder: string | null;
      readonly lines: number;
      readonly before: SetScores;
      readonly after: SetScores;
    };

/** Careful steps: the weights are good already. */
const RATE = 3e-4;

/** Learns from `train` and `human` episodes. */
export async function learnReader(options: LearnReaderOptions): Promise<LearnOutcome> {
  const { folder, seed, pages, fonts, guard, signal, onProgress } = options;
  mkdirSync(folder, { recursive: true });
  const tick = (stage: string) => (done: number, total: number) => onProgress({ kind: "progress", cycle: null, stage, done, total });
  const weights = loadReaderWeights(options.weights);
  const own = await collect(options, weights, tick("recorded screens"));
  if (own.size === 0) return { kind: "nothing", reason: "no line of a recorded screen was read alike by both readers" };
  const drawn = await makePool({
    folder: join(folder, `pages-seed${seed}`),
    seed,
    pages,
    fonts: fontPackages(fonts),
    signal,
    onProgress: tick("pages"),
  });
  const learned = await goOn(options, weights, halfAndHalf(drawn, own), tick("learning"));
  const screens: NamedScreen[] = [];
  for await (const screen of guard.screens()) screens.push(screen);
  const before = await measure(weights, screens);
  const after = await measure({ ...weights, tensors: learned }, screens);
  const worse = after.recall < before.recall || after.precision < before.precision;
  const facts = { parent: weights.version, recordedLines: own.size, pages, steps: options.steps, seed, learningRate: RATE, guard: guard.hash() };
  return {
    kind: worse ? "rejected" : "accepted",
    folder: worse ? null : saveWeights(join(folder, "weights"), learned, facts),
    lines: own.size,
    before,
    after,
  };
}

/** The pool of recorded lines, with those of screens that are new to it. */
async function collect(options: LearnReaderOptions, weights: ReaderWeights, tick: (done: number, total: number) => void): Promise<StripPool> {
  const { workspace, folder, screens, seed, signal } = options;
  const file = join(folder, "recorded.strips");
  const pool = existsSync(file) ? StripPool.load(file) : new StripPool();
  const scales = scalesOf(workspace);
  const chosen = rng("reader-learn", seed, pool.size).sample([...scales], Math.min(screens, scales.size));
  await using lines = await LineReader.open(weights);
  const second = await WholeScreenReader.open();
  try {
    for (const [at, [hash, scale]] of chosen.entries()) {
      signal.throwIfAborted();
      const screen = workspace.blobs.get(hash);
      if (screen) for (const strip of await agreedStrips(await decodePng(screen.png), scale, lines, second)) pool.add(strip);
      tick(at + 1, chosen.length);
    }
  } finally {
    await second.close();
  }
  pool.save(file);
  return pool;
}

/** Screens that learning may look at, with their scale. */
function scalesOf(workspace: Workspace): ReadonlyMap<string, number> {
  const scales = new Map<string, number>();
  for (const { id, startScreenHash, deviceScaleFactor } of workspace.episodes.learning()) {
    scales.set(startScreenHash, deviceScaleFactor);
    for (const { nextScreenHash } of workspace.steps.of(id)) scales.set(nextScreenHash, deviceScaleFactor);
  }
  return scales;
}

/** Recorded lines are repeated until they are as many as the drawn ones. */
function halfAndHalf(drawn: StripPool, own: StripPool): StripPool {
  const mixed = new StripPool();
  mixed.addAll(drawn);
  for (let count = 0; count < drawn.size; count += own.size) mixed.addAll(own);
  return mixed;
}

async function goOn(
  { seed, steps, threads, signal }: LearnReaderOptions,
  { config, tensors }: ReaderWeights,
  pool: StripPool,
  tick: (done: number, total: number) => void,
): Promise<Tensors> {
  await using trainer = await FrameTrainer.open({ config, weights: tensors, pool, seed, learningRate: RATE, threads });
  while (trainer.steps < steps) {
    await trainer.step(trainer.steps / steps);
    tick(trainer.steps, steps);
    await setImmediate();
    signal.throwIfAborted();
  }
  return trainer.average();
}

async function measure(weights: ReaderWeights, screens: readonly NamedScreen[]): Promise<SetScores> {
  const reader = await FrameReader.open(weights);
  try {
    const scores = [];
    for (const screen of screens) scores.push(await readScreen(reader, screen));
    return summarise(scores);
  } finally {
    await reader.close();
  }
}
