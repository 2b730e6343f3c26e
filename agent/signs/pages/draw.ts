/** How drawing parameters are drawn: a share's own part of every range, and colours that can be told apart. In: a generator. Out: numbers and colours. */
import type { Rng } from "../../../env/random.ts";
import type { Share } from "./iconFiles.ts";

/** A generator that keeps the middle of every range for pages that measure. */
export interface Draw {
  readonly random: Rng;
  readonly share: Share;
}

/** This part of every range is never shown in training. */
const HELD_OUT = [0.42, 0.58] as const;

/** A number between two; for unseen pages from the middle sixth of the range, else from the rest. */
export function between({ random, share }: Draw, from: number, to: number): number {
  const [low, high] = HELD_OUT;
  const at = random.next();
  const part = share === "unseen" ? low + at * (high - low) : at * (1 - high + low);
  return from + (to - from) * (share !== "unseen" && part > low ? part + high - low : part);
}

export type Rgb = readonly [number, number, number];

export const css = ([red, green, blue]: Rgb): string => `rgb(${red},${green},${blue})`;

/** A colour of any hue, or now and then a grey. */
export function anyColour(random: Rng): Rgb {
  if (random.chance(0.2)) {
    const grey = random.int(256);
    return [grey, grey, grey];
  }
  const [high, low] = [120 + random.int(136), random.int(120)];
  return random.shuffle([high, low, low + random.int(high - low)]) as unknown as Rgb;
}

/** White mostly, else light, dark or coloured. */
export function groundColour(random: Rng): Rgb {
  const way = random.next();
  const [base, spread] = way < 0.4 ? [255, 0] : way < 0.65 ? [222, 33] : way < 0.85 ? [8, 45] : [-1, 0];
  if (base < 0) return anyColour(random);
  return [base + random.int(spread + 1), base + random.int(spread + 1), base + random.int(spread + 1)];
}

/** A colour that differs from another by at least `least` in some channel. */
export function apartFrom(random: Rng, other: Rgb, least: number, draw: (random: Rng) => Rgb = anyColour): Rgb {
  for (;;) {
    const colour = draw(random);
    if (Math.max(...colour.map((value, at) => Math.abs(value - other[at]!))) >= least) return colour;
  }
}

/** Ink of icons: black, white or a grey mostly, whatever stands out; else any colour. */
export function inkOn(random: Rng, ground: Rgb): Rgb {
  if (random.chance(0.35)) return apartFrom(random, ground, 70);
  const dark = ground[0] * 0.3 + ground[1] * 0.59 + ground[2] * 0.11 > 128;
  const grey = dark ? random.int(110) : 255 - random.int(90);
  return [grey, grey, grey];
}
