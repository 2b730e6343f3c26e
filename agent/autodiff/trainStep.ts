/**
 * One training step as one session: forward, backward, clipping, AdamW.
 * In: a graph with a scalar loss. Out: `run(state, feeds, learningRate)`, which updates the state and returns the loss.
 */
import { adamw, adamwScalars, flatGradients, packParameters, type AdamWOptions, type ParameterGroup } from "./adamw.ts";
import { gradients } from "./gradients.ts";
import type { Graph, Tensor } from "./graph.ts";
import { Session, type Arrays, type SessionOptions } from "./session.ts";
import { settle, TrainState, type Update } from "./trainState.ts";

export interface TrainStepOptions extends AdamWOptions, SessionOptions {
  /** Further values to compute at each step, by name. */
  readonly outputs?: Readonly<Record<string, Tensor>>;
}

export interface StepResult extends Update {
  readonly outputs: Readonly<Record<string, Float32Array>>;
}

/** A compiled training step; dispose it with `await using` or `close()`. */
export class TrainStep {
  readonly #session: Session;
  readonly #groups: readonly ParameterGroup[];
  readonly #options: TrainStepOptions;

  private constructor(session: Session, groups: readonly ParameterGroup[], options: TrainStepOptions) {
    this.#session = session;
    this.#groups = groups;
    this.#options = options;
  }

  /** Emits the backward pass and the update of all parameters of `graph` into it, and loads the result. */
  static async open(graph: Graph, loss: Tensor, options: TrainStepOptions = {}): Promise<TrainStep> {
    const { parameters } = graph;
    const groups = packParameters(parameters, options);
    const update = adamw(graph, { ...options, groups, gradients: flatGradients(groups, parameters, gradients(loss, parameters)) });
    const { outputs = {} } = options;
    const own = { "adamw/loss": loss, "adamw/gradientNorm": update.gradientNorm };
    const session = await Session.open(graph.toModel({ ...outputs, ...own, ...update.outputs }), options);
    return new TrainStep(session, groups, options);
  }

  /** State at step 0 for this model. */
  newState(weights: Arrays): TrainState {
    return new TrainState(this.#groups, weights, { average: this.#options.averageDecay !== undefined });
  }

  /**
   * One update of `state` from one batch; await it before the next one on the same state.
   * Blocks the event loop while it computes. Throws {@link AutodiffError} on feeds that do not fit.
   */
  async run(state: TrainState, feeds: Arrays, learningRate: number): Promise<StepResult> {
    const scalars = adamwScalars(this.#options, state.steps + 1, learningRate);
    const values = await this.#session.run({ ...feeds, ...state.feeds(), ...scalars }, state.results());
    const loss = values["adamw/loss"]![0]!;
    const gradientNorm = values["adamw/gradientNorm"]![0]!;
    const names = Object.keys(this.#options.outputs ?? {});
    const outputs = Object.fromEntries(names.map((name) => [name, values[name]!]));
    return { ...settle(state, loss, gradientNorm), outputs };
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
