/**
 * Where on a thing a drag takes hold or lets go: its middle, an edge, a corner, or a little beside it.
 * In: things on a screen, points. Out: points of sides, sides near a point. Most drags end on another thing's middle; lists are sorted by edges, text is marked from edge to
 * edge, and what must move left is let go left of where it was.
 */
import type { Point } from "../../env/action.ts";
import type { Viewport } from "../../env/observation.ts";
import { screenTokens, type Scene, type ScreenToken } from "./scene.ts";

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
type Side = (typeof SIDES)[number];

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

/** An index into {@link SIDES}, and the tokens that have it at one point. */
export interface SideTokens {
  readonly side: number;
  readonly tokens: readonly number[];
}

/** The first side of any tokens that is this very point, and all tokens of which it is. */
export function exactSide(scene: Scene, point: Point): SideTokens | null {
  const all = screenTokens(scene);
  for (const [side, name] of SIDES.entries()) {
    const tokens = all.filter(([, token]) => samePoint(sidePoint(token, name, scene.viewport), point)).map(([index]) => index);
    if (tokens.length > 0) return { side, tokens };
  }
  return null;
}

/** Farther from a point (CSS px), a side does not stand for it. */
const REACH = 14;

/** Who means the middle of a thing meets it better than an edge: its distance counts for more. */
const MIDDLE_COUNTS = 1.5;

/**
 * The side nearest to the point: of `preferred`, else of anything there is, else the middle of the first of them, however large it is. With
 * all tokens of those that have it there. Null where there is nothing.
 */
export function nearestSide(scene: Scene, point: Point, preferred: readonly number[]): SideTokens | null {
  const all = screenTokens(scene);
  const own = all.filter(([index]) => preferred.includes(index));
  const [first] = preferred;
  return sideWithin(scene, point, own) ?? sideWithin(scene, point, all) ?? (first === undefined ? null : { side: 0, tokens: [first] });
}

/** The nearest side of `among` within reach, if there is one. */
function sideWithin({ viewport }: Scene, point: Point, among: readonly (readonly [number, ScreenToken])[]): SideTokens | null {
  const places = among.flatMap(([index, token]) =>
    SIDES.map((name, side) => {
      const at = sidePoint(token, name, viewport);
      const away = distance(at, point);
      return { index, side, at, away, rank: side === 0 ? MIDDLE_COUNTS * away : away };
    }),
  );
  const best = places.filter(({ away }) => away <= REACH).toSorted((a, b) => a.rank - b.rank || a.side - b.side)[0];
  if (best === undefined) return null;
  const same = places.filter(({ side, at }) => side === best.side && samePoint(at, best.at)).map(({ index }) => index);
  return { side: best.side, tokens: [...new Set([best.index, ...same])] };
}

/** Between two points, CSS px. */
export const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

export const samePoint = (a: Point, b: Point): boolean => Math.abs(a.x - b.x) < 0.01 && Math.abs(a.y - b.y) < 0.01;
