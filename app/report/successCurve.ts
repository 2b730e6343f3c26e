/** The headline: P(verified success | cycle) on final seeds, for whoever acts. In: curve points. Out: a figure. */
import * as Plot from "@observablehq/plot";
import type { CurvePoint, GroupName, Score } from "../../flywheel/score.ts";
import { GROUPS } from "../../flywheel/score.ts";
import { figure, nothing, toEpisodes } from "./figure.ts";
import type { Markup } from "./html.ts";
import { AXIS, draw, HALO, spread } from "./plot.ts";
import type { ReportData } from "./reportData.ts";
import { count, difference, GROUP_SHORT, plural, rate, score, shortId } from "./words.ts";

const TITLE = "Verified success per cycle";
const SIZE = { width: 740, height: 380, marginTop: 14, marginBottom: 34, marginLeft: 34, marginRight: 148 };

/** Offsets in px keep the intervals of the groups apart. */
const STYLES: Readonly<Record<GroupName, { readonly dx: number; readonly dash: string }>> = {
  all: { dx: 0, dash: "none" },
  demonstrated: { dx: -7, dash: "6 3" },
  requested: { dx: 7, dash: "7 3 1.5 3" },
  never: { dx: 14, dash: "1.5 3" },
};

interface Mark {
  readonly cycle: number;
  readonly score: Score;
  readonly point: CurvePoint;
}

export function successCurve({ curve, groups, finals, gain }: ReportData): Markup {
  if (curve.length === 0) return nothing(TITLE, "No checkpoint was scored on final seeds yet: that happens once, after the last cycle.");
  const present = GROUPS.filter((name) => curve.some(({ actingScores }) => actingScores[name] !== null));
  const [first, last] = [curve[0]!, curve.at(-1)!];
  const label = `Success on all tasks goes from ${score(first.actingScores.all)} in cycle ${first.cycle} to ${score(last.actingScores.all)} in cycle ${last.cycle}; paired difference ${difference(gain.all, gain.all?.n)}.`;
  const domain = [first.cycle - 0.12, last.cycle + 0.12];
  const notPromoted = curve.filter(({ fate }) => fate !== "promoted");
  return figure({
    title: TITLE,
    subtitle: `final seeds, ${plural(groups.all.length, "task")} × ${finals.seedsPerTask}, greedy; mean over tasks, 95\u00a0% bootstrap stratified by task`,
    chart: draw(label, {
      ...SIZE,
      x: { domain, axis: null },
      y: { domain: [0, 1], axis: null },
      marks: [
        Plot.gridY([0, 0.25, 0.5, 0.75, 1], { stroke: "var(--chart-grid)", strokeOpacity: 1 }),
        Plot.axisY([0, 0.25, 0.5, 0.75, 1], { ...AXIS, tickFormat: (value: number) => rate(value) }),
        Plot.axisX(
          curve.map(({ cycle }) => cycle),
          { ...AXIS, tickFormat: (value: number) => `${value}`, label: "cycle", labelAnchor: "center", labelArrow: "none" },
        ),
        ...present.filter((name) => name !== "all").flatMap((name) => series(curve, name)),
        ...series(curve, "all"),
        ...candidates(notPromoted),
        endLabels(last, present, groups),
      ],
    }),
    caption: captionOf(notPromoted, groups),
    table: {
      head: ["cycle", "candidate", "decision", "acts afterwards", ...present.map((name) => GROUP_SHORT[name]), "candidate, all tasks"],
      rows: curve.map((point) => [
        point.cycle,
        shortId(point.candidate),
        point.fate,
        point.acting === null ? "nobody" : shortId(point.acting),
        ...present.map((name) => score(point.actingScores[name])),
        toEpisodes(`finals-${point.cycle}`, score(point.scores.all)),
      ]),
    },
  });
}

/** Line, intervals and marks of one group; marks only where a new checkpoint began to act. */
function series(curve: readonly CurvePoint[], name: GroupName): Plot.Markish[] {
  const { dx, dash } = STYLES[name];
  const thick = name === "all";
  const marks = curve.flatMap((point): Mark[] =>
    point.actingScores[name] === null ? [] : [{ cycle: point.cycle, score: point.actingScores[name], point }],
  );
  const fresh = marks.filter(({ point }) => point.fate === "promoted");
  const stroke = thick ? "var(--chart-line)" : "var(--ink-2)";
  const place = { x: "cycle", dx } as const;
  return [
    Plot.line(marks, { ...place, y: ({ score: { estimate } }: Mark) => estimate, stroke, strokeWidth: thick ? 2.5 : 1.25, strokeDasharray: dash }),
    Plot.ruleX(fresh, {
      ...place,
      y1: ({ score: { low } }: Mark) => low,
      y2: ({ score: { high } }: Mark) => high,
      stroke,
      strokeWidth: thick ? 2 : 1.25,
    }),
    Plot.dot(fresh, {
      ...place,
      y: ({ score: { estimate } }: Mark) => estimate,
      r: thick ? 5 : 2.5,
      fill: stroke,
      title: (mark: Mark) => hover(mark, name),
    }),
  ];
}

function hover({ cycle, score: value, point }: Mark, name: GroupName): string {
  return `cycle ${cycle}, ${GROUP_SHORT[name]}: ${score(value)}, ${count(value.passes)} of ${count(value.n)} episodes, ${point.candidate}`;
}

/** Hollow marks for candidates that do not act: the line never passes through them. */
function candidates(points: readonly CurvePoint[]): Plot.Markish[] {
  const marks = points.flatMap((point): Mark[] => (point.scores.all === null ? [] : [{ cycle: point.cycle, score: point.scores.all, point }]));
  const colour = ({ point }: Mark): string => (point.fate === "undecided" ? "var(--accent)" : "var(--chart-line)");
  const y = ({ score: { estimate } }: Mark): number => estimate;
  return [
    Plot.ruleX(marks, {
      x: "cycle",
      y1: ({ score: { low } }: Mark) => low,
      y2: ({ score: { high } }: Mark) => high,
      stroke: colour,
      strokeWidth: 1.5,
      strokeDasharray: "2 2",
    }),
    Plot.dot(marks, {
      x: "cycle",
      y,
      r: 5.5,
      fill: "var(--surface)",
      stroke: colour,
      strokeDasharray: "2 1.6",
      strokeWidth: 1.5,
      symbol: "square",
      rotate: 45,
      title: (mark: Mark) => hover(mark, "all"),
    }),
    // Below the interval, or above it where the axis is in the way.
    Plot.text(marks, {
      x: "cycle",
      y: (mark: Mark) => (atFloor(mark) ? mark.score.high : mark.score.low - 2 * LABEL_HEIGHT),
      dy: -8,
      text: ({ point }: Mark) => point.fate,
      fill: "var(--ink-2)",
      ...HALO,
    }),
  ];
}

/** Height of a label on the success axis. */
const LABEL_HEIGHT = 0.033;

function atFloor({ score: { low } }: Mark): boolean {
  return low < 3 * LABEL_HEIGHT;
}

/** Names and last values at the lines' ends, moved apart. */
function endLabels({ cycle, actingScores }: CurvePoint, present: readonly GroupName[], groups: ReportData["groups"]): Plot.Markish {
  const span = SIZE.height - SIZE.marginTop - SIZE.marginBottom;
  const ends = present.flatMap((name) => (actingScores[name] === null ? [] : [{ name, score: actingScores[name] }]));
  const places = spread(
    ends.map(({ score: { estimate } }) => -estimate * span),
    16,
  ).map((px) => -px / span);
  const text = ends.map(({ name, score: { estimate, n } }) => `${GROUP_SHORT[name]} (${groups[name].length}) ${rate(estimate, n)}`);
  const bold = ({ name }: (typeof ends)[number]): boolean => name === "all";
  const options = { x: () => cycle, y: (_: unknown, i: number) => places[i], dx: 26, textAnchor: "start", fontSize: 12, clip: false } as const;
  return [
    Plot.text(ends, { ...options, text, filter: bold, fontWeight: 600, fill: "var(--chart-line)" }),
    Plot.text(ends, { ...options, text, filter: (end: (typeof ends)[number]) => !bold(end), fill: "var(--ink-2)" }),
  ];
}

function captionOf(notPromoted: readonly CurvePoint[], groups: ReportData["groups"]): string {
  const byFate = [...Map.groupBy(notPromoted, ({ fate }) => fate)].map(
    ([fate, points]) => `${fate} in cycle ${points.map(({ cycle }) => cycle).join(", ")}`,
  );
  const hollow = byFate.length === 0 ? "" : ` Hollow: candidates that do not act (${byFate.join("; ")}); the line goes on with whoever does.`;
  const names = (["demonstrated", "requested", "never"] as const).map((name) => `${GROUP_SHORT[name]}: ${groups[name].join(", ") || "none"}`);
  return `Line: the checkpoint that acts after each cycle.${hollow} Groups by when solutions were shown — ${names.join("; ")}.`;
}
