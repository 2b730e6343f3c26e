/**
 * The other half of a training step: clipping and AdamW, from a gradient.
 * In: what `GradientStep`s have written, added up. Out: `run(state, gradient, learningRate)`, which updates the state.
 */
import { adamw, adamwScalars, gradientName, packParameters, type AdamWOptions, type ParameterGroup } from "./adamw.ts";
import { Gradient } from "./gradient.ts";
import { Graph } from "./graph.ts";
import { Session, type Arrays, type Runner, type SessionOptions } from "./session.ts";
import { sharedArray, type SessionThread } from "./sessionThread.ts";
import { settle, TrainState, type Update } from "./trainState.ts";

interface UpdateOptions extends AdamWOptions, SessionOptions {
  readonly thread?: SessionThread;
}

/** A compiled update, on the thread that was given or on this one. */
export class UpdateStep {
  readonly #runner: Runner;
  readonly #groups: readonly ParameterGroup[];
  readonly #options: AdamWOptions;

  private constructor(runner: Runner, groups: readonly ParameterGroup[], options: AdamWOptions) {
    this.#runner = runner;
    this.#groups = groups;
    this.#options = options;
  }

  /** Builds the update of parameters of these shapes, by name in the order in which the gradients' graphs declare them. */
  static async open(shapes: ReadonlyMap<string, readonly number[]>, options: UpdateOptions = {}): Promise<UpdateStep> {
    const { thread, threads = 1 } = options;
    const parameters = new Graph();
    const groups = packParameters(
      [...shapes].map(([name, shape]) => parameters.parameter(name, shape)),
      options,
    );
    const graph = new Graph();
    const update = adamw(graph, { ...options, groups, gradients: groups.map((group) => graph.input(gradientName(group), [group.length])) });
    const model = graph.toModel({ "adamw/gradientNorm": update.gradientNorm, ...update.outputs });
    return new UpdateStep(await (thread === undefined ? Session.open(model, { threads }) : thread.open(model, { threads })), groups, options);
  }

  /** State at step 0 for this model, in shared memory. */
  newState(weights: Arrays): TrainState {
    return new TrainState(this.#groups, weights, { average: this.#options.averageDecay !== undefined, allocate: sharedArray });
  }

  newGradient(): Gradient {
    return new Gradient(this.#groups);
  }

  /** One update of `state`; await it before the next one. `loss` is that of the gradient: neither may be anything but finite. */
  async run(state: TrainState, gradient: Gradient, loss: number, learningRate: number): Promise<Update> {
    const scalars = adamwScalars(this.#options, state.steps + 1, learningRate);
    const values = await this.#runner.run({ ...gradient.vectors, ...state.feeds(), ...scalars }, state.results());
    return settle(state, loss, values["adamw/gradientNorm"]![0]!);
  }

  async close(): Promise<void> {
    await this.#runner.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
