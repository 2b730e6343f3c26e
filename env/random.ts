/**
 * Randomness that never depends on order: every draw comes from `hash(runSeed, cycle, task, seed, trial, step)`.
 * In: any list of keys. Out: a small deterministic generator (sfc32 seeded by 128 bits of SHA-256).
 */
import { createHash } from "node:crypto";

export interface Rng {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, n). */
  int(n: number): number;
  /** True with probability p. */
  chance(p: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** `count` different items in random order. Throws when there are too few. */
  sample<T>(items: readonly T[], count: number): T[];
  shuffle<T>(items: readonly T[]): T[];
}

/** A generator for these keys; equal keys give equal streams on every machine. */
export function rng(...keys: readonly (string | number)[]): Rng {
  const seed = createHash("sha256").update(keys.join("\u001f")).digest();
  const next = sfc32(seed.readUInt32LE(0), seed.readUInt32LE(4), seed.readUInt32LE(8), seed.readUInt32LE(12));
  const int = (n: number): number => Math.floor(next() * n);
  const shuffle = <T>(items: readonly T[]): T[] => {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = int(i + 1);
      [out[i], out[j]] = [out[j]!, out[i]!];
    }
    return out;
  };
  return {
    next,
    int,
    chance: (p) => next() < p,
    pick: (items) => {
      if (items.length === 0) throw new RangeError("rng.pick: empty list");
      return items[int(items.length)]!;
    },
    sample: (items, count) => {
      if (count > items.length) throw new RangeError(`rng.sample: ${count} of ${items.length}`);
      return shuffle(items).slice(0, count);
    },
    shuffle,
  };
}

/** sfc32 by Chris Doty-Humphrey (PractRand), public domain algorithm. */
function sfc32(a: number, b: number, c: number, d: number): () => number {
  return () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
}
