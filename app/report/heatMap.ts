/** Task × cycle on final seeds: one cell per candidate, its value in text, demonstrations ○ and drops ▾, the last interval at the right. */
import * as Plot from "@observablehq/plot";
import { figure, nothing, toEpisodes } from "./figure.ts";
import { html, type Markup } from "./html.ts";
import { draw } from "./plot.ts";
import type { HeatCell, HeatRow, ReportData } from "./reportData.ts";
import { GROUP_SHORT, rate, score } from "./words.ts";

const TITLE = "Success by task and cycle";
const ROW = 30;
const MARGIN = { marginTop: 40, marginBottom: 4 };
/** A cell is marked when it is down by this much; less is noise with a few dozen seeds. */
const DROP = 0.1;

interface Cell extends HeatCell {
  readonly task: string;
  readonly estimate: number;
  readonly asked: boolean;
  readonly dropped: boolean;
}

export function heatMap({ heat, curve, finals }: ReportData): Markup {
  if (curve.length === 0) return nothing(TITLE, "No checkpoint was scored on final seeds yet.");
  const cells = heat.flatMap(cellsOf);
  const scored = cells.filter((cell) => cell.score !== null);
  const at = curve.findLastIndex(({ candidate }) => candidate === finals.last);
  const ends = heat.flatMap(({ task, cells: own }) => (own[at]?.score ? [{ task, ...own[at].score }] : []));
  const height = MARGIN.marginTop + MARGIN.marginBottom + ROW * heat.length;
  const y = { type: "band", domain: heat.map(({ task }) => task), axis: null, padding: 0.06 } as const;
  const place = { x: "cycle", y: "task" } as const;
  // Cells stay wide enough for their value however many cycles there are.
  const size = Math.max(34, Math.min(60, 330 / curve.length));
  const names = 18 + 6.6 * Math.max(...heat.map(({ task }) => task.length));
  const width = names + 4 + size * curve.length;
  const corner = size / 2 - 9;
  return figure({
    title: TITLE,
    subtitle: `final seeds, ${finals.seedsPerTask} per cell, each cycle's candidate; 95\u00a0% Wilson`,
    chart: html`<div class="side-by-side">
      ${draw(conclusion(heat, at), {
        width,
        height,
        ...MARGIN,
        marginLeft: names,
        marginRight: 4,
        x: { domain: curve.map(({ cycle }) => cycle), axis: null, padding: 0.05 },
        y,
        marks: [
          Plot.text(heat, { y: "task", frameAnchor: "left", dx: -names, textAnchor: "start", text: "task", fontSize: 12, fill: "var(--ink)" }),
          Plot.text(curve, {
            x: "cycle",
            frameAnchor: "top",
            dy: -24,
            text: ({ cycle }: { cycle: number }) => `${cycle}`,
            fill: "var(--ink-2)",
            fontSize: 12,
          }),
          Plot.text(curve, {
            x: "cycle",
            frameAnchor: "top",
            dy: -10,
            text: ({ fate }: { fate: string }) => (fate === "promoted" ? "" : fate),
            fill: "var(--ink-3)",
            fontSize: 10,
          }),
          Plot.cell(
            cells.filter((cell) => cell.score === null),
            { ...place, fill: "url(#hatch-none)" },
          ),
          Plot.cell(scored, {
            ...place,
            fill: ({ estimate }: Cell) => `var(--seq-${step(estimate)})`,
            title: ({ task, cycle, score: value }: Cell) => `${task}, cycle ${cycle}: ${score(value)}, ${value!.passes} of ${value!.n}`,
          }),
          Plot.text(scored, {
            ...place,
            text: ({ estimate }: Cell) => rate(estimate),
            fill: ({ estimate }: Cell) => `var(--on-seq-${step(estimate)})`,
            fontSize: 12,
          }),
          Plot.dot(
            cells.filter(({ asked }) => asked),
            { ...place, dx: -corner, dy: -9, r: 2.6, stroke: ({ estimate }: Cell) => `var(--on-seq-${step(estimate)})`, strokeWidth: 1.4 },
          ),
          Plot.dot(
            scored.filter(({ dropped }) => dropped),
            { ...place, dx: corner, dy: -9, r: 3, symbol: "triangle", rotate: 180, fill: ({ estimate }: Cell) => `var(--on-seq-${step(estimate)})` },
          ),
        ],
      })}${draw("The same last values as intervals.", {
        width: 222,
        height,
        ...MARGIN,
        marginLeft: 10,
        marginRight: 108,
        x: { domain: [0, 1], axis: null },
        y,
        marks: [
          Plot.text(["0", ".5", "1"], { x: [0, 0.5, 1], frameAnchor: "top", dy: -10, fill: "var(--ink-3)", fontSize: 10 }),
          Plot.ruleX([0, 0.5, 1], { stroke: "var(--chart-grid)" }),
          Plot.ruleY(ends, { y: "task", x1: "low", x2: "high", stroke: "var(--chart-line)", strokeWidth: 2 }),
          Plot.dot(ends, { y: "task", x: "estimate", r: 3.5, fill: "var(--chart-line)" }),
          Plot.text(ends, {
            y: "task",
            frameAnchor: "right",
            dx: 14,
            textAnchor: "start",
            text: (end: (typeof ends)[number]) => score(end),
            fill: "var(--ink-2)",
            fontSize: 11,
          }),
        ],
      })}
    </div>`,
    caption: `○ demonstrations were added before this cycle's training; ▾ lower than the cycle before by ${rate(DROP)} or more. Intervals: the checkpoint that acts at the end. Single cells are descriptive: many are looked at.`,
    table: {
      head: ["task", "demonstrated", ...curve.map(({ cycle }) => `cycle ${cycle}`)],
      rows: heat.map(({ task, group, cells: own }) => [task, GROUP_SHORT[group], ...own.map((cell) => toEpisodes(cell.set, score(cell.score)))]),
    },
  });
}

function cellsOf({ task, cells, demonstratedIn }: HeatRow): Cell[] {
  return cells.map((cell, i) => {
    const before = cells[i - 1]?.score?.estimate ?? 0;
    const estimate = cell.score?.estimate ?? 0;
    // Room for rounding: .50 to .40 is a drop of .10.
    return { ...cell, task, estimate, asked: demonstratedIn.includes(cell.cycle), dropped: cell.score !== null && estimate <= before - DROP + 1e-9 };
  });
}

/** One of the nine steps of the ordered scale. */
function step(estimate: number): number {
  return Math.min(8, Math.floor(estimate * 9));
}

function conclusion(heat: readonly HeatRow[], at: number): string {
  const ends = heat.flatMap(({ task, cells }) => (cells[at]?.score ? [{ task, estimate: cells[at].score.estimate }] : []));
  const high = ends.filter(({ estimate }) => estimate >= 0.9).length;
  const worst = ends.at(-1);
  return `At the end ${high} of ${ends.length} tasks pass at .90 or more; lowest is ${worst?.task ?? "none"} with ${rate(worst?.estimate)}.`;
}
