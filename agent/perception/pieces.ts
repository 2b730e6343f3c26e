/**
 * Cuts a drawn line of text at its wide gaps and scales each piece to the height the network reads. In: a strip (black on white).
 * Out: pictures of about a word each, with the way back from a network step to the strip.
 */
import { STEP } from "./lineModel.ts";
import type { Picture } from "./lineNetwork.ts";
import type { Strip } from "./textLines.ts";

/** Columns [start, end) of a strip that hold ink. */
export interface InkRange {
  readonly start: number;
  readonly end: number;
  /** True for a speck on the baseline: a full stop or decimal point. */
  readonly dot: boolean;
}

export interface Piece {
  readonly picture: Picture;
  /** Ink of the piece, in strip px, left to right. */
  readonly ink: readonly InkRange[];
  /** Usual gap between the letters of the line, strip px. */
  readonly letterGap: number;
  /** Strip px at the middle of a network step: `origin + step × stride`. */
  readonly origin: number;
  readonly stride: number;
}

/** Darker than this is ink (255 = paper). */
export const INK_LEVEL = 170;
/** A gap of CUT line heights and CUT_LETTERS usual letter gaps surely parts words. */
const CUT = 0.34;
const CUT_LETTERS = 1.3;
/** Letter gap assumed where a line has too few to tell, in line heights. */
const USUAL_GAP = 0.15;
const LEAST_GAPS = 4;
/** A dot is at most this wide and begins at least this far down, in line heights. */
const DOT_WIDTH = 0.25;
const DOT_TOP = 0.55;
/** Room for descenders, used or not, in heights above the baseline: the network judges small and capital letters by it. */
const DESCENT = 0.27;
/** White above and below, in line heights, and left and right, in px of the picture. */
const PAD = 0.22;
const MARGIN = 3;

/** Pieces of one strip, left to right. `height` is that of the picture. */
export function cutPieces(strip: Strip, height: number): Piece[] {
  const pieces: InkRange[][] = [];
  let open: InkRange[] = [];
  const ranges = inkRanges(strip);
  const letterGap = usualGap(ranges, strip.height);
  const baseline = baselineOf(strip);
  const cut = CUT * strip.height + CUT_LETTERS * letterGap;
  for (const range of ranges) {
    if (open.length && range.start - open.at(-1)!.end >= cut) {
      pieces.push(open);
      open = [];
    }
    open.push(range);
  }
  if (open.length) pieces.push(open);
  return pieces.map((ink) => drawPiece(strip, ink, letterGap, baseline, height));
}

/** Median gap of a line: most gaps are between letters. */
function usualGap(ranges: readonly InkRange[], height: number): number {
  if (ranges.length <= LEAST_GAPS) return USUAL_GAP * height;
  const gaps = ranges.slice(1).map((range, at) => range.start - ranges[at]!.end);
  return gaps.toSorted((a, b) => a - b)[gaps.length >> 1]!;
}

function inkRanges(strip: Strip): InkRange[] {
  const { grey, width, height } = strip;
  const ranges: InkRange[] = [];
  let start = -1;
  let top = height;
  for (let x = 0; x <= width; x++) {
    let y = 0;
    while (x < width && y < height && grey[y * width + x]! >= INK_LEVEL) y++;
    const dark = x < width && y < height;
    if (dark) {
      if (start < 0) start = x;
      top = Math.min(top, y);
    } else if (start >= 0) {
      ranges.push({ start, end: x, dot: x - start <= DOT_WIDTH * height && top >= DOT_TOP * height });
      start = -1;
      top = height;
    }
  }
  return ranges;
}

function drawPiece(strip: Strip, ink: readonly InkRange[], letterGap: number, baseline: number, height: number): Piece {
  const bottom = Math.max(strip.height, (1 + DESCENT) * baseline);
  const scale = height / ((1 + 2 * PAD) * bottom);
  const [start, end] = [ink[0]!.start, ink.at(-1)!.end];
  const width = STEP * Math.ceil(((end - start) * scale + 2 * MARGIN) / STEP);
  const left = start - MARGIN / scale;
  const columns = taps(width, scale, left, strip.width);
  const rows = taps(height, scale, -PAD * bottom, strip.height);
  const grey = resample(strip, columns, rows);
  return { picture: { grey, width }, ink, letterGap, origin: left + STEP / 2 / scale, stride: STEP / scale };
}

/** For each target px: first source px and its weights (triangle filter; sources outside are paper and left out). */
interface Taps {
  readonly first: Int32Array;
  readonly weights: readonly Float32Array[];
}

function taps(count: number, scale: number, offset: number, limit: number): Taps {
  const radius = Math.max(1, 1 / scale);
  const first = new Int32Array(count);
  const weights = Array.from({ length: count }, (_, target) => {
    const centre = (target + 0.5) / scale + offset - 0.5;
    const [from, to] = [Math.ceil(centre - radius), Math.floor(centre + radius)];
    let sum = 0;
    for (let source = from; source <= to; source++) sum += 1 - Math.abs(source - centre) / radius;
    const [low, high] = [Math.max(0, from), Math.min(limit - 1, to)];
    first[target] = low;
    return Float32Array.from({ length: Math.max(0, high - low + 1) }, (_unused, at) => (1 - Math.abs(low + at - centre) / radius) / sum);
  });
  return { first, weights };
}

function resample(strip: Strip, columns: Taps, rows: Taps): Uint8Array {
  const [width, height] = [columns.first.length, rows.first.length];
  const grey = new Uint8Array(width * height);
  const low = columns.first[0]!;
  const high = columns.first[width - 1]! + columns.weights[width - 1]!.length;
  const row = new Float32Array(strip.width);
  for (let y = 0, to = 0; y < height; y++) {
    row.fill(0);
    rows.weights[y]!.forEach((weight, at) => {
      const from = (rows.first[y]! + at) * strip.width;
      for (let x = low; x < high; x++) row[x]! += weight * (255 - strip.grey[from + x]!);
    });
    for (let x = 0; x < width; x++, to++) {
      const weights = columns.weights[x]!;
      let ink = 0;
      for (let at = 0, from = columns.first[x]!; at < weights.length; at++) ink += weights[at]! * row[from + at]!;
      grey[to] = 255 - Math.round(ink);
    }
  }
  return grey;
}

/** Row below the letters without descenders: where the ink drops most, in the lower half. */
function baselineOf({ grey, width, height }: Strip): number {
  const ink = (y: number): number => {
    let sum = 0;
    if (y >= 0 && y < height) for (let x = 0; x < width; x++) sum += 255 - grey[y * width + x]!;
    return sum;
  };
  let [best, at] = [0, height];
  for (let y = height >> 1; y <= height; y++) {
    const drop = ink(y - 2) + ink(y - 1) - ink(y) - ink(y + 1);
    if (drop >= best) [best, at] = [drop, y];
  }
  return at;
}
