/**
 * One thread with the built-in network compiled on it: gradients and predictions by layout, each compiled when first asked for.
 * In: configuration. Out: steps and predictors for batches of `CHUNK` rows.
 */
import { Graph, GradientStep, scale, SessionThread, type Runner } from "../autodiff/index.ts";
import type { Layout } from "../model/layout.ts";
import { buildNetwork, type NetworkConfig } from "../model/network.ts";
import { buildObjective, type ObjectiveConfig, type ObjectiveOutputs } from "../model/objective.ts";

/** Rows per graph: a batch is cut into chunks of scenes of about one size, so that little of the work is padding. */
export const CHUNK = 12;

export interface NetworkThreadOptions {
  readonly network: NetworkConfig;
  readonly objective: ObjectiveConfig;
  /** Samples per step, over which the loss is a mean. */
  readonly batch: number;
}

export class NetworkThread {
  readonly thread: SessionThread;
  readonly #options: NetworkThreadOptions;
  readonly #gradients = new Map<Layout, Promise<GradientStep>>();
  readonly #predictors = new Map<Layout, Promise<Runner>>();

  private constructor(thread: SessionThread, options: NetworkThreadOptions) {
    this.thread = thread;
    this.#options = options;
  }

  static async start(options: NetworkThreadOptions): Promise<NetworkThread> {
    return new NetworkThread(await SessionThread.start(), options);
  }

  /** Σ loss / batch over the rows of a chunk, and its gradient. */
  async gradient(layout: Layout): Promise<GradientStep> {
    return compiled(this.#gradients, layout, async () => {
      const { graph, objective } = this.#build(layout);
      return GradientStep.open(graph, scale(objective.loss, CHUNK / this.#options.batch), { thread: this.thread });
    });
  }

  /** `logProb` and `value` of each row. */
  async predictor(layout: Layout): Promise<Runner> {
    return compiled(this.#predictors, layout, async () => {
      const { graph, objective } = this.#build(layout);
      return this.thread.open(graph.toModel({ logProb: objective.logProb, value: objective.value }));
    });
  }

  async close(): Promise<void> {
    await this.thread.close();
  }

  #build(layout: Layout): { readonly graph: Graph; readonly objective: ObjectiveOutputs } {
    const graph = new Graph();
    const { outputs } = buildNetwork(graph, this.#options.network, layout, CHUNK);
    return { graph, objective: buildObjective(graph, this.#options.objective, layout, CHUNK, outputs) };
  }
}

function compiled<T>(known: Map<Layout, Promise<T>>, layout: Layout, compile: () => Promise<T>): Promise<T> {
  const one = known.get(layout) ?? compile();
  known.set(layout, one);
  return one;
}
