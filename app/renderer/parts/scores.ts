/** Scores of the API as charts and words take them. In: a score that may have no estimate. Out: one that has, or null. */
import type { Score } from "../../api/values.ts";

type Known = Score & { readonly estimate: number };

export function known(score: Score | null): Known | null {
  return score === null || score.estimate === null ? null : { ...score, estimate: score.estimate };
}

/** All of a group's scores. */
export function knownScores<Name extends string>(scores: Readonly<Record<Name, Score | null>>): Record<Name, Known | null> {
  return Object.fromEntries(Object.entries<Score | null>(scores).map(([name, value]) => [name, known(value)])) as Record<Name, Known | null>;
}
