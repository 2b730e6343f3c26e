/**
 * The bare parts of a screen: cells of a coarse grid that nothing recognised touches. In: pixels, scale, boxes of words and elements.
 * Out: at most LIMIT patches, spread evenly, in reading order.
 */
import type { Pixels } from "../../env/observation.ts";
import type { Box } from "../../env/task.ts";
import type { Patch } from "./perception.ts";

/** Side of a cell, CSS px. */
const CELL = 32;
const LIMIT = 16;
/** Larger boxes are surfaces to act on, not things: they cover nothing. Share of the screen. */
const SURFACE = 0.15;

/** Bare cells of a screen. */
export function findPatches(pixels: Pixels, scale: number, boxes: readonly Box[]): Patch[] {
  const [width, height] = [pixels.width / scale, pixels.height / scale];
  const things = boxes.filter((box) => box.width * box.height < SURFACE * width * height);
  const [columns, rows] = [Math.max(1, Math.round(width / CELL)), Math.max(1, Math.round(height / CELL))];
  const bare: Box[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const cell = { x: (column * width) / columns, y: (row * height) / rows, width: width / columns, height: height / rows };
      if (!things.some((thing) => touch(thing, cell))) bare.push(cell);
    }
  }
  const step = Math.max(1, bare.length / LIMIT);
  const chosen = Array.from({ length: Math.min(LIMIT, bare.length) }, (_, at) => bare[Math.floor((at + 0.5) * step)]!);
  return chosen.map((box) => {
    const anchor = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const at = (Math.floor(anchor.y * scale) * pixels.width + Math.floor(anchor.x * scale)) * 4;
    return { anchor, box, colour: [pixels.data[at]!, pixels.data[at + 1]!, pixels.data[at + 2]!] };
  });
}

function touch(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
