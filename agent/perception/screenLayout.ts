/**
 * The shared first look at a screen, for the reader and for the detector: flat areas, their classes, and ink blobs.
 * In: pixels and scale. Out: the layout, computed once per pixels object.
 */
import type { Pixels } from "../../env/observation.ts";
import { classify } from "./classify.ts";
import { findComponents, packed, type Components } from "./components.ts";
import { findBlobs, inkMask, type Blob } from "./inkBlobs.ts";
import { thinOut } from "./texture.ts";

export interface ScreenLayout {
  /** RGBA packed into one number a pixel. */
  readonly image: Int32Array;
  readonly components: Components;
  /** Class of each component, see classify.ts. */
  readonly classes: Uint8Array;
  /** 1 for components that count as ink. */
  readonly ink: Uint8Array;
  /** Without those of textures. */
  readonly blobs: readonly Blob[];
}

/** Most blobs in a tile of text; a photograph has many more. */
const TILE_BLOBS = 24;

const known = new WeakMap<Pixels, ScreenLayout>();

/** Layout of a screen; `scale` is its deviceScaleFactor. The pixels must not change afterwards. */
export function screenLayout(pixels: Pixels, scale: number): ScreenLayout {
  const found = known.get(pixels);
  if (found?.components.scale === scale) return found;
  const components = findComponents(pixels, scale);
  const classes = classify(components);
  const ink = inkMask(components, classes);
  const isLetterSize = (blob: Blob): boolean => !blob.edge && blob.bottom - blob.top >= 4 * scale;
  const blobs = thinOut(findBlobs(components, classes, ink), TILE_BLOBS, scale, isLetterSize);
  const layout = { image: packed(pixels), components, classes, ink, blobs };
  known.set(pixels, layout);
  return layout;
}
