/**
 * Turns report data into one HTML file that needs nothing else: styles, fonts, charts, pictures and a small script are inside.
 * In: `ReportData`. Out: the text of the page, light and dark, readable without the script.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { contestChart } from "./contestChart.ts";
import { episodeIndex } from "./episodeIndex.ts";
import { filmStrips, screenDefinitions } from "./filmStrips.ts";
import { gateForest } from "./gateForest.ts";
import { glyphs } from "./glyphs.ts";
import { headline } from "./headline.ts";
import { heatMap } from "./heatMap.ts";
import { html, raw, type Markup } from "./html.ts";
import { ledgerChart } from "./ledgerChart.ts";
import { methods } from "./methods.ts";
import type { ReportData } from "./reportData.ts";
import { sliceChart } from "./sliceChart.ts";
import { stageTimes } from "./stageTimes.ts";
import { successCurve } from "./successCurve.ts";
import { thumbnails } from "./thumbnails.ts";
import { alarmList, lossChart, reinforcementTable } from "./trainingCharts.ts";
import { yieldChart } from "./yieldChart.ts";

/** Renders the whole page. */
export async function renderReport(data: ReportData): Promise<string> {
  const [tokens, styles, script, fonts, pictures] = await Promise.all([
    read("./tokens.css"),
    read("./report.css"),
    read("./report.js"),
    fontFaces(),
    thumbnails(data.screens),
  ]);
  const sections = SECTIONS.filter(({ when }) => when === undefined || when(data));
  const page = html`<!doctype html>
    <html lang="en" data-theme="light">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Flywheel report, run ${data.run.id}</title>
        <style>
          ${raw(fonts)}
          ${raw(tokens)}
          ${raw(styles)}
        </style>
      </head>
      <body>
        ${glyphs()}${screenDefinitions(pictures)}
        <header class="top">
          <h1>Flywheel report</h1>
          <nav aria-label="Sections">${sections.map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}</nav>
          <button type="button" class="control" id="theme">Dark</button>
        </header>
        <main>
          ${headline(data)}
          ${sections.map(
            ({ id, title, note, body }) =>
              html`<section id="${id}">
                <h2>${title}${note !== undefined && html` <span class="sub">${note}</span>`}</h2>
                ${body(data, new Set(pictures.keys()))}
              </section>`,
          )}
        </main>
        <dialog id="frame" aria-label="Frame">
          <form method="dialog">
            <p></p>
            <button class="control">Close</button>
          </form>
          <div></div>
        </dialog>
        <script>
          ${raw(script)};
        </script>
      </body>
    </html> `;
  return page.markup;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  /** Absent: it is always shown. */
  readonly when?: (data: ReportData) => boolean;
  readonly body: (data: ReportData, screens: ReadonlySet<string>) => Markup;
}

const SECTIONS: readonly Section[] = [
  { id: "success", title: "Success", body: (data) => html`<div class="columns">${successCurve(data)}${yieldChart(data)}</div>` },
  { id: "tasks", title: "Tasks", body: (data) => html`<div class="columns">${heatMap(data)}${sliceChart(data)}</div>` },
  {
    id: "benchmark",
    title: "Benchmark",
    note: "MiniWoB++ as BrowserGym evaluates it: nothing left out, beside published numbers",
    when: ({ contest }) => contest.length > 0,
    body: contestChart,
  },
  {
    id: "episodes",
    title: "Episodes",
    note: "early (cycle 0) and late (who acts at the end) on the same final seed; press a frame to enlarge it",
    body: filmStrips,
  },
  { id: "data", title: "Data", body: ledgerChart },
  { id: "gate", title: "Gate", body: gateForest },
  {
    id: "training",
    title: "Training",
    body: (data) =>
      html`${lossChart(data, "SFT")}${lossChart(data, "CT")}
        <div class="halves">${reinforcementTable(data)}${alarmList(data)}</div>`,
  },
  { id: "time", title: "Time", body: stageTimes },
  { id: "methods", title: "Methods", body: methods },
  { id: "index", title: "Episode ids", note: "what the linked numbers rest on; flywheel episodes show ID", body: episodeIndex },
];

function read(file: string): Promise<string> {
  return readFile(new URL(file, import.meta.url), "utf8");
}

/** Inter, latin, as data: its licence (SIL OFL 1.1) allows embedding in documents. */
async function fontFaces(): Promise<string> {
  const faces = [400, 600].map(async (weight) => {
    const path = fileURLToPath(import.meta.resolve(`@fontsource/inter/files/inter-latin-${weight}-normal.woff2`));
    const data = (await readFile(path)).toString("base64");
    return `@font-face { font-family: Inter; font-weight: ${weight}; src: url(data:font/woff2;base64,${data}) format("woff2"); }`;
  });
  return `/* Inter, Copyright The Inter Project Authors, SIL Open Font License 1.1 */\n${(await Promise.all(faces)).join("\n")}`;
}
