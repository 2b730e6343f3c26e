/**
 * A seed names its split: which words, themes and templates an instance may use, and what it may be used for.
 * In: an integer seed. Out: its split, or an error for seeds that are never run.
 */
import { WheelError } from "./errors.ts";

export type Split = "published" | "train" | "gate" | "final";

/** Half-open ranges `[from, to)`. 0–33 are the seeds of published BrowserGym results; 700 000–899 999 are reserved. */
export const SPLIT_RANGES: Readonly<Record<Split, readonly [number, number]>> = {
  published: [0, 34],
  train: [34, 600_000],
  gate: [600_000, 690_000],
  final: [690_000, 700_000],
};

/** The split that `seed` names. Throws `bad-seed` outside all splits (700 000 and above are never run). */
export function splitOf(seed: number): Split {
  if (Number.isInteger(seed)) {
    for (const [split, [from, to]] of Object.entries(SPLIT_RANGES) as [Split, readonly [number, number]][]) {
      if (seed >= from && seed < to) return split;
    }
  }
  throw new WheelError(
    "bad-seed",
    `Seed ${seed} belongs to no split.`,
    "Use 34-599999 (train), 600000-689999 (gate), 690000-699999 (final) or 0-33 (published, never trained on).",
  );
}
