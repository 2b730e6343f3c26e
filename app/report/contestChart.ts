/**
 * A benchmark's contestants with intervals, and published results below them, each with what it sees. In: report data. Out: a figure.
 * Filled: any reward above 0, as BrowserGym counts. Hollow: the full reward, by which the wheel learns.
 */
import * as Plot from "@observablehq/plot";
import { PUBLISHED, type PublishedResult } from "../../flywheel/benchmark/published.ts";
import type { Score } from "../../flywheel/score.ts";
import { figure } from "./figure.ts";
import type { Markup } from "./html.ts";
import { draw } from "./plot.ts";
import type { ContestRow, ReportData } from "./reportData.ts";
import { rate, score } from "./words.ts";

/** How people read their names. */
export const CONTESTANTS: Readonly<Record<ContestRow["name"], string>> = {
  last: "who acts at the end",
  first: "cycle 0",
  random: "random actions",
  "always-fail": "giving up at once",
  oracle: "oracles (the ceiling)",
};

interface Mark {
  readonly row: string;
  readonly value: Score;
  readonly strict: boolean;
}

export function contestChart({ contest, run }: ReportData): Markup {
  const marks = contest.flatMap(({ all, ...row }): Mark[] =>
    [
      { value: all.positive, strict: false },
      { value: all.strict, strict: true },
    ].flatMap(({ value, strict }) => (value === null ? [] : [{ row: nameOf(row), value, strict }])),
  );
  const rows = [...contest.map(nameOf), ...PUBLISHED.map(({ system }) => system)];
  const own = contest.find(({ name, budget }) => name === "last" && budget === "suite")?.all.positive ?? null;
  return figure({
    title: "Mean success over tasks",
    subtitle: `${own?.tasks ?? 0} tasks, final seeds; 95\u00a0% bootstrap over episodes within tasks; seed ${run.seed}`,
    chart: draw(`Who acts at the end: ${score(own)} by any reward above 0.`, {
      width: 760,
      height: 50 + 26 * rows.length,
      marginTop: 36,
      marginBottom: 10,
      marginLeft: 250,
      marginRight: 250,
      x: { domain: [0, 1], axis: null },
      y: { domain: rows, axis: null },
      marks: [
        Plot.ruleX([0, 0.25, 0.5, 0.75, 1], { stroke: "var(--chart-grid)" }),
        Plot.text(["0", ".5", "1"], { x: [0, 0.5, 1], frameAnchor: "top", dy: -10, fill: "var(--ink-3)", fontSize: 10 }),
        Plot.text(rows, {
          y: (row: string) => row,
          frameAnchor: "left",
          dx: -250,
          textAnchor: "start",
          text: (row: string) => row,
          fontSize: 12,
          fill: "var(--ink)",
        }),
        ...ours(marks),
        ...published(),
      ],
    }),
    caption:
      "Filled: raw reward above 0, as BrowserGym counts. Hollow: raw reward 1, by which the wheel learns. Suite budget: 10 steps; long: 30. Set-up that differs from BrowserGym's: select lists open inside the page, scroll bars are visible, the clock is virtual. Diamonds are published averages, over as many tasks as they name: over other tasks they are no comparison one to one.",
    table: {
      head: ["", "budget", "reward > 0", "reward = 1", "demonstrated, > 0", "never demonstrated, > 0"],
      rows: [
        ...contest.map(({ name, budget, all, demonstrated, never }) => [
          CONTESTANTS[name],
          budget,
          score(all.positive),
          score(all.strict),
          score(demonstrated.positive),
          score(never.positive),
        ]),
        ...PUBLISHED.map(({ system, tasks, success, source }) => [system, `${tasks} tasks`, rate(success), "", "", source]),
      ],
    },
  });
}

const nameOf = ({ name, budget }: Pick<ContestRow, "name" | "budget">): string => `${CONTESTANTS[name]}, ${budget} budget`;

function ours(marks: readonly Mark[]): Plot.Markish[] {
  return [false, true].flatMap((strict) => {
    const own = marks.filter((mark) => mark.strict === strict);
    const place = { y: "row", dy: strict ? 4 : -4 } as const;
    return [
      Plot.ruleY(own, {
        ...place,
        x1: ({ value }: Mark) => value.low,
        x2: ({ value }: Mark) => value.high,
        stroke: "var(--chart-line)",
        strokeWidth: 2,
      }),
      Plot.dot(own, {
        ...place,
        x: ({ value }: Mark) => value.estimate,
        r: 3.5,
        fill: strict ? "var(--surface)" : "var(--chart-line)",
        stroke: "var(--chart-line)",
        strokeWidth: 1.5,
      }),
      ...(strict
        ? []
        : [Plot.text(own, { y: "row", frameAnchor: "right", dx: 12, textAnchor: "start", text: ({ value }: Mark) => score(value), fontSize: 11 })]),
    ];
  });
}

function published(): Plot.Markish[] {
  const facts = ({ success, sees, tasks, trainedOnThem }: PublishedResult): string =>
    `${rate(success)} · ${sees} · ${tasks} tasks${trainedOnThem ? ", trained on them" : ""}`;
  return [
    Plot.dot(PUBLISHED, { y: "system", x: "success", symbol: "diamond", r: 4, fill: "var(--ink-3)" }),
    Plot.text(PUBLISHED, { y: "system", frameAnchor: "right", dx: 12, textAnchor: "start", text: facts, fontSize: 11, fill: "var(--ink-2)" }),
  ];
}
