/**
 * What a number means among others: beside the numbers that the instruction states, and among those on the screen.
 * In: the tokens of a scene and what they say. Out: comparisons as numbers. A network adds and compares badly; whether a value is too large, and by how much, is
 * what sliders, spinners and lists to be sorted are about.
 */
import type { Token } from "./scene.ts";
import { isOrdinal, quantityOf, type Quantity } from "./typing.ts";

/** Numbers that the instruction states: how much, and which one; and those on the screen, with their units. */
interface Quantities {
  readonly stated: readonly number[];
  readonly ordinals: readonly number[];
  readonly shown: readonly Quantity[];
}

/** Powers of two by which numbers differ that are told apart. */
const DIFFERENCES = 6;
/** Numbers per comparison: equal, less, more, how far on a logarithmic scale and as a power of two; has a rank, which, the lowest, the highest. */
export const COMPARISON = 4 + DIFFERENCES + 4;

/** `texts`: what each token says, as the network is told. */
export function quantitiesOf(tokens: readonly Token[], texts: readonly (readonly string[])[]): Quantities {
  const quantities: { stated: number[]; ordinals: number[]; shown: Quantity[] } = { stated: [], ordinals: [], shown: [] };
  for (const [i, { type }] of tokens.entries()) {
    if (type !== "instruction" && type !== "word") continue;
    const quantity = quantityOf(texts[i]!);
    if (quantity === null) continue;
    if (type === "word") quantities.shown.push(quantity);
    else quantities[isOrdinal(texts[i]![0]!) ? "ordinals" : "stated"].push(quantity.value);
  }
  return quantities;
}

/**
 * A number on the screen beside the nearest that the instruction states (or the other way round), and its rank among those of its unit on the screen; null
 * where a token states none, or only which one. The class token, which decides what is done, is told of the only number on the screen.
 */
export function comparisonOf(type: Token["type"], words: readonly string[], { stated, shown }: Quantities): readonly number[] | null {
  if (type === "cls") return shown.length === 1 ? [...differenceNumbers(besideNearest(shown[0]!.value, stated)), 0, 0, 0, 0] : null;
  const spoken = type === "instruction";
  if (!spoken && type !== "word" && type !== "element") return null;
  const quantity = quantityOf(words);
  if (quantity === null || (spoken && isOrdinal(words[0]!))) return null;
  const values = (all: readonly Quantity[]): number[] => all.map(({ value }) => value);
  const rank = spoken ? null : rankAmong(quantity.value, values(shown.filter(({ unit }) => unit === quantity.unit)));
  return [
    ...differenceNumbers(besideNearest(quantity.value, spoken ? values(shown) : stated)),
    ...(rank === null ? [0, 0, 0, 0] : [1, rank, rank === 0 ? 1 : 0, rank === 1 ? 1 : 0]),
  ];
}

function differenceNumbers(difference: number | null): number[] {
  if (difference === null) return Array.from({ length: 4 + DIFFERENCES }, () => 0);
  const size = Math.abs(difference);
  const power = size < 1 ? -1 : Math.min(DIFFERENCES - 1, Math.floor(Math.log2(size)));
  const far = Math.min(1.5, Math.log2(1 + size) / DIFFERENCES);
  return [
    difference === 0 ? 1 : 0,
    difference < 0 ? 1 : 0,
    difference > 0 ? 1 : 0,
    far,
    ...Array.from({ length: DIFFERENCES }, (_, k) => (k === power ? 1 : 0)),
  ];
}

/** The nearest of `others` to `value`, as a signed difference; null without others. */
export function besideNearest(value: number, others: readonly number[]): number | null {
  let best: number | null = null;
  for (const other of others) if (best === null || Math.abs(value - other) < Math.abs(best)) best = value - other;
  return best;
}

/** Where a value stands among several, 0 (none is smaller) to 1 (none is larger); null where all are equal. */
export function rankAmong(value: number, all: readonly number[]): number | null {
  const [smaller, larger] = [all.filter((other) => other < value).length, all.filter((other) => other > value).length];
  return smaller + larger === 0 ? null : smaller / (smaller + larger);
}
