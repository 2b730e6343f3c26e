/** Wall-clock times and their spread. In: work. Out: milliseconds. */

export interface Spread {
  readonly median: number;
  readonly p95: number;
  readonly count: number;
}

/** Runs `work` once; milliseconds and what it gave. */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const start = performance.now();
  const value = await work();
  return { ms: performance.now() - start, value };
}

/** Median and 95th percentile (nearest rank); NaN of nothing. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { median: rank(0.5), p95: rank(0.95), count: sorted.length };
}

/** "12 / 30 ms" (median / p95); "–" of nothing. */
export function spreadText({ median, p95, count }: Spread): string {
  return count === 0 ? "–" : `${milliseconds(median)} / ${milliseconds(p95)} ms`;
}

const milliseconds = (ms: number): string => ms.toFixed(ms < 10 ? 1 : 0);
