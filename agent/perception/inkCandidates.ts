/**
 * Candidates that are drawn with ink: single pieces (`blob`) and icons of several pieces (`icon`).
 * In: ink blobs, the boxes of words and of areas. Out: candidates, device px.
 */
import { areaOf, centred, heightOf, overlapOf, widthOf, type Candidate, type Rect } from "./candidate.ts";
import { LINE } from "./classify.ts";
import type { Components } from "./components.ts";
import type { Blob } from "./inkBlobs.ts";

/** Sizes in CSS px. */
const LEAST_LONG = 5;
const LEAST_SHORT = 3;
const TALLEST = 60;
/** A minus sign may be flat when it is short. */
const DASH = { longest: 26, thinnest: 1.5 };
/** A piece this small within this distance of a corner is what rounding the corner left over. */
const CRUMB = { largest: 9, distance: 4.5, ofBox: 12 };
const ICON = { part: 28, leastPart: 1.5, gap: 4, whole: 32 };

/** Share of a box that words cover. */
export function coveredBy(words: readonly Rect[], box: Rect): number {
  return words.reduce((sum, word) => sum + overlapOf(word, box), 0) / areaOf(box);
}

/** Blobs that are neither edges of areas nor words. */
export function looseBlobs(blobs: readonly Blob[], words: readonly Rect[]): Blob[] {
  return blobs.filter((blob) => !blob.edge && coveredBy(words, blob) < 0.5);
}

const asCandidate = (source: "blob" | "icon", blobs: readonly Blob[]): Candidate => {
  const box = hull(blobs);
  const sum = (pick: (blob: Blob) => number): number => blobs.reduce((total, blob) => total + pick(blob), 0);
  const area = sum((blob) => blob.area);
  return centred(source, box, [sum((b) => b.red) / area, sum((b) => b.green) / area, sum((b) => b.blue) / area], Math.min(1, area / areaOf(box)));
};

function hull(boxes: readonly Rect[]): Rect {
  return {
    left: Math.min(...boxes.map((box) => box.left)),
    top: Math.min(...boxes.map((box) => box.top)),
    right: Math.max(...boxes.map((box) => box.right)),
    bottom: Math.max(...boxes.map((box) => box.bottom)),
  };
}

/** Blobs of a size to click, without the crumbs of rounded corners. */
export function blobCandidates(blobs: readonly Blob[], areas: readonly Rect[], scale: number): Candidate[] {
  const large = areas.filter((area) => Math.min(widthOf(area), heightOf(area)) >= CRUMB.ofBox * scale);
  return blobs.filter((blob) => isClickable(blob, scale) && !isCrumb(blob, large, scale)).map((blob) => asCandidate("blob", [blob]));
}

function isClickable(blob: Blob, scale: number): boolean {
  const [width, height] = [widthOf(blob) / scale, heightOf(blob) / scale];
  if (Math.max(width, height) < LEAST_LONG || height > TALLEST) return false;
  if (Math.min(width, height) >= LEAST_SHORT) return true;
  return height > width ? width >= 1 : width <= DASH.longest && height >= DASH.thinnest;
}

function isCrumb(blob: Blob, areas: readonly Rect[], scale: number): boolean {
  if (Math.max(widthOf(blob), heightOf(blob)) > CRUMB.largest * scale) return false;
  const [x, y] = [(blob.left + blob.right) / 2, (blob.top + blob.bottom) / 2];
  return areas.some(({ left, top, right, bottom }) => {
    const toEdge = Math.max(Math.min(Math.abs(x - left), Math.abs(x - right)), Math.min(Math.abs(y - top), Math.abs(y - bottom)));
    const beside =
      x > left - CRUMB.distance * scale &&
      x < right + CRUMB.distance * scale &&
      y > top - CRUMB.distance * scale &&
      y < bottom + CRUMB.distance * scale;
    return beside && toEdge <= CRUMB.distance * scale;
  });
}

/** Lines short enough to be part of an icon: the bars of a menu button. */
export function shortBars(components: Components, classes: Uint8Array): Blob[] {
  const { scale, left, top, right, bottom, area, red, green, blue } = components;
  const bars: Blob[] = [];
  for (let at = 0; at < components.count; at++) {
    if (classes[at] !== LINE || right[at]! - left[at]! > DASH.longest * scale || bottom[at]! - top[at]! > DASH.longest * scale) continue;
    const box = { left: left[at]!, top: top[at]!, right: right[at]!, bottom: bottom[at]! };
    const size = area[at]!;
    bars.push({ ...box, area: size, red: size * red[at]!, green: size * green[at]!, blue: size * blue[at]!, paper: -1, edge: false });
  }
  return bars;
}

/** Icons of several parts, such as three dots or three bars: small pieces close together. */
export function iconCandidates(blobs: readonly Blob[], scale: number): Candidate[] {
  const parts = blobs.filter((blob) => {
    const [long, short] = [Math.max(widthOf(blob), heightOf(blob)), Math.min(widthOf(blob), heightOf(blob))];
    return long <= ICON.part * scale && (short >= ICON.leastPart * scale || long >= 2 * LEAST_LONG * scale);
  });
  const parent = parts.map((_, at) => at);
  const rootOf = (at: number): number => {
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  parts.forEach((a, i) => {
    for (let j = i + 1; j < parts.length; j++) if (distance(a, parts[j]!) <= ICON.gap * scale) parent[rootOf(j)] = rootOf(i);
  });
  const groups = new Map<number, Blob[]>();
  parts.forEach((blob, at) => groups.set(rootOf(at), [...(groups.get(rootOf(at)) ?? []), blob]));
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => asCandidate("icon", group))
    .filter((icon) => Math.max(widthOf(icon), heightOf(icon)) <= ICON.whole * scale);
}

function distance(a: Rect, b: Rect): number {
  return Math.max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom);
}
