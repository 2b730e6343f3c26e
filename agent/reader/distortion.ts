/** How training distorts lines, so that other fonts, sizes and edges look less new. In: a generator. Out: a distortion, often a mild one. */
import { rng, type Rng } from "../../env/random.ts";
import { FRAME_WIDTH } from "./frameNetwork.ts";
import type { Distortion } from "./lineFrames.ts";

/** Normally distributed numbers to be read in a circle: drawing a million anew for every batch takes longer than the noise is worth. */
const NOISE = (() => {
  const random = rng("reader-noise");
  return Float32Array.from({ length: 8191 }, () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next()));
})();

/** A distortion. */
export function drawDistortion(random: Rng): Distortion {
  const spread = (width: number): number => width * (2 * random.next() - 1);
  const shaped = random.chance(0.7);
  const inked = random.chance(0.5);
  return {
    stretch: shaped ? Math.exp(spread(0.13)) : 1,
    size: shaped ? Math.exp(spread(0.05)) : 1,
    right: random.next() * FRAME_WIDTH,
    down: spread(shaped ? 0.8 : 0.3),
    gain: inked ? 0.7 + 0.55 * random.next() : 1,
    gamma: inked ? 0.7 + 0.65 * random.next() : 1,
    noise: random.chance(0.15) ? { level: 0.06 * random.next(), values: NOISE, from: random.int(NOISE.length) } : null,
  };
}
