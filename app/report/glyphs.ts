/** Shapes that are drawn once and used everywhere: verdict glyphs and hatches for fills, so that nothing depends on colour alone. Out: one hidden SVG. */
import { VERDICT_GLYPHS } from "../verdictGlyphs.ts";
import { raw, type Markup } from "./html.ts";

const hatch = (id: string, fill: string, angle: number, line = "var(--surface)"): string =>
  `<pattern id="hatch-${id}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(${angle})"><rect width="5" height="5" fill="${fill}"/><path d="M0 0v5" stroke="${line}" stroke-width="1.3" opacity=".65"/></pattern>`;

const symbol = (verdict: string, shape: string): string =>
  `<symbol id="verdict-${verdict}" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">${shape}</symbol>`;

/** The definitions; `<use href="#verdict-pass">`, `fill="url(#hatch-fail)"`. */
export function glyphs(): Markup {
  const hatches = [
    hatch("fail", "var(--fail-fill)", 45),
    hatch("truncated", "var(--trunc-fill)", 90),
    hatch("ct", "var(--ct-fill)", 45),
    hatch("none", "var(--sunken)", 45, "var(--line-2)"),
  ];
  const symbols = Object.entries(VERDICT_GLYPHS).map(([verdict, shape]) => symbol(verdict, shape));
  return raw(`<svg width="0" height="0" class="definitions" aria-hidden="true"><defs>${hatches.join("")}</defs>${symbols.join("")}</svg>`);
}
