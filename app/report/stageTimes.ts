/** Where the time went: minutes per kind of stage and cycle, as small multiples on one scale. In: stage times. Out: a figure. */
import * as Plot from "@observablehq/plot";
import { figure, nothing } from "./figure.ts";
import type { Markup } from "./html.ts";
import { draw } from "./plot.ts";
import type { ReportData, StageTime } from "./reportData.ts";
import { duration } from "./words.ts";

const TITLE = "Time per stage";

/** Stages by what they do, in the order of a cycle; the first pattern that fits counts. */
const KINDS: readonly (readonly [string, RegExp])[] = [
  ["crawl, show", /^(crawl|demonstrate|answer requests)/],
  ["roll out", /^roll out/],
  ["train CT and SFT", /^train/],
  ["RL groups", /^rl groups/],
  ["RL updates", /^reinforce/],
  ["evaluate, decide", /^(evaluate|decide)/],
  ["final scoring", /^score/],
  ["everything else", /^/],
];

interface Bar {
  readonly kind: string;
  readonly cycle: number;
  readonly minutes: number;
}

export function stageTimes({ times, run }: ReportData): Markup {
  if (times.length === 0) return nothing(TITLE, "No stage has ended yet.");
  const bars = KINDS.flatMap(([kind]) => barsOf(kind, times));
  const kinds = KINDS.map(([kind]) => kind).filter((kind) => bars.some((bar) => bar.kind === kind));
  const cycles = [...new Set(bars.map(({ cycle }) => cycle))].toSorted((a, b) => a - b);
  const total = (kind: string): number => 60 * bars.filter((bar) => bar.kind === kind).reduce((sum, { minutes }) => sum + minutes, 0);
  const longest = kinds.toSorted((a, b) => total(b) - total(a))[0]!;
  const top = Math.max(...bars.map(({ minutes }) => minutes));
  const place = { x: "cycle", fx: "kind" } as const;
  return figure({
    title: TITLE,
    subtitle: `minutes per cycle, one scale; ${duration(run.stageSeconds)} of work in all`,
    chart: draw(`Most of the time went to ${longest}: ${duration(total(longest))} of ${duration(run.stageSeconds)}.`, {
      width: 1228,
      height: 220,
      marginTop: 50,
      marginBottom: 24,
      marginLeft: 8,
      marginRight: 8,
      x: { domain: cycles, axis: null, padding: 0.25 },
      y: { domain: [0, top * 1.12], axis: null },
      fx: { domain: kinds, axis: null, padding: 0.12 },
      marks: [
        Plot.barY(bars, {
          ...place,
          y: "minutes",
          fill: "var(--chart-line)",
          title: ({ kind, cycle, minutes }: Bar) => `${kind}, ${nameOf(cycle, run.cyclesPlanned)}: ${duration(60 * minutes)}`,
        }),
        // Among many others a value finds no room; the table has it.
        Plot.text(cycles.length <= 9 ? bars : [], {
          ...place,
          y: "minutes",
          dy: -7,
          text: ({ minutes }: Bar) => short(minutes),
          fill: "var(--ink-2)",
          fontSize: 10,
        }),
        Plot.ruleY([0], { stroke: "var(--chart-axis)" }),
        Plot.text(bars, {
          ...place,
          y: 0,
          dy: 12,
          text: ({ cycle }: Bar) => (cycle > run.cyclesPlanned ? "end" : cycle % Math.ceil(cycles.length / 9) === 0 ? `${cycle}` : ""),
          fill: "var(--ink-3)",
          fontSize: 10,
          clip: false,
        }),
        Plot.text(kinds, { fx: kinds, frameAnchor: "top-left", dy: -46, text: kinds, fill: "var(--ink)", fontSize: 12, textAnchor: "start" }),
        Plot.text(kinds, {
          fx: kinds,
          frameAnchor: "top-left",
          dy: -29,
          text: kinds.map((kind) => duration(total(kind))),
          fill: "var(--ink)",
          fontWeight: 600,
          fontSize: 12,
          textAnchor: "start",
        }),
      ],
    }),
    caption:
      "Everything else: plan, filter and route, freeze the snapshot, read unread screens, watch. A stage that was interrupted and begun again counts with its last, complete attempt.",
    table: {
      head: ["stage", ...cycles.map((cycle) => nameOf(cycle, run.cyclesPlanned)), "all"],
      rows: kinds.map((kind) => [
        kind,
        ...cycles.map((cycle) => {
          const found = bars.find((bar) => bar.kind === kind && bar.cycle === cycle);
          return found === undefined ? "" : duration(60 * found.minutes);
        }),
        duration(total(kind)),
      ]),
    },
  });
}

function barsOf(kind: string, times: readonly StageTime[]): Bar[] {
  const own = times.filter(({ stage }) => KINDS.find(([, pattern]) => pattern.test(stage))![0] === kind);
  return [...Map.groupBy(own, ({ cycle }) => cycle)].map(([cycle, stages]) => ({
    kind,
    cycle,
    minutes: stages.reduce((sum, { seconds }) => sum + seconds, 0) / 60,
  }));
}

function nameOf(cycle: number, planned: number): string {
  return cycle > planned ? "after the last" : `cycle ${cycle}`;
}

function short(minutes: number): string {
  return minutes < 0.05 ? "" : minutes.toFixed(minutes < 9.95 ? 1 : 0);
}
