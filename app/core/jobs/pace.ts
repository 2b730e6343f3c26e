/** How fast something goes and how long it will take: from the median of the last 20 units. In: counts with their times. Out: rate and seconds left. */
const UNITS = 20;

export class Pace {
  #marks: { readonly at: number; readonly done: number }[] = [];

  start(now: number): void {
    this.#marks = [{ at: now, done: 0 }];
  }

  /** `now` in ms. Null while fewer than three counts are known. */
  at(now: number, done: number, total: number): { readonly perMinute: number | null; readonly secondsLeft: number | null } {
    if (this.#marks.length === 0 || done < this.#marks.at(-1)!.done) this.start(now);
    if (done > this.#marks.at(-1)!.done) this.#marks.push({ at: now, done });
    if (this.#marks.length > UNITS + 1) this.#marks.shift();
    const gaps = this.#marks
      .slice(1)
      .map(({ at, done: to }, i) => (at - this.#marks[i]!.at) / (to - this.#marks[i]!.done))
      .toSorted((a, b) => a - b);
    if (gaps.length < 3) return { perMinute: null, secondsLeft: null };
    const median = gaps[Math.floor(gaps.length / 2)]!;
    return { perMinute: median === 0 ? null : 60_000 / median, secondsLeft: total === 0 ? null : (median * Math.max(0, total - done)) / 1000 };
  }
}
