/** Draws Observable Plot options into the page. In: options for a width, and the conclusion in words. Out: an SVG. Loaded with the chart that needs it. */
import * as Plot from "@observablehq/plot";
import { useEffect, useRef, useState, type ReactNode } from "react";

interface Props {
  readonly label: string;
  readonly height: number;
  readonly options: (width: number) => Plot.PlotOptions;
}

export function PlotDrawing({ label, height, options }: Props): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry!.contentRect.width)));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (width === 0) return;
    const svg = Plot.plot({ style: { fontSize: "11px" }, ...options(width), width, height });
    // Its rules are in the style sheet: the content policy allows no inline ones.
    svg.querySelector("style")?.remove();
    // Names of marks are for programmers; the drawing has one name for readers.
    for (const group of svg.querySelectorAll("g[aria-label]")) group.removeAttribute("aria-label");
    svg.setAttribute("class", "plot");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
    box.current!.replaceChildren(svg);
  }, [width, height, label, options]);
  return <div ref={box} style={{ height }} />;
}
