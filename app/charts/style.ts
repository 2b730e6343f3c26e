/** What the charts of the report and of the app share. Colours are design tokens (`var(--…)`), so one drawing serves the light and the dark theme. */

/** Quiet axis text. */
export const AXIS = { tickSize: 0, color: "var(--ink-3)", fontSize: 11 } as const;

/** Text that stays readable on lines and fills. */
export const HALO = { stroke: "var(--surface)", strokeWidth: 3, strokeLinejoin: "round" } as const;

/** Moves values apart, in their order, until neighbours are at least `gap` away from each other. */
export function spread(values: readonly number[], gap: number): number[] {
  const order = values.map((value, i) => ({ value, i })).toSorted((a, b) => a.value - b.value);
  // Neighbours that touch share their middle: blocks are merged until none overlap.
  const blocks = order.map(({ value }) => ({ centre: value, size: 1 }));
  for (let i = 1; i < blocks.length;) {
    const [a, b] = [blocks[i - 1]!, blocks[i]!];
    if (b.centre - a.centre >= ((a.size + b.size) / 2) * gap) {
      i++;
      continue;
    }
    const size = a.size + b.size;
    blocks.splice(i - 1, 2, { centre: (a.centre * a.size + b.centre * b.size) / size, size });
    i = Math.max(1, i - 1);
  }
  const places = blocks.flatMap(({ centre, size }) => Array.from({ length: size }, (_, k) => centre + (k - (size - 1) / 2) * gap));
  const moved: number[] = Array.from({ length: values.length });
  for (const [rank, { i }] of order.entries()) moved[i] = places[rank]!;
  return moved;
}
