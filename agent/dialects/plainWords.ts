/** Texts of pages and people made safe for prompts. In: any text. Out: text of the same meaning that no template and no parser takes for its own. */

/** A text on one line. */
export function oneLine(value: string): string {
  return value
    .split(/[\n\r\u2028\u2029]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");
}

/** Words that trainers and chat templates read as something else than words are broken by a space without width. */
export function plainWords(value: string): string {
  return value.replaceAll(/<(?=\||\/?(?:image|video|audio|tool_call|tools|point)>)/g, "<\u200B");
}
