/**
 * Which words a scene uses: its instruction, and what is read on the screen. In: the tokens of a scene and what they say. Out: sets to ask, and of
 * several names for one thing those that are used. The same form is a "square", or a "rectangle" where a button says so.
 */
import { foldWord } from "./hashing.ts";
import type { Token } from "./scene.ts";
import { singularOf } from "./singular.ts";

export interface Usage {
  /** Words of the instruction, and singulars of its plurals. */
  readonly spoken: ReadonlySet<string>;
  readonly shown: ReadonlySet<string>;
}

/** `texts`: what each token says, as the network is told. */
export function usageOf(tokens: readonly Token[], texts: readonly (readonly string[])[]): Usage {
  const [spoken, shown] = [new Set<string>(), new Set<string>()];
  for (const [i, token] of tokens.entries()) {
    if (token.type === "word") for (const word of texts[i]!) shown.add(foldWord(word));
    if (token.type !== "instruction") continue;
    for (const word of texts[i]!) {
      spoken.add(foldWord(word));
      const singular = token.quoted ? null : singularOf(word);
      if (singular !== null) spoken.add(foldWord(singular));
    }
  }
  return { spoken, shown };
}

/** Whether the instruction uses a word. */
export function isSpoken(word: string, { spoken }: Usage): boolean {
  return spoken.has(foldWord(word));
}

/** Of names that mean the same those that the instruction uses, else those on the screen, else the usual one, which is the first. */
export function usedNames(names: readonly string[], usage: Usage): readonly string[] {
  const said = names.filter((name) => isSpoken(name, usage));
  if (said.length > 0) return said;
  const read = names.filter((name) => usage.shown.has(foldWord(name)));
  return read.length > 0 ? read : names.slice(0, 1);
}
