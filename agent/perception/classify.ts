/**
 * What kind of thing each flat-colour component is, by shape alone. In: components. Out: one class per component.
 */
import type { Components } from "./components.ts";

const BACKGROUND = 0;
/** A separator: long and thin. */
export const LINE = 1;
/** A border drawn in one colour around something. */
export const FRAME = 2;
/** A filled area: button, field, swatch, row. */
export const REGION = 3;
/** Small pieces: glyphs, icons, edges of things. */
export const INK = 4;
/** Neither small nor filled: left-over pieces of large outlines. */
const OTHER = 5;

const BACKGROUND_SHARE = 0.7;
/** Largest colour difference of two pieces of one underline, per channel. */
const UNDERLINE_DIFFERENCE = 12;

/** Class of each component (constants above); lengths are judged in CSS px. */
export function classify(components: Components): Uint8Array {
  const classes = new Uint8Array(components.count);
  for (let at = 0; at < components.count; at++) classes[at] = classOf(components, at);
  joinUnderlines(components, classes);
  return classes;
}

/** Underlines are interrupted where descenders cross them: short pieces on the rows of a line, of its colour, are line too. */
function joinUnderlines({ count, scale, left, top, right, bottom, red, green, blue }: Components, classes: Uint8Array): void {
  const lines = new Map<number, number>();
  const rows = (at: number): number => top[at]! * 65536 + bottom[at]!;
  const isFlat = (at: number): boolean => bottom[at]! - top[at]! <= 2.5 * scale && right[at]! - left[at]! >= bottom[at]! - top[at]!;
  for (let at = 0; at < count; at++) if (classes[at] === LINE && isFlat(at)) lines.set(rows(at), at);
  for (let at = 0; at < count; at++) {
    const line = classes[at] === INK && isFlat(at) ? lines.get(rows(at)) : undefined;
    if (line === undefined) continue;
    const difference = Math.max(Math.abs(red[at]! - red[line]!), Math.abs(green[at]! - green[line]!), Math.abs(blue[at]! - blue[line]!));
    if (difference <= UNDERLINE_DIFFERENCE) classes[at] = LINE;
  }
}

function classOf({ width, height, scale, left, top, right, bottom, area, leastSide }: Components, at: number): number {
  const [w, h] = [(right[at]! - left[at]!) / scale, (bottom[at]! - top[at]!) / scale];
  const cover = area[at]! / (scale * scale);
  const page = (width * height) / (scale * scale);
  if (Math.max(w * h, cover) >= BACKGROUND_SHARE * page) return BACKGROUND;
  const [short, long] = [Math.min(w, h), Math.max(w, h)];
  const bar = long <= 26 && (short >= 1.5 || h > w);
  if (short <= 2.5 && long >= 12 && long >= 6 * short && !bar) return LINE;
  const fill = cover / (w * h);
  const thickness = cover / (w + h);
  if (short >= 5) {
    if (leastSide[at]! >= 0.55 && fill < 0.5 && w * h >= 100) return FRAME;
    if (fill >= 0.3 && cover >= 20 && thickness >= 1.6) return REGION;
    if (cover >= 60 && thickness >= 3) return REGION;
  }
  return h > 60 || w > 120 ? OTHER : INK;
}

/**
 * True for a filled area or ring that may be a letter: of the size of one in running text, or larger (a headline) but drawn in strokes.
 * Of the largest only areas are letters; an angular ring of that size is the border of something. Letters that touch or are struck through are one.
 */
export function isGlyphSize({ scale, left, top, right, bottom, area }: Components, at: number, isRing: boolean): boolean {
  const [w, h] = [(right[at]! - left[at]!) / scale, (bottom[at]! - top[at]!) / scale];
  if (w <= 14 && h <= 16) return true;
  const fill = area[at]! / (w * h * scale * scale);
  if (w <= 26 && h <= 26 && fill < 0.6) return true;
  return !isRing && h <= 48 && (w <= 9 || (w <= 20 && w < h && fill < 0.72) || (w <= 56 && fill < 0.55) || (w <= 160 && h <= 28 && fill < 0.45));
}
