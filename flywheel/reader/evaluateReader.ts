/**
 * How well and how fast a reader reads a page set, by itself or beside another reader on the same screens.
 * In: readers, screens with their true words. Out: recall, precision, what its confidence is worth, milliseconds, paired differences.
 */
import { evaluateWords, type WordScores } from "../../agent/perception/evaluateWords.ts";
import { findElements } from "../../agent/perception/elements.ts";
import type { Word } from "../../agent/perception/perception.ts";
import type { Reader } from "../../agent/perception/reader.ts";
import { decodePng, encodePng } from "../../env/pixels.ts";
import { rng } from "../../env/random.ts";
import { spread, timed, type Spread } from "../bench/timing.ts";
import { bootstrapPairedDifference, type Estimate } from "../statistics.ts";
import type { NamedScreen } from "./pageSets.ts";

/** Words at least this sure are trusted. */
const SURE = 0.8;

/** Counts of one screen; `plain` are the words without accents or rare symbols. */
export interface ScreenScores {
  readonly id: string;
  readonly words: WordScores;
  readonly sure: WordScores;
  readonly plain: WordScores;
  /** Reading alone. */
  readonly ms: number;
  /** PNG decoding, reading, elements. */
  readonly perceptionMs: number;
}

export interface SetScores {
  readonly screens: number;
  readonly words: number;
  readonly recall: number;
  readonly precision: number;
  /** Recall over words of plain ASCII. */
  readonly plainRecall: number;
  /** Share of the read words that are sure, and how many of these are right. */
  readonly sureShare: number;
  readonly surePrecision: number;
  readonly ms: Spread;
  readonly perceptionMs: Spread;
}

/** Reads one screen that the reader has not seen. `fresh` opens a reader without memory. */
export async function readScreen(reader: Reader, { id, pixels, deviceScaleFactor, words }: NamedScreen): Promise<ScreenScores> {
  const png = await encodePng(pixels);
  const decoding = await timed(() => decodePng(png));
  const reading = await timed(() => reader.read(decoding.value, deviceScaleFactor));
  const elements = await timed(async () =>
    findElements(
      decoding.value,
      deviceScaleFactor,
      reading.value.map(({ box }) => box),
    ),
  );
  const score = (read: readonly Word[], truth = words): WordScores => evaluateWords(read, truth);
  const accented = words.map((word) => (/^[ -~]*$/.test(word.text) ? word : { ...word, certain: false }));
  return {
    id,
    words: score(reading.value),
    sure: score(reading.value.filter(({ confidence }) => confidence >= SURE)),
    plain: score(reading.value, accented),
    ms: reading.ms,
    perceptionMs: decoding.ms + reading.ms + elements.ms,
  };
}

const sum = (screens: readonly ScreenScores[], of: (screen: ScreenScores) => number): number =>
  screens.reduce((total, screen) => total + of(screen), 0);

/** Rates over all words of the screens. */
export function summarise(screens: readonly ScreenScores[]): SetScores {
  const matched = sum(screens, ({ words }) => words.matched);
  const predictions = sum(screens, ({ words }) => words.predictions);
  const words = sum(screens, (screen) => screen.words.truths);
  const sure = sum(screens, (screen) => screen.sure.predictions);
  const round = (value: number): number => Math.round(1e4 * value) / 1e4;
  return {
    screens: screens.length,
    words,
    recall: round(matched / words),
    precision: round(matched / predictions),
    plainRecall: round(sum(screens, ({ plain }) => plain.matched) / sum(screens, ({ plain }) => plain.truths)),
    sureShare: round(sure / predictions),
    surePrecision: round(sum(screens, (screen) => screen.sure.matched) / sure),
    ms: spread(screens.map(({ ms }) => ms)),
    perceptionMs: spread(screens.map(({ perceptionMs }) => perceptionMs)),
  };
}

export interface PairedScores {
  /** First reader minus second, mean over screens, with a 95 % interval. */
  readonly recall: Estimate;
  readonly precision: Estimate;
  /** How many times longer the second one takes, median of the screens' ratios. */
  readonly timesSlower: number;
}

/** Two readers on the same screens, in the same order. */
export function comparePaired(one: readonly ScreenScores[], other: readonly ScreenScores[]): PairedScores {
  const difference = (of: (words: WordScores) => number): Estimate =>
    bootstrapPairedDifference([one.map(({ words }, at) => [of(words), of(other[at]!.words)] as const)], rng("reader-pairs"));
  return {
    recall: difference(({ recall }) => recall),
    precision: difference(({ precision }) => precision),
    timesSlower: spread(one.map(({ ms }, at) => other[at]!.ms / ms)).median,
  };
}
