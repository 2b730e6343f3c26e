/** Tells shapes that may be icons from shapes that can only be words. In: boxes, or ink drawn black on white. */
import type { Box } from "../../env/task.ts";
import type { Rect } from "./candidate.ts";
import { INK_LEVEL, type Strip } from "./textLines.ts";

/** Least side in CSS px, and how much longer than wide or wider than long. */
const LEAST_SIDE = 9;
const ASPECT = 1.35;
/** A letter is drawn in strokes: this share of its longer side is more than the thickest one. */
const SOLID = 0.4;
/** Letters are at most this much wider than tall; the three widest ones (second number) more, narrow ones (third) less. */
const FLAT = [1.3, 1.6, 0.8] as const;

/** True for roughly square boxes larger than a letter of running text: what is read there may be an icon. */
export function isIconShaped({ width, height }: Box): boolean {
  return Math.min(width, height) >= LEAST_SIDE && Math.max(width, height) <= ASPECT * Math.min(width, height);
}

/** True for a single character of such a shape: the element beneath stays a candidate. */
export function mayBeIcon({ text, box }: { readonly text: string; readonly box: Box }): boolean {
  return text.length === 1 && isIconShaped(box);
}

/** True for a single letter or digit of a shape no font draws: chevrons and envelopes are flatter than the "v", "M" and "1" they resemble. */
export function isTooFlat({ text, box }: { readonly text: string; readonly box: Box }): boolean {
  if (!/^[\p{L}\p{N}]$/u.test(text)) return false;
  return box.width > box.height * (/[mwWÆŒ]/.test(text) ? FLAT[1] : /[ijlIft1]/.test(text) ? FLAT[2] : FLAT[0]);
}

/** True when the ink in `box` (px of the strip) holds a square too large for a stroke: stars, triangles, filled icons. */
export function isSolid({ grey, width }: Strip, { left, top, right, bottom }: Rect): boolean {
  const least = SOLID * Math.max(right - left, bottom - top);
  let above = new Int32Array(right - left + 1);
  for (let y = top; y < bottom; y++) {
    const row = new Int32Array(right - left + 1);
    for (let x = left; x < right; x++) {
      if (grey[y * width + x]! >= INK_LEVEL) continue;
      const at = x - left + 1;
      row[at] = 1 + Math.min(row[at - 1]!, above[at]!, above[at - 1]!);
      if (row[at] >= least) return true;
    }
    above = row;
  }
  return false;
}
