/**
 * The built-in network with its objective and optimiser: one set of weights, gradients on several threads.
 * In: weights, samples. Out: losses, predictions, changed weights. Results depend on the number of threads in their last bits only.
 */
import { WheelError } from "../../env/errors.ts";
import { sharedArray, UpdateStep, type Gradient, type TrainState } from "../autodiff/index.ts";
import { layoutFor, type Layout } from "../model/layout.ts";
import { weightShapes } from "../model/network.ts";
import type { Tensors } from "../safetensors.ts";
import { emptyBatch, writeBatch, type Feeds, type Row } from "./batch.ts";
import { CHUNK, NetworkThread, type NetworkThreadOptions } from "./networkThread.ts";
import type { Sample } from "./sample.ts";

export interface NetworkTrainerOptions extends NetworkThreadOptions {
  readonly weights: Tensors;
  readonly threads: number;
  readonly weightDecay: number;
  readonly clipNorm: number;
  readonly emaDecay: number;
}

/** What the model says about one sample. */
export interface Prediction {
  /** Log-probability of the sample's action; only meaningful when it has targets. */
  readonly logProb: number;
  /** Predicted success, 0–1. */
  readonly value: number;
}

/** What one step did: the loss before it, and the norm of its gradient before clipping. */
export interface StepReport {
  readonly loss: number;
  readonly gradientNorm: number;
}

/** This many updates in a row may be refused (not finite) before training gives up. */
const MAX_DIVERGED = 5;

export class NetworkTrainer implements AsyncDisposable {
  readonly batch: number;
  readonly #threads: readonly NetworkThread[];
  readonly #places: readonly Place[];
  readonly #update: UpdateStep;
  readonly #state: TrainState;
  #diverged = 0;

  private constructor(options: NetworkTrainerOptions, threads: readonly NetworkThread[], update: UpdateStep) {
    this.batch = options.batch;
    this.#threads = threads;
    this.#update = update;
    this.#state = update.newState(options.weights);
    this.#places = Array.from({ length: Math.ceil(options.batch / CHUNK) }, (_, place) => ({
      thread: threads[backAndForth(place, threads.length)]!,
      rooms: new Map(),
      gradient: update.newGradient(),
    }));
  }

  static async open(options: NetworkTrainerOptions): Promise<NetworkTrainer> {
    const { network, objective, batch, weightDecay, clipNorm, emaDecay } = options;
    const threads: NetworkThread[] = [];
    for (let k = 0; k < Math.max(1, options.threads); k++) threads.push(await NetworkThread.start({ network, objective, batch }));
    const { thread } = threads[0]!;
    const update = await UpdateStep.open(weightShapes(network), { weightDecay, clipNorm, averageDecay: emaDecay, thread });
    return new NetworkTrainer(options, threads, update);
  }

  /**
   * One update from at most `batch` samples; the loss is their sum over `batch`. A loss that is not finite leaves the weights as they
   * were; several in a row throw `training-diverged`.
   */
  async step(rows: readonly Row[], learningRate: number): Promise<StepReport> {
    const chunks = chunksOf(rows);
    const ready = await Promise.all(chunks.map(({ layout }, at) => this.#places[at]!.thread.gradient(layout)));
    const losses = await Promise.all(
      chunks.map((chunk, at) => {
        const place = this.#places[at]!;
        return ready[at]!.run(this.#state, written(place, chunk), place.gradient);
      }),
    );
    return this.#apply(losses, learningRate);
  }

  /** Log-probability and value of each sample under the last (`raw`) or averaged (`ema`) weights, without augmentation. */
  async predict(samples: readonly Sample[], which: "raw" | "ema" = "raw"): Promise<Prediction[]> {
    const weights = this.#state.view(which === "raw" ? "weights" : "average");
    const result = new Map<Sample, Prediction>();
    const chunks = chunksOf(samples.map((sample) => ({ sample })));
    for (let from = 0; from < chunks.length; from += this.#places.length) {
      const own = chunks.slice(from, from + this.#places.length);
      const ready = await Promise.all(own.map(({ layout }, at) => this.#places[at]!.thread.predictor(layout)));
      const outputs = await Promise.all(own.map((chunk, at) => ready[at]!.run({ ...written(this.#places[at]!, chunk), ...weights })));
      for (const [at, { rows }] of own.entries()) {
        const { logProb, value } = outputs[at]!;
        for (const [row, { sample }] of rows.entries()) result.set(sample, { logProb: logProb![row]!, value: value![row]! });
      }
    }
    return samples.map((sample) => result.get(sample)!);
  }

  /** Copies of the last and of the averaged weights. */
  weights(): { readonly raw: Tensors; readonly ema: Tensors } {
    return { raw: this.#state.weights(), ema: this.#state.average() };
  }

  /** Everything an early stop must be able to go back to. */
  snapshot(): Snapshot {
    return { weights: this.#state.weights(), optimiser: this.#state.saveOptimiser() };
  }

  restore({ weights, optimiser }: Snapshot): void {
    this.#state.load(weights);
    this.#state.loadOptimiser(optimiser);
  }

  async close(): Promise<void> {
    for (const thread of this.#threads) await thread.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Gradients are added up in the order of their places, whichever was ready first: the same step gives the same bits. */
  async #apply(losses: readonly number[], learningRate: number): Promise<StepReport> {
    const [sum, ...others] = this.#places.slice(0, losses.length).map(({ gradient }) => gradient);
    for (const other of others) sum!.add(other);
    const loss = losses.reduce((a, b) => a + b, 0);
    const { kind, gradientNorm } = await this.#update.run(this.#state, sum!, loss, learningRate);
    this.#diverged = kind === "diverged" ? this.#diverged + 1 : 0;
    if (this.#diverged >= MAX_DIVERGED) {
      throw new WheelError(
        "training-diverged",
        `The loss was not finite ${MAX_DIVERGED} times in a row.`,
        "Lower training.learningRate, or look for damaged perceptions.",
      );
    }
    return { loss, gradientNorm };
  }
}

interface Snapshot {
  readonly weights: Tensors;
  readonly optimiser: Tensors;
}

/** At most `CHUNK` rows, and a layout that holds them. */
interface Chunk {
  readonly rows: readonly Row[];
  readonly layout: Layout;
}

/** Where one chunk of a step is worked on. Its memory is used again at every step: new arrays would keep the garbage collector busy. */
interface Place {
  readonly thread: NetworkThread;
  readonly rooms: Map<Layout, Feeds>;
  readonly gradient: Gradient;
}

/** 0 1 1 0 0 1 1 0 ...: with chunks from the largest to the smallest, threads are done at about the same time. */
function backAndForth(place: number, threads: number): number {
  const [round, at] = [Math.floor(place / threads), place % threads];
  return round % 2 === 0 ? at : threads - 1 - at;
}

/** From the largest scenes to the smallest. */
function chunksOf(rows: readonly Row[]): Chunk[] {
  const sorted = rows.toSorted((a, b) => b.sample.scene.tokens.length - a.sample.scene.tokens.length);
  return Array.from({ length: Math.ceil(sorted.length / CHUNK) }, (_, k) => {
    const own = sorted.slice(k * CHUNK, (k + 1) * CHUNK);
    return { rows: own, layout: layoutFor(own.map(({ sample }) => sample.scene)) };
  });
}

function written({ rooms }: Place, { rows, layout }: Chunk): Feeds {
  const room = rooms.get(layout) ?? emptyBatch(layout, CHUNK, sharedArray);
  rooms.set(layout, room);
  writeBatch(room, layout, rows);
  return room;
}
