/** Verified success per cycle, as in the report, with what each cycle yielded below. In: the curve of a run. Out: a chart, its numbers as a table. */
import { Link } from "@tanstack/react-router";
import { useCallback, type ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { presentGroups, successCurveOptions } from "../../../charts/successCurve.ts";
import { count, GROUP_SHORT, score } from "../../../report/words.ts";
import { ChartFigure } from "../../parts/ChartFigure.tsx";
import { CheckpointMark } from "../../parts/CheckpointMark.tsx";
import { PlotDrawing } from "../../parts/PlotDrawing.tsx";
import { knownScores } from "../../parts/scores.ts";

type Curve = Outputs["runs"]["curve"];

const HEIGHT = 258;

export function SuccessCurve({ curve }: { readonly curve: Curve }): ReactNode {
  const points = curve.points.map((point) => ({
    ...point,
    candidate: point.candidate.name,
    scores: knownScores(point.scores),
    actingScores: knownScores(point.actingScores),
  }));
  const key = JSON.stringify([points, curve.groups]);
  const options = useCallback(
    (width: number) =>
      successCurveOptions(points, curve.groups, { width, height: HEIGHT, marginTop: 12, marginBottom: 34, marginLeft: 30, marginRight: 142 }),
    // The numbers are the identity.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [key],
  );
  const present = presentGroups(points);
  const [first, last] = [points[0]!, points.at(-1)!];
  return (
    <ChartFigure
      title="Verified success per cycle"
      subtitle={`${curve.tasks} tasks × ${curve.seedsPerTask} ${curve.on} seeds, 95 % bootstrap by task`}
      {...(curve.on === "gate"
        ? { caption: "On gate seeds, which decisions have looked at, until the final seeds are played after the last cycle." }
        : {})}
      numbers={{
        head: ["cycle", "candidate", "decision", "acts afterwards", ...present.map((name) => GROUP_SHORT[name])],
        rows: curve.points.map((point, i) => [
          point.cycle,
          <CheckpointMark key="candidate" of={point.candidate} link />,
          point.fate,
          point.acting === null ? "nobody" : point.acting.name,
          ...present.map((name) => (
            <Link key={name} to="/episodes" search={{ checkpoint: point.acting?.id ?? "", purpose: curve.on }} className="link">
              {score(points[i]!.actingScores[name])}
            </Link>
          )),
        ]),
      }}
    >
      <PlotDrawing
        label={`Success on all tasks goes from ${score(first.actingScores.all)} in cycle ${first.cycle} to ${score(last.actingScores.all)} in cycle ${last.cycle}.`}
        height={HEIGHT}
        options={options}
      />
      <Yields yields={curve.yields.filter(({ cycle }) => cycle <= last.cycle)} />
    </ChartFigure>
  );
}

type Yield = Curve["yields"][number];

/** Three rows of small bars: what was accepted, how long it took, what a machine hour gives. */
function Yields({ yields }: { readonly yields: readonly Yield[] }): ReactNode {
  if (yields.length === 0) return null;
  const last = yields.at(-1)!;
  const kinds: [string, (one: Yield) => number, string][] = [
    [`accepted for SFT, of ${count(last.collected)}`, ({ accepted }) => accepted, count(last.accepted)],
    ["min per cycle", ({ minutes }) => minutes, last.minutes.toFixed(last.minutes < 10 ? 1 : 0)],
    [
      "SFT per machine hour",
      ({ accepted, minutes }) => (minutes === 0 ? 0 : accepted / (minutes / 60)),
      count(last.minutes === 0 ? 0 : last.accepted / (last.minutes / 60)),
    ],
  ];
  return (
    <div className="yields">
      {kinds.map(([name, value, text]) => (
        <div key={name}>
          <span className="t11 dim">{name}</span>
          <Bars values={yields.map(value)} cycles={yields.map(({ cycle }) => cycle)} name={name} />
          <span className="t11 num">{text}</span>
        </div>
      ))}
    </div>
  );
}

function Bars({
  values,
  cycles,
  name,
}: {
  readonly values: readonly number[];
  readonly cycles: readonly number[];
  readonly name: string;
}): ReactNode {
  const highest = Math.max(...values, 1e-9);
  const size = Math.min(16, 120 / values.length);
  return (
    <svg
      width={size * values.length}
      height="26"
      role="img"
      aria-label={`${name}: ${values.map((value, i) => `cycle ${cycles[i]} ${Math.round(value)}`).join(", ")}`}
    >
      {values.map((value, i) => {
        const height = Math.max(1, (value / highest) * 25);
        return (
          <rect
            key={cycles[i]}
            x={i * size}
            y={26 - height}
            width={size - 2}
            height={height}
            fill={i === values.length - 1 ? "var(--chart-line)" : "var(--line-2)"}
          >
            <title>{`cycle ${cycles[i]}: ${Math.round(value)}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
