/** How a replay is looked at, as the URL says it: step, side of the action, overlays. In: URL parameters. Out: the view, and parameters for another. */
import type { Search } from "../../urlSearch.ts";

export const OVERLAYS = ["action", "pointer", "words", "candidates", "masks"] as const;
export type Overlay = (typeof OVERLAYS)[number];
export const FRAMES = ["before", "after", "both"] as const;
type Frame = (typeof FRAMES)[number];

const DEFAULT: readonly Overlay[] = ["action", "pointer"];

export interface View {
  /** From 0. */
  readonly step: number;
  readonly frame: Frame;
  readonly show: ReadonlySet<Overlay>;
}

export function readView(search: Search, steps: number): View {
  const step = Number.parseInt(search["step"] ?? "1", 10) - 1;
  const show = search["show"];
  return {
    step: Number.isInteger(step) ? Math.max(0, Math.min(Math.max(0, steps - 1), step)) : 0,
    frame: FRAMES.find((name) => name === search["frame"]) ?? "before",
    show: new Set(show === undefined ? DEFAULT : OVERLAYS.filter((name) => show.split(",").includes(name))),
  };
}

export function showToSearch(show: ReadonlySet<Overlay>): string | null {
  const text = OVERLAYS.filter((name) => show.has(name)).join(",");
  if (text === DEFAULT.join(",")) return null;
  return text === "" ? "none" : text;
}
