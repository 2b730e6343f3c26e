/** Text with the searched words marked. In: text and what was typed. Out: the text with `<mark>`s. */
import type { ReactNode } from "react";

/** Words of a query as they stand in text: without field names, signs and quotes. */
function wordsOf(q: string): string[] {
  return q.replaceAll(/\b(instruction|thought|typed|read):/g, " ").match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}

export function Marked({ text, q }: { readonly text: string; readonly q: string }): ReactNode {
  const words = wordsOf(q);
  if (words.length === 0) return text;
  // Odd parts of the split are the matches.
  const parts = text.split(expression(words));
  return parts.map((part, i) => (i % 2 === 1 ? <mark key={i}>{part}</mark> : part));
}

/** The found word with a little of what stands before and after it. */
export function aroundMatch(text: string, q: string): string {
  const words = wordsOf(q);
  const found = words.length === 0 ? null : expression(words).exec(text);
  if (found === null) return text;
  return text.slice(Math.max(0, found.index - 8), found.index + found[0].length + 8).replace(/^\S*\s/, "");
}

/** Words are letters and digits only: safe inside an expression. */
function expression(words: readonly string[]): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])((?:${words.join("|")})[\\p{L}\\p{N}]*)`, "iu");
}
