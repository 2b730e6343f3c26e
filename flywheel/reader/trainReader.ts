/**
 * Trains the reader: draws pages, learns, writes a folder of weights. In: a folder for the work, a seed, how much. Out: weights beside a
 * manifest that says how they were made. What was done before is found in the folder and not done again.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { FRAME_NETWORK, frameWeightShapes, initialFrameWeights } from "../../agent/reader/frameNetwork.ts";
import { FrameTrainer, type FrameTrainerState } from "../../agent/reader/frameTrainer.ts";
import { fontPackages } from "../../agent/reader/pages/fonts.ts";
import { MANIFEST_FILE, WEIGHTS_FILE, type ReaderManifest } from "../../agent/reader/readerWeights.ts";
import type { StripPool } from "../../agent/reader/stripPool.ts";
import { decodeSafetensors, encodeSafetensors, type Tensors } from "../../agent/safetensors.ts";
import { WheelError } from "../../env/errors.ts";
import type { OnProgress } from "../progress.ts";
import { makePool } from "./makePool.ts";

export interface TrainReaderOptions {
  /** Where everything is kept. */
  readonly folder: string;
  readonly seed: number;
  readonly pages: number;
  /** How much to learn: steps, or minutes without the pauses between calls. The same steps give the same weights. */
  readonly length: { readonly steps: number } | { readonly minutes: number };
  readonly threads: number;
  /** Packages of the fonts that pages are drawn in, beside those of the system. */
  readonly fonts: readonly string[];
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

const RATE = 2e-3;
/** Time between two saves of what was learned, ms. */
const SAVE_EVERY = 60_000;

const runSchema = z.object({ seed: z.int(), pages: z.int(), fonts: z.array(z.string()) });
type Run = z.infer<typeof runSchema>;

/** Trains, or goes on training; the folder of the weights. */
export async function trainReader(options: TrainReaderOptions): Promise<string> {
  const { folder, seed, pages, signal, onProgress } = options;
  const stage =
    (name: string) =>
    (done: number, total: number, note = "") =>
      onProgress({ kind: "progress", cycle: null, stage: name, done, total, note });
  onProgress({ kind: "stage", cycle: null, stage: "pages", total: pages });
  const fonts = fontPackages(options.fonts);
  const started = performance.now();
  const pool = await makePool({ folder: join(folder, `pages-seed${seed}`), seed, pages, fonts, signal, onProgress: stage("pages") });
  onProgress({ kind: "stage-done", cycle: null, stage: `pages (${pool.size} lines)`, seconds: (performance.now() - started) / 1000, resumed: false });
  const run = openRun(folder, { seed, pages, fonts: fonts.map(({ family }) => family) });
  const learning = performance.now();
  onProgress({ kind: "stage", cycle: null, stage: "learning", total: 0 });
  const learned = await learn(options, pool, stage("learning"));
  onProgress({ kind: "stage-done", cycle: null, stage: "learning", seconds: (performance.now() - learning) / 1000, resumed: false });
  return saveWeights(join(folder, "weights"), learned.weights, {
    ...run,
    lines: pool.size,
    learningRate: RATE,
    steps: learned.steps,
    minutes: learned.minutes,
  });
}

/** The run of the folder; another one is refused. */
function openRun(folder: string, wanted: Run): Run {
  const file = join(folder, "run.json");
  if (!existsSync(file)) {
    writeFileSync(file, `${JSON.stringify(wanted, null, 2)}\n`);
    return wanted;
  }
  const run = runSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  if (run.seed === wanted.seed && run.pages === wanted.pages && run.fonts.join() === wanted.fonts.join()) return run;
  throw new WheelError(
    "usage",
    `${folder} holds another training (seed ${run.seed}, ${run.pages} pages).`,
    "Name another folder, or repeat its options.",
  );
}

interface Learned {
  readonly weights: Tensors;
  readonly steps: number;
  readonly minutes: number;
}

async function learn(options: TrainReaderOptions, pool: StripPool, tick: (done: number, total: number, note: string) => void): Promise<Learned> {
  const { folder, seed, length, threads, signal } = options;
  const weights = initialFrameWeights(FRAME_NETWORK, seed);
  await using trainer = await FrameTrainer.open({ config: FRAME_NETWORK, weights, pool, seed, learningRate: RATE, threads });
  const file = join(folder, "state.safetensors");
  const before = existsSync(file) ? resume(trainer, file) : 0;
  const started = performance.now();
  const elapsed = (): number => before + performance.now() - started;
  const [of, total] = "steps" in length ? [(): number => trainer.steps, length.steps] : [elapsed, 60_000 * length.minutes];
  const save = (): void => writeWhole(file, encodeState(trainer.save(), elapsed()));
  let saved = elapsed();
  while (of() < total) {
    const { loss } = await trainer.step(of() / total);
    tick(Math.min(total, Math.round(of())), total, `${trainer.steps} steps, loss ${loss.toFixed(3)}`);
    // A step blocks; here a Ctrl-C is heard.
    await setImmediate();
    if (elapsed() - saved < SAVE_EVERY && !signal.aborted) continue;
    save();
    saved = elapsed();
    signal.throwIfAborted();
  }
  save();
  return { weights: trainer.average(), steps: trainer.steps, minutes: Math.round(elapsed() / 6000) / 10 };
}

/** Puts the trainer where it was stopped; milliseconds it had learned for. */
function resume(trainer: FrameTrainer, file: string): number {
  const { state, elapsed } = decodeState(readFileSync(file), trainer.save());
  trainer.restore(state);
  return elapsed;
}

const shapesIn = (tensors: Tensors): ReadonlyMap<string, readonly number[]> =>
  new Map(Object.entries(tensors).map(([name, values]) => [name, [values.length]]));

const flat = ({ weights, optimiser }: FrameTrainerState): Tensors => ({
  ...Object.fromEntries(Object.entries(weights).map(([name, values]) => [`weights/${name}`, values])),
  ...Object.fromEntries(Object.entries(optimiser).map(([name, values]) => [`optimiser/${name}`, values])),
});

function encodeState(state: FrameTrainerState, elapsed: number): Uint8Array {
  const tensors = { ...flat(state), elapsed: Float32Array.of(elapsed) };
  return encodeSafetensors(tensors, shapesIn(tensors));
}

/** `like` tells the names and sizes. */
function decodeState(bytes: Uint8Array, like: FrameTrainerState): { readonly state: FrameTrainerState; readonly elapsed: number } {
  const tensors = decodeSafetensors(bytes, shapesIn({ ...flat(like), elapsed: new Float32Array(1) }), "the state of the training");
  const part = (prefix: string): Tensors =>
    Object.fromEntries(Object.entries(tensors).flatMap(([name, values]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), values]] : [])));
  return { state: { weights: part("weights/"), optimiser: part("optimiser/") }, elapsed: tensors["elapsed"]![0]! };
}

/** A reader of the file sees all or nothing. */
function writeWhole(file: string, bytes: Uint8Array): void {
  writeFileSync(`${file}.partial`, bytes);
  renameSync(`${file}.partial`, file);
}

/** Writes a folder of weights, manifest last. */
export function saveWeights(folder: string, weights: Tensors, training: ReaderManifest["training"]): string {
  mkdirSync(folder, { recursive: true });
  const bytes = encodeSafetensors(weights, frameWeightShapes(FRAME_NETWORK));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  writeWhole(join(folder, WEIGHTS_FILE), bytes);
  const manifest: ReaderManifest = {
    version: `frames-1-${sha256.slice(0, 8)}`,
    sha256,
    network: { ...FRAME_NETWORK, reach: [...FRAME_NETWORK.reach] },
    training,
    scores: {},
  };
  writeWhole(join(folder, MANIFEST_FILE), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  return folder;
}
