/** How a checkpoint was trained: one small chart per stage, all of one kind on its own scale, last value in the title. In: curves. */
import * as Plot from "@observablehq/plot";
import { useCallback, type ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { AXIS } from "../../../charts/style.ts";
import { count } from "../../../report/words.ts";
import { PlotDrawing } from "../../parts/PlotDrawing.tsx";

type Training = Outputs["checkpoints"]["get"]["training"];
interface Curve {
  readonly stage: Training[number]["stage"];
  readonly points: readonly Training[number]["points"][number][];
}

const COLOURS = { CT: "var(--ct)", SFT: "var(--sft)", RL: "var(--rl)" } as const;

export function TrainingCurves({ training }: { readonly training: Training }): ReactNode {
  const drawn = training.filter(({ points }) => points.length > 1);
  if (drawn.length === 0) return <p className="t12 dim">No curve was kept: it was not trained here, or in too few steps.</p>;
  return (
    <div className="training-curves">
      {drawn.map((curve, i) => (
        <LossCurve
          key={`${curve.stage} ${curve.round}`}
          title={`${i + 1} ${curve.stage} loss${curve.round > 0 ? `, round ${curve.round}` : ""}`}
          curve={curve}
        />
      ))}
    </div>
  );
}

export function LossCurve({ title, curve }: { readonly title: string; readonly curve: Curve }): ReactNode {
  const { stage, points } = curve;
  const last = points.at(-1)!;
  const held = points.filter(({ heldOut }) => heldOut !== null);
  const key = `${points.length} ${last.loss}`;
  const options = useCallback(
    (): Plot.PlotOptions => ({
      marginTop: 6,
      marginBottom: 20,
      marginLeft: 34,
      marginRight: 8,
      x: { axis: null },
      y: { axis: null, zero: true },
      marks: [
        Plot.gridY({ stroke: "var(--chart-grid)", strokeOpacity: 1, ticks: 3 }),
        Plot.axisY({ ...AXIS, ticks: 3, label: null }),
        Plot.axisX({ ...AXIS, ticks: 3, label: null }),
        Plot.line(points, { x: "step", y: "loss", stroke: COLOURS[stage], strokeWidth: 1.6 }),
        Plot.dot(held, { x: "step", y: "heldOut", r: 2.2, fill: "var(--ink)" }),
      ],
    }),
    // The numbers are the identity.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [key, stage],
  );
  return (
    <div>
      <div className="row between t12">
        <span>{title}</span> <b className="num">{last.loss.toFixed(3)}</b>
      </div>
      <PlotDrawing
        label={`${title} goes from ${points[0]!.loss.toFixed(3)} to ${last.loss.toFixed(3)} in ${last.step} steps.`}
        height={110}
        options={options}
      />
      <span className="t11 dim">
        {count(last.step)} steps{held.length > 0 && "; dots: held-out demonstrations"}
      </span>
    </div>
  );
}
