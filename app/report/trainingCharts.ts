/** How training went: CT and SFT loss per cycle, RL rounds, and the monitor's alarms. In: what the stages reported. Out: figures. */
import * as Plot from "@observablehq/plot";
import { AXIS } from "../charts/style.ts";
import { figure, nothing, table } from "./figure.ts";
import { html, type Markup } from "./html.ts";
import { draw } from "./plot.ts";
import type { ReportData, TrainingCurve } from "./reportData.ts";
import { count, plural } from "./words.ts";

interface Point {
  readonly cycle: string;
  readonly step: number;
  readonly loss: number;
  readonly heldOut: number | null;
}

/** One small multiple per cycle, all on one scale, six in a row. */
export function lossChart({ training }: ReportData, stage: "CT" | "SFT"): Markup | null {
  const runs = training
    .map((run) => ({ ...run, points: run.points.filter((point) => point.stage === stage) }))
    .filter(({ points }) => points.length > 0);
  if (runs.length === 0) return stage === "SFT" ? nothing("SFT loss", "Nothing was trained yet.") : null;
  const all = runs.flatMap(({ points }) => points);
  const scale = { steps: Math.max(...all.map(({ step }) => step)), loss: Math.max(...all.flatMap(({ loss, heldOut }) => [loss, heldOut ?? 0])) };
  const rows = Array.from({ length: Math.ceil(runs.length / PER_ROW) }, (_, i) => runs.slice(PER_ROW * i, PER_ROW * (i + 1)));
  const held = all.some(({ heldOut }) => heldOut !== null) ? "; dots: loss on held-out demonstrations, which stops cycle 0" : "";
  return figure({
    title: `${stage} loss`,
    subtitle: `per optimiser step, one scale, last value in bold${held}`,
    chart: rows.map((row) => lossRow(row, stage, scale)),
    table: {
      head: ["cycle", "samples", "steps", "first loss", "last loss", "best held-out loss"],
      rows: runs.map((run) => [
        run.cycle,
        count(run.samples[stage === "CT" ? "ct" : "sft"]),
        count(run.points.at(-1)!.step),
        run.points[0]!.loss.toFixed(3),
        lastOf(run),
        bestHeldOut(run),
      ]),
    },
  });
}

const PER_ROW = 6;

function lossRow(runs: readonly TrainingCurve[], stage: "CT" | "SFT", scale: { readonly steps: number; readonly loss: number }): Markup {
  const points = runs.flatMap(({ cycle, points: own }) =>
    own.map(({ step, loss, heldOut }): Point => ({ cycle: `cycle ${cycle}`, step, loss, heldOut })),
  );
  const names = runs.map(({ cycle }) => `cycle ${cycle}`);
  const place = { x: "step", fx: "cycle" } as const;
  const title = { fx: names, dy: -20, fill: "var(--ink)", fontSize: 12 } as const;
  return draw(`${stage} loss ends at ${runs.map((run) => `${lastOf(run)} in cycle ${run.cycle}`).join(", ")}.`, {
    width: 50 + 196 * runs.length,
    height: 168,
    marginTop: 26,
    marginBottom: 24,
    marginLeft: 36,
    marginRight: 14,
    x: { axis: null, domain: [0, scale.steps] },
    y: { axis: null, domain: [0, scale.loss] },
    fx: { axis: null, domain: names, padding: 0.14 },
    marks: [
      Plot.gridY({ stroke: "var(--chart-grid)", strokeOpacity: 1, ticks: 4 }),
      Plot.axisY({ ...AXIS, ticks: 4, label: null }),
      Plot.axisX({ ...AXIS, ticks: 3, label: null }),
      Plot.line(points, { ...place, y: "loss", stroke: stage === "CT" ? "var(--ct)" : "var(--sft)", strokeWidth: 1.75 }),
      Plot.dot(
        points.filter(({ heldOut }) => heldOut !== null),
        { ...place, y: "heldOut", r: 2.5, fill: "var(--ink)" },
      ),
      Plot.text(names, { ...title, frameAnchor: "top-left", text: names, textAnchor: "start" }),
      Plot.text(names, { ...title, frameAnchor: "top-right", text: runs.map(lastOf), fontWeight: 600, textAnchor: "end" }),
    ],
  });
}

function lastOf({ points }: TrainingCurve): string {
  return points.at(-1)!.loss.toFixed(3);
}

function bestHeldOut({ points }: TrainingCurve): string {
  const held = points.flatMap(({ heldOut }) => heldOut ?? []);
  return held.length === 0 ? "" : Math.min(...held).toFixed(3);
}

/** RL rounds as a table: updates are few, so a curve would say nothing. */
export function reinforcementTable({ reinforcement }: ReportData): Markup {
  if (reinforcement.length === 0) return nothing("RL rounds", "There was no reinforcement learning in this run.");
  return html`<figure>
    <figcaption>
      <h3>RL rounds</h3>
      <span class="sub"
        >groups with passes and failures carry a gradient; gap: largest |log p now − log p then| before the first update, 0 when on-policy</span
      >
    </figcaption>
    ${table({
      head: ["cycle", "round", "groups", "mixed", "episodes", "updates", "value steps", "last loss", "gap"],
      rows: reinforcement.map(({ cycle, round, groups, mixed, episodes, updates, valueSteps, loss, behaviourGap }) => [
        cycle,
        round,
        groups,
        mixed,
        episodes,
        updates,
        valueSteps,
        loss.toFixed(3),
        behaviourGap < 1e-4 ? "<.0001" : behaviourGap.toPrecision(2),
      ]),
    })}
  </figure>`;
}

export function alarmList({ monitor: { cycles, alarms } }: ReportData): Markup {
  if (cycles.length === 0) return nothing("Monitor", "The monitor has not looked at a cycle yet.");
  const summary = `${plural(alarms.length, "alarm")} in ${plural(cycles.length, "cycle")} looked at`;
  return html`<figure>
    <figcaption>
      <h3>Monitor</h3>
      <span class="sub">${summary}</span>
    </figcaption>
    ${
      alarms.length === 0
        ? html`<p class="empty">Nothing crossed a limit.</p>`
        : html`<ul class="alarms">
            ${alarms.map(
              ({ cycle, level, name, message }) =>
                html`<li class="${level}">
                  <svg width="14" height="14"><use href="#verdict-env-error" /></svg
                  ><span>cycle ${cycle}, ${level === "stop" ? "stopped the wheel" : "warning"}, <code>${name}</code>: ${message}</span>
                </li>`,
            )}
          </ul>`
    }
  </figure>`;
}
