/**
 * Words as vectors without a vocabulary: signed feature hashing of character 1–4-grams and the whole word (fastText's idea, no table), without case
 * but for one feature. In: a word. Out: an L2-normalised vector of `HASH_SIZE`; equal letters give near vectors, so unseen words and misread letters stay close.
 */

export const HASH_SIZE = 192;

/**
 * A word as it is compared with others: without case. Where letters and digits, or small letters and capitals behind them, are mixed, as in codes, nobody
 * can tell O from 0 or I from l and 1, so these are the same there.
 */
export function foldWord(word: string): string {
  return (CODE.test(word) ? word.replaceAll(/[0O]/g, "o").replaceAll(/[1I|]/g, "l") : word).toLowerCase();
}

const CODE = /\p{Ll}\p{Lu}|\p{L}\d/u;

const cache = new Map<string, Float32Array>();
const CACHE_LIMIT = 60_000;

/** Vector of one word. Empty text gives zeros. The result is shared: never write to it. */
function hashWord(word: string): Float32Array {
  const known = cache.get(word);
  if (known !== undefined) return known;
  const key = foldWord(word);
  const vector = new Float32Array(HASH_SIZE);
  if (key !== "") {
    const marked = `^${key}$`;
    for (let size = 1; size <= 4; size++) {
      for (let from = 0; from + size <= marked.length; from++) add(vector, marked, GRAM_WEIGHT[size]!, from, from + size);
    }
    add(vector, `=${key}`, 2);
    add(vector, `≡${word}`, CASE_WEIGHT);
    normalise(vector);
  }
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(word, vector);
  return vector;
}

/** Normalised sum over several words; the order does not matter. */
export function hashWords(words: readonly string[]): Float32Array {
  if (words.length === 1) return hashWord(words[0]!);
  const sum = new Float32Array(HASH_SIZE);
  for (const word of words) {
    const one = hashWord(word);
    for (let i = 0; i < HASH_SIZE; i++) sum[i]! += one[i]!;
  }
  normalise(sum);
  return sum;
}

/** Capitals tell "o" from "O", yet "OK" is the same word as "Ok" (cosine above .92). */
const CASE_WEIGHT = 0.8;

/** Single letters say little, longer grams more. */
const GRAM_WEIGHT = [0, 0.35, 0.8, 1, 1] as const;

/** Adds the gram that `text` is from one place to another; grams are not cut out, as words are hashed by the million. */
function add(vector: Float32Array, text: string, weight: number, from = 0, to = text.length): void {
  const hash = fnv1a(text, from, to);
  vector[(hash >>> 1) % HASH_SIZE]! += (hash & 1) === 0 ? weight : -weight;
}

function normalise(vector: Float32Array): void {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0;
  for (let i = 0; i < vector.length; i++) vector[i]! *= scale;
}

/** FNV-1a, then one round of mixing so that the low bits are good too. */
function fnv1a(text: string, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 12)) >>> 0;
}
