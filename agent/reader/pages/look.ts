/** How a part of a page for the reader looks: font, size, weight, colours. In: a generator and the fonts to choose from. Out: a style, as CSS. */
import type { Rng } from "../../../env/random.ts";
import { SYSTEM_FONTS, type FontPackage } from "./fonts.ts";

export interface Look {
  readonly font: string;
  /** CSS px. */
  readonly size: number;
  readonly ground: Colours;
}

/** Text and what it stands on, as CSS colours; `accent` reads on the same ground, `line` is for borders. */
export interface Colours {
  readonly paper: string;
  readonly ink: string;
  readonly accent: string;
  readonly line: string;
  readonly dark: boolean;
}

const hsl = (hue: number, saturation: number, lightness: number): string => `hsl(${hue} ${saturation}% ${lightness}%)`;

/** Mostly light, some dark, some coloured; now and then faint. */
export function drawColours(random: Rng): Colours {
  const kind = random.next();
  const hue = random.int(360);
  const other = random.chance(0.5) ? hue : random.int(360);
  const between = (from: number, to: number): number => from + random.int(to - from);
  if (kind < 0.5) {
    const grey = random.chance(0.55);
    const paper = random.chance(0.5) ? "#fff" : hsl(hue, grey ? 0 : between(10, 90), between(86, 99));
    const ink = random.chance(0.35) ? "#000" : hsl(other, grey ? between(0, 15) : between(0, 80), between(0, random.chance(0.15) ? 58 : 40));
    return { paper, ink, accent: hsl(other, between(50, 100), between(25, 48)), line: hsl(hue, between(0, 30), between(55, 88)), dark: false };
  }
  if (kind < 0.72) {
    const paper = random.chance(0.2) ? "#000" : hsl(hue, between(0, 45), between(4, 24));
    const ink = hsl(other, between(0, 60), between(random.chance(0.15) ? 55 : 72, 100));
    return { paper, ink, accent: hsl(other, between(50, 100), between(62, 82)), line: hsl(hue, between(0, 30), between(26, 50)), dark: true };
  }
  const light = between(22, 80);
  const ink =
    light > 52 ? hsl(other, between(0, 90), between(0, light > 66 ? 24 : 12)) : random.chance(0.7) ? "#fff" : hsl(other, between(0, 80), 94);
  return {
    paper: hsl(hue, between(25, 100), light),
    ink,
    accent: ink,
    line: hsl(hue, between(20, 80), light > 52 ? light - 18 : light + 14),
    dark: light <= 52,
  };
}

/** Sizes as pages have them: mostly 11 to 16 px. */
export function drawSize(random: Rng): number {
  const way = random.next();
  if (way < 0.1) return 9 + random.int(2);
  if (way < 0.78) return 11 + random.int(6);
  return way < 0.95 ? 17 + random.int(8) : 25 + random.int(16);
}

/** `font` shorthand: half of the time a usual face, else any. */
export function drawFont(random: Rng, packages: readonly FontPackage[], size: number): string {
  const system = packages.length === 0 || random.chance(0.3);
  const font = system ? undefined : random.pick(packages);
  const family = font?.family ?? random.pick(random.chance(0.55) ? SYSTEM_FONTS.slice(0, 1) : SYSTEM_FONTS);
  const weights = font?.weights.filter((weight) => weight >= (size < 13 ? 400 : 300)) ?? [400, 700];
  const way = random.next();
  const weight = way < 0.62 ? 400 : way < 0.82 ? 700 : random.pick(weights.length > 0 ? weights : [400]);
  const style = random.chance(0.07) && (font?.italic ?? true) ? "italic " : "";
  const spread = random.next();
  const height = spread < 0.12 ? "normal" : (1 + random.int(8) / 10).toFixed(1);
  return `${style}${weight} ${size}px/${height} '${family}'`;
}

/** CSS of a look. */
export const lookCss = ({ font, ground }: Look): string => `font:${font};background:${ground.paper};color:${ground.ink};`;
