/**
 * What a token says, and what it is called besides. In: a token of a scene. Out: bare words; none where there is nothing to say.
 */
import { bareWord } from "./bareWord.ts";
import { colourWords } from "./colourName.ts";
import type { Token } from "./scene.ts";

/** The bare words a token stands for: what is read in it, or else what its colour, then what a sign like it is called. */
export function wordsOf(token: Token): readonly string[] {
  switch (token.type) {
    case "instruction":
    case "word":
      return [bareWord(token.text)];
    case "element":
      return token.words.length > 0 ? token.words.map(bareWord) : [...colourWords(token.colour), ...token.names];
    case "past":
      return pastWords(token).map(bareWord);
    default:
      return [];
  }
}

/** What was typed, what was written there, or else what the text beside calls it. */
function pastWords({ step: { action, target }, label }: Extract<Token, { type: "past" }>): readonly string[] {
  const own = splitWords(action.kind === "type" ? action.text : target);
  return own.length > 0 ? own : label;
}

/** What a token is called besides: by the text beside it, or a word by how it is drawn; a month by its number, as dates write it. */
export function labelWords(token: Token): readonly string[] {
  if (token.type === "word") {
    const month = monthOf(bareWord(token.text));
    if (month !== null) return [String(month)];
    if (token.label.length === 0) return looksOf(token);
  }
  return token.type === "element" || token.type === "word" || token.type === "past" ? token.label.map(bareWord) : [];
}

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/** 1 to 12 for the name of a month or its first three letters, with a capital ("may" is none). */
function monthOf(word: string): number | null {
  const at = MONTHS.findIndex((month) => month === word || month.slice(0, 3) === word);
  return at < 0 ? null : at + 1;
}

/** A coloured word by its colour, a single character by its colour and kind: "the red letter". */
function looksOf({ text, ink }: Extract<Token, { type: "word" }>): readonly string[] {
  const [colour] = colourWords(ink);
  const kind = /^\p{L}$/u.test(text) ? "letter" : /^\p{N}$/u.test(text) ? "digit" : null;
  if (kind !== null) return [colour!, kind];
  return COLOURLESS.has(colour!) ? [] : [colour!];
}

const COLOURLESS: ReadonlySet<string> = new Set(["black", "gray", "white"]);

const splitWords = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");
