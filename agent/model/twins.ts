/**
 * Signs that are large and small. In: elements without words, with what their signs are called and their colours. Out: for each, whether a twin, which
 * looks alike but for its size, is larger and whether one is smaller; what has no such twin is compared with all signs. The model would need many examples
 * to compare sizes by itself.
 */
import type { Colour } from "../perception/perception.ts";
import type { Box } from "../../env/task.ts";
import { colourName } from "./colourName.ts";

export interface SizeAmongTwins {
  readonly larger: boolean;
  readonly smaller: boolean;
}

interface Sign {
  readonly words: readonly string[];
  readonly names: readonly string[];
  readonly colour: Colour;
  readonly box: Box;
}

/** Twins differ in size when one covers this many times the area of the other: nearly equal boxes differ by how they were drawn. */
const DIFFERS = 1.3;
/** Different forms cover different shares of boxes of one size. */
const DIFFERS_UNLIKE = 2;

const areaOf = ({ box }: Sign): number => box.width * box.height;

function sizeAmong(sign: Sign, others: readonly Sign[], times: number): SizeAmongTwins {
  return {
    larger: others.some((other) => areaOf(other) > times * areaOf(sign)),
    smaller: others.some((other) => areaOf(sign) > times * areaOf(other)),
  };
}

/** In the order of `signs`; elements with words, and signs that nothing is known to be called, have no twins. */
export function sizesAmongTwins(signs: readonly Sign[]): SizeAmongTwins[] {
  const kinds = signs.map(({ words, names, colour }) => (words.length > 0 || names.length === 0 ? null : `${colourName(colour)} ${names[0]!}`));
  const named = signs.filter((_, k) => kinds[k] !== null);
  return signs.map((sign, i) => {
    if (kinds[i] === null) return { larger: false, smaller: false };
    const alike = signs.filter((_, k) => kinds[k] === kinds[i]);
    const twins = sizeAmong(sign, alike, DIFFERS);
    return twins.larger || twins.smaller ? twins : sizeAmong(sign, named, DIFFERS_UNLIKE);
  });
}
