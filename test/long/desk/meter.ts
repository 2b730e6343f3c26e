/** Measured numbers and the bounds they are held against. In: values of one kind. Out: a JSON line each, and whether all bounds held. */
import { loadavg } from "node:os";

export interface Bound {
  readonly atMost?: number;
  readonly atLeast?: number;
  /** Which of several values is held against it. */
  readonly of: "worst" | "median";
}

export class Meter {
  readonly #broken: string[] = [];

  /** Prints one kind of number. Without a bound it is only told. */
  take(what: string, unit: string, values: readonly number[], bound: Bound | null = null, more: object = {}): void {
    const sorted = values.toSorted((a, b) => a - b);
    const [least, most] = [sorted[0] ?? NaN, sorted.at(-1) ?? NaN];
    const [best, worst] = bound?.atLeast === undefined ? [least, most] : [most, least];
    const numbers = { n: values.length, best: rounded(best), median: rounded(median(sorted)), worst: rounded(worst) };
    print({ what, unit, ...numbers, ...(bound === null ? {} : this.#held(what, bound, { worst, median: median(sorted) })), ...more });
  }

  #held(what: string, { atMost = Infinity, atLeast = -Infinity, of }: Bound, numbers: Readonly<Record<Bound["of"], number>>): object {
    const holds = numbers[of] <= atMost && numbers[of] >= atLeast;
    if (!holds) this.#broken.push(what);
    return { bound: `${of} at ${atMost === Infinity ? `least ${atLeast}` : `most ${atMost}`}`, holds };
  }

  /** Last line. True: every bound held. */
  conclude(): boolean {
    // More than two a core: other work had its share, and the times say less.
    print({ summary: { broken: this.#broken, ok: this.#broken.length === 0, load: loadavg()[1]!.toFixed(1) } });
    return this.#broken.length === 0;
  }
}

export function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function median(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(half)]! : ((sorted[half - 1] ?? NaN) + (sorted[half] ?? NaN)) / 2;
}

function rounded(value: number): number {
  return Number(value.toFixed(value < 10 ? 1 : 0));
}
