/** Shapes that are drawn once and used everywhere: verdict glyphs and hatches for fills, so that nothing depends on colour alone. Out: one hidden SVG. */
import { HATCHES, VERDICT_GLYPHS } from "../charts/shapes.ts";
import { raw, type Markup } from "./html.ts";

const symbol = (verdict: string, shape: string): string =>
  `<symbol id="verdict-${verdict}" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">${shape}</symbol>`;

/** The definitions; `<use href="#verdict-pass">`, `fill="url(#hatch-fail)"`. */
export function glyphs(): Markup {
  const symbols = Object.entries(VERDICT_GLYPHS).map(([verdict, shape]) => symbol(verdict, shape));
  return raw(`<svg width="0" height="0" class="definitions" aria-hidden="true"><defs>${HATCHES}</defs>${symbols.join("")}</svg>`);
}
