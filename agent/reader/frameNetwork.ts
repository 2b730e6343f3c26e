/**
 * The network that reads lines of text: for every frame (4 columns of a line 24 px high) which character it belongs to, and for every
 * column whether a character has its middle there. Residual blocks that look at neighbouring frames, of products, sums and
 * ReLU only, so that the project's own trainer trains them. Lines stand one below the other in one matrix, parted by gaps of
 * invalid frames; what is said of a line does not depend on its neighbours. In: frames. Out: scores.
 */
import { rng } from "../../env/random.ts";
import { add, concat, Graph, linear, mul, relu, Session, shift, standardise, type Tensor } from "../autodiff/index.ts";
import { normalWeights } from "../normalWeights.ts";
import type { Tensors } from "../safetensors.ts";
import { CLASSES } from "./alphabet.ts";

/** Size of a frame, px of the scaled line. */
export const FRAME_WIDTH = 4;
export const FRAME_HEIGHT = 24;
export const FRAME_PIXELS = FRAME_WIDTH * FRAME_HEIGHT;
/** Numbers about the whole line that come with each of its frames. */
export const FACTS = 2;
/** Scores per frame: classes, then middles of its columns. */
export const SCORES = CLASSES.length + FRAME_WIDTH;

export interface FrameNetworkConfig {
  readonly width: number;
  /** Width inside a block. */
  readonly hidden: number;
  /** Frames seen at once to either side at the entrance. */
  readonly window: number;
  /** Distance of the neighbours that each block looks at, frames. */
  readonly reach: readonly number[];
}

export const FRAME_NETWORK: FrameNetworkConfig = { width: 128, hidden: 256, window: 2, reach: [1, 2, 4] };

/** Invalid frames that must lie before, between and after lines. */
export const frameGap = ({ window, reach }: FrameNetworkConfig): number => Math.max(window, ...reach);

/** Name → shape of every weight, in a fixed order. */
export function frameWeightShapes({ width, hidden, window, reach }: FrameNetworkConfig): ReadonlyMap<string, readonly number[]> {
  const block = (at: number): [string, readonly number[]][] => [
    [`block${at}.in.weight`, [3 * width, hidden]],
    [`block${at}.in.bias`, [hidden]],
    [`block${at}.out.weight`, [hidden, width]],
    [`block${at}.out.bias`, [width]],
  ];
  return new Map<string, readonly number[]>([
    ["frames.weight", [(2 * window + 1) * FRAME_PIXELS + FACTS, width]],
    ["frames.bias", [width]],
    ...reach.flatMap((_, at) => block(at)),
    ["scores.weight", [width, SCORES]],
    ["scores.bias", [SCORES]],
  ]);
}

/** Fresh weights: scaled normal matrices, zero biases. */
export function initialFrameWeights(config: FrameNetworkConfig, seed: number): Tensors {
  const deviation = (name: string, shape: readonly number[]): number =>
    name.endsWith("weight") ? (name.endsWith("out.weight") ? 0.5 : 1) / Math.sqrt(shape[0]!) : 0;
  return normalWeights(frameWeightShapes(config), deviation, (name) => rng("frame-weights", seed, name));
}

export interface FrameInputs<T> {
  /** [rows, FRAME_PIXELS], ink 0–1, row by row. */
  readonly pixels: T;
  /** [rows, FACTS] */
  readonly facts: T;
  /** [rows, 1]: 1 for frames of lines, 0 for gaps. All that is fed in gaps must be 0. */
  readonly valid: T;
}

/** The inputs of a graph over `rows` frames. */
export function frameInputs(graph: Graph, rows: number): FrameInputs<Tensor> {
  return { pixels: graph.input("pixels", [rows, FRAME_PIXELS]), facts: graph.input("facts", [rows, FACTS]), valid: graph.input("valid", [rows, 1]) };
}

/** The forward pass: scores [rows, SCORES]. `weight` gives each weight as a parameter or a constant. */
export function frameScores(config: FrameNetworkConfig, inputs: FrameInputs<Tensor>, weight: (name: string) => Tensor): Tensor {
  const { pixels, facts, valid } = inputs;
  const around = Array.from({ length: 2 * config.window + 1 }, (_, at) => shift(pixels, at - config.window));
  const layer = (x: Tensor, name: string): Tensor => linear(x, weight(`${name}.weight`), weight(`${name}.bias`));
  let x = mul(layer(concat([...around, facts], 1), "frames"), valid);
  for (const [at, distance] of config.reach.entries()) {
    const normed = standardise(x);
    const hidden = relu(layer(concat([shift(normed, distance), normed, shift(normed, -distance)], 1), `block${at}.in`));
    x = mul(add(x, layer(hidden, `block${at}.out`)), valid);
  }
  return layer(standardise(x), "scores");
}

/** The trained network, ready to read; dispose it with `await using` or `close()`. `read` blocks its thread. */
export class FrameNetwork implements AsyncDisposable {
  readonly config: FrameNetworkConfig;
  readonly #session: Session;

  private constructor(config: FrameNetworkConfig, session: Session) {
    [this.config, this.#session] = [config, session];
  }

  /** One thread, so that equal lines give equal bits whatever else the machine does. */
  static async open(config: FrameNetworkConfig, weights: Tensors): Promise<FrameNetwork> {
    const graph = new Graph();
    const shapes = frameWeightShapes(config);
    const scores = frameScores(config, frameInputs(graph, 2 * frameGap(config) + 1), (name) => graph.constant(weights[name]!, shapes.get(name)));
    return new FrameNetwork(config, await Session.open(graph.toModel({ scores }, { openRows: true })));
  }

  /** Scores [rows, SCORES]. */
  async read(inputs: FrameInputs<Float32Array>): Promise<Float32Array> {
    const { scores } = await this.#session.run({ ...inputs });
    return scores!;
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
