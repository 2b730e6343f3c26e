/** What a pool is made of: by task, bucket, source or cycle, largest first. In: a pool, a snapshot or now. Out: bars that open their rows. */
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import type { Inputs } from "../../../api/index.ts";
import { filterToSearch } from "../../../api/query.ts";
import { count } from "../../../report/words.ts";
import { useCall } from "../../core/useCall.ts";
import { Segments } from "../../parts/Segments.tsx";

type Input = Inputs["datasets"]["composition"];
type By = NonNullable<Input["by"]>;

const COLOURS = { ct: "var(--ct-fill)", sft: "var(--sft-fill)", rl: "var(--rl-fill)", quarantine: "var(--unv-fill)" } as const;

export function Composition({ input }: { readonly input: Input }): ReactNode {
  const [by, setBy] = useState<By>("task");
  const { data } = useCall("datasets", "composition", { ...input, by }, { keep: true });
  const most = Math.max(1, ...(data?.parts ?? []).map((part) => part.count));
  const { pool, snapshot } = input;
  return (
    <section>
      <header className="row between">
        <h2>
          In the pool <span className="t12 faint">{by === "task" ? "○ demonstrated at the start" : ""}</span>
        </h2>
        <Segments<By>
          label="By"
          value={by}
          options={[
            { value: "task", name: "Task" },
            { value: "bucket", name: "Bucket" },
            { value: "source", name: "Source" },
            { value: "cycle", name: "Cycle" },
          ]}
          onChange={setBy}
        />
      </header>
      <ul className="bar-rows">
        {data?.parts.map(({ name, count: n, demonstrated, filter }) => (
          <li key={name}>
            <Link to="/episodes" search={filterToSearch(snapshot === undefined ? filter : { ...filter, snapshot: [snapshot] })}>
              <span className="cut">
                {name}
                {demonstrated && by === "task" && <span title="demonstrated at the start"> ○</span>}
              </span>
              <span className="bar">
                <i style={{ width: `${(100 * n) / most}%`, background: COLOURS[pool] }} />
              </span>
              <span className="num">{count(n)}</span>
              <span className="num dim">{((100 * n) / Math.max(1, data.total)).toFixed(1)} %</span>
            </Link>
          </li>
        ))}
      </ul>
      {data !== undefined && data.parts.length === 0 && <p className="t12 dim">It is empty.</p>}
      {data !== undefined && data.parts.length > 0 && (
        <p className="t12 dim">
          {count(data.sources.demonstration + data.sources.requested)} from demonstrations ({count(data.sources.requested)} on request),{" "}
          {count(data.sources.person)} by people, {count(data.sources.self)} by the agent.
        </p>
      )}
    </section>
  );
}
