/**
 * Themes: how a page looks. Font, size, palette, corners and spacing are drawn from the seed's split; fonts and accent hues of
 * train, gate and final are disjoint. In: keys (task, version, seed) and split. Out: a `Theme`; `cssVariables` for the page.
 * Every text colour has a contrast of at least 4.5:1 (WCAG 2 AA) on what it is drawn on.
 */
import type { Rng } from "../env/random.ts";
import type { Split } from "../env/split.ts";
import { contrast, hsl } from "./colour.ts";

export interface Theme {
  readonly font: string;
  /** Base text size in CSS px, 13-16. */
  readonly size: number;
  readonly dark: boolean;
  readonly background: string;
  /** Cards, dialogs, fields. */
  readonly surface: string;
  readonly text: string;
  readonly muted: string;
  readonly accent: string;
  /** Text on the accent colour. */
  readonly onAccent: string;
  readonly border: string;
  /** Ordinary buttons; the main button of a form is always filled with the accent. */
  readonly button: { readonly background: string; readonly text: string; readonly border: string };
  readonly pressed: { readonly background: string; readonly text: string };
  readonly radius: number;
  readonly gap: number;
  readonly borderWidth: number;
  readonly field: "box" | "tinted" | "line";
  readonly align: "left" | "centre";
  /** Where the content stands when it does not fill the page. */
  readonly place: "top" | "middle" | "bottom";
  readonly card: boolean;
}

type ThemeSet = "train" | "gate" | "final";

/** Font families by split; each is a folder of `@fontsource`. */
export const FONTS: Readonly<Record<ThemeSet, readonly string[]>> = {
  train: ["Inter", "Roboto", "Open Sans", "Noto Sans", "Merriweather"],
  gate: ["Lato", "Source Sans 3"],
  final: ["Work Sans", "IBM Plex Sans"],
};

/** Accent hues in degrees, half-open ranges by split. */
export const HUES: Readonly<Record<ThemeSet, readonly (readonly [number, number])[]>> = {
  train: [
    [200, 256],
    [340, 380],
    [95, 150],
  ],
  gate: [
    [158, 192],
    [290, 312],
  ],
  final: [
    [42, 80],
    [262, 284],
    [318, 334],
  ],
};

/** The theme set of a split; `published` seeds use the gate themes. */
const themeSetOf = (split: Split): ThemeSet => (split === "published" ? "gate" : split);

/** One theme of the split. */
export function drawTheme(rng: Rng, split: Split): Theme {
  const set = themeSetOf(split);
  const [from, to] = rng.pick(HUES[set]);
  const hue = (from + rng.int(to - from)) % 360;
  const dark = rng.chance(0.3);
  const palette = drawPalette(rng, hue, dark);
  return {
    font: rng.pick(FONTS[set]),
    size: 13 + rng.int(4),
    dark,
    ...palette,
    radius: rng.pick([0, 3, 5, 8, 14]),
    gap: rng.pick([5, 6, 8]),
    borderWidth: rng.pick([1, 1, 2]),
    field: rng.pick(["box", "tinted", "line"]),
    align: rng.pick(["left", "centre"]),
    place: rng.pick(["top", "top", "middle", "bottom"]),
    card: rng.chance(0.4),
  };
}

type Palette = Pick<Theme, "background" | "surface" | "text" | "muted" | "accent" | "onAccent" | "border" | "button" | "pressed">;

function drawPalette(rng: Rng, hue: number, dark: boolean): Palette {
  const tint = 6 + rng.int(30);
  const base = dark ? 8 + rng.int(10) : 91 + rng.int(8);
  const background = hsl(hue, tint, base);
  const surface = hsl(hue, tint, dark ? base + 5 : Math.min(100, base + 4));
  const grounds = [background, surface];
  const readable = (saturation: number, start: number): string => legible(hue, saturation, start, dark, grounds);
  const text = readable(tint, dark ? 92 : 12 + rng.int(10));
  const accent = readable(45 + rng.int(45), dark ? 60 + rng.int(12) : 46 - rng.int(14));
  const onAccent = dark ? hsl(hue, 40, 6) : "#ffffff";
  const border = hsl(hue, tint, dark ? base + 26 : base - 30);
  const style = rng.pick(["outline", "soft", "filled"] as const);
  const soft = hsl(hue, tint + 10, dark ? base + 13 : base - 9);
  const button = {
    outline: { background: surface, text, border },
    soft: { background: soft, text, border: soft },
    filled: { background: accent, text: onAccent, border: accent },
  }[style];
  // A pressed button must differ from an unpressed one in every style.
  const pressed = style === "filled" ? { background: text, text: background } : { background: accent, text: onAccent };
  return { background, surface, text, muted: readable(tint, dark ? 68 : 40), accent, onAccent, border, button, pressed };
}

/** A colour of this hue that reads at 4.5:1 (plus a margin) on all `grounds`: lightness moves away from them until it does. */
function legible(hue: number, saturation: number, start: number, dark: boolean, grounds: readonly string[]): string {
  for (let lightness = start; lightness >= 0 && lightness <= 100; lightness += dark ? 2 : -2) {
    const colour = hsl(hue, saturation, lightness);
    if (grounds.every((ground) => contrast(colour, ground) >= 4.8)) return colour;
  }
  return dark ? "#ffffff" : "#000000";
}

/** CSS custom properties for the page's root element. */
export function cssVariables(theme: Theme): Readonly<Record<string, string>> {
  return {
    "--font": `"${theme.font}"`,
    "--size": `${theme.size}px`,
    "--background": theme.background,
    "--surface": theme.surface,
    "--text": theme.text,
    "--muted": theme.muted,
    "--accent": theme.accent,
    "--on-accent": theme.onAccent,
    "--border": theme.border,
    "--button": theme.button.background,
    "--button-text": theme.button.text,
    "--button-border": theme.button.border,
    "--pressed": theme.pressed.background,
    "--pressed-text": theme.pressed.text,
    "--radius": `${theme.radius}px`,
    "--gap": `${theme.gap}px`,
    "--line": `${theme.borderWidth}px`,
  };
}
