/** The two colours of a word. In: pixels and its box (device px). Out: mean colour of what it stands on and of its strokes. */
import type { Pixels } from "../../env/observation.ts";
import type { Rect } from "./candidate.ts";
import type { Colour } from "./perception.ts";
import { scratchIntegers } from "./scratch.ts";

/** Pixels at least this share of the way to the strongest one are stroke, not soft edge. */
const STROKE = 0.7;

/** Paper is the most frequent colour around the box, ink what differs most from it inside. */
export function inkAndPaper(pixels: Pixels, box: Rect): { ink: Colour; paper: Colour } {
  const paper = paperOf(pixels, box);
  const { data, width } = pixels;
  const steps = stepsTo(paper, pixels, box);
  let strongest = 0;
  const size = (box.right - box.left) * (box.bottom - box.top);
  for (let at = 0; at < size; at++) if (steps[at]! > strongest) strongest = steps[at]!;
  const least = STROKE * strongest;
  let [red, green, blue, count] = [0, 0, 0, 0];
  for (let y = box.top, cell = 0; y < box.bottom; y++) {
    for (let at = (y * width + box.left) * 4, end = (y * width + box.right) * 4; at < end; at += 4, cell++) {
      if (steps[cell]! < least) continue;
      red += data[at]!;
      green += data[at + 1]!;
      blue += data[at + 2]!;
      count++;
    }
  }
  return { ink: [Math.round(red / count), Math.round(green / count), Math.round(blue / count)], paper };
}

/** Largest channel difference of each pixel of the box to a colour. */
function stepsTo([red, green, blue]: Colour, { data, width }: Pixels, box: Rect): Int32Array {
  const steps = scratchIntegers("colour steps", (box.right - box.left) * (box.bottom - box.top));
  for (let y = box.top, cell = 0; y < box.bottom; y++) {
    for (let at = (y * width + box.left) * 4, end = (y * width + box.right) * 4; at < end; at += 4, cell++) {
      steps[cell] = Math.max(Math.abs(data[at]! - red), Math.abs(data[at + 1]! - green), Math.abs(data[at + 2]! - blue));
    }
  }
  return steps;
}

/** Bins of 16 levels a channel: pixels seen, and the sums of their colours; cleared after use. */
const seen = new Int32Array(4096);
const sums = new Int32Array(3 * 4096);

/** Mean of the most frequent bin on the ring just outside the box; of equally frequent ones the first to get there. */
function paperOf({ data, width, height }: Pixels, box: Rect): Colour {
  const [left, top] = [Math.max(0, box.left - 1), Math.max(0, box.top - 1)];
  const [right, bottom] = [Math.min(width - 1, box.right), Math.min(height - 1, box.bottom)];
  const used: number[] = [];
  let best = 0;
  const visit = (at: number): void => {
    const bin = ((data[at]! >> 4) << 8) | ((data[at + 1]! >> 4) << 4) | (data[at + 2]! >> 4);
    if (seen[bin]!++ === 0) used.push(bin);
    sums[3 * bin]! += data[at]!;
    sums[3 * bin + 1]! += data[at + 1]!;
    sums[3 * bin + 2]! += data[at + 2]!;
    if (used.length === 1 || seen[bin]! > seen[best]!) best = bin;
  };
  for (let x = left; x <= right; x++) {
    visit((top * width + x) * 4);
    visit((bottom * width + x) * 4);
  }
  for (let y = top + 1; y < bottom; y++) {
    visit((y * width + left) * 4);
    visit((y * width + right) * 4);
  }
  const count = seen[best]!;
  const mean = (channel: number): number => Math.round(sums[3 * best + channel]! / count);
  const paper: Colour = [mean(0), mean(1), mean(2)];
  for (const bin of used) {
    seen[bin] = 0;
    sums.fill(0, 3 * bin, 3 * bin + 3);
  }
  return paper;
}
