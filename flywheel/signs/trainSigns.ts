/**
 * Trains what names signs: draws pages, learns, chooses how sure a name must be, writes a folder of weights. In: a folder for the work, a seed,
 * how much. Out: the manifest. Pictures that were drawn before are found in the folder and not drawn again.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { openIcons } from "../../agent/signs/pages/iconFiles.ts";
import { initialSignWeights, SIGN_NETWORK } from "../../agent/signs/signNetwork.ts";
import { SignPool } from "../../agent/signs/signPool.ts";
import { SignTrainer } from "../../agent/signs/signTrainer.ts";
import { saveSignWeights, type SignManifest, type SignThresholds, type SignWeights } from "../../agent/signs/signWeights.ts";
import type { Tensors } from "../../agent/safetensors.ts";
import type { OnProgress } from "../progress.ts";
import { drawSigns } from "./drawSigns.ts";
import { chooseThresholds, guessAll } from "./evaluateSigns.ts";
import { SIGN_SETS } from "./signSets.ts";

export interface TrainSignsOptions {
  /** Where everything is kept; weights lie in `weights` below. */
  readonly folder: string;
  readonly seed: number;
  readonly pages: number;
  /** How much to learn: steps, or minutes. The same steps give the same weights. */
  readonly length: { readonly steps: number } | { readonly minutes: number };
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

const RATE = 4e-3;
const NOTHING: SignThresholds = { form: 0, icon: 0 };

/** Draws, learns, saves. */
export async function trainSigns(options: TrainSignsOptions): Promise<SignManifest> {
  const { folder, seed, pages, signal, onProgress } = options;
  mkdirSync(folder, { recursive: true });
  const progress = (stage: string) => (done: number, total: number, note?: string) =>
    onProgress({ kind: "progress", cycle: null, stage, done, total, ...(note === undefined ? {} : { note }) });
  const draw = (name: string, what: Parameters<typeof drawSigns>[0]): Promise<SignPool> =>
    poolOf(join(folder, `${name}.signs`), () => drawSigns(what));
  const pool = await draw(`seed${seed}-${pages}`, { seed, pages, share: "known", signal, onProgress: progress("pages") });
  const development = await draw("development", { ...SIGN_SETS.development, signal, onProgress: progress("development pages") });
  const { tensors, steps, minutes } = await learn(options, pool, progress("learning"));
  const weights: SignWeights = { version: "", config: SIGN_NETWORK, thresholds: NOTHING, tensors };
  const thresholds = chooseThresholds(await guessAll(weights, development));
  const training = { seed, pages, pictures: pool.size, icons: openIcons("known").releases, learningRate: RATE, steps, minutes };
  return saveSignWeights(join(folder, "weights"), { ...weights, thresholds }, training);
}

/** The pool in a file, made when it is not there. */
async function poolOf(file: string, make: () => ReturnType<typeof drawSigns>): Promise<SignPool> {
  if (existsSync(file)) return new SignPool(readFileSync(file));
  const pool = SignPool.of(await make());
  writeFileSync(`${file}.partial`, pool.bytes);
  renameSync(`${file}.partial`, file);
  return pool;
}

async function learn(
  { seed, length, threads, signal }: TrainSignsOptions,
  pool: SignPool,
  tick: (done: number, total: number, note: string) => void,
): Promise<{ readonly tensors: Tensors; readonly steps: number; readonly minutes: number }> {
  const weights = initialSignWeights(SIGN_NETWORK, seed);
  await using trainer = await SignTrainer.open({ config: SIGN_NETWORK, weights, pool, seed, learningRate: RATE, threads });
  const started = performance.now();
  const elapsed = (): number => performance.now() - started;
  const [done, total] = "steps" in length ? [(): number => trainer.steps, length.steps] : [elapsed, 60_000 * length.minutes];
  while (done() < total) {
    const loss = await trainer.step(done() / total);
    if (trainer.steps % 20 !== 0) continue;
    tick(Math.min(total, Math.round(done())), total, `${trainer.steps} steps, loss ${loss.toFixed(3)}`);
    // A step blocks; here a Ctrl-C is heard.
    await setImmediate();
    signal.throwIfAborted();
  }
  return { tensors: trainer.average(), steps: trainer.steps, minutes: Math.round(elapsed() / 6000) / 10 };
}
