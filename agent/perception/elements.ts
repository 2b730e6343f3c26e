/**
 * Candidate elements of a screen, from pixels alone. In: pixels, their scale and the boxes of its words (CSS px).
 * Out: boxes with a click point, colour and a small picture, in reading order. A few ms at 640 × 480 px.
 */
import type { Pixels } from "../../env/observation.ts";
import type { Box } from "../../env/task.ts";
import { bands, frames, regions } from "./areaCandidates.ts";
import { areaOf, heightOf, overlapOf, widthOf, type Candidate, type Rect } from "./candidate.ts";
import { cropOf } from "./crop.ts";
import { blobCandidates, coveredBy, iconCandidates, looseBlobs, shortBars } from "./inkCandidates.ts";
import type { ElementSource, UiElement } from "./perception.ts";
import { inReadingOrder } from "./readingOrder.ts";
import { screenLayout } from "./screenLayout.ts";
import { thinOut } from "./texture.ts";

export const DETECTOR_VERSION = "elements-4";

/** Most elements of a screen; only textures come near. */
const LIMIT = 192;
/** Most loose regions in a tile; a photograph has many more. */
const TILE_REGIONS = 6;
/** A filled area up to this size that words cover is a letter, CSS px. */
const GLYPH = { width: 16, height: 18 };

/** Elements of a screen; `words` (CSS px) keep text from being taken for icons. */
export function findElements(pixels: Pixels, scale: number, words: readonly Box[] = []): UiElement[] {
  const { components, classes, blobs } = screenLayout(pixels, scale);
  const letters = words.map(({ x, y, width, height }) => ({
    left: x * scale,
    top: y * scale,
    right: (x + width) * scale,
    bottom: (y + height) * scale,
  }));
  const ink = looseBlobs(blobs, letters);
  const framed = frames(components, classes);
  const filled = thinOut(regions(components, classes), TILE_REGIONS, scale, (region) => region.loose).filter(
    (region) => widthOf(region) > GLYPH.width * scale || heightOf(region) > GLYPH.height * scale || coveredBy(letters, region) < 0.5,
  );
  const areas = [...framed, ...filled];
  const found = [
    ...areas,
    ...bands(components, classes, blobs, filled),
    ...iconCandidates([...ink, ...shortBars(components, classes)], scale),
    ...blobCandidates(ink, areas, scale),
  ];
  const kept = dedupe(found, scale).slice(0, LIMIT);
  return inReadingOrder(kept.map((candidate) => toElement(pixels, candidate, scale)));
}

const ORDER: Readonly<Record<ElementSource, number>> = { frame: 0, region: 1, band: 2, icon: 3, blob: 4 };

/** The same click point is the same action: of two candidates one stays, the larger unless it is much larger. */
function dedupe(candidates: readonly Candidate[], scale: number): Candidate[] {
  const sorted = candidates.toSorted((a, b) => ORDER[a.source] - ORDER[b.source] || areaOf(b) - areaOf(a) || a.top - b.top || a.left - b.left);
  const kept: Candidate[] = [];
  for (const candidate of sorted) {
    const twin = kept.findIndex((other) => isTwin(other, candidate, scale));
    if (twin < 0) kept.push(candidate);
    else kept[twin] = isBetter(candidate, kept[twin]!) ? candidate : filledWith(kept[twin]!, candidate);
  }
  return kept;
}

/** A frame around an area of one colour looks like the area. */
function filledWith(kept: Candidate, inner: Candidate): Candidate {
  return kept.source === "frame" && inner.source === "region" ? { ...kept, colour: inner.colour, fill: inner.fill } : kept;
}

function isTwin(a: Candidate, b: Candidate, scale: number): boolean {
  const distance = Math.max(Math.abs(a.anchorX - b.anchorX), Math.abs(a.anchorY - b.anchorY));
  if (distance > 3 * scale) return false;
  const shared = overlapOf(a, b);
  if (shared / (areaOf(a) + areaOf(b) - shared) >= 0.8) return true;
  return distance <= 2 * scale && shared >= 0.9 * Math.min(areaOf(a), areaOf(b));
}

function isBetter(candidate: Rect, kept: Rect): boolean {
  const ratio = areaOf(candidate) / areaOf(kept);
  return ratio > 1 ? ratio <= 2.4 : ratio < 1 / 2.4;
}

function toElement(pixels: Pixels, candidate: Candidate, scale: number): UiElement {
  const { left, top, right, bottom, anchorX, anchorY, source, colour, fill } = candidate;
  return {
    box: { x: left / scale, y: top / scale, width: (right - left) / scale, height: (bottom - top) / scale },
    anchor: { x: anchorX / scale, y: anchorY / scale },
    source,
    colour: [Math.round(colour[0]), Math.round(colour[1]), Math.round(colour[2])],
    fill: Math.round(fill * 1000) / 1000,
    crop: cropOf(pixels, candidate, 3 * scale),
    names: [],
    nameConfidence: 0,
  };
}
