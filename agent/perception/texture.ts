/** Keeps photographs and patterns from drowning a screen in candidates: where a tile holds too many, they are dropped. */
import type { Rect } from "./candidate.ts";

/** Side of a tile, CSS px. */
const TILE = 64;

/** Drops the items that count from tiles in which more than `most` of them have their middle. */
export function thinOut<T extends Rect>(items: readonly T[], most: number, scale: number, counts: (item: T) => boolean): T[] {
  const side = TILE * scale;
  const tileOf = ({ left, top, right, bottom }: T): number => Math.floor((left + right) / 2 / side) + 4096 * Math.floor((top + bottom) / 2 / side);
  const held = new Map<number, number>();
  for (const item of items) if (counts(item)) held.set(tileOf(item), (held.get(tileOf(item)) ?? 0) + 1);
  return items.filter((item) => !counts(item) || held.get(tileOf(item))! <= most);
}
