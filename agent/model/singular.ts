/**
 * Plurals. In: an English word. Out: its singular, by its ending: "all triangles" speaks of things that are each a triangle, "how many 4s" of each 4.
 */

/** "boxes" → "box", "entries" → "entry", "4s" → "4"; null for what is no plural by its looks. */
export function singularOf(word: string): string | null {
  if (/^\d+s$/.test(word)) return word.slice(0, -1);
  if (word.length < 4 || /(?:ss|us|is)$/i.test(word)) return null;
  if (/ies$/i.test(word)) return `${word.slice(0, -3)}y`;
  if (/(?:x|z|ch|sh|ss)es$/i.test(word)) return word.slice(0, -2);
  return /s$/i.test(word) ? word.slice(0, -1) : null;
}
