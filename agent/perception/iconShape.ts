/** Tells boxes that may be icons from boxes that can only be words. */
import type { Box } from "../../env/task.ts";

/** Least side in CSS px, and how much longer than wide or wider than long. */
const LEAST_SIDE = 9;
const ASPECT = 1.35;

/** True for roughly square boxes larger than a letter of running text: what is read there may be an icon. */
export function isIconShaped({ width, height }: Box): boolean {
  return Math.min(width, height) >= LEAST_SIDE && Math.max(width, height) <= ASPECT * Math.min(width, height);
}

/** True for a single character of such a shape: the element beneath stays a candidate. */
export function mayBeIcon({ text, box }: { readonly text: string; readonly box: Box }): boolean {
  return text.length === 1 && isIconShaped(box);
}
