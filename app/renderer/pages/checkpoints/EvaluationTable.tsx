/** All checkpoints with their scores, intervals and paired tests, newest first. In: checkpoints, their groups' sizes. Out: the current one. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { CheckpointView } from "../../../api/checkpoints.ts";
import { filterToSearch } from "../../../api/query.ts";
import { count, GROUP_WORDS, interval, pValue, rate, signed } from "../../../report/words.ts";
import { CheckpointMark } from "../../parts/CheckpointMark.tsx";
import { known, knownScores } from "../../parts/scores.ts";
import { shownAncestor } from "./lineage.ts";

interface Props {
  /** Those on the way included: they say who comes from whom. */
  readonly all: readonly CheckpointView[];
  readonly current: string;
  readonly onMove: (id: string) => void;
}

const GROUP_HEADS = { demonstrated: "Start", requested: "Asked", never: "Never" } as const;
const GROUPS = ["demonstrated", "requested", "never"] as const;

export function EvaluationTable({ all, current, onMove }: Props): ReactNode {
  const shown = all.filter(({ onTheWay }) => !onTheWay).toReversed();
  const on = shown.some(({ final }) => final !== null) ? "final" : "gate";
  const groups = GROUPS.filter((name) => shown.some((one) => one.groups[name] !== null));
  const sizes = Object.fromEntries(groups.map((name) => [name, shown.find((one) => one.groups[name] !== null)?.groups[name]?.tasks ?? 0]));
  const any = known(shown.map((one) => one[on]).find((one) => one !== null) ?? null);
  const views = new Map(all.map((one) => [one.id, one]));
  const ids = new Set(shown.map(({ id }) => id));
  return (
    <section>
      <h2>
        Evaluation{" "}
        <span className="t12 faint">
          {any === null
            ? "not played yet"
            : `${any.tasks} tasks × ${Math.round(any.n / any.tasks)} ${on} seeds; 95 % bootstrap by task; paired difference, exact one-sided sign test`}
        </span>
      </h2>
      <div className="scroll" tabIndex={0} role="region" aria-label="Evaluation">
        <table className="evaluation">
          <thead>
            <tr>
              <th scope="col">Checkpoint</th>
              <th scope="col">From</th>
              <th scope="col" className="num">
                All
              </th>
              <th scope="col" className="scale">
                <span>0</span>
                <span>.5</span>
                <span>1</span>
                <span className="unseen">, interval</span>
              </th>
              {groups.map((name) => (
                <th key={name} scope="col" className="num">
                  <abbr title={`${GROUP_WORDS[name]}, ${sizes[name]} tasks`}>
                    {GROUP_HEADS[name]} {sizes[name]}
                  </abbr>
                </th>
              ))}
              <th scope="col" className="num">
                Against
              </th>
              <th scope="col" className="num">
                p
              </th>
              <th scope="col" className="num">
                Steps
              </th>
              <th scope="col" className="num">
                SFT / CT
              </th>
              <th scope="col" className="num">
                Min
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => {
              const score = known(one[on]);
              const parts = knownScores(one.groups);
              const from = shownAncestor(one, views, ids);
              return (
                <tr key={one.id} className={one.id === current ? "current" : ""} onClick={() => onMove(one.id)}>
                  <th scope="row">
                    <CheckpointMark of={one} status={one.waits ? "candidate" : one.status} link />
                  </th>
                  <td className="dim">{from === null ? "start" : views.get(from)!.name.split("-")[0]}</td>
                  <td className="num">
                    {score === null ? (
                      "—"
                    ) : (
                      <Link
                        to="/episodes"
                        search={filterToSearch({ checkpoint: [one.id], purpose: [on] })}
                        className="plain-link"
                        title={`${score.passes} of ${score.n}; open them`}
                      >
                        <b>{rate(score.estimate, score.n)}</b> <span className="unseen">{interval(score, score.n)}</span>
                      </Link>
                    )}
                  </td>
                  <td>{score !== null && <Interval score={score} marks={groups.flatMap((name) => parts[name]?.estimate ?? [])} />}</td>
                  {groups.map((name) => (
                    <td key={name} className="num">
                      {rate(parts[name]?.estimate)}
                    </td>
                  ))}
                  <td className="num">
                    <Gain of={one.against} />
                  </td>
                  <td className="num">{one.against === null ? "—" : pValue(one.against.gain.p)}</td>
                  <td className="num">{one.steps === null ? "—" : one.steps.toFixed(1)}</td>
                  <td className="num">{one.trainedOn === null ? "—" : `${count(one.trainedOn.sft)} / ${count(one.trainedOn.ct)}`}</td>
                  <td className="num">{one.minutes === null ? "—" : one.minutes.toFixed(one.minutes < 10 ? 1 : 0)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Green and red need an interval without zero. */
function Gain({ of }: { readonly of: CheckpointView["against"] }): ReactNode {
  if (of === null || of.gain.estimate === null) return "—";
  const { estimate, low, high, n } = of.gain;
  const sure = low > 0 ? "up" : high < 0 ? "down" : "flat";
  return (
    <>
      <b className={sure}>{signed(estimate, n)}</b>{" "}
      <span className="dim">
        [{signed(low, n)}, {signed(high, n)}]
      </span>
    </>
  );
}

/** Line = 95 %, mark = estimate, ticks = groups of tasks. */
function Interval({
  score,
  marks,
}: {
  readonly score: { readonly estimate: number; readonly low: number; readonly high: number };
  readonly marks: readonly number[];
}): ReactNode {
  const x = (value: number): number => 2 + value * 96;
  return (
    <svg viewBox="0 0 100 16" width="84" height="16" preserveAspectRatio="none" aria-hidden="true">
      <path d="M2 8H98" stroke="var(--chart-grid)" />
      {marks.map((value, i) => (
        <path key={i} d={`M${x(value)} 4V12`} stroke="var(--ink-3)" strokeDasharray={i === 0 ? undefined : "1.5 1.5"} />
      ))}
      <path d={`M${x(score.low)} 8H${x(score.high)}`} stroke="var(--chart-line)" strokeWidth="3" />
      <path d={`M${x(score.estimate)} 3V13`} stroke="var(--chart-line)" strokeWidth="2" />
    </svg>
  );
}
