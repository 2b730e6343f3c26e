/**
 * What a person types into the search field, as an FTS5 expression. In: text. Out: the expression, or null when it holds no word.
 * All words must occur; the last one may be unfinished; `"exact phrase"`; `read:lamp` looks in one field only.
 */
export const TEXT_FIELDS = ["instruction", "thought", "typed", "read"] as const;

const TERM = /(?:(?<field>instruction|thought|typed|read):)?(?:"(?<phrase>[^"]*)"?|(?<word>[^\s"]+))/gu;

/** Whatever was typed gives a valid expression: words are quoted, and signs that the index does not keep are left out. */
export function textQuery(text: string): string | null {
  const terms: string[] = [];
  for (const { 0: term, index, groups = {} } of text.matchAll(TERM)) {
    const { field, phrase, word } = groups;
    const words = (phrase ?? word ?? "").match(/[\p{L}\p{N}\p{M}\p{Co}]+/gu) ?? [];
    if (words.length === 0) continue;
    const open = phrase === undefined && index + term.length === text.length ? "*" : "";
    terms.push(`${field === undefined ? "" : `{${field}} : `}"${words.join(" ")}"${open}`);
  }
  return terms.length === 0 ? null : terms.join(" AND ");
}
