/** Shapes that are drawn once and used everywhere: verdict glyphs and hatches for fills, so that nothing depends on colour alone. Out: one hidden SVG. */
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
  const symbols = [
    symbol("pass", '<circle cx="8" cy="8" r="7" fill="currentColor" stroke="none"/><path d="M4.8 8.3l2.2 2.2 4.2-4.6" stroke="var(--surface)"/>'),
    symbol("fail", '<circle cx="8" cy="8" r="6.2"/><path d="M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4"/>'),
    symbol("truncated", '<path d="M1.5 8h9M7.5 4.5L11 8l-3.500 3.500M14 3.500v9"/>'),
    symbol("env-error", '<path d="M8 2l6.500 11.500h-13z"/><path d="M8 6.500v3.200M8 11.600v.1"/>'),
    symbol(
      "unverified",
      '<circle cx="8" cy="8" r="6.2" stroke-dasharray="2.6 2.2"/><path d="M6.300 6.400a1.800 1.800 0 1 1 2.300 2c-.5.2-.6.5-.6.9M8 11.300v.1"/>',
    ),
  ];
  return raw(`<svg width="0" height="0" class="definitions" aria-hidden="true"><defs>${hatches.join("")}</defs>${symbols.join("")}</svg>`);
}
