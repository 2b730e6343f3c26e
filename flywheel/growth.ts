/**
 * Whether a run's yield grows from cycle to cycle, and how. In: yield points with their intervals. Out: slope and bend with intervals, and
 * the word they allow. Least squares with known errors (Aitken 1936) on polynomials that are orthogonal for these weights. Pure.
 */
import { meanOverRuns, Z95, type Estimate } from "./statistics.ts";

/** What slope and bend allow to say: linear when only the slope is told from 0, dips (or peaks) when only the bend is, level when neither. */
export type Shape = "accelerates" | "linear" | "saturates" | "level" | "dips" | "peaks" | "falls";

export interface Growth {
  /** Change per cycle of the straight line through the cycles. */
  readonly slope: Estimate;
  /** Change of that change per cycle. */
  readonly bend: Estimate;
  readonly shape: Shape;
}

export type GrowthOverRuns = Growth & { readonly runs: number };

type Point = Estimate & { readonly cycle: number };

/**
 * Growth over the cycles of one run, 95 %: how sure this run's numbers are, not how another training seed would do. Errors grow with how far the
 * cycles lie from the curve that is fitted (Birge 1932). Null with fewer than four cycles of some width.
 */
export function growthOf(cycles: readonly Point[]): Growth | null {
  const points = cycles.filter(({ estimate, high }) => high > estimate);
  if (points.length < 4) return null;
  const x = points.map(({ cycle }) => cycle);
  const y = points.map(({ estimate }) => estimate);
  // Lower ends stop at 0, upper ones nowhere.
  const w = points.map(({ estimate, high }) => ((high - estimate) / Z95) ** -2);
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + w[i]! * value * b[i]!, 0);
  const share = (a: readonly number[], b: readonly number[]): number => dot(a, b) / dot(b, b);
  const without = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value - share(a, b) * b[i]!);
  const one = x.map(() => 1);
  const line = without(x, one);
  const square = x.map((value) => value ** 2);
  const curve = without(without(square, one), line);
  const rest = without(without(without(y, one), line), curve);
  const apart = Math.max(1, dot(rest, rest) / (points.length - 3));
  const fit = (shape: readonly number[], factor: number): Estimate =>
    around(factor * share(y, shape), factor * Z95 * Math.sqrt(apart / dot(shape, shape)));
  return named(fit(line, 1), fit(curve, 2));
}

/** Growth over training seeds (Student's t over runs); null with fewer than two runs that have one. */
export function growthOverRuns(all: readonly (Growth | null)[]): GrowthOverRuns | null {
  const known = all.filter((growth) => growth !== null);
  if (known.length < 2) return null;
  const over = (of: "slope" | "bend"): Estimate => meanOverRuns(known.map((growth) => growth[of].estimate));
  return { ...named(over("slope"), over("bend")), runs: known.length };
}

function named(slope: Estimate, bend: Estimate): Growth {
  return { slope, bend, shape: shapeOf(slope, bend) };
}

function shapeOf(slope: Estimate, bend: Estimate): Shape {
  if (slope.high < 0) return "falls";
  if (slope.low > 0) return bend.low > 0 ? "accelerates" : bend.high < 0 ? "saturates" : "linear";
  return bend.low > 0 ? "dips" : bend.high < 0 ? "peaks" : "level";
}

function around(estimate: number, half: number): Estimate {
  return { estimate, low: estimate - half, high: estimate + half };
}
