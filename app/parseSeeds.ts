/** Seeds as people write them: "34-39,600000". In: text. Out: numbers, each checked against the splits. */
import { WheelError } from "../env/errors.ts";
import { splitOf } from "../env/split.ts";

/** Parses ranges. Throws `bad-seed`. */
export function parseSeeds(text: string): number[] {
  const seeds = text.split(",").flatMap((part) => {
    const match = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part);
    if (match === null) throw new WheelError("bad-seed", `"${part}" is not a seed or a range of seeds.`, "Write for example 34-39,600000.");
    const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
    if (to < from || to - from > 100_000)
      throw new WheelError("bad-seed", `${part} is not a usable range.`, "Write the smaller seed first, at most 100000 apart.");
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  for (const seed of seeds) splitOf(seed);
  return seeds;
}
