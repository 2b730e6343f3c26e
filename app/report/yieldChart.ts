/** What the agent's own work yields: verified episodes per 1 000 environment steps, per cycle. In: yield points. Out: a figure. */
import * as Plot from "@observablehq/plot";
import { AXIS, HALO } from "../charts/style.ts";
import { growthOf } from "../../flywheel/growth.ts";
import type { YieldPoint } from "../../flywheel/score.ts";
import { figure, nothing } from "./figure.ts";
import { html, type Markup } from "./html.ts";
import { draw } from "./plot.ts";
import type { ReportData } from "./reportData.ts";
import { count, growthWords } from "./words.ts";

const TITLE = "Yield";

export function yieldChart({ yields }: ReportData): Markup {
  if (yields.length === 0) return nothing(TITLE, "The agent has not rolled out anything yet.");
  const [first, last] = [yields[0]!, yields.at(-1)!];
  const growth = growthOf(yields);
  const top = Math.max(...yields.map(({ high }) => high), 1);
  const place = { x: "cycle" } as const;
  return figure({
    title: TITLE,
    subtitle: "verified episodes per 1 000 steps; 95\u00a0% over (task, seed)",
    chart: draw(
      `Yield goes from ${range(first)} verified episodes per 1 000 steps in cycle ${first.cycle} to ${range(last)} in cycle ${last.cycle}.`,
      {
        width: 420,
        height: 380,
        marginTop: 14,
        marginBottom: 34,
        marginLeft: 30,
        marginRight: 20,
        x: { domain: [first.cycle - 0.3, last.cycle + 0.3], axis: null },
        y: { domain: [0, top], nice: true, axis: null },
        marks: [
          Plot.gridY({ stroke: "var(--chart-grid)", strokeOpacity: 1, ticks: 5 }),
          Plot.axisY({ ...AXIS, ticks: 5, label: null }),
          Plot.axisX(
            yields.map(({ cycle }) => cycle),
            { ...AXIS, tickFormat: (value: number) => `${value}`, label: "cycle", labelAnchor: "center", labelArrow: "none" },
          ),
          Plot.line(yields, { ...place, y: "estimate", stroke: "var(--chart-line)", strokeWidth: 1.25 }),
          Plot.ruleX(yields, { ...place, y1: "low", y2: "high", stroke: "var(--chart-line)", strokeWidth: 2 }),
          Plot.dot(yields, {
            ...place,
            y: "estimate",
            r: 4,
            fill: "var(--chart-line)",
            title: (point: YieldPoint) => `cycle ${point.cycle}: ${range(point)}`,
          }),
          Plot.text(yields, { ...place, y: "high", dy: -8, text: ({ estimate }: YieldPoint) => estimate.toFixed(0), fill: "var(--ink)", ...HALO }),
        ],
      },
    ),
    caption: `${growth === null ? "" : `${growthWords(growth)} `}The agent's own work on training seeds, rollouts and RL groups together, all steps counted. The curriculum moves work to what is not mastered yet and away from what is stuck, so yield also changes with what is practised.`,
    table: {
      head: ["cycle", "per 1 000 steps", "verified", "episodes", "steps", "(task, seed)", "episodes"],
      rows: yields.map((point) => [
        point.cycle,
        range(point),
        count(point.passes),
        count(point.episodes),
        count(point.steps),
        count(point.seeds),
        html`<a href="#cycle-${point.cycle}-rollout">list</a>`,
      ]),
    },
  });
}

function range({ estimate, low, high }: YieldPoint): string {
  return `${estimate.toFixed(0)} [${low.toFixed(0)}, ${high.toFixed(0)}]`;
}
