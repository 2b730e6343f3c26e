/**
 * How well a reader reads: predicted words against the page's own words. Pure.
 * A predicted word is right when its text is equal and its centre lies near the true one.
 */
import type { Box } from "../../env/task.ts";
import type { PageWord } from "./pageWords.ts";

/** Counts and rates; `missed` and `wrong` name what went wrong. */
export interface WordScores {
  readonly recall: number;
  readonly precision: number;
  readonly truths: number;
  readonly predictions: number;
  readonly matched: number;
  readonly missed: readonly string[];
  readonly wrong: readonly string[];
}

/** The same word whatever quotes and dashes a font or a reader prefers. */
function normaliseWord(text: string): string {
  return text
    .normalize("NFC")
    .replace(/[‘’‚`´]/g, "'")
    .replace(/[“”„]|''/g, '"')
    .replace(/[‐‑‒–—−]/g, "-")
    .replace(/…/g, "...");
}

/** True when two texts are the same word for a person. */
export const sameWord = (a: string, b: string): boolean => normaliseWord(a) === normaliseWord(b);

const readable = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);
const centre = ({ x, y, width, height }: Box) => ({ x: x + width / 2, y: y + height / 2 });

function near(predicted: Box, truth: Box): boolean {
  const a = centre(predicted);
  const b = centre(truth);
  return Math.abs(a.x - b.x) <= Math.max(4, 0.3 * truth.width) && Math.abs(a.y - b.y) <= Math.max(4, 0.5 * truth.height);
}

function inside(predicted: Box, area: Box): boolean {
  const { x, y } = centre(predicted);
  return x >= area.x - 1 && x <= area.x + area.width + 1 && y >= area.y - 1 && y <= area.y + area.height + 1;
}

/**
 * Recall over the certain words with a letter or digit; precision over predicted words with a letter or digit that do not
 * lie on an uncertain word or an area that does not count. Empty sets score 1.
 */
export function evaluateWords(predicted: readonly { text: string; box: Box }[], truth: readonly PageWord[]): WordScores {
  const wanted = truth.filter((word) => word.certain && readable(word.text));
  const ignored = truth.filter((word) => !word.certain || !readable(word.text));
  const used = new Set<number>();
  const missed: string[] = [];
  for (const word of wanted) {
    const text = normaliseWord(word.text);
    const hit = predicted.findIndex(
      (candidate, index) => !used.has(index) && normaliseWord(candidate.text) === text && near(candidate.box, word.box),
    );
    if (hit < 0) missed.push(word.text);
    else used.add(hit);
  }
  const wrong = predicted
    .filter((word, index) => !used.has(index) && readable(word.text) && !ignored.some((area) => inside(word.box, area.box)))
    .map((word) => word.text);
  const predictions = used.size + wrong.length;
  return {
    recall: wanted.length ? used.size / wanted.length : 1,
    precision: predictions ? used.size / predictions : 1,
    truths: wanted.length,
    predictions,
    matched: used.size,
    missed,
    wrong,
  };
}
