/** Words under the pointer of an action, from what was read on the screen. In: an action, a perception. Out: words, or nothing. */
import type { Perception } from "../../../agent/perception/perception.ts";
import type { Action, Point } from "../../../env/action.ts";
import type { Box } from "../../../env/task.ts";

/** Where an action points; the end of a drag. Null for actions without a place. */
export function placeOf(action: Action): Point | null {
  if ("at" in action) return action.at;
  return action.kind === "drag" ? action.path.at(-1)! : null;
}

/** Most words that name a target. */
const WORDS = 6;

/** Words of the smallest element around the point that has any; else the word at the point itself. */
export function wordsUnder(action: Action, { words, elements }: Pick<Perception, "words" | "elements">): string {
  const place = placeOf(action);
  if (place === null) return "";
  const around = elements.map(({ box }) => box).filter((box) => holds(box, place));
  for (const box of around.toSorted((a, b) => a.width * a.height - b.width * b.height)) {
    const inside = words.filter((word) => holds(box, middle(word.box)));
    if (inside.length > 0 && inside.length <= WORDS) return inside.map(({ text }) => text).join(" ");
  }
  return words.find(({ box }) => holds(box, place))?.text ?? "";
}

function holds({ x, y, width, height }: Box, point: Point): boolean {
  return point.x >= x && point.x <= x + width && point.y >= y && point.y <= y + height;
}

function middle({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}
