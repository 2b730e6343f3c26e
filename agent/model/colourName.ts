/**
 * Basic colour terms for what has a colour and no text, so that "the green one" can be matched like a word that was read.
 * In: red, green, blue (0–255). Out: one of the eleven basic terms of English (Berlin & Kay 1969), and the names of shades that people who design pages use.
 */
import type { Colour } from "../perception/perception.ts";

/** From this chroma (0–1) on, a colour has a hue; below it is grey, black or white. */
const LEAST_CHROMA = 0.16;

/** Upper end of each hue in degrees, in order; the last one wraps around to red. */
const HUES = [
  [15, "red"],
  [43, "orange"],
  [68, "yellow"],
  [170, "green"],
  [255, "blue"],
  [310, "purple"],
  [344, "pink"],
  [360, "red"],
] as const;

/** The basic colour term nearest to a colour, by hue, then lightness. */
export function colourName([red, green, blue]: Colour): string {
  const [high, low] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  const chroma = (high - low) / 255;
  const lightness = (high + low) / 510;
  if (lightness < 0.14) return "black";
  if (chroma < LEAST_CHROMA) return lightness > 0.9 ? "white" : lightness < 0.2 ? "black" : "gray";
  const hue = hueOf(red, green, blue, high, high - low);
  const name = HUES.find(([end]) => hue < end)![1];
  if (name === "red") return lightness > 0.66 ? "pink" : lightness < 0.22 ? "brown" : "red";
  if (name === "orange") return lightness < 0.34 ? "brown" : "orange";
  return name;
}

/** Names of web colours that are none of the basic terms: hues in degrees, lightness (0–1), from and to. */
const SHADES = [
  { names: ["maroon"], hue: [345, 375], lightness: [0.14, 0.3] },
  { names: ["gold"], hue: [43, 54], lightness: [0.4, 0.75] },
  { names: ["olive"], hue: [54, 75], lightness: [0.14, 0.35] },
  { names: ["lime"], hue: [75, 150], lightness: [0.4, 0.85] },
  { names: ["teal"], hue: [165, 200], lightness: [0.14, 0.36] },
  { names: ["cyan", "aqua", "turquoise"], hue: [165, 200], lightness: [0.36, 0.9] },
  { names: ["navy"], hue: [220, 255], lightness: [0.14, 0.33] },
  { names: ["violet", "indigo"], hue: [255, 310], lightness: [0.14, 0.9] },
  { names: ["magenta", "fuchsia"], hue: [290, 330], lightness: [0.36, 0.9] },
] as const;

/** The basic term first, then what shades like it are called. */
export function colourWords(colour: Colour): readonly string[] {
  const basic = colourName(colour);
  if (basic === "gray") return [basic, "grey", "silver"];
  if (basic === "black" || basic === "white") return [basic];
  const [high, low] = [Math.max(...colour), Math.min(...colour)];
  const [hue, lightness] = [hueOf(...colour, high, high - low), (high + low) / 510];
  const within = ([from, to]: readonly [number, number], value: number): boolean => from <= value && value < to;
  const shades = SHADES.filter((shade) => within(shade.lightness, lightness) && (within(shade.hue, hue) || within(shade.hue, hue + 360)));
  return [basic, ...shades.flatMap(({ names }) => names)];
}

/** Degrees from 0 (red) to below 360. */
function hueOf(red: number, green: number, blue: number, high: number, range: number): number {
  const sextant = high === red ? (green - blue) / range : high === green ? 2 + (blue - red) / range : 4 + (red - green) / range;
  return (sextant * 60 + 360) % 360;
}
