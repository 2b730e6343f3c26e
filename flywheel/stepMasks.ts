/**
 * Steps inside a good episode that are shown as history but not imitated: no-ops and detours.
 * In: an episode and its steps. Out: step index → reason. Pure.
 */
import { endsEpisode } from "../env/action.ts";
import { changedNothing, statesBefore } from "./filter.ts";
import type { Episode } from "./store/episodes.ts";
import type { Step } from "./store/steps.ts";

/**
 * A no-op changed neither screen nor state; a detour is what lies between two visits of the same screen and state. A click right
 * before typing is kept, as focus may be invisible. Detours are masked only as far as the rest is no shorter than the `shortest`
 * known success (steps; null: unknown), because going somewhere and back may be how one learns what to answer.
 */
export function maskedSteps(episode: Pick<Episode, "startState">, steps: readonly Step[], shortest: number | null): Map<number, string> {
  const before = statesBefore(episode, steps);
  const masked = new Map<number, string>();
  for (const [i, step] of steps.entries()) {
    if (isNoOp(step, steps[i + 1], before[i]!)) masked.set(i, "no-op");
  }
  const places = steps.map(({ screenHash }, i) => `${screenHash} ${before[i]}`);
  let spare = steps.length - masked.size - (shortest ?? steps.length);
  for (let i = 0; i < steps.length; i++) {
    const back = places.lastIndexOf(places[i]!);
    const detour = range(i, back).filter((step) => !masked.has(step));
    if (back - i < 2 || detour.length > spare) continue;
    for (const step of detour) masked.set(step, "detour");
    spare -= detour.length;
    i = back - 1;
  }
  return masked;
}

function isNoOp(step: Step, next: Step | undefined, stateBefore: string): boolean {
  const { action } = step;
  if (endsEpisode(action) || action.kind === "wait" || action.kind === "ask") return false;
  const focuses = action.kind === "click" && (next?.action.kind === "type" || next?.action.kind === "key");
  return !focuses && changedNothing(step, stateBefore);
}

/** from, from + 1, …, to − 1. */
function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}
