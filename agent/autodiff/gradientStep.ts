/**
 * Half a training step: forward and backward pass of one batch.
 * In: a graph with a scalar loss. Out: `run(state, feeds, out)`. Gradients of several graphs (shapes, threads) add up; an `UpdateStep` applies them.
 */
import { flatGradients, gradientName, packParameters, type AdamWOptions } from "./adamw.ts";
import type { Gradient } from "./gradient.ts";
import { gradients } from "./gradients.ts";
import type { Graph, Tensor } from "./graph.ts";
import { Session, type Arrays, type Runner, type SessionOptions } from "./session.ts";
import type { SessionThread } from "./sessionThread.ts";
import type { TrainState } from "./trainState.ts";

/** A compiled gradient, on the thread that was given or on this one. */
export class GradientStep {
  readonly #runner: Runner;

  private constructor(runner: Runner) {
    this.#runner = runner;
  }

  /** Emits the backward pass into `graph` and loads the result. `decays` must be that of the update. */
  static async open(graph: Graph, loss: Tensor, options: GradientOptions = {}): Promise<GradientStep> {
    const { thread, threads = 1 } = options;
    const { parameters } = graph;
    const groups = packParameters(parameters, options);
    const flat = flatGradients(groups, parameters, gradients(loss, parameters));
    const outputs = Object.fromEntries(groups.map((group, index) => [gradientName(group), flat[index]!]));
    const model = graph.toModel({ ...outputs, loss });
    return new GradientStep(await (thread === undefined ? Session.open(model, { threads }) : thread.open(model, { threads })));
  }

  /** Writes the gradient of one batch to `out` and returns its loss. */
  async run(state: TrainState, feeds: Arrays, out: Gradient): Promise<number> {
    const { loss } = await this.#runner.run({ ...feeds, ...state.feeds() }, out.vectors);
    return loss![0]!;
  }

  async close(): Promise<void> {
    await this.#runner.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

interface GradientOptions extends SessionOptions, Pick<AdamWOptions, "decays"> {
  readonly thread?: SessionThread;
}
