/**
 * Elements that look alike but for their size. In: elements without words, with what their signs are called and their colours. Out: for each, whether a
 * twin is larger and whether one is smaller; the model would need many examples to compare sizes by itself.
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

const areaOf = ({ box }: Sign): number => box.width * box.height;

/** In the order of `signs`; elements with words, and signs that nothing is known to be called, have no twins. */
export function sizesAmongTwins(signs: readonly Sign[]): SizeAmongTwins[] {
  const kinds = signs.map(({ words, names, colour }) => (words.length > 0 || names.length === 0 ? null : `${colourName(colour)} ${names[0]!}`));
  return signs.map((sign, i) => {
    const twins = kinds[i] === null ? [] : signs.filter((_, k) => kinds[k] === kinds[i]);
    return {
      larger: twins.some((twin) => areaOf(twin) > DIFFERS * areaOf(sign)),
      smaller: twins.some((twin) => areaOf(sign) > DIFFERS * areaOf(twin)),
    };
  });
}
