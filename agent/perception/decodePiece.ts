/**
 * From a network's reading of a piece to words: first to characters, then, with the gaps between its ink, to words.
 * In: character probabilities per step, and where the piece has ink. Out: words with the ink columns they cover.
 */
import type { Reading } from "./lineNetwork.ts";
import type { InkRange, Piece } from "./pieces.ts";

/** A word on a strip: ink columns [start, end). */
export interface PieceWord extends Pick<InkRange, "start" | "end"> {
  readonly text: string;
  /** Probability of its least sure character. */
  readonly confidence: number;
}

/** A character as heard at a step of the network. */
export interface Character {
  readonly text: string;
  readonly step: number;
  readonly confidence: number;
  /** For a digit: the most probable letter at its step, if there is one to speak of. */
  readonly letter?: string;
}

/** A gap wider than the usual one by this many line heights parts words although the network saw no space. */
const GAP = 0.19;
/** Around narrow characters, which stand loosely (but not next to a letter). */
const LOOSE_GAP = 0.28;
const LOOSE = /^(?=.*[1.,:;'|!])[^\p{L}]+$/u;
/** Between letters and digits or opening brackets: they seldom share a word, and the network often overlooks the space. */
const MIXED_GAP = 0.1;
const MIXED = /^(?:\p{L}[\d(]|\d\p{L})$/u;
/** What the network calls a space is at least this share of the usual gap. */
const LEAST_SPACE = 0.7;
/** A letter less probable than this is no second reading of a digit. */
const LEAST_LETTER = 0.05;
/** Characters that are one stroke: two of them may be heard as one. */
const STROKE = /^[1lI|]$/;
/** Largest difference in width of two equal strokes, px. */
const STROKE_DIFFERENCE = 1;
/** Surer than this, punctuation needs no ink of its own (it may hang under its neighbour). */
const SURE = 0.9;

/** Words of a piece from its characters, left to right. `height` is that of the strip. */
export function wordsOf(characters: readonly Character[], piece: Piece, height: number): PieceWord[] {
  const words: PieceWord[] = [];
  let open: Character[] = [];
  let start = piece.ink[0]!.start;
  const close = (end: number) => {
    const text = open.map((c) => c.text).join("");
    const confidence = Math.min(...open.map((c) => c.confidence));
    if (open.length) words.push({ text: isTwin(text, piece, start, end) ? text + text : text, confidence, start, end });
    open = [];
  };
  let spaced = false;
  for (const character of withLetters(withoutGhosts(characters, piece))) {
    if (character.text === " ") {
      spaced = true;
      continue;
    }
    const last = open.at(-1);
    if (last) {
      const gap = widestGap(piece, last.step, character.step);
      const least = spaced ? LEAST_SPACE * piece.letterGap : piece.letterGap + widthOfSpace(last.text + character.text) * height;
      if (gap && gap.end - gap.start >= least) {
        close(gap.start);
        start = gap.end;
      } else if (hasLostPoint(piece, last, character)) open.push({ ...last, text: "." });
    }
    spaced = false;
    open.push(character);
  }
  close(piece.ink.at(-1)!.end);
  return words;
}

/** How much wider than a letter gap a space is between two characters, in line heights. */
function widthOfSpace(pair: string): number {
  if (LOOSE.test(pair)) return LOOSE_GAP;
  return MIXED.test(pair) ? MIXED_GAP : GAP;
}

/** Characters of a reading: the most probable one per step, without repeats, blanks and echoes. Depends on the picture alone. */
export function charactersOf({ steps, classes, probabilities }: Reading, alphabet: readonly string[]): Character[] {
  const path: Character[] = [];
  let previous = -1;
  for (let step = 0; step < steps; step++) {
    const row = step * classes;
    let best = 0;
    for (let at = 1; at < classes; at++) if (probabilities[row + at]! > probabilities[row + best]!) best = at;
    const [text, confidence] = [alphabet[best]!, probabilities[row + best]!];
    const last = path.at(-1);
    const character = (): Character => ({ text, step, confidence, ...letterAt(text, probabilities.subarray(row, row + classes), alphabet) });
    if (best === previous && last && confidence > last.confidence && text) path[path.length - 1] = character();
    if (best !== previous && text) path.push(character());
    previous = best;
  }
  return path.filter((character, at) => !isEcho(character, path[at - 1]) && !isEcho(character, path[at + 1]));
}

/** The letter that a digit may be as well. */
function letterAt(text: string, probabilities: Float32Array, alphabet: readonly string[]): Pick<Character, "letter"> {
  if (!/^\d$/.test(text)) return {};
  let [letter, highest] = ["", LEAST_LETTER];
  probabilities.forEach((probability, at) => {
    if (probability > highest && /^\p{L}$/u.test(alphabet[at]!)) [letter, highest] = [alphabet[at]!, probability];
  });
  return letter ? { letter } : {};
}

/** A digit right before a small letter is the letter it resembles: "0ily" is "Oily". From right to left, so that letters spread. */
function withLetters(path: readonly Character[]): Character[] {
  const read: Character[] = [];
  for (const character of path.toReversed()) {
    const { letter } = character;
    read.push(letter !== undefined && /^\p{Ll}$/u.test(read.at(-1)?.text ?? "") ? { ...character, text: letter } : character);
  }
  return read.toReversed();
}

/** Two equal strokes heard as one: "11" by itself looks like a quotation mark. */
function isTwin(text: string, { ink }: Piece, start: number, end: number): boolean {
  const [first, second, third] = ink.filter((range) => range.start >= start && range.end <= end);
  if (!STROKE.test(text) || !first || !second || third) return false;
  return Math.abs(first.end - first.start - (second.end - second.start)) <= STROKE_DIFFERENCE;
}

/** One glyph read twice in neighbouring steps, most often as its small and its capital form: the surer reading stays. */
function isEcho(character: Character, other: Character | undefined): boolean {
  if (!other || other.text === " " || character.text === " ") return false;
  const near = Math.abs(other.step - character.step) <= 1;
  const same = shape(other.text) === shape(character.text);
  return near && (same || character.confidence < 0.5) && other.confidence > character.confidence;
}

/** Drops unsure punctuation at the ends of a piece that no ink of its own speaks for. */
function withoutGhosts(path: readonly Character[], piece: Piece): Character[] {
  const isGhost = ({ text, step, confidence }: Character, neighbour: Character | undefined): boolean => {
    if (!neighbour || confidence >= SURE || /[\p{L}\p{N} ]/u.test(text)) return false;
    return !widestGap(piece, Math.min(step, neighbour.step), Math.max(step, neighbour.step));
  };
  return path.filter((character, at) => {
    if (at === 0) return !isGhost(character, path[1]);
    return at < path.length - 1 || !isGhost(character, path[at - 1]);
  });
}

/** True when a speck on the baseline stands between two digits: the network overlooks decimal points at low resolution. */
function hasLostPoint({ ink, origin, stride }: Piece, last: Character, next: Character): boolean {
  if (!/^\d\d$/.test(last.text + next.text)) return false;
  return ink.some(({ start, end, dot }) => {
    const middle = (start + end) / 2;
    return dot && middle > origin + last.step * stride && middle < origin + next.step * stride;
  });
}

/** Characters that look alike but for their size share a shape. */
function shape(text: string): string {
  return /[|lI1!]/.test(text) ? "|" : text.toLowerCase();
}

/** Widest stretch without ink between the middles of two characters, in strip px. */
function widestGap({ ink, origin, stride }: Piece, from: number, to: number): Pick<InkRange, "start" | "end"> | undefined {
  const [left, right] = [origin + from * stride, origin + to * stride];
  let widest: Pick<InkRange, "start" | "end"> | undefined;
  for (let at = 1; at < ink.length; at++) {
    const [start, end] = [ink[at - 1]!.end, ink[at]!.start];
    const middle = (start + end) / 2;
    if (middle < left || middle > right) continue;
    if (!widest || end - start > widest.end - widest.start) widest = { start, end };
  }
  return widest;
}
