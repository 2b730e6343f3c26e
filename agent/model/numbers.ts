/**
 * What a number means among others: beside the numbers that the instruction states, and among those on the screen.
 * In: quantities of tokens. Out: comparisons. A network adds and compares badly; whether a value is too large, and by how much, is what sliders,
 * spinners and lists to be sorted are about.
 */

/** The nearest of `others` to `value`, as a signed difference; null without others. */
export function besideNearest(value: number, others: readonly number[]): number | null {
  let best: number | null = null;
  for (const other of others) if (best === null || Math.abs(value - other) < Math.abs(best)) best = value - other;
  return best;
}

/** Where a value stands among several, 0 (none is smaller) to 1 (none is larger); null where all are equal. */
export function rankAmong(value: number, all: readonly number[]): number | null {
  const [smaller, larger] = [all.filter((other) => other < value).length, all.filter((other) => other > value).length];
  return smaller + larger === 0 ? null : smaller / (smaller + larger);
}
