/**
 * Trains the network of signs with the project's own trainer. In: pictures with classes, a seed. Out: weights.
 * What a step learns from depends on (seed, step) alone: the same steps give the same weights.
 */
import { rng, type Rng } from "../../env/random.ts";
import { WheelError } from "../../env/errors.ts";
import { Graph, logSoftmax, mul, reduceSum, scale, TrainStep, type TrainState } from "../autodiff/index.ts";
import type { Tensors } from "../safetensors.ts";
import { PLANES, SIGN_SIDE } from "./signCrop.ts";
import { SIGNS } from "./signNames.ts";
import { emptySignInputs, signInputs, signScores, signWeightShapes, writeSignInputs, type SignNetworkConfig } from "./signNetwork.ts";
import type { SignPool } from "./signPool.ts";

/** Pictures of one step. */
const BATCH = 128;
const WARM_UP = 100;
/** The rate falls to this share of itself. */
const LAST_RATE = 0.01;
const AVERAGE_DECAY = 0.998;

export interface SignTrainerOptions {
  readonly config: SignNetworkConfig;
  readonly weights: Tensors;
  readonly pool: SignPool;
  readonly seed: number;
  readonly learningRate: number;
  readonly threads: number;
}

/** Opened with `open`, disposed with `await using` or `close()`. `step` blocks its thread. */
export class SignTrainer implements AsyncDisposable {
  readonly #options: SignTrainerOptions;
  readonly #step: TrainStep;
  readonly #state: TrainState;
  readonly #feeds: Readonly<Record<"windows" | "facts" | "targets", Float32Array>>;

  private constructor(options: SignTrainerOptions, step: TrainStep) {
    [this.#options, this.#step] = [options, step];
    this.#state = step.newState(options.weights);
    this.#feeds = { ...emptySignInputs(BATCH), targets: new Float32Array(BATCH * SIGNS.length) };
  }

  static async open(options: SignTrainerOptions): Promise<SignTrainer> {
    const { config, threads } = options;
    const graph = new Graph();
    const shapes = signWeightShapes(config);
    const scores = signScores(config, signInputs(graph, BATCH), (name) => graph.parameter(name, shapes.get(name)!));
    const likely = mul(graph.input("targets", [BATCH, SIGNS.length]), logSoftmax(scores));
    const loss = scale(reduceSum(likely), -1 / BATCH);
    return new SignTrainer(options, await TrainStep.open(graph, loss, { threads, weightDecay: 0.02, averageDecay: AVERAGE_DECAY }));
  }

  /** Steps made so far. */
  get steps(): number {
    return this.#state.steps;
  }

  /**
   * One update. `progress` (0–1) says how far the training is: the learning rate falls towards its end.
   * Throws `training-diverged` when the loss is not finite.
   */
  async step(progress: number): Promise<number> {
    const { seed, learningRate } = this.#options;
    const at = this.#state.steps;
    this.#fill(rng("signs-batch", seed, at));
    const rate = learningRate * Math.min(1, (at + 1) / WARM_UP) * Math.max(LAST_RATE, (1 - Math.min(1, progress)) ** 1.5);
    const { kind, loss } = await this.#step.run(this.#state, this.#feeds, rate);
    if (kind === "diverged") {
      throw new WheelError("training-diverged", `The loss of the signs was not finite at step ${at}.`, "Train with a lower learning rate.");
    }
    return loss;
  }

  #fill(random: Rng): void {
    const { pool } = this.#options;
    this.#feeds.targets.fill(0);
    for (let row = 0; row < BATCH; row++) {
      const { sign, crop } = pool.get(random.int(pool.size));
      writeSignInputs(distorted(crop, random), this.#feeds, row);
      this.#feeds.targets[row * SIGNS.length + sign] = 1;
    }
  }

  /** The averaged weights: what names. */
  average(): Tensors {
    return this.#state.average();
  }

  async close(): Promise<void> {
    await this.#step.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

let scratch = new Uint8Array(0);

/** A picture moved by up to a pixel, and now and then softer, fainter or noisy. The result is written over by the next one. */
function distorted(crop: Uint8Array, random: Rng): Uint8Array {
  const out = scratch.length === crop.length ? scratch : (scratch = new Uint8Array(crop.length));
  out.set(crop);
  const [right, down] = [random.int(3) - 1, random.int(3) - 1];
  const soft = random.chance(0.15);
  const gain = random.chance(0.3) ? 0.7 + 0.5 * random.next() : 1;
  const noise = random.chance(0.1) ? 30 * random.next() : 0;
  const inside = (at: number): number => Math.min(SIGN_SIDE - 1, Math.max(0, at));
  for (let plane = 0; plane < PLANES; plane++) {
    const start = plane * SIGN_SIDE * SIGN_SIDE;
    const value = (x: number, y: number): number => crop[start + inside(y) * SIGN_SIDE + inside(x)]!;
    for (let y = 0; y < SIGN_SIDE; y++) {
      for (let x = 0; x < SIGN_SIDE; x++) {
        const [u, v] = [x - right, y - down];
        const own = value(u, v);
        const near = soft ? (2 * own + value(u - 1, v) + value(u + 1, v) + value(u, v - 1) + value(u, v + 1)) / 6 : own;
        out[start + y * SIGN_SIDE + x] = Math.min(255, Math.max(0, near * gain + (noise === 0 ? 0 : noise * (2 * random.next() - 1))));
      }
    }
  }
  return out;
}
