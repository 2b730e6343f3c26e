/** Home: the wheel as picture and navigation, the curve, what runs, what waits for a person. In: a run, and a cycle from the URL. */
import { useNavigate, useParams } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight, FileText, Plus, TriangleAlert } from "lucide-react";
import { lazy, Suspense, useState, type ReactNode } from "react";
import type { RunView } from "../../../api/runs.ts";
import { useCommand } from "../../commands/keys.ts";
import { invoke, useCall } from "../../core/useCall.ts";
import { useRun } from "../../core/useRun.ts";
import { Button } from "../../parts/Button.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { RunPicker } from "../../parts/RunPicker.tsx";
import { attempt } from "../../shell/attempt.ts";
import { Page } from "../../shell/Page.tsx";
import "./home.css";
import { RunForm } from "./RunForm.tsx";
import { RunsNow } from "./RunsNow.tsx";
import { Waiting } from "./Waiting.tsx";
import { WheelControls } from "./WheelControls.tsx";
import { WheelPicture, WheelPlace } from "./WheelPicture.tsx";

/** The charts' library comes after the picture. */
const SuccessCurve = lazy(async () => ({ default: (await import("./SuccessCurve.tsx")).SuccessCurve }));

export function HomePage(): ReactNode {
  const { input, run, runs, choose } = useRun();
  const [starting, setStarting] = useState(false);
  const navigate = useNavigate();
  useCommand("wheel.new", run === null ? () => setStarting(true) : null);
  return (
    <Page
      title="Home"
      counts={<RunPicker run={run} runs={runs} choose={choose} />}
      actions={
        <>
          {run !== null && run !== undefined && <ReportButton run={run.id} />}
          <Button small onClick={() => void navigate({ to: "/sessions", search: { new: "1" } })}>
            <Plus size={13} aria-hidden="true" /> New session <kbd>N</kbd>
          </Button>
        </>
      }
      hints={["go.episodes", "session.new", "wheel.pause", "home.cycle", "palette"]}
      className="home"
    >
      {run === null && <NoRun onStart={() => setStarting(true)} />}
      {run === undefined && <WheelPlace />}
      {run !== null && run !== undefined && <Wheel run={run} input={input} onNew={() => setStarting(true)} />}
      <div className="home-below">
        <CurveSection input={input} has={run !== null && run !== undefined} />
        <RunsNow />
        <Waiting />
      </div>
      <RunForm open={starting} onClose={() => setStarting(false)} />
    </Page>
  );
}

interface WheelProps {
  readonly run: RunView;
  readonly input: { readonly run?: string };
  readonly onNew: () => void;
}

function Wheel({ run, input, onNew }: WheelProps): ReactNode {
  const { cycle } = useParams({ strict: false });
  const navigate = useNavigate();
  const newest = useCall("runs", "wheel", input, { keep: true });
  const { data: alarms = [] } = useCall("runs", "alarms", input);
  // While a cycle is being collected, the picture shows the last whole one below it.
  const collecting = newest.data !== undefined && newest.data.gate === null && newest.data.cycles.length > 1;
  const asked = cycle !== undefined && /^\d+$/.test(cycle) ? Number(cycle) : null;
  const shownCycle = asked ?? (collecting ? (newest.data.cycles.findLast((one) => one < newest.data.cycle) ?? null) : (newest.data?.cycle ?? null));
  const shown = useCall("runs", "wheel", shownCycle === null ? input : { ...input, cycle: shownCycle }, {
    enabled: newest.data !== undefined,
    keep: true,
  });
  const cycles = newest.data?.cycles ?? [];
  const to = (by: number): number | undefined => cycles[cycles.indexOf(shownCycle ?? -1) + by];
  const go = (by: number): void => {
    const next = to(by);
    if (next === undefined) return;
    void (next === cycles.at(-1)
      ? navigate({ to: "/", search: input })
      : navigate({ to: "/wheel/$cycle", params: { cycle: String(next) }, search: input }));
  };
  useCommand("home.cycle", cycles.length > 1 ? (which) => go(which === 0 ? -1 : 1) : null);
  const [alarm] = alarms.filter((one) => one.cycle === shownCycle);
  if (newest.error !== null) return <Problem title="The wheel could not be read" error={newest.error} retry={() => void newest.refetch()} />;
  return (
    <>
      <div className="wheel-line row">
        <p className="sentence">{asked === null ? newest.data?.sentence : shown.data?.sentence}</p>
        {run.stopped !== null && (
          <span className="t12 fail row">
            <TriangleAlert size={13} aria-hidden="true" /> {run.stopped}
          </span>
        )}
        {alarm !== undefined && run.stopped === null && (
          <span className="t12 env-error row cut" title={alarm.message}>
            <TriangleAlert size={13} aria-hidden="true" /> <span className="cut">{alarm.message}</span>
          </span>
        )}
        <span className="grow" />
        {cycles.length > 1 && shownCycle !== null && (
          <span className="row cycles">
            <Button small kind="quiet" aria-label="Cycle before" off={to(-1) === undefined ? "It is the first." : null} onClick={() => go(-1)}>
              <ChevronLeft size={14} aria-hidden="true" />
            </Button>
            <span className="t12 num">cycle {shownCycle}</span>
            <Button small kind="quiet" aria-label="Next cycle" off={to(1) === undefined ? "It is the newest." : null} onClick={() => go(1)}>
              <ChevronRight size={14} aria-hidden="true" />
            </Button>
          </span>
        )}
        <WheelControls run={run} onNew={onNew} />
      </div>
      {shown.data === undefined ? (
        <WheelPlace />
      ) : (
        <WheelPicture wheel={shown.data} running={collecting && asked === null ? newest.data : null} input={input} />
      )}
    </>
  );
}

function CurveSection({ input, has }: { readonly input: { readonly run?: string }; readonly has: boolean }): ReactNode {
  const { data: curve } = useCall("runs", "curve", input, { enabled: has });
  return (
    <section className="curve">
      {curve === undefined || curve.points.length === 0 ? (
        <>
          <h2>Verified success per cycle</h2>
          <p className="t12 dim">
            {has && curve === undefined
              ? "Reading…"
              : "The first point appears when the gate of cycle 0 has been played: one mark per cycle, with its interval."}
          </p>
        </>
      ) : (
        <Suspense fallback={<div className="skeleton curve-skeleton" />}>
          <SuccessCurve curve={curve} />
        </Suspense>
      )}
    </section>
  );
}

function ReportButton({ run }: { readonly run: string }): ReactNode {
  return (
    <Button
      small
      kind="quiet"
      onClick={() =>
        void attempt(
          () => invoke("runs", "report", { run }),
          () => "The report is being written.",
        )
      }
    >
      <FileText size={13} aria-hidden="true" /> Report
    </Button>
  );
}

function NoRun({ onStart }: { readonly onStart: () => void }): ReactNode {
  return (
    <Empty
      title="The wheel has not turned yet"
      action={
        <Button kind="primary" command="wheel.new" onClick={onStart}>
          Turn the wheel
        </Button>
      }
    >
      It acts in a browser, verifies and records every episode, learns from the good ones, and tests the new checkpoint against the old one. The tour
      takes 12 tasks through it, about three quarters of an hour on two cores; a smoke test a few minutes. It can be stopped and goes on at any time.
    </Empty>
  );
}
