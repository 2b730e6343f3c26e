/** The gate: candidate minus incumbent on gate seeds, one row per decision, with pair counts and the reason. In: gate rows. Out: a figure that is a table. */
import * as Plot from "@observablehq/plot";
import { nothing, toEpisodes } from "./figure.ts";
import { html, type Markup } from "./html.ts";
import { draw } from "./plot.ts";
import type { GateRow, ReportData } from "./reportData.ts";
import { count, difference, pValue, shortId, signed } from "./words.ts";

const TITLE = "Candidate against incumbent";
const WORDS = { promote: "promoted", hold: "held", discard: "discarded", rollback: "rolled back" } as const;
/** The same axis in every report, so that gates can be compared; what lies outside gets an arrow. */
const REACH = 0.3;
const SIZE = { width: 300, height: 30, marginTop: 0, marginBottom: 0, marginLeft: 12, marginRight: 12 };

export function gateForest({ gates, run, groups }: ReportData): Markup {
  if (gates.length === 0) return nothing(TITLE, "No candidate was compared yet.");
  const subtitle = `paired difference on ${groups.all.length} × ${run.gateSeedsPerTask} gate seeds; 95\u00a0% Agresti–Min, one-sided exact sign test; filled: the interval excludes 0`;
  return html`<figure>
    <figcaption>
      <h3>${TITLE}</h3>
      <span class="sub">${subtitle}</span>
    </figcaption>
    <div class="scroll">
      <table class="forest">
        <thead>
          <tr>
            <th scope="col">candidate</th>
            <th scope="col">against</th>
            <th scope="col" class="number">only it / only other</th>
            <th scope="col" class="plotted">${axis()}</th>
            <th scope="col" class="number">difference</th>
            <th scope="col" class="number">p</th>
            <th scope="col">decision</th>
            <th scope="col">why</th>
          </tr>
        </thead>
        <tbody>
          ${gates.map(row)}
        </tbody>
      </table>
    </div>
    <p class="caption">
      Promote: p &lt; .05 and no mastered bucket down by .30 or more on fresh seeds. Discard: upper 90&nbsp;% end below 0. Otherwise hold: the
      incumbent acts, training goes on from the candidate. Square area: pairs that differ.
    </p>
  </figure>`;
}

function row(gate: GateRow): Markup {
  const { candidate, incumbent, counts, difference: gap, p, action, author, why, set } = gate;
  const pairs = counts === null ? "" : `${count(counts.onlyA)} / ${count(counts.onlyB)}`;
  const n = counts === null ? 0 : counts.both + counts.onlyA + counts.onlyB + counts.neither;
  const by = author === "gate" ? "" : ` by ${author}`;
  return html`<tr>
    <th scope="row">${shortId(candidate)}</th>
    <td>${incumbent === null ? "nobody" : shortId(incumbent)}</td>
    <td class="number">${toEpisodes(set, pairs)}</td>
    <td class="plotted">${gap !== null && forest(gate, n)}</td>
    <td class="number">${gap === null ? "" : difference(gap, n)}</td>
    <td class="number">${p === null ? "" : pValue(p)}</td>
    <td><span class="decision ${action}">${WORDS[action]}${by}</span></td>
    <td class="why">${why}</td>
  </tr>`;
}

function axis(): Markup {
  const ticks = [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3];
  return draw("Axis from −.3 to +.3", {
    ...SIZE,
    height: 16,
    x: { domain: [-REACH, REACH], axis: null },
    marks: [
      Plot.text(ticks, {
        x: ticks,
        text: (tick: number) => signed(tick).replace("0", ""),
        frameAnchor: "middle",
        fill: "var(--ink-3)",
        filter: (tick: number) => tick !== 0,
      }),
      Plot.text([0], { x: [0], text: ["0"], frameAnchor: "middle", fill: "var(--ink-3)" }),
    ],
  });
}

function forest({ difference: gap, counts, candidate }: GateRow, n: number): Markup {
  const { estimate, low, high } = gap!;
  const known = low > 0 || high < 0;
  const colour = !known ? "var(--flat)" : low > 0 ? "var(--up)" : "var(--down)";
  const clip = (value: number): number => Math.max(-REACH, Math.min(REACH, value));
  const arrows = [...(low < -REACH ? [{ x: -REACH, angle: -90 }] : []), ...(high > REACH ? [{ x: REACH, angle: 90 }] : [])];
  const discordant = counts!.onlyA + counts!.onlyB;
  return draw(`${shortId(candidate)}: ${difference(gap, n)}`, {
    ...SIZE,
    x: { domain: [-REACH, REACH], axis: null },
    y: { axis: null },
    marks: [
      Plot.ruleX([-0.3, -0.2, -0.1, 0.1, 0.2, 0.3], { stroke: "var(--chart-grid)" }),
      Plot.ruleX([0], { stroke: "var(--chart-axis)", strokeDasharray: "1.5 3" }),
      Plot.link([gap], { x1: clip(low), x2: clip(high), y1: 0, y2: 0, stroke: colour, strokeWidth: 2 }),
      Plot.dot(arrows, { x: "x", y: () => 0, symbol: "triangle", r: 4, rotate: "angle", fill: colour }),
      Plot.dot([gap], {
        x: clip(estimate),
        y: () => 0,
        symbol: "square",
        r: 2.5 + 0.75 * Math.sqrt(discordant),
        fill: known ? colour : "var(--surface)",
        stroke: colour,
        strokeWidth: 1.5,
      }),
    ],
  });
}
