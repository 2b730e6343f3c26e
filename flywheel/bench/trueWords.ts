/**
 * Perception with the page's own words in place of the reader's: what an agent would see if it read without a fault.
 * In: a running environment. Out: the words a person can see, as a reader would give them. For measurements only.
 */
import { pageWords, type PageWord } from "../../agent/perception/pageWords.ts";
import type { Word } from "../../agent/perception/perception.ts";
import type { Environment } from "../../env/environment.ts";

/** Visible words of the page that is open. */
export function readPageWords(environment: Environment): Promise<PageWord[]> {
  return environment.readPage(pageWords);
}

/** The words of which a page tells text and place for certain. Colours are not known from the page: black on white. */
export function asWords(words: readonly PageWord[]): Word[] {
  return words.filter(({ certain }) => certain).map(({ text, box }) => ({ text, box, confidence: 1, ink: [0, 0, 0], paper: [255, 255, 255] }));
}
