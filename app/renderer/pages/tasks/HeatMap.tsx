/** Success by task and cycle: the value in each cell, a frame around the chosen task, ▾ lower than before, ○ demonstrated. Cells open their trials. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { filterToSearch } from "../../../api/query.ts";
import { interval, rate, score } from "../../../report/words.ts";
import { known } from "../../parts/scores.ts";

type Heat = Outputs["tasks"]["heat"];
type Row = Heat["rows"][number];

/** A cell is marked when it is down by this much; less is noise with a few dozen seeds. */
const DROP = 0.1;

interface Props {
  readonly heat: Heat;
  readonly current: string | null;
  readonly search: Record<string, string>;
}

export function HeatMap({ heat, current, search }: Props): ReactNode {
  const { cycles, rows, on } = heat;
  const trials = rows[0]?.cells.find((cell) => cell.score !== null)?.score?.n ?? 0;
  const last = (row: Row): number => known(row.cells.findLast((cell) => cell.score !== null)?.score ?? null)?.estimate ?? -1;
  const ordered = rows.toSorted((a, b) => last(b) - last(a));
  return (
    <section>
      <h2>
        Success by task and cycle{" "}
        <span className="t12 faint" title={`▾: by ${rate(DROP)} or more; less is noise with so few seeds`}>
          ○ demonstrated; ▾ lower than before; a cell opens its {trials}
        </span>
      </h2>
      <div className="scroll" tabIndex={0} role="region" aria-label="Success by task and cycle">
        <table className="heat">
          <thead>
            <tr>
              <th scope="col">
                task, {trials} {on} seeds a cell
              </th>
              {cycles.map(({ cycle, fate, checkpoint }) => (
                <th key={cycle} scope="col" className="cycle" title={`${checkpoint.name}, ${fate}`}>
                  {cycle} {fate !== "promoted" && <span className={`fate ${fate}`}>{fate === "undecided" ? "◇" : fate}</span>}
                </th>
              ))}
              <th scope="col">95 %</th>
            </tr>
          </thead>
          <tbody>
            {ordered.map((row) => (
              <tr key={row.task} className={row.task === current ? "current" : ""}>
                <th scope="row">
                  <Link to="/tasks/$id" params={{ id: row.task }} search={search} resetScroll={false}>
                    <span className="cut">{row.task}</span>
                    {row.group === "demonstrated" && <span title="demonstrated at the start">○</span>}
                  </Link>
                </th>
                {row.cells.map((cell, i) => (
                  <Cell key={cell.cycle} row={row} at={i} />
                ))}
                <td>
                  <LastInterval row={row} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="row t11 dim heat-scale">
        0
        <span className="row steps" aria-hidden="true">
          {Array.from({ length: 9 }, (_, i) => (
            <i key={i} style={{ background: `var(--seq-${i})` }} />
          ))}
        </span>
        1 <span className="grow" />
        single cells are descriptive: many are looked at
      </p>
    </section>
  );
}

function Cell({ row, at }: { readonly row: Row; readonly at: number }): ReactNode {
  const cell = row.cells[at]!;
  const value = known(cell.score);
  if (value === null) return <td className="missing" title="not played" />;
  const before = known(row.cells[at - 1]?.score ?? null)?.estimate ?? null;
  // Room for rounding: .50 to .40 is a drop of .10.
  const dropped = before !== null && value.estimate <= before - DROP + 1e-9;
  const asked = row.demonstratedIn.includes(cell.cycle);
  const step = Math.min(8, Math.floor(value.estimate * 9));
  return (
    <td className="cell">
      <Link
        to="/episodes"
        search={filterToSearch(cell.filter)}
        style={{ background: `var(--seq-${step})`, color: `var(--on-seq-${step})` }}
        title={`${row.task}, cycle ${cell.cycle}: ${score(value)}, ${value.passes} of ${value.n}`}
        aria-label={`${row.task}, cycle ${cell.cycle}: ${score(value)}${dropped ? ", lower than before" : ""}${asked ? ", demonstrated" : ""}`}
      >
        {rate(value.estimate)}
        {dropped && <i aria-hidden="true">▾</i>}
        {asked && (
          <i className="asked" aria-hidden="true">
            ○
          </i>
        )}
      </Link>
    </td>
  );
}

function LastInterval({ row }: { readonly row: Row }): ReactNode {
  const value = known(row.cells.findLast((cell) => cell.score !== null)?.score ?? null);
  if (value === null) return null;
  const x = (at: number): number => 3 + at * 62;
  return (
    <>
      <svg width="68" height="18" aria-hidden="true">
        <path d="M3 9H65" stroke="var(--chart-grid)" />
        <path d={`M${x(value.low)} 9H${x(value.high)}`} stroke="var(--ink-2)" strokeWidth="1.800" />
        <rect x={x(value.estimate) - 3} y="6" width="6" height="6" fill="var(--ink)" />
      </svg>
      <span className="unseen">{interval(value, value.n)}</span>
    </>
  );
}
