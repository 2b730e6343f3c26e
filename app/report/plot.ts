/**
 * Observable Plot without a browser: charts become SVG text when the report is built. In: Plot options. Out: one inline `<svg role="img">`.
 * Colours are design tokens (`var(--…)`), so one drawing serves the light and the dark theme.
 */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { raw, type Markup } from "./html.ts";

const { document } = parseHTML("<!doctype html><html><body></body></html>");

/** Draws a chart; `label` is its conclusion in words. */
export function draw(label: string, options: Plot.PlotOptions): Markup {
  const svg = Plot.plot({ document: document, style: { fontSize: "11px" }, ...options });
  // Its rules are in the report's stylesheet: inline styles would need a laxer content policy.
  svg.querySelector("style")?.remove();
  svg.setAttribute("class", "plot");
  svg.removeAttribute("style");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  return raw(svg.outerHTML);
}
