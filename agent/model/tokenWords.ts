/**
 * What a token says, and what it is called besides. In: a token of a scene. Out: bare words; none where there is nothing to say.
 */
import { bareWord } from "./bareWord.ts";
import { colourWords } from "./colourName.ts";
import type { Token } from "./scene.ts";
import { singularOf } from "./singular.ts";

/** The bare words a token stands for: what is read in it, or else what its colour, then what a sign like it is called. */
export function wordsOf(token: Token): readonly string[] {
  switch (token.type) {
    case "instruction":
    case "word":
      return [bareWord(token.text)];
    case "element":
      return token.words.length > 0 ? token.words.map(bareWord) : [...colourWords(token.colour), ...token.names.flatMap(withBroader)];
    case "past":
      return pastWords(token).map(bareWord);
    default:
      return [];
  }
}

/** A square is a rectangle too. */
function withBroader(name: string): readonly string[] {
  return name === "square" ? [name, "rectangle"] : [name];
}

/** What was typed, what was written there, or else what the text beside calls it. */
function pastWords({ step: { action, target }, label }: Extract<Token, { type: "past" }>): readonly string[] {
  const own = splitWords(action.kind === "type" ? action.text : target);
  return own.length > 0 ? own : label;
}

/** What a token is called besides: by the text beside it; a month by its number, as dates write it; a plural of the instruction by its singular. */
export function labelWords(token: Token): readonly string[] {
  switch (token.type) {
    case "instruction": {
      const singular = token.quoted ? null : singularOf(bareWord(token.text));
      return singular === null ? [] : [singular];
    }
    case "word": {
      const month = monthOf(bareWord(token.text));
      return month === null ? token.label.map(bareWord) : [String(month)];
    }
    case "element":
    case "past":
      return token.label.map(bareWord);
    default:
      return [];
  }
}

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/** 1 to 12 for the name of a month or its first three letters, with a capital ("may" is none). */
function monthOf(word: string): number | null {
  const at = MONTHS.findIndex((month) => month === word || month.slice(0, 3) === word);
  return at < 0 ? null : at + 1;
}

/** How a word is drawn, each look in words that mean the same: its colour where it has one, a single character also by its kind: "the red letter". */
export function looksOf({ text, ink }: Extract<Token, { type: "word" }>): readonly (readonly string[])[] {
  const shades = colourWords(ink);
  const kind = /^\p{L}$/u.test(text) ? ["letter"] : /^\p{N}$/u.test(text) ? ["digit", "number"] : null;
  if (kind !== null) return [shades, kind];
  return COLOURLESS.has(shades[0]!) ? [] : [shades];
}

const COLOURLESS: ReadonlySet<string> = new Set(["black", "gray", "white"]);

const splitWords = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");
