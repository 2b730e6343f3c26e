/**
 * The reader of screens that this project trained itself: finds lines among flat colour areas, shows all new ones of a screen to a small
 * network at once, and remembers what it read in each. In: pixels. Out: words. A step that changes a tenth of the screen costs a tenth.
 */
import { createHash } from "node:crypto";
import type { Pixels } from "../../env/observation.ts";
import { LruMap } from "../perception/lruMap.ts";
import type { Word } from "../perception/perception.ts";
import type { Reader } from "../perception/reader.ts";
import { inReadingOrder } from "../perception/readingOrder.ts";
import { textStrips, type Strip } from "../perception/textLines.ts";
import { inkAndPaper } from "../perception/wordColours.ts";
import { decodeLine, type ReadWord } from "./decodeLine.ts";
import { FACTS, FRAME_PIXELS, FrameNetwork, frameGap, type FrameInputs } from "./frameNetwork.ts";
import { lineGeometry, toStrip, writeLine, type LineGeometry } from "./lineFrames.ts";
import { loadReaderWeights, type ReaderWeights } from "./readerWeights.ts";

/** Lines remembered: most of a screen was on the screen before. */
const REMEMBERED = 20_000;
/** Most frames read at once, and on one screen; only textures have more. */
const MOST_FRAMES = 40_000;
/** Less sure words are what is left of icons. */
const LEAST_CONFIDENCE = 0.35;
/** Darker than this is ink (255 = paper). */
const INK_LEVEL = 170;

/** A word of a strip, px of the strip. */
interface StripWord {
  readonly text: string;
  readonly confidence: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export class FrameReader implements Reader {
  readonly version: string;
  readonly #network: FrameNetwork;
  /** By digest of the picture. */
  readonly #known = new LruMap<string, readonly StripWord[]>(REMEMBERED);
  #memory: FrameInputs<Float32Array> = allocate(1024);

  private constructor(version: string, network: FrameNetwork) {
    [this.version, this.#network] = [version, network];
  }

  /** Loads the weights that come with the project, or others. */
  static async open(weights: ReaderWeights = loadReaderWeights()): Promise<FrameReader> {
    return new FrameReader(weights.version, await FrameNetwork.open(weights.config, weights.tensors));
  }

  async read(pixels: Pixels, deviceScaleFactor: number): Promise<Word[]> {
    const strips = textStrips(pixels, deviceScaleFactor);
    const keys = strips.map((strip) => keyOf(strip, deviceScaleFactor));
    const read = new Map<string, readonly StripWord[]>();
    const unread = new Map<string, Strip>();
    strips.forEach((strip, at) => {
      const known = this.#known.get(keys[at]!);
      if (known) read.set(keys[at]!, known);
      else unread.set(keys[at]!, strip);
    });
    for (const [key, words] of await this.#readNew(unread, deviceScaleFactor)) {
      read.set(key, words);
      this.#known.set(key, words);
    }
    const words = strips.flatMap((strip, at) => read.get(keys[at]!)?.map((word) => onScreen(word, strip, pixels, deviceScaleFactor)) ?? []);
    return inReadingOrder(words);
  }

  async close(): Promise<void> {
    await this.#network.close();
  }

  /** Words of lines that were never seen before: one run of the network for all of them. */
  async #readNew(strips: ReadonlyMap<string, Strip>, deviceScaleFactor: number): Promise<Map<string, readonly StripWord[]>> {
    const read = new Map<string, readonly StripWord[]>();
    if (strips.size === 0) return read;
    const gap = frameGap(this.#network.config);
    const lines: { readonly key: string; readonly strip: Strip; readonly geometry: LineGeometry; readonly row: number }[] = [];
    let rows = gap;
    for (const [key, strip] of strips) {
      const geometry = lineGeometry(strip, deviceScaleFactor);
      if (rows + geometry.frames + gap > MOST_FRAMES) break;
      lines.push({ key, strip, geometry, row: rows });
      rows += geometry.frames + gap;
    }
    const inputs = this.#inputs(rows);
    for (const { strip, geometry, row } of lines) writeLine(strip, geometry, inputs, row);
    const scores = await this.#network.read(inputs);
    for (const { key, strip, geometry, row } of lines) read.set(key, wordsOf(decodeLine(scores, row, geometry.frames), strip, geometry));
    return read;
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

function keyOf({ grey, width }: Strip, deviceScaleFactor: number): string {
  return `${createHash("sha1").update(grey).digest("base64")} ${width} ${deviceScaleFactor}`;
}

/** Words with the box of their ink; words without ink are none. */
function wordsOf(words: readonly ReadWord[], strip: Strip, geometry: LineGeometry): StripWord[] {
  // Between two words the strip is cut in the middle of the gap; each side then shrinks to its ink.
  const cuts = words.map(({ characters }, at) => {
    const previous = words[at - 1]?.characters.at(-1);
    return previous ? Math.round(toStrip(geometry, (previous.x + characters[0]!.x) / 2)) : 0;
  });
  return words.flatMap(({ text, confidence }, at) => {
    const box = inkBox(strip, cuts[at]!, cuts[at + 1] ?? strip.width);
    return box && confidence >= LEAST_CONFIDENCE ? [{ text, confidence, ...box }] : [];
  });
}

function inkBox({ grey, width, height }: Strip, from: number, to: number): Pick<StripWord, "left" | "top" | "right" | "bottom"> | undefined {
  let [left, top, right, bottom] = [to, height, from, 0];
  for (let y = 0; y < height; y++) {
    for (let x = from; x < to; x++) {
      if (grey[y * width + x]! >= INK_LEVEL) continue;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
      if (y < top) top = y;
      bottom = y + 1;
    }
  }
  return left < right ? { left, top, right, bottom } : undefined;
}

function onScreen(word: StripWord, strip: Strip, pixels: Pixels, scale: number): Word {
  const device = { left: strip.left + word.left, right: strip.left + word.right, top: strip.top + word.top, bottom: strip.top + word.bottom };
  return {
    text: word.text,
    box: { x: device.left / scale, y: device.top / scale, width: (device.right - device.left) / scale, height: (device.bottom - device.top) / scale },
    confidence: Math.round(word.confidence * 1000) / 1000,
    ...inkAndPaper(pixels, device),
  };
}
