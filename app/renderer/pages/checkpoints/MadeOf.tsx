/** What a checkpoint is made of: who it comes from, what it learned, on what it was tried. Each part opens its rows. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { CheckpointView } from "../../../api/checkpoints.ts";
import { filterToSearch } from "../../../api/query.ts";
import { count } from "../../../report/words.ts";
import { CheckpointMark } from "../../parts/CheckpointMark.tsx";
import { CopyId } from "../../parts/CopyId.tsx";
import { bytes } from "../../parts/format.ts";
import { StageTag } from "../../parts/StageTag.tsx";

interface Props {
  readonly checkpoint: CheckpointView;
  readonly from: CheckpointView | null;
  readonly folder: string | undefined;
}

export function MadeOf({ checkpoint, from, folder }: Props): ReactNode {
  const { snapshot, trainedOn, gate, final } = checkpoint;
  const played = final ?? gate;
  const pools = [
    ["ct", "CT", "episodes"],
    ["sft", "SFT", "episodes"],
    ["rl", "RL", "rollouts"],
  ] as const;
  return (
    <section>
      <h2>
        What {checkpoint.name} is made of{" "}
        <span className="t12 faint">
          {bytes(checkpoint.bytes)}
          {folder !== undefined && `, in ${folder}`}
        </span>
      </h2>
      <div className="row wrap made-of">
        {from !== null && (
          <>
            <span className="link-chip">
              <CheckpointMark of={from} status={from.status} link />
            </span>
            <span aria-hidden="true">+</span>
          </>
        )}
        {trainedOn !== null &&
          snapshot !== null &&
          pools
            .filter(([pool]) => trainedOn[pool] > 0)
            .map(([pool, name, what]) => (
              <Link key={pool} to="/datasets/$pool/$snapshot" params={{ pool, snapshot }} className="link-chip">
                <StageTag of={name} /> {count(trainedOn[pool])} {what}
              </Link>
            ))}
        {snapshot !== null && (
          <>
            <span aria-hidden="true">→</span>
            <span className="link-chip">
              snapshot <CopyId id={snapshot} name={snapshot.slice(0, 8)} />
            </span>
          </>
        )}
        {played !== null && (
          <>
            <span aria-hidden="true">→</span>
            <Link
              to="/episodes"
              search={filterToSearch({ checkpoint: [checkpoint.id], purpose: [final === null ? "gate" : "final"] })}
              className="link-chip"
            >
              {final === null ? "gate" : "final"} seeds, {count(played.n)} episodes
            </Link>
          </>
        )}
      </div>
    </section>
  );
}
