/**
 * Augmentation for screens: consistent renaming of words, shifts, lost and misread words, brightness.
 * In: a scene, the words that carry grammar or meaning of their own, a generator. Out: a distortion for `writeScene`.
 */
import type { Rng } from "../../env/random.ts";
import { bareWord } from "../model/bareWord.ts";
import { singularOf } from "../model/singular.ts";
import type { Distortion } from "../model/features.ts";
import { isOnScreen, type Scene } from "../model/scene.ts";
import { wordsOf } from "../model/tokenWords.ts";
import { quantityOf } from "../model/typing.ts";
import type { Sample } from "./sample.ts";

const STRETCH = 0.2;
const SHIFT = 0.24;
const UNPLACED = 0.5;
const COLOURLESS = 0.3;
const REMAP = 0.5;
const LOST = 0.02;
const MISREAD = 0.015;
const LOST_ELEMENT = 0.1;

/** Draws how one sample is distorted. Tokens that are targets are never dropped. */
export function drawDistortion({ scene, targets }: Pick<Sample, "scene" | "targets">, common: ReadonlySet<string>, rng: Rng): Distortion {
  const kept = new Set([...(targets?.points ?? []), ...(targets?.to ?? []), ...(targets?.starts ?? []), ...(targets?.ends ?? [])]);
  const dropped = new Set<number>();
  for (const [i, token] of scene.tokens.entries()) {
    if (!isOnScreen(token) || kept.has(i)) continue;
    if (rng.chance(token.type === "word" ? LOST : LOST_ELEMENT)) dropped.add(i);
  }
  return {
    remap: drawRemap(scene, common, rng),
    stretch: 1 + (rng.next() - 0.5) * STRETCH,
    shift: { x: (rng.next() - 0.5) * SHIFT * scene.viewport.width, y: (rng.next() - 0.5) * SHIFT * scene.viewport.height },
    placed: !rng.chance(UNPLACED),
    coloured: !rng.chance(COLOURLESS),
    nudge: { x: rng.int(3) - 1, y: rng.int(3) - 1 },
    dropped,
    gain: 0.9 + 0.2 * rng.next(),
  };
}

/** Renames words that instruction and screen share (and other rare words), the same everywhere in the scene; misreads a few. Numbers stay. */
function drawRemap(scene: Scene, common: ReadonlySet<string>, rng: Rng): (word: string) => string {
  const renamed = new Map<string, string>();
  const misread = (word: string): string => (rng.chance(MISREAD) ? replaceLetter(word, rng) : word);
  if (!rng.chance(REMAP)) return misread;
  const shown = new Set(scene.tokens.flatMap((token) => (isOnScreen(token) ? wordsOf(token).map((word) => word.toLowerCase()) : [])));
  const spoken = scene.tokens.flatMap((token) => {
    if (token.type !== "instruction") return [];
    const word = bareWord(token.text).toLowerCase();
    return shown.has(word) || shown.has(singularOf(word) ?? word) || token.quoted ? [word] : [];
  });
  const rename = (word: string): void => {
    if (common.has(word) || renamed.has(word) || quantityOf([word]) !== null) return;
    const singular = singularOf(word);
    if (singular === null || !shown.has(singular)) return void renamed.set(word, pseudoWord(word.length, rng));
    rename(singular);
    const one = renamed.get(singular);
    if (one !== undefined) renamed.set(word, `${one}s`);
  };
  for (const word of [...spoken, ...shown]) rename(word);
  return (word) => misread(renamed.get(word.toLowerCase()) ?? word);
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz".split("");
const VOWELS = "aeiou".split("");

function pseudoWord(length: number, rng: Rng): string {
  let word = "";
  for (let i = 0; i < Math.max(3, length); i++) word += rng.chance(0.4) ? rng.pick(VOWELS) : rng.pick(LETTERS);
  return word;
}

function replaceLetter(word: string, rng: Rng): string {
  const at = rng.int(word.length);
  return word.slice(0, at) + rng.pick(LETTERS) + word.slice(at + 1);
}

/**
 * Words in more than `share` of all scenes: grammar of the instructions ("click"), names with a meaning of their own ("Submit").
 * They are never renamed.
 */
export function commonWords(scenes: readonly Scene[], share = 0.03): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const scene of scenes) {
    const words = new Set(
      scene.tokens.flatMap((token) => (token.type === "word" || token.type === "instruction" ? [bareWord(token.text).toLowerCase()] : [])),
    );
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const limit = Math.max(2, share * scenes.length);
  return new Set([...counts].filter(([, count]) => count > limit).map(([word]) => word));
}
