/**
 * Finds lines of text among the ink and draws each one black on white, whatever its colours, so that a reader sees one plain
 * strip per line. In: pixels. Out: lines, each with its blobs (about a word each) and its strip; device px.
 */
import type { Pixels } from "../../env/observation.ts";
import { colourStep } from "./components.ts";
import type { Blob } from "./inkBlobs.ts";
import { screenLayout, type ScreenLayout } from "./screenLayout.ts";

interface TextLine {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly blobs: readonly Blob[];
}

/** Sizes of text, CSS px. */
const SMALLEST = 4;
const LARGEST = 40;
/** Touching lines are one blob at first. */
const LARGEST_BLOB = 90;
/** Neighbours on a line: largest gap and least common height, in heights of the taller and the shorter. */
const NEIGHBOUR_GAP = 0.95;
const NEIGHBOUR_OVERLAP = 0.5;
/** A dot or accent belongs to the glyphs it nearly touches: largest distance in heights of the taller. */
const ACCENT_GAP = 0.28;
const ACCENT = 0.4;
const UNDERSCORE = 0.2;

/** A square higher than this, CSS px, shares no line with what is lower than this part of it: an icon beside its label. */
const ICON = 24;
const ICON_RATIO = 0.5;

/** A mark beside text: least side in CSS px, most longer than wide, least distance to others in heights. */
const MARK = 10;
const MARK_ASPECT = 1.3;
const MARK_GAP = 0.3;
/** A filled or closed one needs less. */
const MARK_FILL = 0.7;
const MARK_GAP_FILLED = 0.15;
/** It stands out above or below by more than this part of its height: round letters stand out, too, but less. */
const MARK_EXCESS = 0.05;
/** Height of the smallest text, CSS px. */
const LEAST_LINE = 6;
/** Taller than this a line may be several that touch, CSS px. */
const MAYBE_SEVERAL = 20;
/** Lines part where a row holds at most this share of the ink of the fullest row on either side. */
const VALLEY = 0.25;

/** Blobs that stand side by side, as lines from top to bottom. Lines that touch are still one; see `splitLine`. */
function groupBlobs(blobs: readonly Blob[], scale: number): TextLine[] {
  const sorted = blobs
    .filter((blob) => !blob.edge && blob.bottom - blob.top <= LARGEST_BLOB * scale)
    .toSorted((a, b) => a.left - b.left || a.top - b.top);
  const parent = sorted.map((_, at) => at);
  const rootOf = (at: number): number => {
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  const reach = LARGEST * scale * NEIGHBOUR_GAP;
  for (let a = 0; a < sorted.length; a++) {
    for (let b = a + 1; b < sorted.length && sorted[b]!.left <= sorted[a]!.right + reach; b++) {
      if (onOneLine(sorted[a]!, sorted[b]!, scale)) parent[rootOf(b)] = rootOf(a);
    }
  }
  const groups = new Map<number, Blob[]>();
  sorted.forEach((blob, at) => {
    const root = rootOf(at);
    const group = groups.get(root);
    if (group) group.push(blob);
    else groups.set(root, [blob]);
  });
  return [...groups.values()]
    .flatMap((group) => detachMarks(group, MARK * scale))
    .map(lineOf)
    .filter((line) => line.bottom - line.top >= SMALLEST * scale)
    .toSorted((a, b) => a.top - b.top || a.left - b.left);
}

/** Check boxes, radio buttons and icons beside text would spoil the height of its line: squares that stand apart become lines of their own. */
function detachMarks(group: readonly Blob[], least: number): Blob[][] {
  const mayBeMark = (blob: Blob): boolean => {
    const [width, height] = [blob.right - blob.left, blob.bottom - blob.top];
    if (Math.min(width, height) < least || width > MARK_ASPECT * height || height > MARK_ASPECT * width) return false;
    const gap = (blob.area >= MARK_FILL * width * height ? MARK_GAP_FILLED : MARK_GAP) * height;
    return group.every((other) => within(other, blob) || Math.max(other.left - blob.right, blob.left - other.right) >= gap);
  };
  const candidates = group.filter(mayBeMark);
  const others = group.filter((blob) => !candidates.some((mark) => within(blob, mark)));
  const text = others.length ? lineOf(others) : undefined;
  const marks = candidates.filter((mark) => {
    const excess = MARK_EXCESS * (mark.bottom - mark.top);
    return !text || text.top - mark.top > excess || mark.bottom - text.bottom > excess;
  });
  const rest = group.filter((blob) => !marks.some((mark) => within(blob, mark)));
  const own = marks.map((mark) => group.filter((blob) => within(blob, mark)));
  return rest.length ? [rest, ...own] : own;
}

function within(inner: Blob, outer: Blob): boolean {
  return inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom;
}

function lineOf(blobs: readonly Blob[]): TextLine {
  return {
    left: Math.min(...blobs.map((blob) => blob.left)),
    top: Math.min(...blobs.map((blob) => blob.top)),
    right: Math.max(...blobs.map((blob) => blob.right)),
    bottom: Math.max(...blobs.map((blob) => blob.bottom)),
    blobs,
  };
}

/** A single letter of a headline, or an icon. */
function isLargeSquare({ left, top, right, bottom }: Blob, scale: number): boolean {
  const [width, height] = [right - left, bottom - top];
  return height > ICON * scale && width <= MARK_ASPECT * height && height <= MARK_ASPECT * width;
}

/** `a` starts left of `b` or at the same column. */
function onOneLine(a: Blob, b: Blob, scale: number): boolean {
  if (a.paper !== b.paper) return false;
  const [heightA, heightB] = [a.bottom - a.top, b.bottom - b.top];
  const [tall, low] = heightA > heightB ? [heightA, heightB] : [heightB, heightA];
  const gapX = b.left - a.right;
  const gapY = Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom);
  if (low < ICON_RATIO * tall && isLargeSquare(heightA > heightB ? a : b, scale)) return false;
  if (gapX <= NEIGHBOUR_GAP * tall && -gapY >= NEIGHBOUR_OVERLAP * low) return true;
  // Below a line only underscores stand apart: what is higher is a corner of something.
  const below = heightA > heightB ? b.top >= a.bottom : a.top >= b.bottom;
  return low <= (below ? UNDERSCORE : ACCENT) * tall && gapX <= 0.2 * tall && gapY <= ACCENT_GAP * tall;
}

/** Darker than this is ink (255 = paper). */
export const INK_LEVEL = 170;

export interface Strip {
  /** Grey, row-major, 255 = paper. */
  readonly grey: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Device px of the screen at the strip's first pixel. */
  readonly left: number;
  readonly top: number;
}

/**
 * Draws a line black on white. Only ink is drawn (borders, underlines and neighbours on another paper
 * vanish); each word's strongest ink becomes black, so light, coloured and inverted text look alike.
 */
function drawStrip(layout: ScreenLayout, line: TextLine): Strip {
  const [width, height] = [line.right - line.left, line.bottom - line.top];
  const grey = new Uint8Array(width * height).fill(255);
  for (const blob of line.blobs) drawBlob(layout, blob, grey, width, line.left, line.top);
  return { grey, width, height, left: line.left, top: line.top };
}

function drawBlob({ image, components, ink }: ScreenLayout, blob: Blob, grey: Uint8Array, stride: number, left: number, top: number): void {
  const { width, rowStart, runStart, runEnd, runLabel, red, green, blue } = components;
  const paper = blob.paper;
  const flat = paper < 0 ? 0xffffff : (red[paper]! & 255) | ((green[paper]! & 255) << 8) | ((blue[paper]! & 255) << 16);
  const values = new Uint8Array((blob.right - blob.left) * (blob.bottom - blob.top));
  let strongest = 0;
  for (let y = blob.top, to = 0; y < blob.bottom; y++, to += blob.right - blob.left) {
    let base = flat;
    for (let run = firstRun(rowStart, runEnd, y, blob.left); run < rowStart[y + 1]! && runStart[run]! < blob.right; run++) {
      const label = runLabel[run]!;
      if (label === paper) base = image[y * width + runEnd[run]! - 1]!;
      if (!ink[label]) continue;
      const end = Math.min(runEnd[run]!, blob.right);
      for (let x = Math.max(runStart[run]!, blob.left); x < end; x++) {
        const value = colourStep(image[y * width + x]!, base);
        values[to + x - blob.left] = value;
        if (value > strongest) strongest = value;
      }
    }
  }
  if (strongest === 0) return;
  for (let y = blob.top, from = 0; y < blob.bottom; y++) {
    for (let x = blob.left; x < blob.right; x++, from++) {
      const shade = 255 - Math.round((255 * values[from]!) / strongest);
      const at = (y - top) * stride + x - left;
      if (shade < grey[at]!) grey[at] = shade;
    }
  }
}

/** First run of row y that ends right of x, stepping one back so that the paper left of it is seen. */
function firstRun(rowStart: Int32Array, runEnd: Int32Array, y: number, x: number): number {
  let [low, high] = [rowStart[y]!, rowStart[y + 1]! - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runEnd[middle]! > x) high = middle;
    else low = middle + 1;
  }
  return Math.max(rowStart[y]!, low - 1);
}

/** Parts a drawn line at rows that hold little ink between rows that hold much: descenders that touch the next line. */
function splitLine(line: TextLine, strip: Strip, least: number): TextLine[] {
  if (strip.height < 2 * least) return [line];
  const cut = deepestValley(smooth(rowInk(strip), least >> 2), least);
  if (cut < 0) return [line];
  const middle = line.top + cut;
  const above = line.blobs.filter((blob) => blob.top < middle).map((blob) => ({ ...blob, bottom: Math.min(blob.bottom, middle) }));
  const below = line.blobs.filter((blob) => blob.bottom > middle).map((blob) => ({ ...blob, top: Math.max(blob.top, middle) }));
  const part = (from: number, to: number): Strip => ({
    ...strip,
    grey: strip.grey.subarray(from * strip.width, to * strip.width),
    height: to - from,
    top: strip.top + from,
  });
  return [
    ...splitLine({ ...lineOf(above), top: line.top, bottom: middle }, part(0, cut), least),
    ...splitLine({ ...lineOf(below), top: middle, bottom: line.bottom }, part(cut, strip.height), least),
  ].map((half) => lineOf(half.blobs));
}

function rowInk({ grey, width, height }: Strip): Int32Array {
  const ink = new Int32Array(height);
  for (let y = 0, at = 0; y < height; y++) for (const end = at + width; at < end; at++) if (grey[at]! < 160) ink[y]!++;
  return ink;
}

/** Sums over `radius` rows on either side: serifs and crossbars alone make no full row. */
function smooth(rows: Int32Array, radius: number): Int32Array {
  return rows.map((_, y) => rows.subarray(Math.max(0, y - radius), y + radius + 1).reduce((sum, value) => sum + value, 0));
}

/** Middle of the emptiest rows at least `least` from either end, or −1 when no row is empty enough. */
function deepestValley(ink: Int32Array, least: number): number {
  let [best, first, last] = [VALLEY, -1, -1];
  for (let y = least; y < ink.length - least; y++) {
    const share = ink[y]! / Math.min(Math.max(...ink.subarray(0, y)), Math.max(...ink.subarray(y + 1)));
    if (share < best) [best, first, last] = [share, y, y];
    else if (share === best && y === last + 1) last = y;
  }
  return first < 0 ? -1 : (first + last + 1) >> 1;
}

/** All lines of a screen from top to bottom, drawn black on white without a margin. */
export function textStrips(pixels: Pixels, scale: number): Strip[] {
  const layout = screenLayout(pixels, scale);
  return groupBlobs(layout.blobs, scale).flatMap((line) => {
    const strip = drawStrip(layout, line);
    if (line.bottom - line.top < MAYBE_SEVERAL * scale) return [strip];
    const parts = splitLine(line, strip, LEAST_LINE * scale);
    return parts.length === 1 ? [strip] : parts.map((part) => drawStrip(layout, part));
  });
}
