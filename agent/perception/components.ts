/**
 * Flat-colour areas of a screenshot: 4-connected components in which neighbouring pixels differ by at most `TOLERANCE` a
 * channel, so a gradient stays one area and an anti-aliased edge ends it. In: RGBA pixels. Out: runs (row pieces) with
 * component labels, and per component its box, size, colour and the coverage of the box's sides. Lengths are device px.
 */
import type { Pixels } from "../../env/observation.ts";
import { scratchIntegers } from "./scratch.ts";

/** Largest difference of neighbours within one component, per channel (0–6 work alike; 12 merges soft shadows). */
const TOLERANCE = 4;

/** Runs are half-open [start, end) in row order; `rowStart[y]` is the index of row y's first run. */
export interface Components {
  readonly width: number;
  readonly height: number;
  /** Device px per CSS px. */
  readonly scale: number;
  readonly rowStart: Int32Array;
  readonly runStart: Int32Array;
  readonly runEnd: Int32Array;
  readonly runLabel: Int32Array;
  /** Number of components; all arrays below have one entry each. */
  readonly count: number;
  readonly left: Int32Array;
  readonly top: Int32Array;
  /** Exclusive. */
  readonly right: Int32Array;
  /** Exclusive. */
  readonly bottom: Int32Array;
  readonly area: Int32Array;
  readonly red: Float64Array;
  readonly green: Float64Array;
  readonly blue: Float64Array;
  /** Smallest share of a box side that the component touches (within 1 CSS px), and the mean share of the four. */
  readonly leastSide: Float32Array;
  readonly meanSide: Float32Array;
  /** Mean colour step at the ends of the runs: low for pieces of a photograph. */
  readonly contrast: Float32Array;
  /** Extent on the box's middle row; equal to the box for anything without a bay. */
  readonly middleStart: Int32Array;
  readonly middleEnd: Int32Array;
  /** Longest run and its row. */
  readonly longestStart: Int32Array;
  readonly longestEnd: Int32Array;
  readonly longestRow: Int32Array;
}

/** True when two packed RGBA pixels differ by at most TOLERANCE in red, green and blue. */
function alike(a: number, b: number): boolean {
  const red = (a & 255) - (b & 255);
  const green = ((a >>> 8) & 255) - ((b >>> 8) & 255);
  const blue = ((a >>> 16) & 255) - ((b >>> 16) & 255);
  return red <= TOLERANCE && red >= -TOLERANCE && green <= TOLERANCE && green >= -TOLERANCE && blue <= TOLERANCE && blue >= -TOLERANCE;
}

/** Largest channel difference of two packed RGBA pixels. */
export function colourStep(a: number, b: number): number {
  return Math.max(
    Math.abs((a & 255) - (b & 255)),
    Math.abs(((a >>> 8) & 255) - ((b >>> 8) & 255)),
    Math.abs(((a >>> 16) & 255) - ((b >>> 16) & 255)),
  );
}

/** RGBA bytes as one 32-bit number a pixel (copies only when the bytes are not aligned). */
export function packed(pixels: Pixels): Int32Array {
  const { data, width, height } = pixels;
  const aligned = data.byteOffset % 4 === 0 ? data : data.slice();
  return new Int32Array(aligned.buffer, aligned.byteOffset, width * height);
}

/** Runs in row order, with the sum of their colours and the colour step at their right end (−1 at the screen's edge). */
interface Runs {
  readonly count: number;
  readonly rowStart: Int32Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly red: Int32Array;
  readonly green: Int32Array;
  readonly blue: Int32Array;
  readonly step: Int32Array;
}

/** Room for the runs of a row more: there are never more than pixels. */
function runArrays(length: number) {
  const array = (name: string): Int32Array => scratchIntegers(`run ${name}`, length);
  return { start: array("start"), end: array("end"), red: array("red"), green: array("green"), blue: array("blue"), step: array("step") };
}

function findRuns(image: Int32Array, width: number, height: number): Runs {
  const rowStart = scratchIntegers("run rows", height + 1);
  let arrays = runArrays(16 * width);
  let count = 0;
  for (let y = 0; y < height; y++) {
    if (arrays.start.length < count + width) arrays = runArrays(count + 64 * width);
    rowStart[y] = count;
    count = rowRuns(image, y * width, width, count, arrays);
  }
  rowStart[height] = count;
  return { count, rowStart, ...arrays };
}

/** Cuts one row into runs from number `from` on; returns the number after the last one. Colours are summed over stretches of equal pixels. */
function rowRuns(
  image: Int32Array,
  row: number,
  width: number,
  from: number,
  { start, end, red, green, blue, step }: ReturnType<typeof runArrays>,
): number {
  const last = row + width;
  let run = from;
  let reds = 0;
  let greens = 0;
  let blues = 0;
  start[run] = 0;
  for (let at = row; at < last;) {
    const pixel = image[at]!;
    const since = at++;
    while (at < last && image[at] === pixel) at++;
    const length = at - since;
    reds += length * (pixel & 255);
    greens += length * ((pixel >>> 8) & 255);
    blues += length * ((pixel >>> 16) & 255);
    if (at < last && alike(image[at]!, pixel)) continue;
    end[run] = at - row;
    red[run] = reds;
    green[run] = greens;
    blue[run] = blues;
    reds = greens = blues = 0;
    step[run] = at < last ? colourStep(pixel, image[at]!) : -1;
    run++;
    if (at < last) start[run] = at - row;
  }
  return run;
}

function rootOf(parent: Int32Array, run: number): number {
  let at = run;
  while (parent[at] !== at) {
    parent[at] = parent[parent[at]!]!;
    at = parent[at]!;
  }
  return at;
}

/** Joins runs that touch a similar pixel in the row above; returns a dense label per run and the number of labels. */
function labelRuns(image: Int32Array, width: number, height: number, { count: total, rowStart, start, end }: Runs) {
  const parent = scratchIntegers("run parents", total);
  for (let run = 0; run < total; run++) parent[run] = run;
  for (let y = 1; y < height; y++) {
    let above = rowStart[y - 1]!;
    const row = y * width;
    for (let run = rowStart[y]!; run < rowStart[y + 1]!; run++) {
      while (end[above]! <= start[run]!) above++;
      for (let other = above; other < rowStart[y]! && start[other]! < end[run]!; other++) {
        const a = rootOf(parent, run);
        const b = rootOf(parent, other);
        if (a === b) continue;
        const to = Math.min(end[run]!, end[other]!);
        for (let x = Math.max(start[run]!, start[other]!); x < to; x++) {
          const pixel = image[row + x]!;
          const up = image[row - width + x]!;
          if (pixel !== up && !alike(pixel, up)) continue;
          if (a < b) parent[b] = a;
          else parent[a] = b;
          break;
        }
      }
    }
  }
  const label = scratchIntegers("run labels", total);
  let count = 0;
  for (let run = 0; run < total; run++) {
    const root = rootOf(parent, run);
    label[run] = root === run ? count++ : label[root]!;
  }
  return { label, count };
}

/**
 * Components of a screenshot. Linear in the number of pixels, 1–3 ms at 640 × 480. `scale` is the deviceScaleFactor.
 * The arrays of runs are used again: they hold until the next screen.
 */
export function findComponents(pixels: Pixels, scale: number): Components {
  const { width, height } = pixels;
  const image = packed(pixels);
  const runs = findRuns(image, width, height);
  const { rowStart, start, end } = runs;
  const { label, count } = labelRuns(image, width, height, runs);

  const integers = (fill: number) => new Int32Array(count).fill(fill);
  const left = integers(width);
  const top = integers(height);
  const right = integers(0);
  const bottom = integers(0);
  const area = integers(0);
  const longestStart = integers(0);
  const longestEnd = integers(0);
  const longestRow = integers(0);
  const [red, green, blue] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  const contrast = new Float32Array(count);
  const contrastCount = integers(0);
  for (let y = 0; y < height; y++) {
    const last = rowStart[y + 1]!;
    for (let run = rowStart[y]!; run < last; run++) {
      const x0 = start[run]!;
      const x1 = end[run]!;
      const at = label[run]!;
      if (x0 < left[at]!) left[at] = x0;
      if (x1 > right[at]!) right[at] = x1;
      if (y < top[at]!) top[at] = y;
      bottom[at] = y + 1;
      area[at]! += x1 - x0;
      if (x1 - x0 > longestEnd[at]! - longestStart[at]!) {
        longestStart[at] = x0;
        longestEnd[at] = x1;
        longestRow[at] = y;
      }
      red[at]! += runs.red[run]!;
      green[at]! += runs.green[run]!;
      blue[at]! += runs.blue[run]!;
      if (runs.step[run]! >= 0) {
        contrast[at]! += runs.step[run]!;
        contrastCount[at]!++;
      }
    }
  }
  for (let at = 0; at < count; at++) {
    red[at]! /= area[at]!;
    green[at]! /= area[at]!;
    blue[at]! /= area[at]!;
    contrast[at] = contrastCount[at] ? contrast[at]! / contrastCount[at]! : 255;
  }
  const boxes = { width, height, scale, rowStart, runStart: start, runEnd: end, runLabel: label, count, left, top, right, bottom };
  return { ...boxes, area, red, green, blue, contrast, longestStart, longestEnd, longestRow, ...sidesAndMiddle(boxes) };
}

type Boxes = Pick<
  Components,
  "width" | "height" | "scale" | "rowStart" | "runStart" | "runEnd" | "runLabel" | "count" | "left" | "top" | "right" | "bottom"
>;

/** Second pass over the runs, once the boxes are known: coverage of the four sides and the extent of the middle row. */
function sidesAndMiddle({ height, scale, rowStart, runStart, runEnd, runLabel, count, left, top, right, bottom }: Boxes) {
  const near = scale;
  const [leftRows, rightRows] = [new Int32Array(count), new Int32Array(count)];
  /** Best row near the top and bottom: pixels covered, kept as (row, sum so far, best). */
  const [topBest, bottomBest, rowSum] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
  const rowOf = new Int32Array(count).fill(-1);
  const middleStart = new Int32Array(count).fill(1 << 30);
  const middleEnd = new Int32Array(count);
  for (let y = 0; y < height; y++) {
    for (let run = rowStart[y]!; run < rowStart[y + 1]!; run++) {
      const x0 = runStart[run]!;
      const x1 = runEnd[run]!;
      const at = runLabel[run]!;
      if (x0 - left[at]! < near) leftRows[at]!++;
      if (right[at]! - x1 < near) rightRows[at]!++;
      const nearTop = y - top[at]! < near;
      const nearBottom = bottom[at]! - 1 - y < near;
      if (nearTop || nearBottom) {
        const sum = rowOf[at] === y ? rowSum[at]! + x1 - x0 : x1 - x0;
        rowSum[at] = sum;
        rowOf[at] = y;
        if (nearTop && sum > topBest[at]!) topBest[at] = sum;
        if (nearBottom && sum > bottomBest[at]!) bottomBest[at] = sum;
      }
      if (y === (top[at]! + bottom[at]! - 1) >> 1) {
        if (x0 < middleStart[at]!) middleStart[at] = x0;
        if (x1 > middleEnd[at]!) middleEnd[at] = x1;
      }
    }
  }
  const [leastSide, meanSide] = [new Float32Array(count), new Float32Array(count)];
  for (let at = 0; at < count; at++) {
    const [w, h] = [right[at]! - left[at]!, bottom[at]! - top[at]!];
    const sides = [topBest[at]! / w, bottomBest[at]! / w, Math.min(1, leftRows[at]! / h), Math.min(1, rightRows[at]! / h)] as const;
    leastSide[at] = Math.min(...sides);
    meanSide[at] = (sides[0] + sides[1] + sides[2] + sides[3]) / 4;
  }
  return { leastSide, meanSide, middleStart, middleEnd };
}
