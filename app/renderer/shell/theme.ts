/** Theme, density and rail as attributes of the document. In: settings; remembered in this browser, so that the first paint is right already. */
import type { Outputs } from "../../api/index.ts";

type Appearance = Outputs["settings"]["get"]["appearance"];

const REMEMBERED = "appearance";
const system = matchMedia("(prefers-color-scheme: dark)");
let current: Partial<Appearance> = {};

/** Sets what is given; without anything, what was set the last time. */
export function applyAppearance(appearance?: Partial<Appearance>): void {
  current = appearance ?? (JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}") as Partial<Appearance>);
  if (appearance !== undefined) localStorage.setItem(REMEMBERED, JSON.stringify(appearance));
  const { dataset } = document.documentElement;
  dataset["theme"] = shownTheme();
  dataset["density"] = current.density ?? "regular";
  dataset["rail"] = current.rail ?? "auto";
}

export function shownTheme(): "light" | "dark" {
  const { theme = "auto" } = current;
  if (theme !== "auto") return theme;
  return system.matches ? "dark" : "light";
}

system.addEventListener("change", () => {
  document.documentElement.dataset["theme"] = shownTheme();
});
