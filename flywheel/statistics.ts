/**
 * The few statistics every claim rests on: intervals for rates, the exact sign test, paired differences, stratified bootstrap.
 * In: counts or per-task values. Out: plain numbers. Nothing here knows about episodes.
 */
import type { Rng } from "../env/random.ts";

export type Interval = {
  readonly low: number;
  readonly high: number;
};

export type Estimate = Interval & {
  readonly estimate: number;
};

export type Confidence = 0.9 | 0.95 | 0.99;

/** Two-sided standard normal quantiles. */
const Z: Readonly<Record<Confidence, number>> = { 0.9: 1.6448536269514722, 0.95: 1.959963984540054, 0.99: 2.5758293035489004 };
export const Z95 = Z[0.95];

/** Wilson score interval of a rate (Wilson 1927); the whole of [0, 1] when there is no trial. */
export function wilson(passes: number, trials: number, confidence: Confidence = 0.95): Estimate {
  if (trials === 0) return { estimate: Number.NaN, low: 0, high: 1 };
  const z2 = Z[confidence] ** 2;
  const centre = (passes + z2 / 2) / (trials + z2);
  const half = (Z[confidence] * Math.sqrt((passes * (trials - passes)) / trials + z2 / 4)) / (trials + z2);
  return { estimate: passes / trials, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** Exact P(X ≥ k) for X ~ Binomial(n, p). */
export function binomialTail(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  if (p <= 0) return 0;
  if (p >= 1) return k <= n ? 1 : 0;
  let tail = 0;
  let logChoose = 0;
  for (let i = 0; i <= n; i++) {
    if (i > 0) logChoose += Math.log((n - i + 1) / i);
    if (i >= k) tail += Math.exp(logChoose + i * Math.log(p) + (n - i) * Math.log1p(-p));
  }
  return Math.min(1, tail);
}

/** Exact one-sided sign test on the discordant pairs (McNemar exact): P(at least `onlyA` of them favour A | no difference). */
export function signTest(onlyA: number, onlyB: number): number {
  return binomialTail(onlyA, onlyA + onlyB, 0.5);
}

/** Paired outcomes of A and B on the same instances. */
export type PairCounts = {
  readonly both: number;
  readonly onlyA: number;
  readonly onlyB: number;
  readonly neither: number;
};

/** Counts paired passes. */
export function countPairs(pairs: readonly (readonly [a: boolean, b: boolean])[]): PairCounts {
  const count = (a: boolean, b: boolean): number => pairs.filter((pair) => pair[0] === a && pair[1] === b).length;
  return { both: count(true, true), onlyA: count(true, false), onlyB: count(false, true), neither: count(false, false) };
}

/**
 * Difference of two paired rates, A − B, with the adjusted Wald interval of Agresti and Min (2005): half a pair is added to each of
 * the four cells. The estimate itself is not adjusted (NaN without pairs).
 */
export function pairedDifference({ both, onlyA, onlyB, neither }: PairCounts, confidence: Confidence = 0.95): Estimate {
  const n = both + onlyA + onlyB + neither;
  const adjusted = n + 2;
  const difference = (onlyA - onlyB) / adjusted;
  const error = Math.sqrt((onlyA + onlyB + 1) / adjusted - difference ** 2) / Math.sqrt(adjusted);
  const low = Math.max(-1, difference - Z[confidence] * error);
  const high = Math.min(1, difference + Z[confidence] * error);
  return { estimate: (onlyA - onlyB) / n, low, high };
}

/** 97.5 % quantiles of Student's t with 1 to 10 degrees of freedom. */
const STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228] as const;

/** Mean of at least two runs with a 95 % interval of Student's t: the unit is the run, so this says how another training seed would do. */
export function meanOverRuns(values: readonly number[]): Estimate {
  const freedom = values.length - 1;
  if (freedom < 1) throw new RangeError(`${values.length} runs have no spread; at least two are needed.`);
  const estimate = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - estimate) ** 2, 0) / freedom;
  const z = Z[0.95];
  const half = (STUDENT[freedom - 1] ?? z + (z ** 3 + z) / (4 * freedom)) * Math.sqrt(variance / values.length);
  return { estimate, low: estimate - half, high: estimate + half };
}

export interface BootstrapOptions {
  readonly resamples?: number;
  readonly confidence?: Confidence;
}

/**
 * Mean over strata (tasks) of the stratum means, with a percentile bootstrap interval: episodes are drawn anew within each stratum.
 * Every stratum weighs the same whatever its number of episodes; empty strata are left out.
 */
export function bootstrapMean(
  strata: readonly (readonly number[])[],
  rng: Rng,
  { resamples = 2000, confidence = 0.95 }: BootstrapOptions = {},
): Estimate {
  const filled = strata.filter((values) => values.length > 0);
  if (filled.length === 0) return { estimate: Number.NaN, low: Number.NaN, high: Number.NaN };
  const means = Array.from({ length: resamples }, () => mean(filled.map((values) => resampledMean(values, rng)))).toSorted((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  return { estimate: mean(filled.map(mean)), low: quantile(means, tail), high: quantile(means, 1 - tail) };
}

/** The same for paired values: the mean over strata of `a − b`. */
export function bootstrapPairedDifference(
  strata: readonly (readonly (readonly [a: number, b: number])[])[],
  rng: Rng,
  options: BootstrapOptions = {},
): Estimate {
  return bootstrapMean(
    strata.map((pairs) => pairs.map(([a, b]) => a - b)),
    rng,
    options,
  );
}

function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function resampledMean(values: readonly number[], rng: Rng): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[rng.int(values.length)]!;
  return sum / values.length;
}

/** Linear interpolation between order statistics of sorted values. */
function quantile(sorted: readonly number[], p: number): number {
  const place = p * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
