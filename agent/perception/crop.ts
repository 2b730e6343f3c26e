/** Small pictures of elements: a box and its surroundings, averaged to 16 × 16 RGB. Outside the screen the edge repeats. */
import type { Pixels } from "../../env/observation.ts";
import type { Rect } from "./candidate.ts";

/** Side of a crop, px. */
export const CROP = 16;

/** Most pixels of a cell that are looked at, per axis: of large boxes a regular sample says as much. */
const SAMPLES = 4;

/** RGB bytes [CROP][CROP][3] of `box` grown by `margin` device px. */
export function cropOf({ data, width, height }: Pixels, box: Rect, margin: number): Uint8Array {
  const xs = cells(box.left - margin, box.right + margin, width);
  const ys = cells(box.top - margin, box.bottom + margin, height);
  const crop = new Uint8Array(CROP * CROP * 3);
  for (let cellY = 0, to = 0; cellY < CROP; cellY++) {
    const [y0, y1] = [ys[cellY]!, Math.max(ys[cellY]! + 1, ys[cellY + 1]!)];
    const stepY = Math.ceil((y1 - y0) / SAMPLES);
    for (let cellX = 0; cellX < CROP; cellX++, to += 3) {
      const [x0, x1] = [xs[cellX]!, Math.max(xs[cellX]! + 1, xs[cellX + 1]!)];
      const stepX = Math.ceil((x1 - x0) / SAMPLES);
      let [red, green, blue, count] = [0, 0, 0, 0];
      for (let y = y0; y < y1; y += stepY) {
        const row = clamp(y, height) * width;
        for (let x = x0; x < x1; x += stepX, count++) {
          const at = (row + clamp(x, width)) * 4;
          red += data[at]!;
          green += data[at + 1]!;
          blue += data[at + 2]!;
        }
      }
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
