/**
 * From the network's scores of a line to words. A character is where the scores of the columns have a peak; which one it is, the frames
 * around say. In: scores. Out: words with the columns they cover. Depends on the line alone.
 */
import { BLANK, CLASSES, SPACE, UNKNOWN } from "./alphabet.ts";
import { FRAME_WIDTH, SCORES } from "./frameNetwork.ts";

/** A character of a line: the column of its middle, px of the scaled line. */
export interface ReadCharacter {
  readonly text: string;
  readonly x: number;
  readonly confidence: number;
}

/** A word: from the middle of its first character to that of its last. */
export interface ReadWord {
  readonly characters: readonly ReadCharacter[];
  readonly text: string;
  readonly confidence: number;
}

/** Least probability of a middle, and how near two may be, px of the scaled line. */
const LEAST_PEAK = 0.4;
const NEAREST = 3;
/** Without a space in its middle being seen, words part where a frame between them is space, or several are blank, when they are so far apart. */
const LEAST_GAP = 9;
const LEAST_BLANKS = 2;
const EMPTY_MARGIN = 0.7;
/** The network is too sure of itself: with this power, of the words at least .8 sure on development pages .98 are right. */
const SOBERING = 2;
/** Characters further apart than this never share a word. */
const WIDEST_GAP = 32;

/** Words of the line whose scores are rows [row, row + frames). */
export function decodeLine(scores: Float32Array, row: number, frames: number): ReadWord[] {
  const words: ReadWord[] = [];
  let open: ReadCharacter[] = [];
  const close = (): void => {
    if (open.length > 0) words.push(wordOf(open));
    open = [];
  };
  for (const character of charactersOf(scores, row, frames)) {
    const last = open.at(-1);
    if (character.text === CLASSES[SPACE] || (last && isGap(scores, row, last.x, character.x))) close();
    if (character.text !== CLASSES[SPACE]) open.push(character);
  }
  close();
  return words;
}

function wordOf(characters: readonly ReadCharacter[]): ReadWord {
  return {
    characters,
    text: characters.map(({ text }) => text).join(""),
    confidence: Math.min(...characters.map(({ confidence }) => confidence)),
  };
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Characters from left to right, spaces among them. */
function charactersOf(scores: Float32Array, row: number, frames: number): ReadCharacter[] {
  const found: ReadCharacter[] = [];
  const columns = frames * FRAME_WIDTH;
  const score = (x: number): number =>
    x < 0 || x >= columns ? -Infinity : scores[(row + (x >> 2)) * SCORES + CLASSES.length + (x & (FRAME_WIDTH - 1))]!;
  const least = Math.log(LEAST_PEAK / (1 - LEAST_PEAK));
  let lastScore = -Infinity;
  for (let x = 0; x < columns; x++) {
    const here = score(x);
    if (here < least || here < score(x - 1) || here <= score(x + 1)) continue;
    const last = found.at(-1);
    const character = characterAt(scores, row, frames, x, sigmoid(here));
    if (!character) continue;
    const same =
      last !== undefined && (character.x - last.x < NEAREST || (character.text === last.text && character.x - last.x < leastAdvance(last.text)));
    if (same && here <= lastScore) continue;
    if (same) found.pop();
    found.push(character);
    lastScore = here;
  }
  return found;
}

/** Least distance of two equal characters: nearer ones are one that was seen twice. Px of the scaled line, for condensed faces. */
function leastAdvance(text: string): number {
  if (/[@%#mMWwŒÆ&—©®™…]/u.test(text)) return 11;
  if (/[\p{Lu}\d]/u.test(text)) return text === "I" || text === "1" ? NEAREST : 8;
  return /[iljtfr.,:;'|!()[\]/\\ıłľ"]/u.test(text) ? NEAREST : 7;
}

const mixed = new Float32Array(CLASSES.length);

/** The character whose middle is at column `x`: its frame and the nearer neighbour speak, in proportion. */
function characterAt(scores: Float32Array, row: number, frames: number, x: number, peak: number): ReadCharacter | undefined {
  const frame = x >> 2;
  const off = (x & (FRAME_WIDTH - 1)) + 0.5 - FRAME_WIDTH / 2;
  const other = Math.min(frames - 1, Math.max(0, frame + Math.sign(off)));
  const share = Math.abs(off) / FRAME_WIDTH;
  const [own, beside] = [(row + frame) * SCORES, (row + other) * SCORES];
  let best = 0;
  for (let at = 0; at < mixed.length; at++) {
    mixed[at] = (1 - share) * scores[own + at]! + share * scores[beside + at]!;
    if (mixed[at]! > mixed[best]!) best = at;
  }
  if (best === BLANK) return undefined;
  let sum = 0;
  // What is e^12 times less likely changes nothing.
  for (let at = 0; at < mixed.length; at++) if (mixed[at]! > mixed[best]! - 12) sum += Math.exp(mixed[at]! - mixed[best]!);
  const confidence = best === UNKNOWN ? 0 : Math.min(1 / sum, 1, peak + 0.2) ** SOBERING;
  return { text: CLASSES[best]!, x: x + 0.5, confidence };
}

/** True when the frames between two characters belong to none. */
function isGap(scores: Float32Array, row: number, from: number, to: number): boolean {
  if (to - from > WIDEST_GAP) return true;
  if (to - from < LEAST_GAP) return false;
  let blanks = 0;
  for (let frame = Math.ceil(from / FRAME_WIDTH); (frame + 1) * FRAME_WIDTH <= to; frame++) {
    const kind = emptinessOf(scores, (row + frame) * SCORES);
    if (kind === SPACE || (kind === BLANK && ++blanks >= LEAST_BLANKS)) return true;
  }
  return false;
}

/** SPACE or BLANK where no character is nearly as likely, else UNKNOWN. */
function emptinessOf(scores: Float32Array, at: number): number {
  const [blank, space] = [scores[at + BLANK]!, scores[at + SPACE]!];
  const empty = Math.max(blank, space) - EMPTY_MARGIN;
  for (let kind = UNKNOWN; kind < CLASSES.length; kind++) if (scores[at + kind]! > empty) return UNKNOWN;
  return space > blank ? SPACE : BLANK;
}
