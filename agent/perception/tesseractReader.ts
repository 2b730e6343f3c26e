/**
 * Reads words with Tesseract's English line network. Its page layout analysis and its engine are replaced: lines are found among flat
 * colour areas, so buttons, tables and dark themes read like print, and the network runs in onnxruntime, many pieces at once.
 * In: pixels. Out: words. Offline: weights come from the package @tesseract.js-data/eng.
 */
import { createHash } from "node:crypto";
import type { Pixels } from "../../env/observation.ts";
import { charactersOf, wordsOf, type Character, type PieceWord } from "./decodePiece.ts";
import { LineNetwork } from "./lineNetwork.ts";
import { isIconShaped, isSolid, isTooFlat } from "./iconShape.ts";
import { languageData } from "./languageData.ts";
import { LruMap } from "./lruMap.ts";
import type { Word } from "./perception.ts";
import { cutPieces, INK_LEVEL, type Piece } from "./pieces.ts";
import type { Reader } from "./reader.ts";
import { inReadingOrder } from "./readingOrder.ts";
import { readLineModel } from "./tessdata.ts";
import { textStrips, type Strip } from "./textLines.ts";
import { inkAndPaper } from "./wordColours.ts";

export const READER_VERSION = "tesseract-lines-2";

/** Pieces of text remembered: most of a screen was on the screen before. */
const REMEMBERED = 20_000;
/** Most pieces read on one screen; only textures have more. */
const MOST_PIECES = 1_500;
/** Less sure words are dropped: what is left of icons and check boxes. Words that stand alone and have the shape of an icon (second number)
 * must be surer, single characters too. */
const LEAST_CONFIDENCE = [0.4, 0.85] as const;
const LEAST_CONFIDENCE_ALONE = [0.65, 0.95] as const;

/** Typographic quotes and dashes are read as their plain forms: which one a page uses cannot be seen reliably. */
const PLAIN: Readonly<Record<string, string>> = { "‘": "'", "’": "'", "“": '"', "”": '"', "—": "-" };

export class TesseractReader implements Reader {
  readonly version = READER_VERSION;
  readonly #network: LineNetwork;
  /** By digest of the picture. Only what depends on the picture alone. */
  readonly #heard = new LruMap<string, readonly Character[]>(REMEMBERED);

  private constructor(network: LineNetwork) {
    this.#network = network;
  }

  /** Loads the weights, about 0.3 s. */
  static async open(): Promise<TesseractReader> {
    return new TesseractReader(await LineNetwork.open(readLineModel(await languageData())));
  }

  async read(pixels: Pixels, deviceScaleFactor: number): Promise<Word[]> {
    const strips = textStrips(pixels, deviceScaleFactor);
    const pieces = strips.flatMap((strip) => cutPieces(strip, this.#network.height).map((piece) => ({ strip, piece }))).slice(0, MOST_PIECES);
    const heard = await this.#listen(pieces.map(({ piece }) => piece));
    const words = pieces.flatMap(({ strip, piece }, at) => {
      const found = wordsOf(heard[at]!, piece, strip.height);
      return found.flatMap((word) => toWord(word, found.length === 1, strip, pixels, deviceScaleFactor) ?? []);
    });
    return inReadingOrder(words);
  }

  async close(): Promise<void> {
    await this.#network.close();
  }

  /** Characters of each piece, from memory or from the network. */
  async #listen(pieces: readonly Piece[]): Promise<(readonly Character[])[]> {
    const keys = pieces.map(({ picture }) => createHash("sha1").update(picture.grey).digest("base64"));
    const unknown = new Map(keys.flatMap((key, at) => (this.#heard.get(key) ? [] : [[key, pieces[at]!.picture]])));
    const readings = await this.#network.read([...unknown.values()]);
    const fresh = new Map([...unknown.keys()].map((key, at) => [key, charactersOf(readings[at]!, this.#network.alphabet)]));
    const heard = keys.map((key) => fresh.get(key) ?? this.#heard.get(key)!);
    for (const [key, characters] of fresh) this.#heard.set(key, characters);
    return heard;
  }
}

/** The word with the box of its ink and its colours; undefined when it is no text. `alone`: no other word stands close by. */
function toWord(word: PieceWord, alone: boolean, strip: Strip, pixels: Pixels, scale: number): Word | undefined {
  const { start, end, confidence } = word;
  const text = word.text.replace(/[‘’“”—]/g, (character) => PLAIN[character]!);
  const ink = { left: start, right: end, ...inkRows(strip, start, end) };
  const device = { left: strip.left + start, right: strip.left + end, top: strip.top + ink.top, bottom: strip.top + ink.bottom };
  const box = { x: device.left / scale, y: device.top / scale, width: (end - start) / scale, height: (ink.bottom - ink.top) / scale };
  const iconShaped = alone && isIconShaped(box);
  const [usual, doubtful] = text.length > 1 ? LEAST_CONFIDENCE : LEAST_CONFIDENCE_ALONE;
  if (confidence < (iconShaped ? doubtful : usual)) return undefined;
  if (alone && text.length === 1 && (isTooFlat({ text, box }) || (iconShaped && isSolid(strip, ink)))) return undefined;
  return { text, box, confidence: Math.round(confidence * 1000) / 1000, ...inkAndPaper(pixels, device) };
}

/** Rows of the strip that hold ink in columns [start, end). */
function inkRows({ grey, width, height }: Strip, start: number, end: number): { top: number; bottom: number } {
  let [top, bottom] = [height, 0];
  for (let y = 0; y < height; y++) {
    if (!grey.subarray(y * width + start, y * width + end).some((value) => value < INK_LEVEL)) continue;
    top = Math.min(top, y);
    bottom = y + 1;
  }
  return { top, bottom };
}
