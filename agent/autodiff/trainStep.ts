/**
 * One training step as one session: forward, backward, clipping, AdamW.
 * In: a graph with a scalar loss. Out: `run(state, feeds, learningRate)`, which updates the state and returns the loss.
 */
import { adamw, type AdamWOptions, type ParameterGroup } from "./adamw.ts";
import { AutodiffError } from "./errors.ts";
import { gradients } from "./gradients.ts";
import type { Graph, Tensor } from "./graph.ts";
import { Session, type Arrays, type SessionOptions } from "./session.ts";
import { TrainState } from "./trainState.ts";

export interface TrainStepOptions extends AdamWOptions, SessionOptions {
  /** Further values to compute at each step, by name. */
  readonly outputs?: Readonly<Record<string, Tensor>>;
}

/** A step either `updated` the state, or `diverged`: loss or gradient norm were not finite and nothing changed. */
export interface StepResult {
  readonly kind: "updated" | "diverged";
  readonly loss: number;
  /** Norm of all gradients together, before clipping. */
  readonly gradientNorm: number;
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
    const update = adamw(graph, {
      ...options,
      parameters,
      gradients: gradients(loss, parameters),
      learningRate: graph.input("adamw/learningRate", []),
      biasCorrections: [graph.input("adamw/correction1", []), graph.input("adamw/correction2", [])],
    });
    const { outputs = {} } = options;
    const own = { "adamw/loss": loss, "adamw/gradientNorm": update.gradientNorm };
    const session = await Session.open(graph.toModel({ ...outputs, ...own, ...update.outputs }), options);
    return new TrainStep(session, update.groups, options);
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
    if (!Number.isFinite(learningRate)) {
      throw new AutodiffError(`The learning rate is ${learningRate}`, "Give a finite number");
    }
    const [beta1, beta2] = this.#options.betas ?? [0.9, 0.98];
    const step = state.steps + 1;
    const scalars = {
      "adamw/learningRate": Float32Array.of(learningRate),
      "adamw/correction1": Float32Array.of(1 - beta1 ** step),
      "adamw/correction2": Float32Array.of(1 - beta2 ** step),
    };
    const values = await this.#session.run({ ...feeds, ...state.feeds(), ...scalars }, state.results());
    const loss = values["adamw/loss"]![0]!;
    const gradientNorm = values["adamw/gradientNorm"]![0]!;
    const finite = Number.isFinite(loss) && Number.isFinite(gradientNorm);
    if (finite) state.commit();
    const names = Object.keys(this.#options.outputs ?? {});
    const outputs = Object.fromEntries(names.map((name) => [name, values[name]!]));
    return { kind: finite ? "updated" : "diverged", loss, gradientNorm, outputs };
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
