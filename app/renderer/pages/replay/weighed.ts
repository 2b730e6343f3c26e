/** Places that the agent weighed, with their probabilities. In: a step. Out: points in CSS px; those that hardly counted are left out. */
import type { StepView } from "../../../api/episode.ts";
import { placeOf } from "../../parts/ActionGlyph.tsx";

const LEAST = 0.005;

interface Weighed {
  readonly at: { readonly x: number; readonly y: number };
  readonly probability: number;
}

export function weighed({ alternatives }: StepView): Weighed[] {
  return alternatives.flatMap(({ action, probability }) => {
    const at = placeOf(action);
    return at === null || probability === null || probability < LEAST ? [] : [{ at, probability }];
  });
}
