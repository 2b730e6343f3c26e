/**
 * Where on a thing a drag takes hold or lets go: its middle, an edge, a corner, or a little beside it.
 * In: a box and its click point. Out: points. Most drags end on another thing's middle; lists are sorted by edges, text is marked from edge to
 * edge, and what must move left is let go left of where it was.
 */
import type { Point } from "../../env/action.ts";
import type { Viewport } from "../../env/observation.ts";
import type { ScreenToken } from "./scene.ts";

/** The middle first; then edges and corners, then places beside the box: columns and rows from left to right and from top to bottom. */
export const SIDES = [
  "middle",
  "left",
  "right",
  "top",
  "bottom",
  "top-left",
  "top-right",
  "bottom-left",
  "bottom-right",
  "beside-left",
  "beside-right",
  "above",
  "below",
] as const;
export type Side = (typeof SIDES)[number];

/** CSS px between an edge and the point on it, and between an edge and the point beside it. */
const INSET = 1;
const BESIDE = 20;

/** The point of a token's side, inside the viewport. */
export function sidePoint({ box, anchor }: ScreenToken, side: Side, viewport: Viewport): Point {
  if (side === "middle") return anchor;
  const reach = side.startsWith("beside") || side === "above" || side === "below" ? -BESIDE : INSET;
  const [left, right] = [box.x + reach, box.x + box.width - reach];
  const [top, bottom] = [box.y + reach, box.y + box.height - reach];
  const x = side.endsWith("left") ? left : side.endsWith("right") ? right : anchor.x;
  const y = side.startsWith("top") || side === "above" ? top : side.startsWith("bottom") || side === "below" ? bottom : anchor.y;
  return { x: within(x, viewport.width), y: within(y, viewport.height) };
}

const within = (value: number, size: number): number => Math.min(Math.max(value, 1), size - 1);
