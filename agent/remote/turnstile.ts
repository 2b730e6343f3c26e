/** Lets so many through at once, and no more than so many a minute. In: callers who wait. Out: their turn, in the order they came. */
import { pause } from "./pause.ts";

export interface TurnstileLimits {
  readonly concurrency: number;
  /** Null: no limit. */
  readonly perMinute: number | null;
}

export class Turnstile {
  readonly #spacing: number;
  #free: number;
  /** When the next one may start, ms. */
  #next = 0;
  readonly #waiting: (() => void)[] = [];

  constructor({ concurrency, perMinute }: TurnstileLimits) {
    this.#free = concurrency;
    this.#spacing = perMinute === null ? 0 : 60_000 / perMinute;
  }

  /** Does `work` when it is its turn. Throws the signal's reason when it is aborted while waiting. */
  async pass<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#enter(signal);
    try {
      const now = performance.now();
      const start = Math.max(now, this.#next);
      this.#next = start + this.#spacing;
      if (start > now) await pause(start - now, signal);
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      const place = this.#waiting.indexOf(resolve);
      if (place !== -1) this.#waiting.splice(place, 1);
      // An abort that comes after the turn was given is seen by `work`.
      if (place !== -1) reject(signal.reason as Error);
    };
    this.#waiting.push(resolve);
    signal.addEventListener("abort", leave, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }
}
