/** Retracting asks first: what leaves the pools, which snapshots and checkpoints it makes stale. Nothing is deleted. */
import type { ReactNode } from "react";
import type { Selection } from "../../../api/query.ts";
import { count, plural } from "../../../report/words.ts";
import { invoke, useCall } from "../../core/useCall.ts";
import { CheckpointMark } from "../../parts/CheckpointMark.tsx";
import { Confirm } from "../../parts/Confirm.tsx";
import { attempt } from "../../shell/attempt.ts";

interface Props {
  readonly open: boolean;
  readonly selection: Selection;
  readonly selected: number;
  readonly onClose: () => void;
}

export function Retract({ open, selection, selected, onClose }: Props): ReactNode {
  const { data } = useCall("episodes", "consequences", { selection }, { enabled: open });
  const retract = (reason: string): void =>
    void attempt(
      () => invoke("episodes", "change", { selection, change: { kind: "retract", reason } }),
      ({ done }) => `${plural(done, "episode")} retracted.`,
    );
  return (
    <Confirm
      open={open}
      onClose={onClose}
      question={`Retract ${plural(selected, "episode")}?`}
      consequences={[
        ["leave learning", data === undefined ? "…" : count(data.episodes)],
        ["snapshots that go stale", data === undefined ? "…" : snapshots(data.snapshots)],
        ["checkpoints that learned from them", data === undefined ? "…" : checkpoints(data.checkpoints)],
      ]}
      note="Nothing is deleted now; undo for 30 days."
      verb={`Retract ${count(selected)}`}
      reason="Why"
      onConfirm={retract}
    />
  );
}

function snapshots(all: readonly { readonly hash: string; readonly cycle: number; readonly episodes: number }[]): ReactNode {
  if (all.length === 0) return "0";
  return `${all.length}: ${all.map(({ hash, cycle, episodes }) => `cycle ${cycle} ${hash.slice(0, 8)} (${count(episodes)})`).join(", ")}`;
}

function checkpoints(all: readonly { readonly id: string; readonly name: string; readonly status: string }[]): ReactNode {
  if (all.length === 0) return "0";
  return (
    <span className="row wrap end">
      {all.length}:
      {all.map((checkpoint) => (
        <CheckpointMark key={checkpoint.id} of={checkpoint} status={checkpoint.status} />
      ))}
    </span>
  );
}
