/**
 * Text the model can type: a span of words in one of a few forms, or a whole number that stands nowhere and was worked out.
 * In: texts of tokens. Out: the text in a form; the number a text is.
 */

/** How a span is typed: as it stands, in small or capital letters, or letters and digits only (dates and times in segmented fields). */
export const FORMS = ["plain", "lower", "upper", "compact"] as const;
export type Form = (typeof FORMS)[number];

/** Numbers the model can type without having read them. */
const LEAST_NUMBER = -99;
const MOST_NUMBER = 199;
export const NUMBERS = MOST_NUMBER - LEAST_NUMBER + 1;

/** The text that typing a span in a form gives. */
export function inForm(text: string, form: Form): string {
  switch (form) {
    case "plain":
      return text;
    case "lower":
      return text.toLowerCase();
    case "upper":
      return text.toUpperCase();
    case "compact":
      return compact(text);
  }
}

/** "1/5/2031" → "152031", "8:04 PM" → "0804PM": segments take two digits each, so an odd number of digits gets a leading zero. */
function compact(text: string): string {
  const kept = text.replace(/[^\p{L}\p{N}]/gu, "");
  return (kept.match(/\d/g)?.length ?? 0) % 2 === 1 ? `0${kept}` : kept;
}

/** Index of a text among the numbers that can be typed, or null. */
export function numberIndex(text: string): number | null {
  if (!/^-?\d{1,3}$/.test(text)) return null;
  const value = Number(text);
  return String(value) === text && value >= LEAST_NUMBER && value <= MOST_NUMBER ? value - LEAST_NUMBER : null;
}

export function numberText(index: number): string {
  return String(index + LEAST_NUMBER);
}

/** A number and what it is of: "$", "%", "h", "th"; empty for a number alone. */
export interface Quantity {
  readonly value: number;
  readonly unit: string;
}

/** The quantity that words state ("$1,299.50", "−12", "7%", "3rd", "12h", "Book for $82"), or null when they state none or several. */
export function quantityOf(words: readonly string[]): Quantity | null {
  let only: Quantity | null = null;
  for (const word of words) {
    const quantity = quantityOfWord(word);
    if (quantity === null) continue;
    if (only !== null) return null;
    only = quantity;
  }
  return only;
}

function quantityOfWord(word: string): Quantity | null {
  const match = /^([-−+]?)([$€£#]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(%|\p{L}{1,2})?[.:,;)]?$/iu.exec(word);
  if (match === null) return null;
  const [, sign, before, whole, part = "", after = ""] = match;
  const size = Number(whole!.replaceAll(",", "") + part);
  return { value: sign === "-" || sign === "−" ? -size : size, unit: before! + after.toLowerCase() };
}

/** Whether a word says which one and not how much: "3rd". */
export function isOrdinal(word: string): boolean {
  return /^\d+(?:st|nd|rd|th)$/i.test(word);
}
