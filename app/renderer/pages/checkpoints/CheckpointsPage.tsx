/** Checkpoints: lineage and evaluation at the left, the decision with its evidence at the right. In: an id, and whom to compare with, from the URL. */
import { useNavigate, useParams } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { lazy, Suspense, useState, type ReactNode } from "react";
import type { CheckpointView } from "../../../api/checkpoints.ts";
import { useCommand } from "../../commands/keys.ts";
import { useCall } from "../../core/useCall.ts";
import { useRun } from "../../core/useRun.ts";
import { Button } from "../../parts/Button.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { bytes } from "../../parts/format.ts";
import { Problem } from "../../parts/Problem.tsx";
import { RunPicker } from "../../parts/RunPicker.tsx";
import { Page } from "../../shell/Page.tsx";
import { useUrlSearch } from "../../urlSearch.ts";
import "./checkpoints.css";
import { EvaluationTable } from "./EvaluationTable.tsx";
import { FolderDialog } from "./FolderDialog.tsx";
import { GatePanel } from "./GatePanel.tsx";
import { Lineage } from "./Lineage.tsx";
import { shownAncestor } from "./lineage.ts";
import { MadeOf } from "./MadeOf.tsx";

const TrainingCurves = lazy(async () => ({ default: (await import("./TrainingCurves.tsx")).TrainingCurves }));
const LiveTraining = lazy(async () => ({ default: (await import("./LiveTraining.tsx")).LiveTraining }));

export function CheckpointsPage(): ReactNode {
  const { id } = useParams({ strict: false });
  const { input, run, runs, choose } = useRun();
  const { data: all, error, refetch } = useCall("checkpoints", "list", { ...input, onTheWay: true });
  const [dialog, setDialog] = useState<"export" | "import" | null>(null);
  const navigate = useNavigate();
  const shown = (all ?? []).filter(({ onTheWay }) => !onTheWay);
  const current =
    all?.find((one) => one.id === id) ?? (id === undefined ? (shown.findLast(({ waits }) => waits) ?? shown.at(-1)) : undefined) ?? null;
  const go = (next: string): void => void navigate({ to: "/checkpoints/$id", params: { id: next }, search: input });
  const newestFirst = shown.toReversed();
  const at = newestFirst.findIndex((one) => one.id === current?.id);
  useCommand(
    "list.move",
    newestFirst.length === 0 ? null : (which) => go(newestFirst[Math.max(0, Math.min(newestFirst.length - 1, at + (which % 2 === 0 ? 1 : -1)))]!.id),
  );
  return (
    <Page
      title="Checkpoints"
      counts={
        <>
          {shown.length > 0 && `${shown.length}, ${bytes(shown.reduce((sum, one) => sum + one.bytes, 0))}`}{" "}
          <RunPicker run={run} runs={runs} choose={choose} />
        </>
      }
      actions={
        <>
          <Button small command="checkpoints.import" onClick={() => setDialog("import")}>
            Import folder
          </Button>
          <Button
            small
            command="checkpoints.export"
            off={current === null ? "There is no checkpoint yet." : null}
            onClick={() => setDialog("export")}
          >
            <Download size={13} aria-hidden="true" /> Export
          </Button>
        </>
      }
      hints={["list.move", "checkpoints.promote", "checkpoints.hold", "checkpoints.rollback", "checkpoints.export"]}
      className="checkpoints"
    >
      {error !== null && <Problem title="The checkpoints could not be read" error={error} retry={() => void refetch()} />}
      {all === undefined && error === null && <p className="dim reading">Reading…</p>}
      {all !== undefined && shown.length === 0 && <NoCheckpoints onHome={() => void navigate({ to: "/" })} />}
      {all !== undefined && id !== undefined && current === null && shown.length > 0 && (
        <Problem title="This checkpoint is not here" error={new Error(`There is no checkpoint ${id} in this run.`)} />
      )}
      {all !== undefined && current !== null && (
        <Body all={all} current={current} onMove={go} input={input} run={run?.id ?? null} job={run?.job ?? null} />
      )}
      <FolderDialog kind={dialog} onClose={() => setDialog(null)} checkpoint={current} run={input.run} onImported={go} />
    </Page>
  );
}

interface BodyProps {
  readonly all: readonly CheckpointView[];
  readonly current: CheckpointView;
  readonly onMove: (id: string) => void;
  readonly input: { readonly run?: string };
  readonly run: string | null;
  readonly job: string | null;
}

function Body({ all, current, onMove, input, run, job }: BodyProps): ReactNode {
  const [search, change] = useUrlSearch();
  const { data } = useCall("checkpoints", "get", { id: current.id }, { keep: true });
  const views = new Map(all.map((one) => [one.id, one]));
  const from = shownAncestor(current, views, new Set(all.filter(({ onTheWay }) => !onTheWay).map(({ id }) => id)));
  const against = views.get(search["against"] ?? current.against?.checkpoint.id ?? from ?? "") ?? null;
  const details = data?.checkpoint.id === current.id ? data : undefined;
  return (
    <>
      <div className="checkpoints-left">
        <Lineage checkpoints={all} current={current.id} input={input} />
        <EvaluationTable all={all} current={current.id} onMove={onMove} />
        <Suspense fallback={null}>{run !== null && <LiveTraining run={run} job={job} />}</Suspense>
        <section>
          <h2>
            Training of {current.name} <span className="t12 faint">{current.minutes === null ? "" : `${current.minutes.toFixed(1)} min in all`}</span>
          </h2>
          <Suspense fallback={<div className="skeleton training-skeleton" />}>
            {details !== undefined && <TrainingCurves training={details.training} />}
          </Suspense>
        </section>
        <MadeOf checkpoint={current} from={from === null ? null : (views.get(from) ?? null)} folder={details?.folder} />
      </div>
      <GatePanel checkpoint={current} against={against?.id === current.id ? null : against} all={all} onAgainst={(id) => change({ against: id })} />
    </>
  );
}

function NoCheckpoints({ onHome }: { readonly onHome: () => void }): ReactNode {
  return (
    <Empty
      title="No checkpoints yet"
      action={
        <Button kind="primary" onClick={onHome}>
          To the wheel
        </Button>
      }
    >
      A checkpoint is what the agent has learned so far. Each cycle of the wheel trains one and tests it against the one that acts; the first comes
      after a few minutes. A folder with one from another computer can be imported.
    </Empty>
  );
}
