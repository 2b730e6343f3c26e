/** Two snapshots beside each other, or one and what would be built now: what came and what left, by task. Opens the episodes. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { count, plural } from "../../../report/words.ts";
import { useCall } from "../../core/useCall.ts";
import { Problem } from "../../parts/Problem.tsx";

type Snapshot = Outputs["datasets"]["snapshots"][number];

interface Props {
  readonly snapshot: Snapshot;
  /** `now`: as it would be built now. */
  readonly other: string;
  readonly snapshots: readonly Snapshot[];
  readonly pool: "ct" | "sft" | "rl";
  readonly onOther: (other: string) => void;
}

const MOST_IDS = 60;

export function Difference({ snapshot, other, snapshots, pool, onOther }: Props): ReactNode {
  // Read from old to new.
  const later = other === "now" || (snapshots.find(({ hash }) => hash === other)?.createdAt ?? 0) > snapshot.createdAt;
  const input = other === "now" ? { a: snapshot.hash, pool } : later ? { a: snapshot.hash, b: other, pool } : { a: other, b: snapshot.hash, pool };
  const { data, error } = useCall("datasets", "diff", input, { keep: true });
  const most = Math.max(1, ...(data?.byTask ?? []).map(({ added, removed }) => Math.max(added, removed)));
  const nameOf = (hash: string): string => (hash === "now" ? "now" : (snapshots.find((one) => one.hash === hash)?.name ?? hash.slice(0, 8)));
  const [from, to] = later ? [snapshot.hash, other] : [other, snapshot.hash];
  return (
    <section>
      <header className="row between">
        <h2>
          {nameOf(from)} → {nameOf(to)}{" "}
          {data !== undefined && (
            <span className="t12 faint num">
              {count(data.a)} → {count(data.b)}
            </span>
          )}
        </h2>
        <select aria-label="Compare with" className="run-picker" value={other} onChange={(event) => onOther(event.target.value)}>
          <option value="now">as it would be now</option>
          {snapshots
            .filter(({ hash }) => hash !== snapshot.hash)
            .map(({ hash, name }) => (
              <option key={hash} value={hash}>
                {name} {hash.slice(0, 8)}
              </option>
            ))}
        </select>
      </header>
      {error !== null && <Problem title="The difference could not be told" error={error} />}
      {data !== undefined && data.byTask.length === 0 && <p className="t12 dim">Nothing came and nothing left.</p>}
      <ul className="diff-rows">
        {data?.byTask.map(({ task, added, removed }) => (
          <li key={task}>
            <span className="cut">{task}</span>
            <span className="left">
              {removed > 0 && <span className="num">−{removed}</span>}
              <i style={{ width: `${(50 * removed) / most}%` }} />
            </span>
            <span className="right">
              <i style={{ width: `${(50 * added) / most}%` }} />
              {added > 0 && <span className="num">+{added}</span>}
            </span>
            <span className="num dim">{added - removed > 0 ? `+${added - removed}` : added - removed < 0 ? `−${removed - added}` : "0"}</span>
          </li>
        ))}
      </ul>
      {data !== undefined && data.added + data.removed > 0 && (
        <p className="t12 dim">
          {plural(data.removed, "episode")} left, {count(data.added)} came. <Opens ids={data.removedIds} text="Open those that left" />{" "}
          <Opens ids={data.addedIds} text="Open those that came" />
        </p>
      )}
    </section>
  );
}

function Opens({ ids, text }: { readonly ids: readonly string[]; readonly text: string }): ReactNode {
  if (ids.length === 0) return null;
  return (
    <Link to="/episodes" search={{ id: ids.slice(0, MOST_IDS).join(",") }} className="link">
      {text}
      {ids.length > MOST_IDS && ` (the first ${MOST_IDS})`}
    </Link>
  );
}
