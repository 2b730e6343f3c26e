/** Takes a snapshot out as files: as the wheel itself reads it, or as trainers load it. In: a snapshot. Out: jobs. */
import type { ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { Segments } from "../../parts/Segments.tsx";
import { SnapshotExport } from "./SnapshotExport.tsx";
import { TrainerExport } from "./TrainerExport.tsx";

type Snapshot = Outputs["datasets"]["snapshots"][number];

interface Props {
  readonly snapshot: Snapshot;
  readonly stage: "ct" | "sft" | "rl";
  readonly forTrainers: boolean;
  readonly onForTrainers: (is: boolean) => void;
}

export function ExportPanel({ snapshot, stage, forTrainers, onForTrainers }: Props): ReactNode {
  return (
    <aside className="export-panel" aria-label="Export">
      <header className="row between">
        <h2>Export {snapshot.name}</h2>
        <Segments
          label="Export as"
          value={forTrainers ? "trainers" : "snapshot"}
          options={[
            { value: "snapshot", name: "Snapshot" },
            { value: "trainers", name: "For trainers" },
          ]}
          onChange={(value) => onForTrainers(value === "trainers")}
        />
      </header>
      {forTrainers ? <TrainerExport key={snapshot.hash} snapshot={snapshot} /> : <SnapshotExport snapshot={snapshot} stage={stage} />}
    </aside>
  );
}
