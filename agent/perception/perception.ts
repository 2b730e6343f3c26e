/**
 * What the agent knows of one screen, computed from its pixels alone: words, clickable-looking elements, and bare patches.
 * Boxes and anchors are CSS px of the viewport; every list is in reading order. A disposable cache keyed by
 * (`screenHash`, `version`): the same pixels give the same perception on every run.
 */
import type { Point } from "../../env/action.ts";
import type { Viewport } from "../../env/observation.ts";
import type { Box } from "../../env/task.ts";

/** Red, green, blue, 0–255. */
export type Colour = readonly [number, number, number];

/** One word as read from the pixels. */
export interface Word {
  readonly text: string;
  readonly box: Box;
  /** 0 (a guess) to 1 (sure). */
  readonly confidence: number;
  /** Mean colour of the glyphs and of what they stand on. */
  readonly ink: Colour;
  readonly paper: Colour;
}

/**
 * How a candidate was found: a border drawn in one colour (`frame`), an area of one colour (`region`), a strip between two
 * separator lines (`band`), several small parts (`icon`), or a joined piece of ink (`blob`).
 */
export type ElementSource = "frame" | "region" | "band" | "icon" | "blob";

/** A candidate to act on. */
export interface UiElement {
  readonly box: Box;
  /** The point to click: the middle (also of a closed ring, as for radio buttons), or a point on the drawn part of an open ring, crescent or corner piece. */
  readonly anchor: Point;
  readonly source: ElementSource;
  /** Mean colour of the element's own pixels (without what is drawn on it); of a frame around one area, that of the area. */
  readonly colour: Colour;
  /** Share of the box that its own pixels cover, 0–1. */
  readonly fill: number;
  /** 16 × 16 RGB of the box and 3 CSS px around it, area-averaged, row-major. */
  readonly crop: Uint8Array;
  /** What a sign without words is called, at most three words, the usual one first; empty for what is no known sign or not surely one. */
  readonly names: readonly string[];
  /** Probability of the names, 0 without. */
  readonly nameConfidence: number;
}

/** A cell of the coarse grid that neither a word nor an element covers: the last resort for a click. */
export interface Patch {
  readonly anchor: Point;
  readonly box: Box;
  readonly colour: Colour;
}

export interface Perception {
  /** Names reader, detector and what names signs; a checkpoint is bound to it. */
  readonly version: string;
  readonly screenHash: string;
  readonly viewport: Viewport;
  readonly words: readonly Word[];
  readonly elements: readonly UiElement[];
  readonly patches: readonly Patch[];
}
