/** Drawings that are no text: icons, photographs, charts. In: a generator, size, colour. Out: SVG or HTML. */
import type { Rng } from "../../../env/random.ts";

const point = (random: Rng): string => `${(1 + random.int(220) / 10).toFixed(1)} ${(1 + random.int(220) / 10).toFixed(1)}`;

/** Shapes as icon sets have them, in a box of 24 × 24. */
const SHAPES: readonly ((random: Rng) => string)[] = [
  () => `<circle cx="12" cy="12" r="9"/>`,
  () => `<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M3 7l9 6 9-6"/>`,
  () => `<path d="M4 6h16M4 12h16M4 18h16"/>`,
  () => `<path d="M6 9l6 6 6-6"/>`,
  () => `<path d="M9 6l6 6-6 6"/>`,
  () => `<path d="M5 12l5 5 10-11"/>`,
  () => `<path d="M5 5l14 14M19 5L5 19"/>`,
  () => `<path d="M12 4v16M4 12h16"/>`,
  () => `<path d="M12 2l3 7 7 .6-5.4 4.6 1.7 7L12 17.4 5.700 21.200 7.400 14.200 2 9.600 9 9z"/>`,
  () => `<circle cx="10" cy="10" r="7"/><path d="M15 15l6 6"/>`,
  () => `<path d="M3 11l9-8 9 8v10h-6v-6H9v6H3z"/>`,
  () => `<circle cx="12" cy="8" r="4"/><path d="M4 21c0-4 4-6 8-6s8 2 8 6"/>`,
  () => `<circle cx="5" cy="12" r="2"/><circle cx="12" cy="12" r="2"/><circle cx="19" cy="12" r="2"/>`,
  () => `<path d="M12 21C5 15 2 11 2 7.500 2 4 5 2 7.500 2 9.500 2 11 3 12 5c1-2 2.500-3 4.500-3C19 2 22 4 22 7.500 22 11 19 15 12 21z"/>`,
  () => `<path d="M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14"/>`,
  () => `<path d="M12 3l9 18H3z"/>`,
  () => `<rect x="3" y="4" width="18" height="17" rx="2"/><path d="M3 9h18M8 2v4M16 2v4"/>`,
  () => `<path d="M4 20V10M10 20V4M16 20v-7M21 20H2"/>`,
  () => `<path d="M20 12H4M10 6l-6 6 6 6"/>`,
  () => `<path d="M12 3v12M7 10l5 5 5-5M4 20h16"/>`,
  (random) =>
    `<path d="M${point(random)}${Array.from({ length: 2 + random.int(4) }, () => `L${point(random)}`).join("")}${random.pick(["", "z"])}"/>`,
  (random) => `<path d="M${point(random)}Q${point(random)} ${point(random)}T${point(random)}"/>`,
  (random) => `<path d="M${point(random)}L${point(random)}M${point(random)}L${point(random)}"/><circle cx="12" cy="12" r="${2 + random.int(8)}"/>`,
];

/** One icon of `size` CSS px. */
export function icon(random: Rng, size: number, colour: string): string {
  const filled = random.chance(0.4);
  const style = filled
    ? `fill="${colour}"`
    : `fill="none" stroke="${colour}" stroke-width="${random.pick([1, 1.5, 2, 2.5, 3])}" stroke-linecap="round"`;
  const shapes = random.chance(0.8) ? random.pick(SHAPES)(random) : random.pick(SHAPES)(random) + random.pick(SHAPES)(random);
  return `<svg width="${size}" height="${size}" viewBox="0 0 24 24" ${style} style="vertical-align:middle">${shapes}</svg>`;
}

/** A picture without text: soft areas, hard areas, a chart. */
export function picture(random: Rng, width: number, height: number): string {
  const colour = (): string => `hsl(${random.int(360)} ${random.int(100)}% ${10 + random.int(80)}%)`;
  const kind = random.int(4);
  const box = `display:inline-block;width:${width}px;height:${height}px;`;
  if (kind === 0) return `<div style="${box}background:linear-gradient(${random.int(360)}deg,${colour()},${colour()},${colour()})"></div>`;
  if (kind === 1)
    return `<div style="${box}background:radial-gradient(circle at ${random.int(100)}% ${random.int(100)}%,${colour()},${colour()})"></div>`;
  const shapes = Array.from({ length: 3 + random.int(8) }, () => {
    const [x, y] = [random.int(width), random.int(height)];
    const form = random.int(3);
    if (form === 0) return `<circle cx="${x}" cy="${y}" r="${2 + random.int(30)}" fill="${colour()}"/>`;
    if (form === 1) return `<rect x="${x}" y="${y}" width="${2 + random.int(50)}" height="${2 + random.int(40)}" fill="${colour()}"/>`;
    return `<path d="M${x} ${y}L${random.int(width)} ${random.int(height)}L${random.int(width)} ${random.int(height)}" fill="${random.pick(["none", colour()])}" stroke="${colour()}" stroke-width="${1 + random.int(3)}"/>`;
  });
  return `<svg width="${width}" height="${height}" style="background:${kind === 2 ? colour() : "none"}">${shapes.join("")}</svg>`;
}
