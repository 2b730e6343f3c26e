/** The current row in large: its picture, what is known about it, its steps, its labels. In: a row. Out: the way to its replay. */
import { Link } from "@tanstack/react-router";
import { useDeferredValue, type ReactNode } from "react";
import type { EpisodeRow } from "../../../api/episodes.ts";
import { screenUrl } from "../../../api/urls.ts";
import { plural } from "../../../report/words.ts";
import { useCall } from "../../core/useCall.ts";
import { ActionGlyph, actionTarget } from "../../parts/ActionGlyph.tsx";
import { CheckpointMark } from "../../parts/CheckpointMark.tsx";
import { CopyId } from "../../parts/CopyId.tsx";
import { clock, episodeName, fullTime, seconds } from "../../parts/format.ts";
import { Keys } from "../../parts/Keys.tsx";
import { Picture } from "../../parts/Picture.tsx";
import { SpriteFrame } from "../../parts/SpriteFrame.tsx";
import { StageTag } from "../../parts/StageTag.tsx";
import { Verdict } from "../../parts/Verdict.tsx";
import type { Search } from "../../urlSearch.ts";
import { Marked } from "./Marked.tsx";

const FRAMES = 6;
/** While one moves fast through the list no screens are loaded, ms. */
const PASSED_BY = 60;

export function Preview({ row, q, replaySearch }: { readonly row: EpisodeRow; readonly q: string; readonly replaySearch: Search }): ReactNode {
  // While one moves fast through the list only the row's own data is shown.
  const settled = useDeferredValue(row.id);
  const { data: episode } = useCall("episode", "get", { id: settled }, { keep: true });
  const full = episode?.row.id === row.id ? episode : null;
  const facts: [string, ReactNode][] = [
    ["Reason", row.reason === "" ? "—" : row.reason],
    ["Agent", row.checkpoint === null ? row.policy : <CheckpointMark key="agent" of={row.checkpoint} link />],
    ["Task", <TaskLink key="task" row={row} />],
    ["Ran", `${plural(row.steps, "step")}, ${seconds(row.seconds)} s, cycle ${row.cycle}`],
    [
      "Started",
      <time key="time" title={fullTime(row.startedAt)}>
        {clock(row.startedAt)}
      </time>,
    ],
  ];
  if (row.match !== null)
    facts.push([
      "Matched",
      <span key="match">
        {row.match.fields.join(", ")} <Marked text={row.match.snippet} q={q} />
      </span>,
    ]);
  if (full !== null && full.usedBy.length > 0)
    facts.push(["Used by", full.usedBy.map(({ pool, cycle }) => `${pool.toUpperCase()} in cycle ${cycle}`).join(", ")]);
  return (
    <aside className="preview" aria-label="Preview">
      <div className="row">
        <CopyId id={row.id} name={episodeName(row.id)} />
        <Verdict of={row.verdict} byPerson={row.judgedByPerson} />
        <StageTag of={row.route} byPerson={row.routedByPerson} />
        <span className="grow" />
        <Link to="/episodes/$id" params={{ id: row.id }} search={replaySearch} className="button small">
          Replay <Keys of="list.open" />
        </Link>
      </div>
      <Link to="/episodes/$id" params={{ id: row.id }} search={replaySearch} tabIndex={-1} aria-hidden="true">
        <Picture className="shot" url={screenUrl(row.screen)} delay={PASSED_BY} alt="" />
      </Link>
      <p className="statement">
        <Marked text={row.instruction} q={q} />
      </p>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {full !== null && full.steps.length > 0 && (
        <>
          <h2 className="t12">Steps</h2>
          <ol className="few-steps">
            {full.steps.slice(0, FRAMES).map((step) => (
              <li key={step.index}>
                <Link to="/episodes/$id" params={{ id: row.id }} search={{ ...replaySearch, step: String(step.index + 1) }}>
                  <SpriteFrame episode={row.id} step={step.index} width={98} />
                  <span className="t11 dim cut">
                    <span className="unseen">Step </span>
                    {step.index + 1} <ActionGlyph of={step.action} size={11} /> {actionTarget(step.action, step.target)}
                  </span>
                </Link>
              </li>
            ))}
          </ol>
          {full.steps.length > FRAMES && <p className="t11 faint">{full.steps.length - FRAMES} more</p>}
        </>
      )}
      {row.labels.length > 0 && (
        <div className="row wrap">
          {row.labels.map((label) => (
            <span key={label} className="label-tag">
              {label}
            </span>
          ))}
        </div>
      )}
    </aside>
  );
}

function TaskLink({ row }: { readonly row: EpisodeRow }): ReactNode {
  return (
    <>
      <Link to="/tasks/$id" params={{ id: row.task }} className="link">
        {row.task}
      </Link>{" "}
      <span className="dim">
        {row.bucket}, seed {row.seed}
      </span>
    </>
  );
}
