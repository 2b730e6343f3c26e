/**
 * A snapshot as the wheel reads it: exact counts, real rows with what the loss looks at, checks that ran before the button is enabled. In: a
 * snapshot. Out: a job.
 */
import { useState, type ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { count } from "../../../report/words.ts";
import { invoke, useCall } from "../../core/useCall.ts";
import { Button } from "../../parts/Button.tsx";
import { FolderField } from "../../parts/FolderField.tsx";
import { bytes } from "../../parts/format.ts";
import { Problem } from "../../parts/Problem.tsx";
import { Toggles } from "../../parts/Segments.tsx";
import { VerdictGlyph } from "../../parts/Verdict.tsx";
import { attempt } from "../../shell/attempt.ts";
import { RowPreview } from "./RowPreview.tsx";

type Snapshot = Outputs["datasets"]["snapshots"][number];
type Stage = "ct" | "sft" | "rl";

const STAGES: readonly Stage[] = ["ct", "sft", "rl"];

export function SnapshotExport({ snapshot, stage }: { readonly snapshot: Snapshot; readonly stage: Stage }): ReactNode {
  const [chosen, setChosen] = useState<ReadonlySet<Stage>>(new Set(STAGES));
  const [folder, setFolder] = useState("");
  const stages = STAGES.filter((one) => chosen.has(one));
  const { data, error, refetch } = useCall(
    "datasets",
    "exportPreview",
    { snapshot: snapshot.hash, stages },
    { enabled: stages.length > 0, keep: true },
  );
  const failed = data?.checks.find(({ passed }) => !passed);
  const off =
    stages.length === 0
      ? "Choose a stage first."
      : data === undefined
        ? "Its files are being checked."
        : failed !== undefined
          ? `${failed.what}: ${failed.detail}`
          : folder === ""
            ? "Name an empty folder first."
            : null;
  const write = async (): Promise<void> => {
    await attempt(
      () => invoke("datasets", "export", { snapshot: snapshot.hash, stages, folder }),
      () => `Export of ${snapshot.name} began.`,
    );
  };
  return (
    <>
      <Toggles label="Stages" values={chosen} options={STAGES.map((value) => ({ value, name: value.toUpperCase() }))} onChange={setChosen} />
      {error !== null && <Problem title="The snapshot could not be checked" error={error} retry={() => void refetch()} />}
      {data !== undefined && stages.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Exactly</th>
              <th scope="col" className="num">
                rows
              </th>
              <th scope="col" className="num">
                steps
              </th>
              <th scope="col" className="num">
                pictures
              </th>
              <th scope="col" className="num">
                size
              </th>
            </tr>
          </thead>
          <tbody>
            {[...data.stages, { stage: "total", ...data.total }].map(({ stage: name, rows, steps, images, bytes: size }) => (
              <tr key={name} className={name === "total" ? "total" : ""}>
                <th scope="row">{name === "total" ? "total" : `${name}.jsonl`}</th>
                <td className="num">{count(rows)}</td>
                <td className="num">{count(steps)}</td>
                <td className="num">{count(images)}</td>
                <td className="num">{bytes(size)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <RowPreview key={`${snapshot.hash} ${stage}`} snapshot={snapshot.hash} stage={stage} />
      {data !== undefined && (
        <ul className="checklist">
          {data.checks.map(({ what, passed, detail }) => (
            <li key={what}>
              <VerdictGlyph of={passed ? "pass" : "fail"} />
              <span>{what}</span>
              <span className="dim num">{detail}</span>
            </li>
          ))}
        </ul>
      )}
      <div className="export-foot">
        <FolderField label="Empty folder on the core's computer" value={folder} onChange={setFolder} />
        <Button kind="primary" command="datasets.export" off={off} onClick={() => void write()}>
          Export {data === undefined ? "" : `${count(data.total.rows)} rows, ${bytes(data.total.bytes)}`}
        </Button>
      </div>
    </>
  );
}
