/** Task by task, who passed what the other did not: differences with intervals, on one fixed axis. In: a comparison. Out: rows that open their episodes. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { filterToSearch } from "../../../api/query.ts";
import { count, signed } from "../../../report/words.ts";

type Comparison = Outputs["checkpoints"]["compare"];
type Row = Comparison["tasks"][number];

const REACH = 0.3;
const WIDTH = 178;
const x = (value: number): number => WIDTH / 2 + (Math.max(-REACH, Math.min(REACH, value)) / REACH) * (WIDTH / 2 - 4);

export function Forest({ comparison, on }: { readonly comparison: Comparison; readonly on: "gate" | "final" }): ReactNode {
  const { a, b, tasks, overall } = comparison;
  const opens = (task: string): Record<string, string> => filterToSearch({ task: [task], checkpoint: [a.id, b.id], purpose: [on] });
  return (
    <section>
      <h2>
        By task{" "}
        <span className="t12 faint">
          only {b.name.split("-")[0]} / only {a.name.split("-")[0]}; filled: 0 is outside
        </span>
      </h2>
      <table className="forest">
        <thead>
          <tr>
            <th scope="col">Task</th>
            <th scope="col" className="num">
              <span className="unseen">only one passed</span>
            </th>
            <th scope="col">
              <span className="unseen">interval</span>
              <svg width={WIDTH} height="14" aria-hidden="true">
                {[-0.2, -0.1, 0, 0.1, 0.2].map((tick) => (
                  <text key={tick} x={x(tick)} y="11" textAnchor="middle" className="axis">
                    {tick === 0 ? "0" : signed(tick).replace(/0$/, "")}
                  </text>
                ))}
              </svg>
            </th>
            <th scope="col" className="num">
              <span className="unseen">difference</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tasks.map((row) => (
            <tr key={row.task}>
              <th scope="row">
                <Link to="/episodes" search={opens(row.task)} className="plain-link">
                  {row.task}
                </Link>
              </th>
              <td className="num dim">
                {row.counts.onlyB} / {row.counts.onlyA}
              </td>
              <td>
                <Mark difference={row.difference} discordant={row.counts.onlyA + row.counts.onlyB} />
              </td>
              <td className="num" title={`${signed(row.difference.low)} to ${signed(row.difference.high)}, ${row.n} pairs`}>
                {signed(row.difference.estimate)}
                <span className="unseen">
                  , {signed(row.difference.low)} to {signed(row.difference.high)}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
        {overall !== null && (
          <tfoot>
            <tr>
              <th scope="row">all, {count(overall.n)} pairs</th>
              <td className="num">
                {overall.counts.onlyB} / {overall.counts.onlyA}
              </td>
              <td>
                <Summary difference={overall} />
              </td>
              <td className="num">
                <b>{signed(overall.estimate, overall.n)}</b>
              </td>
            </tr>
          </tfoot>
        )}
      </table>
    </section>
  );
}

function colourOf({ low, high }: Row["difference"]): string {
  if (low > 0) return "var(--up)";
  return high < 0 ? "var(--down)" : "var(--flat)";
}

function Frame({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <svg width={WIDTH} height="18" aria-hidden="true">
      {[-0.2, -0.1, 0.1, 0.2].map((tick) => (
        <path key={tick} d={`M${x(tick)} 0V18`} stroke="var(--chart-grid)" />
      ))}
      <path d={`M${x(0)} 0V18`} stroke="var(--chart-axis)" strokeDasharray="1.500 2.500" />
      {children}
    </svg>
  );
}

function Mark({ difference, discordant }: { readonly difference: Row["difference"]; readonly discordant: number }): ReactNode {
  const { estimate, low, high } = difference;
  const colour = colourOf(difference);
  const side = 5 + 1.3 * Math.sqrt(discordant);
  const middle = x(estimate ?? 0);
  return (
    <Frame>
      <path d={`M${x(low)} 9H${x(high)}`} stroke={colour} strokeWidth="1.600" />
      {low < -REACH && <path d="M6 5L2 9L6 13" fill="none" stroke={colour} strokeWidth="1.500" />}
      {high > REACH && <path d={`M${WIDTH - 6} 5L${WIDTH - 2} 9L${WIDTH - 6} 13`} fill="none" stroke={colour} strokeWidth="1.500" />}
      <rect
        x={middle - side / 2}
        y={9 - side / 2}
        width={side}
        height={side}
        fill={low > 0 || high < 0 ? colour : "var(--surface)"}
        stroke={colour}
        strokeWidth="1.400"
      />
    </Frame>
  );
}

function Summary({ difference }: { readonly difference: Row["difference"] }): ReactNode {
  const { estimate, low, high } = difference;
  const colour = colourOf(difference);
  return (
    <Frame>
      <path
        d={`M${x(low)} 9L${x(estimate ?? 0)} 4L${x(high)} 9L${x(estimate ?? 0)} 14Z`}
        fill={low > 0 || high < 0 ? colour : "var(--surface)"}
        stroke={colour}
        strokeWidth="1.400"
      />
    </Frame>
  );
}
