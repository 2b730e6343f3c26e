/** Phrases shared by instructions and verdicts. In: labels. Out: text as it appears in an instruction or a reason. */

/** Labels of the button that sends a form; part of every split's language like "press" or "click". */
export const SEND_LABELS = ["Submit", "OK", "Send", "Save", "Apply"] as const;

/** `"A"`, `"A" and "B"`, `"A", "B" and "C"`. */
export function listed(labels: readonly string[], quote = '"'): string {
  const quoted = labels.map((label) => `${quote}${label}${quote}`);
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1)}`;
}

/** Null when `got` holds exactly `wanted`, in any order, else a sentence: what was `deed` ("pressed") and what was asked for. */
export function exactly(got: readonly string[], wanted: readonly string[], deed: string): string | null {
  const same = got.length === wanted.length && got.toSorted().join("\n") === wanted.toSorted().join("\n");
  if (same) return null;
  const said = got.length === 0 ? "Nothing" : listed(got);
  return `${said} ${got.length > 1 ? "were" : "was"} ${deed}; asked for ${wanted.length === 0 ? "nothing" : listed(wanted)}.`;
}

/** The same text with its first letter in upper case. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
