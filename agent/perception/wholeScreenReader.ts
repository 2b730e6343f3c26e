/**
 * Reads words with Tesseract as it comes: the whole screen at once, its own page layout analysis, in WebAssembly. The slow second opinion
 * beside the reader that this project trained. In: pixels. Out: words. Offline.
 */
import sharp from "sharp";
import { createWorker, OEM, PSM, type Worker as TesseractWorker, type Page } from "tesseract.js";
import { WheelError } from "../../env/errors.ts";
import type { Pixels } from "../../env/observation.ts";
import type { Rect } from "./candidate.ts";
import { languageFolder } from "./languageData.ts";
import type { Word } from "./perception.ts";
import type { Reader } from "./reader.ts";
import { inReadingOrder } from "./readingOrder.ts";
import { inkAndPaper } from "./wordColours.ts";

export const WHOLE_SCREEN_READER_VERSION = "tesseract-whole-screen-1";

/** The screen is enlarged this much: Tesseract expects print, where letters have more pixels. */
const ENLARGEMENT = 2;
/** Less sure words are icons and borders (Tesseract's percent). */
const LEAST_CONFIDENCE = 60;

/** Text anywhere, in no order. A fixed resolution, since it would guess one; no messages on the terminal. */
const PARAMETERS = { tessedit_pageseg_mode: PSM.SPARSE_TEXT, user_defined_dpi: "300", debug_file: "/dev/null" };

export class WholeScreenReader implements Reader {
  readonly version = WHOLE_SCREEN_READER_VERSION;
  readonly #worker: TesseractWorker;

  private constructor(worker: TesseractWorker) {
    this.#worker = worker;
  }

  /** Starts Tesseract in a thread of its own. Throws WheelError `internal` when that fails. */
  static async open(): Promise<WholeScreenReader> {
    const failed = Promise.withResolvers<never>();
    failed.promise.catch(() => undefined);
    const starting = createWorker("eng", OEM.LSTM_ONLY, { langPath: languageFolder(), cacheMethod: "none", errorHandler: failed.reject });
    try {
      // Alone, `createWorker` never settles when the language data cannot be loaded.
      const worker = await Promise.race([starting, failed.promise]);
      await worker.setParameters(PARAMETERS);
      return new WholeScreenReader(worker);
    } catch (cause) {
      throw new WheelError("internal", `Tesseract did not start: ${String(cause)}.`, "Install the dependencies again.", { cause });
    }
  }

  async read(pixels: Pixels, deviceScaleFactor: number): Promise<Word[]> {
    const { data } = await this.#worker.recognize(await enlarge(pixels), {}, { text: false, blocks: true });
    return inReadingOrder(wordsIn(data).flatMap((word) => toWord(word, pixels, deviceScaleFactor) ?? []));
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** PNG of the screen in grey, contrast stretched, enlarged. */
function enlarge({ data, width, height }: Pixels): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .greyscale()
    .normalise()
    .resize({ width: width * ENLARGEMENT, height: height * ENLARGEMENT, kernel: "cubic" })
    .toColourspace("b-w")
    .png({ compressionLevel: 1 })
    .toBuffer();
}

type TesseractWord = NonNullable<Page["blocks"]>[number]["paragraphs"][number]["lines"][number]["words"][number];

function wordsIn({ blocks }: Page): TesseractWord[] {
  return (blocks ?? []).flatMap(({ paragraphs }) => paragraphs.flatMap(({ lines }) => lines.flatMap(({ words }) => words)));
}

function toWord({ text, confidence, bbox }: TesseractWord, pixels: Pixels, scale: number): Word | undefined {
  if (confidence < LEAST_CONFIDENCE || text.trim() === "") return undefined;
  const { left, top, right, bottom } = onScreen(bbox, pixels);
  if (left >= right || top >= bottom) return undefined;
  return {
    text,
    box: { x: left / scale, y: top / scale, width: (right - left) / scale, height: (bottom - top) / scale },
    confidence: Math.round(confidence * 10) / 1000,
    ...inkAndPaper(pixels, { left, top, right, bottom }),
  };
}

/** Device px of the screen that a box of the enlarged picture covers. */
function onScreen({ x0, y0, x1, y1 }: TesseractWord["bbox"], { width, height }: Pixels): Rect {
  return {
    left: Math.max(0, Math.floor(x0 / ENLARGEMENT)),
    top: Math.max(0, Math.floor(y0 / ENLARGEMENT)),
    right: Math.min(width, Math.ceil(x1 / ENLARGEMENT)),
    bottom: Math.min(height, Math.ceil(y1 / ENLARGEMENT)),
  };
}
