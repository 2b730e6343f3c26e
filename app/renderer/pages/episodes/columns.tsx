/** The columns a list can show. In: a row. Out: its cells; fixed widths, so that nothing reflows while scrolling. */
import type { ReactNode } from "react";
import type { EpisodeRow } from "../../../api/episodes.ts";
import type { EpisodeSort } from "../../../api/query.ts";
import { count } from "../../../report/words.ts";
import { CheckpointMark } from "../../parts/CheckpointMark.tsx";
import { clock, episodeName, fullTime, seconds } from "../../parts/format.ts";
import { StageTag } from "../../parts/StageTag.tsx";
import { Verdict } from "../../parts/Verdict.tsx";
import { aroundMatch, Marked } from "./Marked.tsx";

interface Column {
  readonly title: string;
  /** A track of the row's grid. */
  readonly width: string;
  readonly sort?: EpisodeSort["by"];
  readonly numeric?: boolean;
  readonly cell: (row: EpisodeRow, q: string) => ReactNode;
}

export const COLUMNS = {
  episode: { title: "Episode", width: "82px", sort: "ended", cell: ({ id }) => <span className="mono">{episodeName(id)}</span> },
  instruction: {
    title: "Instruction",
    width: "minmax(180px, 3fr)",
    sort: "instruction",
    cell: ({ instruction, match }, q) => (
      <span className="row">
        <span className="cut">
          <Marked text={instruction} q={q} />
        </span>
        {match !== null && !match.fields.includes("instruction") && (
          <span className="found" title={match.fields.join(", ")}>
            <Marked text={aroundMatch(match.snippet, q)} q={q} />
          </span>
        )}
      </span>
    ),
  },
  verdict: {
    title: "Verdict",
    width: "96px",
    sort: "verdict",
    cell: ({ verdict, judgedByPerson, reason }) => <Verdict of={verdict} byPerson={judgedByPerson} title={reason} />,
  },
  route: { title: "Stage", width: "54px", sort: "route", cell: ({ route, routedByPerson }) => <StageTag of={route} byPerson={routedByPerson} /> },
  reason: { title: "Reason", width: "minmax(120px, 2fr)", cell: ({ reason }) => <span className="dim">{reason}</span> },
  task: { title: "Task", width: "minmax(90px, 1fr)", sort: "task", cell: ({ task }) => task },
  bucket: { title: "Bucket", width: "minmax(80px, 1fr)", cell: ({ bucket }) => <span className="dim">{bucket}</span> },
  cycle: { title: "Cycle", width: "52px", sort: "cycle", numeric: true, cell: ({ cycle }) => cycle },
  seed: { title: "Seed", width: "72px", sort: "seed", numeric: true, cell: ({ seed }) => count(seed) },
  agent: {
    title: "Agent",
    width: "92px",
    sort: "checkpoint",
    cell: ({ checkpoint, policy }) => (checkpoint === null ? <span className="dim">{policy}</span> : <CheckpointMark of={checkpoint} />),
  },
  purpose: { title: "Purpose", width: "64px", cell: ({ purpose }) => <span className="dim">{purpose}</span> },
  role: { title: "Role", width: "96px", cell: ({ role }) => <span className="dim">{role}</span> },
  labels: {
    title: "Labels",
    width: "minmax(90px, 1fr)",
    cell: ({ labels }) =>
      labels.map((label) => (
        <span key={label} className="label-tag">
          {label}
        </span>
      )),
  },
  started: {
    title: "Started",
    width: "92px",
    sort: "started",
    cell: ({ startedAt }) => (
      <time className="dim" title={fullTime(startedAt)}>
        {clock(startedAt)}
      </time>
    ),
  },
  steps: { title: "Steps", width: "52px", sort: "steps", numeric: true, cell: ({ steps }) => steps },
  seconds: { title: "Seconds", width: "68px", sort: "seconds", numeric: true, cell: (row) => seconds(row.seconds) },
} as const satisfies Record<string, Column>;

export type ColumnId = keyof typeof COLUMNS;

export const DEFAULT_COLUMNS: readonly ColumnId[] = ["episode", "instruction", "verdict", "route", "reason", "steps", "seconds"];

export function columnOf(id: ColumnId): Column {
  return COLUMNS[id];
}

/** Tick box, thumbnail, then the columns. */
export function gridTemplate(columns: readonly ColumnId[]): string {
  return ["30px", "56px", ...columns.map((id) => COLUMNS[id].width)].join(" ");
}
