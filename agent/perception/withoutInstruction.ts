/**
 * A page that repeats its instruction must not tempt the model to click on it: nothing in that strip can be pointed at. The words are known anyway.
 * In: a perception, where the strip is. Out: the perception without what is centred in it.
 */
import type { Point } from "../../env/action.ts";
import type { Box } from "../../env/task.ts";
import type { Perception } from "./perception.ts";

/** `instructionBox` as in `Observation`, CSS px; null leaves everything as it is. */
export function withoutInstruction(perception: Perception, instructionBox: Box | null): Perception {
  if (instructionBox === null) return perception;
  const { x, y, width, height } = instructionBox;
  const free = (at: Point): boolean => at.x < x || at.x >= x + width || at.y < y || at.y >= y + height;
  return {
    ...perception,
    words: perception.words.filter(({ box }) => free({ x: box.x + box.width / 2, y: box.y + box.height / 2 })),
    elements: perception.elements.filter(({ anchor }) => free(anchor)),
    patches: perception.patches.filter(({ anchor }) => free(anchor)),
  };
}
