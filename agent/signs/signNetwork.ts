/**
 * The network that names signs: overlapping windows of the picture, joined four by four, then as a whole, in products, sums and ReLU, so that the
 * project's own trainer trains it. In: pictures. Out: a score per class.
 */
import { rng } from "../../env/random.ts";
import { concat, Graph, linear, relu, reshape, Session, standardise, type Tensor } from "../autodiff/index.ts";
import { normalWeights } from "../normalWeights.ts";
import type { Tensors } from "../safetensors.ts";
import { PLANES, SIGN_SIDE } from "./signCrop.ts";
import { SIGNS } from "./signNames.ts";

/** Windows of 8 × 8 pixels, 4 apart: 6 × 6 of them, the outer ones half outside of the picture by 2. */
const WINDOW = 8;
const STRIDE = 4;
const OVERHANG = (WINDOW - STRIDE) / 2;
const ACROSS = SIGN_SIDE / STRIDE;
/** Windows of a picture. */
const WINDOWS = ACROSS * ACROSS;
/** Numbers in a window. */
const WINDOW_SIZE = PLANES * WINDOW * WINDOW;
const JOINED = 4;
const FACTS = 3;

export interface SignNetworkConfig {
  /** Widths after windows, after joined windows, and of the whole. */
  readonly window: number;
  readonly joined: number;
  readonly whole: number;
}

export const SIGN_NETWORK: SignNetworkConfig = { window: 32, joined: 64, whole: 88 };

/** Name → shape of every weight, in a fixed order. */
export function signWeightShapes({ window, joined, whole }: SignNetworkConfig): ReadonlyMap<string, readonly number[]> {
  const layer = (name: string, from: number, to: number): [string, readonly number[]][] => [
    [`${name}.weight`, [from, to]],
    [`${name}.bias`, [to]],
  ];
  return new Map([
    ...layer("window", WINDOW_SIZE, window),
    ...layer("joined", JOINED * window, joined),
    ...layer("whole", (WINDOWS / JOINED) * joined + FACTS, whole),
    ...layer("scores", whole, SIGNS.length),
  ]);
}

/** Fresh weights: scaled normal matrices, zero biases. */
export function initialSignWeights(config: SignNetworkConfig, seed: number): Tensors {
  const deviation = (name: string, shape: readonly number[]): number =>
    name.endsWith("weight") ? Math.sqrt((name.startsWith("scores") ? 1 : 2) / shape[0]!) : 0;
  return normalWeights(signWeightShapes(config), deviation, (name) => rng("sign-weights", seed, name));
}

export interface SignInputs<T> {
  /** [rows · WINDOWS, WINDOW_SIZE], −1 to 1; four windows that are joined follow each other. */
  readonly windows: T;
  /** [rows, FACTS] */
  readonly facts: T;
}

/** The inputs of a graph over `rows` pictures. */
export function signInputs(graph: Graph, rows: number): SignInputs<Tensor> {
  return { windows: graph.input("windows", [rows * WINDOWS, WINDOW_SIZE]), facts: graph.input("facts", [rows, FACTS]) };
}

/** Zeros for `rows` pictures. */
export function emptySignInputs(rows: number): SignInputs<Float32Array> {
  return { windows: new Float32Array(rows * WINDOWS * WINDOW_SIZE), facts: new Float32Array(rows * FACTS) };
}

/** The forward pass: scores [rows, classes]. `weight` gives each weight as a parameter or a constant. */
export function signScores(config: SignNetworkConfig, { windows, facts }: SignInputs<Tensor>, weight: (name: string) => Tensor): Tensor {
  const rows = facts.shape[0]!;
  const layer = (x: Tensor, name: string): Tensor => linear(x, weight(`${name}.weight`), weight(`${name}.bias`));
  const seen = relu(layer(windows, "window"));
  const joined = relu(layer(standardise(reshape(seen, [(rows * WINDOWS) / JOINED, JOINED * config.window])), "joined"));
  const parts = standardise(reshape(joined, [rows, (WINDOWS / JOINED) * config.joined]));
  return layer(relu(layer(concat([parts, facts], 1), "whole")), "scores");
}

/** Where each number of the windows lies in a picture of PLANES planes; −1 outside. */
const SOURCES = (() => {
  const sources = new Int32Array(WINDOWS * WINDOW_SIZE);
  for (let window = 0, to = 0; window < WINDOWS; window++) {
    const [group, part] = [Math.floor(window / JOINED), window % JOINED];
    const column = 2 * (group % (ACROSS / 2)) + (part % 2);
    const row = 2 * Math.floor(group / (ACROSS / 2)) + (part >> 1);
    for (let plane = 0; plane < PLANES; plane++) {
      for (let k = 0; k < WINDOW * WINDOW; k++, to++) {
        const [x, y] = [column * STRIDE - OVERHANG + (k % WINDOW), row * STRIDE - OVERHANG + Math.floor(k / WINDOW)];
        const inside = x >= 0 && y >= 0 && x < SIGN_SIDE && y < SIGN_SIDE;
        sources[to] = inside ? (plane * SIGN_SIDE + y) * SIGN_SIDE + x : -1;
      }
    }
  }
  return sources;
})();

const PICTURE = PLANES * SIGN_SIDE * SIGN_SIDE;

/** Writes a picture and its facts as row `row`. */
export function writeSignInputs(crop: Uint8Array, { windows, facts }: SignInputs<Float32Array>, row: number): void {
  const from = row * WINDOWS * WINDOW_SIZE;
  for (let k = 0; k < SOURCES.length; k++) windows[from + k] = SOURCES[k]! < 0 ? 0 : crop[SOURCES[k]!]! / 127.5 - 1;
  const [width, height] = [Math.max(1, crop[PICTURE]!) / 2, Math.max(1, crop[PICTURE + 1]!) / 2];
  facts[row * FACTS] = Math.log2(width / height);
  facts[row * FACTS + 1] = Math.log2(Math.max(width, height) / 20);
  facts[row * FACTS + 2] = crop[PICTURE + 2]! / 127.5 - 1;
}

/** Pictures looked at together: the shape of the network's graph is fixed. */
const ROWS = 16;

/** The trained network, ready to name; dispose it with `await using` or `close()`. */
export class SignNetwork implements AsyncDisposable {
  readonly #session: Session;
  readonly #inputs = emptySignInputs(ROWS);

  private constructor(session: Session) {
    this.#session = session;
  }

  /** One thread, so that equal pictures give equal bits whatever else the machine does. */
  static async open(config: SignNetworkConfig, weights: Tensors): Promise<SignNetwork> {
    const graph = new Graph();
    const shapes = signWeightShapes(config);
    const scores = signScores(config, signInputs(graph, ROWS), (name) => graph.constant(weights[name]!, shapes.get(name)));
    return new SignNetwork(await Session.open(graph.toModel({ scores })));
  }

  /** Scores of each picture, one after the other. Not to be called again before it has answered. */
  async scores(crops: readonly Uint8Array[]): Promise<Float32Array[]> {
    const found: Float32Array[] = [];
    for (let from = 0; from < crops.length; from += ROWS) {
      const part = crops.slice(from, from + ROWS);
      for (const [row, crop] of part.entries()) writeSignInputs(crop, this.#inputs, row);
      const { scores } = await this.#session.run({ ...this.#inputs });
      for (const row of part.keys()) found.push(scores!.slice(row * SIGNS.length, (row + 1) * SIGNS.length));
    }
    return found;
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
