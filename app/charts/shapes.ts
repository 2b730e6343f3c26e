/** Shapes that are the same in the report and on all pages: verdict glyphs, and hatches for fills, so that nothing depends on colour alone. Out: SVG text. */
import type { VerdictName } from "../../env/verdict.ts";

/** Inside of a 16 × 16 box, drawn with `fill="none" stroke="currentColor" stroke-width="1.6"` and round ends. */
export const VERDICT_GLYPHS: Readonly<Record<VerdictName, string>> = {
  pass: '<circle cx="8" cy="8" r="7" fill="currentColor" stroke="none"/><path d="M4.8 8.3l2.2 2.2 4.2-4.6" stroke="var(--surface)"/>',
  fail: '<circle cx="8" cy="8" r="6.2"/><path d="M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4"/>',
  truncated: '<path d="M1.5 8h9M7.5 4.5L11 8l-3.500 3.500M14 3.500v9"/>',
  "env-error": '<path d="M8 2l6.500 11.500h-13z"/><path d="M8 6.500v3.200M8 11.600v.1"/>',
  unverified:
    '<circle cx="8" cy="8" r="6.2" stroke-dasharray="2.6 2.2"/><path d="M6.300 6.400a1.800 1.800 0 1 1 2.300 2c-.5.2-.6.5-.6.9M8 11.300v.1"/>',
};

const hatch = (id: string, fill: string, angle: number, line = "var(--surface)"): string =>
  `<pattern id="hatch-${id}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(${angle})"><rect width="5" height="5" fill="${fill}"/><path d="M0 0v5" stroke="${line}" stroke-width="1.3" opacity=".65"/></pattern>`;

/** Patterns for `<defs>`: `fill="url(#hatch-fail)"`. */
export const HATCHES = [
  hatch("fail", "var(--fail-fill)", 45),
  hatch("truncated", "var(--trunc-fill)", 90),
  hatch("ct", "var(--ct-fill)", 45),
  hatch("none", "var(--sunken)", 45, "var(--line-2)"),
].join("");
