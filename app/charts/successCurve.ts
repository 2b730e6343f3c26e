/**
 * P(verified success | cycle) for whoever acts, as the report and Home both draw it. In: points, sizes of the groups. Out: Plot options; the caller
 * draws them. The line never passes through a candidate that does not act.
 */
import * as Plot from "@observablehq/plot";
import { AXIS, HALO, spread } from "./style.ts";
import { count, GROUP_SHORT, rate, score } from "../report/words.ts";

type GroupName = keyof typeof GROUP_SHORT;

interface Score {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly passes: number;
  readonly n: number;
  readonly tasks: number;
}
type Scores = Readonly<Record<GroupName, Score | null>>;

interface Point {
  readonly cycle: number;
  /** Its name. */
  readonly candidate: string;
  readonly fate: string;
  readonly scores: Scores;
  /** Of whoever acts after this cycle. */
  readonly actingScores: Scores;
}

interface Size {
  readonly width: number;
  readonly height: number;
  readonly marginTop: number;
  readonly marginBottom: number;
  readonly marginLeft: number;
  readonly marginRight: number;
}

const NAMES = ["all", "demonstrated", "requested", "never"] as const;

/** Groups that have a score anywhere. */
export function presentGroups(points: readonly Pick<Point, "actingScores">[]): GroupName[] {
  return NAMES.filter((name) => points.some(({ actingScores }) => actingScores[name] !== null));
}

/** `groups`: how many tasks each has. Needs at least one point. */
export function successCurveOptions(points: readonly Point[], groups: Readonly<Record<GroupName, number>>, size: Size): Plot.PlotOptions {
  const present = presentGroups(points);
  const [first, last] = [points[0]!, points.at(-1)!];
  return {
    ...size,
    x: { domain: [first.cycle - 0.12, last.cycle + 0.12], axis: null },
    y: { domain: [0, 1], axis: null },
    marks: [
      Plot.gridY([0, 0.25, 0.5, 0.75, 1], { stroke: "var(--chart-grid)", strokeOpacity: 1 }),
      Plot.axisY([0, 0.25, 0.5, 0.75, 1], { ...AXIS, tickFormat: (value: number) => rate(value) }),
      Plot.axisX(
        points.map(({ cycle }) => cycle),
        { ...AXIS, tickFormat: (value: number) => `${value}`, label: "cycle", labelAnchor: "center", labelArrow: "none" },
      ),
      ...present.filter((name) => name !== "all").flatMap((name) => series(points, name)),
      ...series(points, "all"),
      ...candidates(points.filter(({ fate }) => fate !== "promoted")),
      endLabels(last, present, groups, size),
    ],
  };
}

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
  readonly point: Point;
}

/** Line, intervals and marks of one group; marks only where a new checkpoint began to act. */
function series(curve: readonly Point[], name: GroupName): Plot.Markish[] {
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
function candidates(points: readonly Point[]): Plot.Markish[] {
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
function endLabels(
  { cycle, actingScores }: Point,
  present: readonly GroupName[],
  groups: Readonly<Record<GroupName, number>>,
  size: Size,
): Plot.Markish {
  const span = size.height - size.marginTop - size.marginBottom;
  const ends = present.flatMap((name) => (actingScores[name] === null ? [] : [{ name, score: actingScores[name] }]));
  const places = spread(
    ends.map(({ score: { estimate } }) => -estimate * span),
    16,
  ).map((px) => -px / span);
  const text = ends.map(({ name, score: { estimate, n } }) => `${GROUP_SHORT[name]} (${groups[name]}) ${rate(estimate, n)}`);
  const bold = ({ name }: (typeof ends)[number]): boolean => name === "all";
  const options = { x: () => cycle, y: (_: unknown, i: number) => places[i], dx: 26, textAnchor: "start", fontSize: 12, clip: false } as const;
  return [
    Plot.text(ends, { ...options, text, filter: bold, fontWeight: 600, fill: "var(--chart-line)" }),
    Plot.text(ends, { ...options, text, filter: (end: (typeof ends)[number]) => !bold(end), fill: "var(--ink-2)" }),
  ];
}
