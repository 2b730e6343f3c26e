/**
 * A word without what the sentence around it adds. In: a word as it stands on a screen ("nam.", "(Ada)", "Name:", "02"). Out: the word as others
 * speak of it ("nam", "Ada", "Name", "2"): instructions name things without the full stop that follows them on the screen, and calendars days without a zero.
 */

/** Without brackets and quotes before, those and closing punctuation behind, leading zeros; text of nothing else stays as it is. */
export function bareWord(text: string): string {
  const bare = text.replace(/^[([{"'“‘«]+/, "").replace(/[)\]}"'”’».,;:!?]+$/, "");
  if (bare === "") return text;
  return /^0+\d+$/.test(bare) ? String(Number(bare)) : bare;
}
