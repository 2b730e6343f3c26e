/** Sorts boxes as a person reads: rows from top to bottom, in a row from left to right. Pure and stable. */
import type { Box } from "../../env/task.ts";

/** Boxes belong to one row while their middles lie within this share of the first one's height… */
const ROW = 0.5;
/** …but never within more than this many CSS px: a tall panel has no row of its own. */
const TALLEST_ROW = 20;

/** A sorted copy. */
export function inReadingOrder<T extends { readonly box: Box }>(items: readonly T[]): T[] {
  const middle = ({ box }: T): number => box.y + box.height / 2;
  const byMiddle = items
    .map((item, at) => ({ item, at, y: middle(item) }))
    .toSorted((a, b) => a.y - b.y || a.item.box.x - b.item.box.x || a.at - b.at);
  const sorted: T[] = [];
  let row: typeof byMiddle = [];
  const flush = () => {
    row.sort((a, b) => a.item.box.x - b.item.box.x || a.y - b.y || a.at - b.at);
    sorted.push(...row.map(({ item }) => item));
    row = [];
  };
  for (const entry of byMiddle) {
    if (row.length && entry.y - row[0]!.y > ROW * Math.min(TALLEST_ROW, row[0]!.item.box.height)) flush();
    row.push(entry);
  }
  flush();
  return sorted;
}
