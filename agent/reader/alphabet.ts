/**
 * The characters that the reader tells apart: Latin script with accents, digits, punctuation, common symbols.
 * In: text. Out: class numbers, and back. Class 0 is no character, 1 the space between words, 2 any other character.
 */

const ASCII = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at)).join("");
const ACCENTED = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ";
const EXTENDED = "ĂăĄąĆćČčĎďĐđĒēĘęĚěĞğĪīİıŁłŃńŇňŌōŐőŒœŘřŚśŞşŠšŤťŪūŮůŰűŹźŻżŽžȘșȚț";
const SYMBOLS = "€£¥¢§©®™°±×÷·•«»¿¡…µ²³½¼→←↑↓";

/** Text of each class. */
export const CLASSES: readonly string[] = ["", " ", "\ufffd", ...Array.from(ASCII + ACCENTED + EXTENDED + SYMBOLS)];

export const BLANK = 0;
export const SPACE = 1;
export const UNKNOWN = 2;

/** Characters that are read as another one: which of them a page uses cannot be seen reliably. */
const PLAIN: Readonly<Record<string, string>> = {
  "‘": "'",
  "’": "'",
  "‚": ",",
  "´": "'",
  "“": '"',
  "”": '"',
  "„": '"',
  "‐": "-",
  "‑": "-",
  "–": "-",
  "—": "-",
  "−": "-",
  "‹": "<",
  "›": ">",
  μ: "µ",
  "∙": "·",
  "●": "•",
};

const numbers = new Map(CLASSES.map((text, at) => [text, at]));

/** Class of one character (a string of one code point, composed). */
export function classOf(character: string): number {
  return numbers.get(PLAIN[character] ?? character) ?? UNKNOWN;
}
