/**
 * A line of text as the network sees it: scaled by its height above the baseline, cut into frames. In: a strip (black on white).
 * Out: rows of the network's inputs, and the way from a column back to the strip. Training distorts lines on the way.
 */
import type { Strip } from "../perception/textLines.ts";
import { FACTS, FRAME_HEIGHT, FRAME_PIXELS, FRAME_WIDTH, type FrameInputs } from "./frameNetwork.ts";

/** Free columns left and right, and rows above and below, px of the scaled line. */
const MARGIN = 2;
/** Room for descenders, used or not, in heights above the baseline: small and capital letters are told apart by it. */
const DESCENT = 0.27;
/** Tiny lines are not blown up further. */
const LARGEST_SCALE = 6;

/** How a line is distorted in training; lines are read without. */
export interface Distortion {
  /** Factors of the horizontal and vertical scale. */
  readonly stretch: number;
  readonly size: number;
  /** Px that the scaled line is moved right and down. */
  readonly right: number;
  readonly down: number;
  /** Ink (0–1) becomes gain × ink ^ gamma, plus `level` times `values` in a circle. */
  readonly gain: number;
  readonly gamma: number;
  readonly noise: { readonly level: number; readonly values: Float32Array; readonly from: number } | null;
}

/** How a line fits into frames. */
export interface LineGeometry {
  readonly frames: number;
  readonly scaleX: number;
  readonly scaleY: number;
  /** Column and row of the scaled line at which the strip begins. */
  readonly left: number;
  readonly top: number;
  readonly facts: readonly [number, number];
}

/** Column of the scaled line at which column `x` of the strip begins. */
export const toFrames = ({ scaleX, left }: LineGeometry, x: number): number => x * scaleX + left;
/** Column of the strip at which column `x` of the scaled line begins. */
export const toStrip = ({ scaleX, left }: LineGeometry, x: number): number => (x - left) / scaleX;

/** Where the strip goes; `deviceScaleFactor` is that of its screen. */
export function lineGeometry(strip: Strip, deviceScaleFactor: number, distortion?: Distortion): LineGeometry {
  const baseline = baselineOf(strip);
  const height = Math.max(strip.height, (1 + DESCENT) * baseline);
  const scale = Math.min(LARGEST_SCALE, (FRAME_HEIGHT - 2 * MARGIN) / height);
  const { stretch, size, right, down } = distortion ?? { stretch: 1, size: 1, right: 0, down: 0 };
  return {
    frames: Math.ceil((strip.width * scale * stretch + 2 * MARGIN + right) / FRAME_WIDTH),
    scaleX: scale * stretch,
    scaleY: scale * size,
    left: MARGIN + right,
    top: MARGIN + down,
    facts: [(baseline / deviceScaleFactor - 10) / 5, Math.log2(scale)],
  };
}

/** Memory for one line, enlarged when needed: nothing is allocated line by line. */
let squeezed = new Float32Array(FRAME_HEIGHT * 1024);

/** Writes the line's frames into `inputs` from `row` on. What was there must be zero. */
export function writeLine(strip: Strip, geometry: LineGeometry, inputs: FrameInputs<Float32Array>, row: number, distortion?: Distortion): void {
  if (squeezed.length < FRAME_HEIGHT * strip.width) squeezed = new Float32Array(FRAME_HEIGHT * strip.width);
  squeezeRows(strip, geometry, squeezed);
  const { frames, scaleX, left, facts } = geometry;
  const { width } = strip;
  const radius = Math.max(1, 1 / scaleX);
  const { pixels } = inputs;
  for (let x = 0; x < frames * FRAME_WIDTH; x++) {
    const centre = (x + 0.5 - left) / scaleX - 0.5;
    const from = Math.max(0, Math.ceil(centre - radius));
    const to = Math.min(width - 1, Math.floor(centre + radius));
    if (from > to) continue;
    const norm = 1 / (255 * weightSum(centre, radius));
    const start = (row + (x >> 2)) * FRAME_PIXELS + (x & 3);
    for (let source = from; source <= to; source++) {
      const weight = norm * (1 - Math.abs(source - centre) / radius);
      for (let y = 0, at = start, cell = source; y < FRAME_HEIGHT; y++, at += FRAME_WIDTH, cell += width) pixels[at]! += weight * squeezed[cell]!;
    }
  }
  for (let at = 0; at < frames; at++) {
    inputs.valid[row + at] = 1;
    inputs.facts.set(facts, (row + at) * FACTS);
  }
  if (distortion) distortInk(pixels.subarray(row * FRAME_PIXELS, (row + frames) * FRAME_PIXELS), distortion);
}

/** The strip's ink [FRAME_HEIGHT][strip width], 0–255, scaled in height only. */
function squeezeRows({ grey, width, height }: Strip, { scaleY, top }: LineGeometry, out: Float32Array): void {
  const radius = Math.max(1, 1 / scaleY);
  out.fill(0, 0, FRAME_HEIGHT * width);
  for (let y = 0; y < FRAME_HEIGHT; y++) {
    const centre = (y + 0.5 - top) / scaleY - 0.5;
    const norm = 1 / weightSum(centre, radius);
    const to = Math.min(height - 1, Math.floor(centre + radius));
    for (let source = Math.max(0, Math.ceil(centre - radius)); source <= to; source++) {
      const weight = norm * (1 - Math.abs(source - centre) / radius);
      if (weight === 0) continue;
      for (let x = 0, at = y * width, from = source * width; x < width; x++) out[at + x]! += weight * (255 - grey[from + x]!);
    }
  }
}

/** Sum of a triangle filter's weights at whole numbers. */
function weightSum(centre: number, radius: number): number {
  let sum = 0;
  for (let source = Math.ceil(centre - radius); source <= centre + radius; source++) sum += 1 - Math.abs(source - centre) / radius;
  return sum;
}

/** A power for every pixel would take longer than all the rest: 256 steps of grey are enough. */
function distortInk(pixels: Float32Array, { gain, gamma, noise }: Distortion): void {
  const curve = Float32Array.from({ length: 256 }, (_, at) => Math.min(1, gain * (at / 255) ** gamma));
  for (let at = 0; at < pixels.length; at++) pixels[at] = curve[Math.round(255 * pixels[at]!)]!;
  if (!noise) return;
  const { level, values, from } = noise;
  for (let at = 0; at < pixels.length; at++) {
    pixels[at] = Math.min(1, Math.max(0, pixels[at]! + level * values[(from + at) % values.length]!));
  }
}

let rowInk = new Int32Array(64);

/** Row below the letters without descenders: where the ink drops most, in the lower half. */
function baselineOf({ grey, width, height }: Strip): number {
  if (rowInk.length < height + 4) rowInk = new Int32Array(2 * height + 4);
  // Two empty rows above and below.
  rowInk.fill(0, 0, height + 4);
  for (let y = 0, at = 0; y < height; y++) {
    let ink = 0;
    for (const end = at + width; at < end; at++) ink += 255 - grey[at]!;
    rowInk[y + 2] = ink;
  }
  let [best, baseline] = [0, height];
  for (let y = height >> 1; y <= height; y++) {
    const drop = rowInk[y]! + rowInk[y + 1]! - rowInk[y + 2]! - rowInk[y + 3]!;
    if (drop >= best) [best, baseline] = [drop, y];
  }
  return baseline;
}
