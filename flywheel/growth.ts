/**
 * Whether a run's yield grows from cycle to cycle, and how. In: yield points with their intervals. Out: slope and bend with intervals, and
 * the word they allow. Least squares with known errors (Aitken 1936) on polynomials that are orthogonal for these weights. Pure.
 */
import { meanOverRuns, Z95, type Estimate } from "./statistics.ts";

/** What slope and bend allow to say: linear when only the slope is told from 0, level when not even that. */
export type Shape = "accelerates" | "linear" | "saturates" | "level" | "falls";

export interface Growth {
  /** Change per cycle of the straight line through the cycles. */
  readonly slope: Estimate;
  /** Change of that change per cycle. */
  readonly bend: Estimate;
  readonly shape: Shape;
}

type Point = Estimate & { readonly cycle: number };

/** Growth over the cycles of one run, 95 %: how sure this run's numbers are, not how another training seed would do. Null with fewer than four cycles. */
export function growthOf(points: readonly Point[]): Growth | null {
  const widest = Math.max(...points.map(({ low, high }) => high - low));
  if (points.length < 4 || !(widest > 0)) return null;
  const x = points.map(({ cycle }) => cycle);
  const y = points.map(({ estimate }) => estimate);
  // A cycle without a width (every trial the same) is no surer than the least sure one.
  const w = points.map(({ low, high }) => ((high - low || widest) / 2 / Z95) ** -2);
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + w[i]! * value * b[i]!, 0);
  const without = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value - (dot(a, b) / dot(b, b)) * b[i]!);
  const one = x.map(() => 1);
  const line = without(x, one);
  const square = x.map((value) => value ** 2);
  const curve = without(without(square, one), line);
  const fit = (shape: readonly number[], factor: number): Estimate => {
    const size = dot(shape, shape);
    return around((factor * dot(shape, y)) / size, (factor * Z95) / Math.sqrt(size));
  };
  return named(fit(line, 1), fit(curve, 2));
}

/** Growth over training seeds (Student's t over runs); null with fewer than two runs that have one. */
export function growthOverRuns(runs: readonly (Growth | null)[]): Growth | null {
  const known = runs.filter((growth) => growth !== null);
  if (known.length < 2) return null;
  const over = (of: "slope" | "bend"): Estimate => meanOverRuns(known.map((growth) => growth[of].estimate));
  return named(over("slope"), over("bend"));
}

function named(slope: Estimate, bend: Estimate): Growth {
  return { slope, bend, shape: shapeOf(slope, bend) };
}

function shapeOf(slope: Estimate, bend: Estimate): Shape {
  if (slope.high < 0) return "falls";
  if (slope.low <= 0) return "level";
  return bend.low > 0 ? "accelerates" : bend.high < 0 ? "saturates" : "linear";
}

function around(estimate: number, half: number): Estimate {
  return { estimate, low: estimate - half, high: estimate + half };
}
