/** Small pictures of elements: a box and its surroundings, area-averaged to 16 × 16 RGB. Outside the screen the edge repeats. */
import type { Pixels } from "../../env/observation.ts";
import type { Rect } from "./candidate.ts";

/** Side of a crop, px. */
export const CROP = 16;

/** RGB bytes [CROP][CROP][3] of `box` grown by `margin` device px. */
export function cropOf({ data, width, height }: Pixels, box: Rect, margin: number): Uint8Array {
  const xs = cells(box.left - margin, box.right + margin, width);
  const ys = cells(box.top - margin, box.bottom + margin, height);
  const crop = new Uint8Array(CROP * CROP * 3);
  for (let cellY = 0, to = 0; cellY < CROP; cellY++) {
    for (let cellX = 0; cellX < CROP; cellX++, to += 3) {
      const [x0, x1, y0, y1] = [xs[cellX]!, Math.max(xs[cellX]! + 1, xs[cellX + 1]!), ys[cellY]!, Math.max(ys[cellY]! + 1, ys[cellY + 1]!)];
      let [red, green, blue] = [0, 0, 0];
      for (let y = y0; y < y1; y++) {
        for (let at = (clamp(y, height) * width + clamp(x0, width)) * 4, x = x0; x < x1; x++) {
          red += data[at]!;
          green += data[at + 1]!;
          blue += data[at + 2]!;
          if (x >= 0 && x + 1 < width) at += 4;
        }
      }
      const count = (x1 - x0) * (y1 - y0);
      crop[to] = Math.round(red / count);
      crop[to + 1] = Math.round(green / count);
      crop[to + 2] = Math.round(blue / count);
    }
  }
  return crop;
}

const clamp = (value: number, size: number): number => Math.min(size - 1, Math.max(0, value));

/** Edges of CROP equal cells from `from` to `to`, at most half a cell beyond the screen. */
function cells(from: number, to: number, size: number): number[] {
  return Array.from({ length: CROP + 1 }, (_, at) => Math.min(size, Math.round(from + ((to - from) * at) / CROP)));
}
