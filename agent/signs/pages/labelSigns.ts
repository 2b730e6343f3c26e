/** Which sign each element of a drawn page shows. In: elements as found in the pixels, what was drawn where. Out: elements with their class; doubtful ones are left out. */
import type { Point } from "../../../env/action.ts";
import type { Box } from "../../../env/task.ts";
import type { UiElement } from "../../perception/perception.ts";
import type { PlacedSign } from "./signPage.ts";

export interface LabelledElement {
  readonly element: UiElement;
  readonly placed: PlacedSign;
}

/** How far from the middle of a sign an element's middle may lie, and how much of its longer side it must have. */
const NEAR = { form: 0.12, icon: 0.22 } as const;
const LARGE = { form: 0.8, icon: 0.42 } as const;
/** Least area beside that of the largest element of the same sign: the flap of an envelope is no envelope. */
const WHOLE = 0.55;

/** Elements that are a sign or its button, and those in cells without signs. Parts of signs are neither. */
export function labelSigns(elements: readonly UiElement[], signs: readonly PlacedSign[]): LabelledElement[] {
  const inCells = elements.flatMap((element) => {
    const placed = signs.find(({ outer }) => holds(outer, middleOf(element.box)));
    return placed === undefined || longer(element.box) > longer(placed.outer) + 4 ? [] : [{ element, placed }];
  });
  const largest = new Map<PlacedSign, number>();
  for (const { element, placed } of inCells) {
    if (longer(element.box) <= 1.08 * longer(placed.box)) largest.set(placed, Math.max(largest.get(placed) ?? 0, areaOf(element.box)));
  }
  return inCells.filter(({ element: { box }, placed }) => {
    if (placed.kind === "other") return true;
    const side = longer(placed.box);
    const [own, sign] = [middleOf(box), middleOf(placed.box)];
    const away = Math.max(Math.abs(own.x - sign.x), Math.abs(own.y - sign.y));
    return away <= NEAR[placed.kind] * side && longer(box) >= LARGE[placed.kind] * side && areaOf(box) >= WHOLE * (largest.get(placed) ?? 0);
  });
}

const longer = ({ width, height }: Box): number => Math.max(width, height);
const areaOf = ({ width, height }: Box): number => width * height;
const middleOf = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });

function holds({ x, y, width, height }: Box, point: Point): boolean {
  return point.x >= x && point.x <= x + width && point.y >= y && point.y <= y + height;
}
