/**
 * Basic colour terms for what has a colour and no text, so that "the green one" can be matched like a word that was read.
 * In: red, green, blue (0–255). Out: one of the eleven basic terms of English (Berlin & Kay 1969).
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

/** Degrees from 0 (red) to below 360. */
function hueOf(red: number, green: number, blue: number, high: number, range: number): number {
  const sextant = high === red ? (green - blue) / range : high === green ? 2 + (blue - red) / range : 4 + (red - green) / range;
  return (sextant * 60 + 360) % 360;
}
