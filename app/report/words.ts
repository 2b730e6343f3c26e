/** Numbers and names as the report prints them. In: numbers. Out: text: rates without leading zero, a true minus, thin spaces for thousands, "—" for unknown. */
import type { Growth, Shape } from "../../flywheel/growth.ts";
import type { Estimate, Interval } from "../../flywheel/statistics.ts";
import type { Score } from "../../flywheel/score.ts";

export const UNKNOWN = "—";

/** A rate or probability: .72, or .718 from 200 trials on. */
export function rate(value: number | null | undefined, n = 0): string {
  if (value === null || value === undefined || Number.isNaN(value)) return UNKNOWN;
  const text = Math.abs(value).toFixed(n >= 200 ? 3 : 2);
  const short = Number(text) === 0 ? "0" : Number(text) === 1 ? "1" : text.replace(/^0/, "");
  return value < 0 && short !== "0" ? `−${short}` : short;
}

/** A difference of rates, always with its sign. */
export function signed(value: number | null | undefined, n = 0): string {
  const text = rate(value, n);
  return text === UNKNOWN || text === "0" || text.startsWith("−") ? text : `+${text}`;
}

export function interval({ low, high }: Interval, n = 0): string {
  return `[${rate(low, n)}, ${rate(high, n)}]`;
}

/** "+.043 [+.020, +.065]" */
export function difference(estimate: Estimate | null, n = 0): string {
  return estimate === null ? UNKNOWN : `${signed(estimate.estimate, n)} [${signed(estimate.low, n)}, ${signed(estimate.high, n)}]`;
}

/** ".72 [.69, .75]" */
export function score(value: Score | null): string {
  return value === null ? UNKNOWN : `${rate(value.estimate, value.n)} ${interval(value, value.n)}`;
}

/** 13 864 with a thin space that does not break. */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

export function pValue(p: number | null): string {
  if (p === null) return UNKNOWN;
  return p < 0.001 ? "<.001" : rate(p, p < 0.1 ? 200 : 0);
}

/** 84 ms, 1.4 s, 18 min, 2 h 05 min. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** "1 task", "12 tasks". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** The part of a checkpoint's id that tells it apart within its run. */
export function shortId(checkpoint: string): string {
  return checkpoint.slice(checkpoint.lastIndexOf(".") + 1);
}

export const GROUP_SHORT = { all: "all tasks", demonstrated: "at the start", requested: "on request", never: "never" } as const;

export const GROUP_WORDS = {
  all: "all tasks",
  demonstrated: "demonstrated at the start",
  requested: "demonstrated on request",
  never: "never demonstrated",
} as const;

const SHAPES: Readonly<Record<Shape, string>> = {
  accelerates: "It accelerates",
  linear: "It grows linearly, as far as can be told",
  saturates: "It grows and saturates",
  level: "No growth is told from chance",
  dips: "It falls and comes back, without growth that is told from chance",
  peaks: "It rises and falls back, without growth that is told from chance",
  falls: "It falls",
};

/** "It grows linearly, as far as can be told: +8.0 [+5.8, +10.1] per cycle, and that changes by +2.7 [−0.2, +5.5] per cycle." */
export function growthWords({ shape, slope, bend }: Growth): string {
  return `${SHAPES[shape]}: ${perCycle(slope)} per cycle, and that changes by ${perCycle(bend)} per cycle.`;
}

function perCycle({ estimate, low, high }: Estimate): string {
  const number = (value: number): string => {
    const size = Math.abs(value).toFixed(1);
    return Number(size) === 0 ? "0" : `${value < 0 ? "−" : "+"}${size}`;
  };
  return `${number(estimate)} [${number(low)}, ${number(high)}]`;
}
