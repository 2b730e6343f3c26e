/**
 * Trains the reader's network with the project's own trainer. In: labelled lines, a seed, a number of steps. Out: weights.
 * What a step learns from depends on (seed, step) alone, so a run that was stopped goes on as if it had not been.
 */
import { rng } from "../../env/random.ts";
import { WheelError } from "../../env/errors.ts";
import { Graph, TrainStep, type TrainState } from "../autodiff/index.ts";
import type { Tensors } from "../safetensors.ts";
import { CLASSES } from "./alphabet.ts";
import { drawDistortion } from "./distortion.ts";
import { frameLoss } from "./frameLoss.ts";
import { FACTS, FRAME_PIXELS, FRAME_WIDTH, frameGap, frameInputs, frameScores, frameWeightShapes, type FrameNetworkConfig } from "./frameNetwork.ts";
import { lineGeometry, writeLine } from "./lineFrames.ts";
import { writeTargets } from "./lineLabel.ts";
import type { StripPool } from "./stripPool.ts";

/** Frames of one step: about 50 lines. With four times as many per step, as many frames teach much less. */
const BATCH_ROWS = 2048;
const WARM_UP = 100;
/** The rate falls to this share of itself. */
const LAST_RATE = 0.02;
const AVERAGE_DECAY = 0.998;

export interface FrameTrainerOptions {
  readonly config: FrameNetworkConfig;
  readonly weights: Tensors;
  readonly pool: StripPool;
  readonly seed: number;
  readonly learningRate: number;
  readonly threads: number;
  /** Rows of a batch (default BATCH_ROWS). */
  readonly rows?: number;
}

/** Everything that going on needs. */
export interface FrameTrainerState {
  readonly weights: Tensors;
  readonly optimiser: Tensors;
}

/** Opened with `open`, disposed with `await using` or `close()`. `step` blocks its thread. */
export class FrameTrainer implements AsyncDisposable {
  readonly #options: FrameTrainerOptions;
  readonly #batch: FrameBatch;
  readonly #step: TrainStep;
  readonly #state: TrainState;

  private constructor(options: FrameTrainerOptions, batch: FrameBatch, step: TrainStep) {
    [this.#options, this.#batch, this.#step] = [options, batch, step];
    this.#state = step.newState(options.weights);
  }

  static async open(options: FrameTrainerOptions): Promise<FrameTrainer> {
    const { config, threads, rows = BATCH_ROWS } = options;
    const graph = new Graph();
    const shapes = frameWeightShapes(config);
    const scores = frameScores(config, frameInputs(graph, rows), (name) => graph.parameter(name, shapes.get(name)!));
    const step = await TrainStep.open(graph, frameLoss(graph, rows, scores), { threads, weightDecay: 0.01, averageDecay: AVERAGE_DECAY });
    return new FrameTrainer(options, new FrameBatch(rows, frameGap(config)), step);
  }

  /** Steps made so far. */
  get steps(): number {
    return this.#state.steps;
  }

  /**
   * One update. `progress` (0–1) says how far the training is: the learning rate falls towards its end.
   * Throws `training-diverged` when the loss is not finite.
   */
  async step(progress: number): Promise<{ readonly loss: number; readonly frames: number }> {
    const { pool, seed, learningRate } = this.#options;
    const at = this.#state.steps;
    const frames = this.#batch.fill(pool, seed, at);
    const rate = learningRate * Math.min(1, (at + 1) / WARM_UP) * Math.max(LAST_RATE, (1 - Math.min(1, progress)) ** 1.5);
    const { kind, loss } = await this.#step.run(this.#state, this.#batch.feeds, rate);
    if (kind === "diverged") {
      throw new WheelError("training-diverged", `The reader's loss was not finite at step ${at}.`, "Train with a lower learning rate.");
    }
    return { loss, frames };
  }

  /** The averaged weights: what reads. */
  average(): Tensors {
    return this.#state.average();
  }

  save(): FrameTrainerState {
    return { weights: this.#state.weights(), optimiser: this.#state.saveOptimiser() };
  }

  restore({ weights, optimiser }: FrameTrainerState): void {
    this.#state.load(weights);
    this.#state.loadOptimiser(optimiser);
  }

  async close(): Promise<void> {
    await this.#step.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** The arrays of one batch, used again at every step. */
class FrameBatch {
  readonly feeds: Readonly<Record<"pixels" | "facts" | "valid" | "classes" | "middles" | "middlesWeight", Float32Array>>;
  readonly #rows: number;
  readonly #gap: number;

  constructor(rows: number, gap: number) {
    const columns = (count: number): Float32Array => new Float32Array(rows * count);
    [this.#rows, this.#gap] = [rows, gap];
    this.feeds = {
      pixels: columns(FRAME_PIXELS),
      facts: columns(FACTS),
      valid: columns(1),
      classes: columns(CLASSES.length),
      middles: columns(FRAME_WIDTH),
      middlesWeight: columns(1),
    };
  }

  /** Fills the batch with the lines of step `at`; gives the number of frames in it. */
  fill(pool: StripPool, seed: number, at: number): number {
    for (const array of Object.values(this.feeds)) array.fill(0);
    const random = rng("reader-batch", seed, at);
    let row = this.#gap;
    let frames = 0;
    for (;;) {
      const { strip, deviceScaleFactor, label } = pool.get(random.int(pool.size));
      const distortion = drawDistortion(random);
      const geometry = lineGeometry(strip, deviceScaleFactor, distortion);
      if (row + geometry.frames + this.#gap > this.#rows) break;
      writeLine(strip, geometry, this.feeds, row, distortion);
      writeTargets(label, geometry, this.feeds, row);
      row += geometry.frames + this.#gap;
      frames += geometry.frames;
    }
    return frames;
  }
}
