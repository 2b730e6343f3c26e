/** A gradient of all parameters, as flat vectors per group. In: what gradient graphs write. Out: a sum, in order, for the update. */
import { gradientName, type ParameterGroup } from "./adamw.ts";
import type { Arrays } from "./session.ts";
import { sharedArray } from "./sessionThread.ts";

/** Zeros at first; in shared memory, so that any thread may write it. */
export class Gradient {
  readonly vectors: Arrays;

  constructor(groups: readonly ParameterGroup[]) {
    this.vectors = Object.fromEntries(groups.map((group) => [gradientName(group), sharedArray(group.length)]));
  }

  /** Adds another gradient in place. */
  add(other: Gradient): void {
    for (const [name, sum] of Object.entries(this.vectors)) {
      const own = other.vectors[name]!;
      for (let i = 0; i < sum.length; i++) sum[i]! += own[i]!;
    }
  }

  clear(): void {
    for (const vector of Object.values(this.vectors)) vector.fill(0);
  }
}
