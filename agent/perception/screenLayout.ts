/**
 * The shared first look at a screen, for the reader and for the detector: flat areas, their classes, and ink blobs.
 * In: pixels and scale. Out: the layout, computed once while a screen is looked at.
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

let last: { readonly pixels: Pixels; readonly layout: ScreenLayout } | undefined;

/**
 * Layout of a screen; `scale` is its deviceScaleFactor. The pixels must not change afterwards. The next screen's layout is written over
 * this one, so it must not be kept across an `await`; asking again costs nothing while no other screen came between.
 */
export function screenLayout(pixels: Pixels, scale: number): ScreenLayout {
  if (last?.pixels === pixels && last.layout.components.scale === scale) return last.layout;
  last = undefined;
  const components = findComponents(pixels, scale);
  const classes = classify(components);
  const ink = inkMask(components, classes);
  const isLetterSize = (blob: Blob): boolean => !blob.edge && blob.bottom - blob.top >= 4 * scale;
  const blobs = thinOut(findBlobs(components, classes, ink), TILE_BLOBS, scale, isLetterSize);
  const layout = { image: packed(pixels), components, classes, ink, blobs };
  last = { pixels, layout };
  return layout;
}
