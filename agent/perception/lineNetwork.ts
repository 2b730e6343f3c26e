/**
 * The line network ready to run. In: pictures of text pieces, 36 rows each. Out: character probabilities per piece and step.
 * What is read from a piece depends on that piece alone, never on what else is in the batch.
 */
import * as ort from "onnxruntime-node";
import { lineModelToOnnx, STEP } from "./lineModel.ts";
import type { LineModel } from "./tessdata.ts";

/** A piece of text to read: 36 rows of grey, 255 = paper, `width` a multiple of STEP. */
export interface Picture {
  readonly grey: Uint8Array;
  readonly width: number;
}

/** Probabilities [step][character] of one picture. */
export interface Reading {
  readonly steps: number;
  readonly classes: number;
  readonly probabilities: Float32Array;
}

/** Measured cost of one step of a batch: a fixed part (reading the weights) and a part per picture, microseconds. */
const STEP_COST = 150;
const PICTURE_COST = 24;
const LARGEST_BATCH = 32;

/** Opened with `open`, closed with `close`. `read` blocks its thread. */
export class LineNetwork {
  readonly alphabet: readonly string[];
  readonly height: number;
  readonly #session: ort.InferenceSession;

  private constructor(session: ort.InferenceSession, { alphabet, height }: LineModel) {
    [this.#session, this.alphabet, this.height] = [session, alphabet, height];
  }

  /** One thread, so that equal pictures give equal bits whatever else the machine does. */
  static async open(model: LineModel): Promise<LineNetwork> {
    const session = await ort.InferenceSession.create(lineModelToOnnx(model), {
      executionProviders: ["cpu"],
      executionMode: "sequential",
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
      extra: { session: { use_deterministic_compute: "1" } },
    });
    return new LineNetwork(session, model);
  }

  /** Readings in the order of the pictures. */
  async read(pictures: readonly Picture[]): Promise<Reading[]> {
    const readings: Reading[] = Array.from({ length: pictures.length });
    const order = pictures.map((_, at) => at).toSorted((a, b) => pictures[a]!.width - pictures[b]!.width);
    for (const batch of planBatches(order, pictures)) {
      const found = await this.#readBatch(batch.map((at) => pictures[at]!));
      batch.forEach((at, row) => (readings[at] = found[row]!));
    }
    return readings;
  }

  /** Pictures sorted by width. */
  async #readBatch(pictures: readonly Picture[]): Promise<Reading[]> {
    const { height } = this;
    const width = pictures.at(-1)!.width;
    const image = new Float32Array(pictures.length * height * width);
    pictures.forEach(({ grey, width: own }, row) => {
      for (let y = 0, from = 0; y < height; y++) {
        let to = (row * height + y) * width;
        for (const end = from + own; from < end; from++, to++) image[to] = grey[from]! / 127.5 - 2;
      }
    });
    const steps = BigInt64Array.from(pictures, (picture) => BigInt(picture.width / STEP));
    const { probabilities } = await this.#session.run({
      image: new ort.Tensor("float32", image, [pictures.length, 1, height, width]),
      steps: new ort.Tensor("int64", steps, [pictures.length]),
    });
    return unstack(probabilities!.data as Float32Array, pictures, this.alphabet.length);
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

/** Cuts pictures sorted by width into the batches that cost least: a batch takes as many steps as its widest picture. */
function planBatches(order: readonly number[], pictures: readonly Picture[]): number[][] {
  const best = [0];
  const from = [0];
  for (let end = 1; end <= order.length; end++) {
    const steps = pictures[order[end - 1]!]!.width / STEP;
    best[end] = Infinity;
    for (let start = Math.max(0, end - LARGEST_BATCH); start < end; start++) {
      const cost = best[start]! + steps * (STEP_COST + PICTURE_COST * (end - start));
      if (cost < best[end]!) [best[end], from[end]] = [cost, start];
    }
  }
  const batches: number[][] = [];
  for (let end = order.length; end > 0; end = from[end]!) batches.unshift(order.slice(from[end], end));
  return batches;
}

/** [steps, batch, classes] → one [steps, classes] per picture. */
function unstack(data: Float32Array, pictures: readonly Picture[], classes: number): Reading[] {
  const count = pictures.length;
  return pictures.map(({ width }, row) => {
    const steps = width / STEP;
    const probabilities = new Float32Array(steps * classes);
    for (let step = 0; step < steps; step++) {
      const from = (step * count + row) * classes;
      probabilities.set(data.subarray(from, from + classes), step * classes);
    }
    return { steps, classes, probabilities };
  });
}
