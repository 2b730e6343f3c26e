/** A candidate element while it is being found: device px, edges exclusive at the right and bottom. */
import type { Colour, ElementSource } from "./perception.ts";

export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Candidate extends Rect {
  readonly source: ElementSource;
  readonly anchorX: number;
  readonly anchorY: number;
  readonly colour: Colour;
  readonly fill: number;
  /** Likely a piece of a photograph. */
  readonly loose: boolean;
}

export const widthOf = (rect: Rect): number => rect.right - rect.left;
export const heightOf = (rect: Rect): number => rect.bottom - rect.top;
export const areaOf = (rect: Rect): number => widthOf(rect) * heightOf(rect);

/** Area that two boxes share. */
export function overlapOf(a: Rect, b: Rect): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

/** A candidate that is clicked in the middle of its box. */
export function centred(source: ElementSource, { left, top, right, bottom }: Rect, colour: Colour, fill: number): Candidate {
  const [anchorX, anchorY] = [(left + right) / 2, (top + bottom) / 2];
  return { source, left, top, right, bottom, anchorX, anchorY, colour, fill, loose: false };
}
