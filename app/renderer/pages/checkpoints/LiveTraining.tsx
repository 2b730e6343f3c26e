/** The training that goes on now, as it learns. In: the progress of a run. Out: one curve that grows; nothing while nothing is trained. */
import { useState, type ReactNode } from "react";
import { core } from "../../core/connection.ts";
import { useStream } from "../../core/useStream.ts";
import { LossCurve } from "./TrainingCurves.tsx";

interface Learning {
  readonly name: string;
  readonly stage: "CT" | "SFT" | "RL";
  readonly steps: number;
  readonly points: readonly { readonly step: number; readonly loss: number; readonly heldOut: null }[];
}

export function LiveTraining({ run, job }: { readonly run: string; readonly job: string | null }): ReactNode {
  const [learning, setLearning] = useState<Learning | null>(null);
  useStream(
    job === null ? null : `progress ${run} ${job}`,
    (options) => core.runs.progress({ run }, options),
    (event) => {
      if (event.kind === "stage-done" || event.kind === "end") setLearning(null);
      if (event.kind !== "loss") return;
      const name = `Cycle ${event.cycle ?? 0}, ${event.stage}`;
      const point = { step: event.step, loss: event.loss, heldOut: null };
      setLearning((before) => ({
        name,
        stage: stageOf(event.stage),
        steps: event.steps,
        // A new part of the stage begins at its first step again.
        points: before !== null && before.name === name && event.step > before.points.at(-1)!.step ? [...before.points, point] : [point],
      }));
    },
  );
  if (learning === null || learning.points.length < 2) return null;
  return (
    <section>
      <h2>
        Trains now{" "}
        <span className="t12 faint">
          {learning.name}, step {learning.points.at(-1)!.step} of {learning.steps}
        </span>
      </h2>
      <div className="training-curves">
        <LossCurve title="loss" curve={learning} />
      </div>
    </section>
  );
}

function stageOf(stage: string): "CT" | "SFT" | "RL" {
  if (/\bct\b/i.test(stage)) return "CT";
  return /rl|reinforce/i.test(stage) ? "RL" : "SFT";
}
