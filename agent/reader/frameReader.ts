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
import { isIconShaped, isSolid, isTooFlat } from "../perception/iconShape.ts";
import { INK_LEVEL, textStrips, type Strip } from "../perception/textLines.ts";
import { inkAndPaper } from "../perception/wordColours.ts";
import { toStrip } from "./lineFrames.ts";
import { LineReader, type ReadLine } from "./lineReader.ts";
import { loadReaderWeights, type ReaderWeights } from "./readerWeights.ts";

/** Lines remembered: most of a screen was on the screen before. */
const REMEMBERED = 20_000;
/**
 * Less sure words are what is left of icons; single characters that stand alone must be surer (second number), and more so what stands alone
 * and has the shape of an icon (a word, a character).
 */
const LEAST_CONFIDENCE = { usual: 0.25, alone: 0.4, icon: 0.7, iconCharacter: 0.9 };
/** Half the width of the widest character, px of the scaled line. */
const HALF_WIDTH = 13;

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
  readonly #lines: LineReader;
  /** By digest of the picture. */
  readonly #known = new LruMap<string, readonly StripWord[]>(REMEMBERED);

  private constructor(version: string, lines: LineReader) {
    [this.version, this.#lines] = [version, lines];
  }

  /** Loads the weights that come with the project, or others. */
  static async open(weights: ReaderWeights = loadReaderWeights()): Promise<FrameReader> {
    return new FrameReader(weights.version, await LineReader.open(weights));
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
    const fresh = [...unread];
    const lines = await this.#lines.read([...unread.values()], deviceScaleFactor);
    lines.forEach((line, at) => {
      const [key, strip] = fresh[at]!;
      const words = wordsOf(line, strip).filter((word) => isText(word, line.words.length === 1, strip, deviceScaleFactor));
      read.set(key, words);
      this.#known.set(key, words);
    });
    return inReadingOrder(strips.flatMap((strip, at) => read.get(keys[at]!)!.map((word) => onScreen(word, strip, pixels, deviceScaleFactor))));
  }

  async close(): Promise<void> {
    await this.#lines.close();
  }
}

function keyOf({ grey, width }: Strip, deviceScaleFactor: number): string {
  return `${createHash("sha1").update(grey).digest("base64")} ${width} ${deviceScaleFactor}`;
}

/** Words with the box of their ink; words without ink are none. */
function wordsOf({ words, geometry }: ReadLine, strip: Strip): StripWord[] {
  // Between two words the strip is cut in the middle of the gap; each side then shrinks to its ink.
  const cuts = words.map(({ characters }, at) => {
    const previous = words[at - 1]?.characters.at(-1);
    return previous ? Math.round(toStrip(geometry, (previous.x + characters[0]!.x) / 2)) : 0;
  });
  return words.flatMap(({ text, confidence, characters }, at) => {
    // Icons beside a word are no part of it.
    const left = Math.floor(toStrip(geometry, characters[0]!.x - HALF_WIDTH));
    const right = Math.ceil(toStrip(geometry, characters.at(-1)!.x + HALF_WIDTH));
    const box = inkBox(strip, Math.max(left, cuts[at]!), Math.min(right, cuts[at + 1] ?? strip.width));
    return box ? [{ text, confidence, ...box }] : [];
  });
}

/** False for what is no text by its shape, or not surely enough. `alone`: no other word stands on its strip. */
function isText(word: StripWord, alone: boolean, strip: Strip, scale: number): boolean {
  const { text, confidence, left, top, right, bottom } = word;
  const box = { x: left / scale, y: top / scale, width: (right - left) / scale, height: (bottom - top) / scale };
  const single = text.length === 1;
  if (isTooFlat({ text, box })) return false;
  if (!alone) return confidence >= LEAST_CONFIDENCE.usual;
  if (!isIconShaped(box)) return confidence >= (single ? LEAST_CONFIDENCE.alone : LEAST_CONFIDENCE.usual);
  if (single && isSolid(strip, word)) return false;
  return confidence >= (single ? LEAST_CONFIDENCE.iconCharacter : LEAST_CONFIDENCE.icon);
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
