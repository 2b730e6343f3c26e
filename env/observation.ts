/**
 * What an agent sees after each step: one screenshot, its URL and tabs. Never the DOM.
 * `screenHash` identifies the decoded pixels, so equal screens are equal whatever the PNG encoder did.
 */
import type { Box } from "./task.ts";

export interface Pixels {
  /** RGBA, row-major, 4 bytes a pixel. */
  readonly data: Uint8Array;
  /** Device pixels. */
  readonly width: number;
  readonly height: number;
}

export interface Tab {
  readonly url: string;
  readonly title: string;
  readonly active: boolean;
}

export interface Observation {
  readonly png: Uint8Array;
  /** The picture decoded, when somebody asks for it. */
  readonly pixels: () => Promise<Pixels>;
  /** Hex SHA-256 of width, height and RGBA bytes. */
  readonly screenHash: string;
  /** Viewport in CSS px; device pixels = CSS px × deviceScaleFactor. */
  readonly viewport: Viewport;
  readonly deviceScaleFactor: number;
  readonly url: string;
  readonly tabs: readonly Tab[];
  /** Where the page repeats the instruction, CSS px: its words may be read and copied, but it is never what an action is aimed at. Null: nowhere. */
  readonly instructionBox: Box | null;
}

export interface Viewport {
  readonly width: number;
  readonly height: number;
}

/** 2 for viewports up to 400 CSS px wide (small text must be readable), else 1. */
export function deviceScaleFactorFor(viewport: Viewport): 1 | 2 {
  return viewport.width <= 400 ? 2 : 1;
}
