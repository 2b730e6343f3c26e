/**
 * Reads strips of text, many at once: one run of the network for all of them. In: strips. Out: words and characters, in columns of the scaled line.
 * What is read of a strip depends on that strip alone.
 */
import type { Strip } from "../perception/textLines.ts";
import { decodeLine, type ReadWord } from "./decodeLine.ts";
import { FACTS, FRAME_PIXELS, FrameNetwork, frameGap, type FrameInputs } from "./frameNetwork.ts";
import { lineGeometry, writeLine, type LineGeometry } from "./lineFrames.ts";
import type { ReaderWeights } from "./readerWeights.ts";

/** Most frames read at once; what is more is not read. Only textures have so many. */
const MOST_FRAMES = 40_000;

export interface ReadLine {
  readonly words: readonly ReadWord[];
  readonly geometry: LineGeometry;
}

/** Opened with `open`, disposed with `await using` or `close()`. */
export class LineReader implements AsyncDisposable {
  readonly #network: FrameNetwork;
  #memory: FrameInputs<Float32Array> = allocate(1024);
  /** The read under way: the memory serves one at a time. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(network: FrameNetwork) {
    this.#network = network;
  }

  static async open({ config, tensors }: Pick<ReaderWeights, "config" | "tensors">): Promise<LineReader> {
    return new LineReader(await FrameNetwork.open(config, tensors));
  }

  /** What stands in each strip; `deviceScaleFactor` is that of their screen. */
  read(strips: readonly Strip[], deviceScaleFactor: number): Promise<ReadLine[]> {
    if (strips.length === 0) return Promise.resolve([]);
    const turn = this.#last.then(() => this.#read(strips, deviceScaleFactor));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #read(strips: readonly Strip[], deviceScaleFactor: number): Promise<ReadLine[]> {
    const gap = frameGap(this.#network.config);
    const geometries = strips.map((strip) => lineGeometry(strip, deviceScaleFactor));
    const rows: number[] = [];
    let total = gap;
    for (const { frames } of geometries) {
      if (total + frames + gap > MOST_FRAMES) break;
      rows.push(total);
      total += frames + gap;
    }
    const inputs = this.#inputs(total);
    rows.forEach((row, at) => writeLine(strips[at]!, geometries[at]!, inputs, row));
    const scores = await this.#network.read(inputs);
    return geometries.map((geometry, at) => ({ geometry, words: rows[at] === undefined ? [] : decodeLine(scores, rows[at], geometry.frames) }));
  }

  async close(): Promise<void> {
    await this.#network.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Zeros for `rows` frames, in memory that is used again. */
  #inputs(rows: number): FrameInputs<Float32Array> {
    if (this.#memory.valid.length < rows) this.#memory = allocate(2 * rows);
    const { pixels, facts, valid } = this.#memory;
    const inputs = { pixels: pixels.subarray(0, rows * FRAME_PIXELS), facts: facts.subarray(0, rows * FACTS), valid: valid.subarray(0, rows) };
    for (const array of Object.values(inputs)) array.fill(0);
    return inputs;
  }
}

function allocate(rows: number): FrameInputs<Float32Array> {
  return { pixels: new Float32Array(rows * FRAME_PIXELS), facts: new Float32Array(rows * FACTS), valid: new Float32Array(rows) };
}
