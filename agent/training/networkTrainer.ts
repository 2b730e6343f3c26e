/**
 * The built-in network with its objective and optimiser: one set of weights, one compiled step per layout.
 * In: weights, batches. Out: losses, predictions, changed weights. Blocks while it computes, so it lives in the trainer's process.
 */
import { WheelError } from "../../env/errors.ts";
import { Graph, Session, TrainStep, type TrainState } from "../autodiff/index.ts";
import { buildNetwork, type NetworkConfig } from "../model/network.ts";
import { buildObjective, type ObjectiveConfig } from "../model/objective.ts";
import { LAYOUTS, type Layout } from "../model/scene.ts";
import type { Tensors } from "../safetensors.ts";
import { makeBatch, type Feeds } from "./batch.ts";
import type { Sample } from "./sample.ts";

export interface NetworkTrainerOptions {
  readonly network: NetworkConfig;
  readonly objective: ObjectiveConfig;
  readonly weights: Tensors;
  /** Samples per step. */
  readonly batch: number;
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

/** This many updates in a row may be refused (not finite) before training gives up. */
const MAX_DIVERGED = 5;

export class NetworkTrainer implements AsyncDisposable {
  readonly batch: number;
  readonly #options: NetworkTrainerOptions;
  readonly #steps = new Map<string, Promise<TrainStep>>();
  readonly #predictors = new Map<string, Promise<Session>>();
  #state: TrainState;
  #diverged = 0;

  private constructor(options: NetworkTrainerOptions, state: TrainState) {
    this.batch = options.batch;
    this.#options = options;
    this.#state = state;
  }

  static async open(options: NetworkTrainerOptions): Promise<NetworkTrainer> {
    const first = await openStep(options, LAYOUTS.small);
    const trainer = new NetworkTrainer(options, first.newState(options.weights));
    trainer.#steps.set("small", Promise.resolve(first));
    return trainer;
  }

  /** One update. A loss that is not finite leaves the weights as they were; several in a row throw `training-diverged`. */
  async step(feeds: Feeds, learningRate: number): Promise<{ readonly loss: number; readonly gradientNorm: number }> {
    const layout = layoutOf(feeds, this.batch);
    const compiled = this.#steps.get(layout.name) ?? openStep(this.#options, layout);
    this.#steps.set(layout.name, compiled);
    const { kind, loss, gradientNorm } = await (await compiled).run(this.#state, feeds, learningRate);
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

  /** Log-probability and value of each sample under the last (`raw`) or averaged (`ema`) weights, without augmentation. */
  async predict(samples: readonly Sample[], which: "raw" | "ema" = "raw"): Promise<Prediction[]> {
    const weights = which === "raw" ? this.#state.weights() : this.#state.average();
    const result: Prediction[] = Array.from({ length: samples.length }, () => ({ logProb: 0, value: 0 }));
    for (const [name, entries] of Map.groupBy(samples.entries(), ([, { scene }]) => scene.layout.name)) {
      for (let from = 0; from < entries.length; from += this.batch) {
        await this.#predictBatch(LAYOUTS[name], entries.slice(from, from + this.batch), weights, result);
      }
    }
    return result;
  }

  async #predictBatch(layout: Layout, entries: readonly (readonly [number, Sample])[], weights: Tensors, result: Prediction[]): Promise<void> {
    const opening = this.#predictors.get(layout.name) ?? openPredictor(this.#options, layout);
    this.#predictors.set(layout.name, opening);
    const predictor = await opening;
    const feeds = makeBatch(
      layout,
      this.batch,
      entries.map(([, sample]) => sample),
    );
    const { logProb, value } = await predictor.run({ ...feeds, ...weights });
    for (const [row, [index]] of entries.entries()) result[index] = { logProb: logProb![row]!, value: value![row]! };
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
    for (const open of [...this.#steps.values(), ...this.#predictors.values()]) await (await open).close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

interface Snapshot {
  readonly weights: Tensors;
  readonly optimiser: Tensors;
}

async function openStep(options: NetworkTrainerOptions, layout: Layout): Promise<TrainStep> {
  const graph = new Graph();
  const { outputs } = buildNetwork(graph, options.network, layout, options.batch);
  const { loss } = buildObjective(graph, options.objective, layout, options.batch, outputs);
  const { weightDecay, clipNorm, threads, emaDecay } = options;
  return TrainStep.open(graph, loss, { weightDecay, clipNorm, threads, averageDecay: emaDecay });
}

async function openPredictor(options: NetworkTrainerOptions, layout: Layout): Promise<Session> {
  const graph = new Graph();
  const { outputs } = buildNetwork(graph, options.network, layout, options.batch);
  const { logProb, value } = buildObjective(graph, options.objective, layout, options.batch, outputs);
  return Session.open(graph.toModel({ logProb, value }), { threads: options.threads });
}

function layoutOf(feeds: Feeds, batch: number): Layout {
  return Object.values(LAYOUTS).find(({ tokens }) => feeds.valid.length === tokens * batch)!;
}
