/**
 * Where the parts of the wheel's picture stand. In: the counts of a cycle, a width. Out: bars and ribbons in px; heights are counts on one scale.
 * Pure.
 */
import type { Outputs } from "../../../api/index.ts";
import { spread } from "../../../charts/style.ts";

type Wheel = Outputs["runs"]["wheel"];
type Verdict = keyof Wheel["verdicts"];
type Route = keyof Wheel["routes"];

export const HEIGHT = 352;
const [TOP, FULL, GAP] = [34, 196, 8];
/** Bars are not thinner than this, so that they can be seen and pressed. */
const LEAST = 2;
/** Labels are this far apart at least: they can be pressed. */
const LABELS = 24;

interface Bar<Name extends string> {
  readonly name: Name;
  readonly count: number;
  readonly y: number;
  readonly height: number;
  /** Where its label stands, moved away from its neighbours'. */
  readonly label: number;
}

interface Ribbon {
  readonly verdict: Verdict;
  readonly route: Route;
  readonly count: number;
  /** Upper ends and height at both sides. */
  readonly from: number;
  readonly to: number;
  readonly height: number;
}

export interface WheelLayout {
  /** Left ends of the columns. */
  readonly x: Readonly<Record<"tasks" | "rollouts" | "verdicts" | "routed" | "training" | "gate" | "checkpoints", number>>;
  readonly boxes: Readonly<Record<"tasks" | "training" | "gate" | "checkpoints", number>>;
  readonly top: number;
  /** Height of everything that was collected. */
  readonly full: number;
  readonly verdicts: readonly Bar<Verdict>[];
  /** Where the count of filtered passes stands: at the upper end of the passes. */
  readonly filtered: number;
  readonly routes: readonly Bar<Route>[];
  readonly ribbons: readonly Ribbon[];
  readonly rl: number;
}

export const BAR = 12;

/** Worst first, as they are drawn from the top. */
const VERDICTS = ["fail", "truncated", "pass", "env-error", "unverified"] as const;
const ROUTES = ["CT", "SFT", "quarantine", "none"] as const;

export function layOut(wheel: Wheel, width: number): WheelLayout {
  const at = (share: number): number => Math.round(share * width);
  const total = Math.max(1, wheel.collected.episodes);
  const scale = FULL / total;
  const verdicts = stack(
    VERDICTS.map((name) => ({ name, count: wheel.verdicts[name] })),
    scale,
    GAP,
  );
  const routes = stack(
    ROUTES.map((name) => ({ name, count: wheel.routes[name] })),
    scale,
    GAP * 2,
  );
  return {
    x: { tasks: 0, rollouts: at(0.163), verdicts: at(0.318), routed: at(0.497), training: at(0.628), gate: at(0.786), checkpoints: at(0.898) },
    boxes: { tasks: at(0.1), training: at(0.118), gate: at(0.094), checkpoints: width - at(0.898) },
    top: TOP,
    full: FULL,
    ...withLabels(verdicts, wheel.filtered > 0),
    routes,
    ribbons: ribbonsOf(wheel, verdicts, routes, scale),
    rl: TOP + FULL + 66,
  };
}

function stack<Name extends string>(parts: readonly { readonly name: Name; readonly count: number }[], scale: number, gap: number): Bar<Name>[] {
  let y = TOP;
  const bars = parts
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => {
      const height = Math.max(LEAST, count * scale);
      const bar = { name, count, y, height };
      y += height + gap;
      return bar;
    });
  const labels = spread(
    bars.map((bar) => bar.y + bar.height / 2),
    LABELS,
  );
  return bars.map((bar, i) => ({ ...bar, label: labels[i]! }));
}

/** Verdicts' labels and that of the filtered passes, apart from each other. */
function withLabels(bars: readonly Bar<Verdict>[], filtered: boolean): { verdicts: Bar<Verdict>[]; filtered: number } {
  const pass = bars.find(({ name }) => name === "pass");
  const wanted = bars.map((bar) => bar.y + bar.height / 2);
  const places = spread(filtered && pass !== undefined ? [...wanted, Math.min(pass.y + 10, pass.y + pass.height / 2 - 1)] : wanted, LABELS);
  return { verdicts: bars.map((bar, i) => ({ ...bar, label: places[i]! })), filtered: places[bars.length] ?? 0 };
}

/** Where a verdict goes: passes to SFT but for those the filter turned away; failures to CT; what says nothing about the agent to quarantine. */
function ribbonsOf({ verdicts, routes }: Wheel, from: readonly Bar<Verdict>[], to: readonly Bar<Route>[], scale: number): Ribbon[] {
  const left: Record<Route, number> = { ...routes };
  const used = { from: new Map<string, number>(), to: new Map<string, number>() };
  const wishes: [Verdict, Route][] = [
    ["pass", "SFT"],
    ["fail", "CT"],
    ["truncated", "CT"],
    ["pass", "CT"],
    ["env-error", "quarantine"],
    ["unverified", "quarantine"],
    ["fail", "SFT"],
    ["truncated", "SFT"],
    ["fail", "quarantine"],
    ["pass", "quarantine"],
    ["env-error", "CT"],
    ["unverified", "CT"],
    ...VERDICTS.map((verdict): [Verdict, Route] => [verdict, "none"]),
  ];
  const open: Record<Verdict, number> = { ...verdicts };
  const flows = wishes.map(([verdict, route]) => {
    const n = Math.min(open[verdict], left[route]);
    open[verdict] -= n;
    left[route] -= n;
    return { verdict, route, count: n };
  });
  // Drawn in the order of the bars, so that ribbons of one bar do not cross.
  const order = (flow: (typeof flows)[number]): number => VERDICTS.indexOf(flow.verdict) * 10 + ROUTES.indexOf(flow.route);
  return flows
    .filter((flow) => flow.count > 0)
    .toSorted((a, b) => order(a) - order(b))
    .map((flow) => {
      const [start, end] = [from.find(({ name }) => name === flow.verdict)!, to.find(({ name }) => name === flow.route)!];
      const height = Math.max(1, flow.count * scale);
      const [before, after] = [used.from.get(flow.verdict) ?? 0, used.to.get(flow.route) ?? 0];
      used.from.set(flow.verdict, before + height);
      used.to.set(flow.route, after + height);
      return { ...flow, from: start.y + before, to: end.y + after, height };
    });
}

/** A band between two columns. */
export function band(x1: number, y1: number, h1: number, x2: number, y2: number, h2: number): string {
  const middle = (x1 + x2) / 2;
  return `M${x1},${y1}C${middle},${y1} ${middle},${y2} ${x2},${y2}V${y2 + h2}C${middle},${y2 + h2} ${middle},${y1 + h1} ${x1},${y1 + h1}Z`;
}
