/**
 * What is done to many episodes at once, set by set: the same condition counts, names what cannot be done, and does it, so the number on a
 * button is the number that is done. In: a selection and a change. Out: counts; rows that carry the act's number, in one transaction.
 */
import { sql, type RawBuilder, type SqlBool } from "kysely";
import { AUTOMATIC } from "../../../flywheel/store/database.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import type { Change } from "../../api/episodes.ts";
import type { Outputs, Parsed } from "../../api/index.ts";
import { whereSelected } from "../reading/where.ts";
import { number, rows, run } from "../statements.ts";

type Previewed = Outputs["episodes"]["preview"];
type Reason = RawBuilder<string | null>;

const LEARNED = sql<SqlBool>`l.purpose in ('train', 'human')`;
const HAS_LABEL = (label: string) =>
  sql<SqlBool>`exists (select 1 from labels t where t.episode = l.episode and t.label = ${label} and t.step is null and t.removedBy is null)`;

/** Why a change cannot be done to an episode, as an SQL expression; null where it can. */
function obstacle(change: Change): Reason {
  switch (change.kind) {
    case "label":
      return sql`case when ${HAS_LABEL(change.label)} then 'have this label already' end`;
    case "unlabel":
      return sql`case when not exists (select 1 from labels t where t.episode = l.episode and t.label = ${change.label} and t.removedBy is null)
        then 'have no such label' end`;
    case "route":
      return sql`case when not ${LEARNED} then 'gate and final episodes are never learned from' when l.retracted then 'are retracted'
        when l.route = ${change.route} and l.routedBy <> ${AUTOMATIC} then 'are there already'
        when ${change.route} <> 'quarantine' and coalesce(l.verdict, 'unverified') in ('env-error', 'unverified')
        then 'in quarantine cannot be routed: nobody knows whether they passed' end`;
    case "route by the wheel":
      return sql`case when l.routedBy is null or l.routedBy = ${AUTOMATIC} then 'are where the wheel put them' end`;
    case "retract":
      return sql`case when l.retracted then 'are retracted already' when not ${LEARNED} then 'gate and final episodes are never learned from' end`;
    case "restore":
      return sql`case when not l.retracted then 'are not retracted' end`;
  }
}

/** What a change would do. */
export function preview(workspace: Workspace, { selection, change }: Parsed["episodes"]["preview"]): Previewed {
  const why: Reason = change.kind === "export" ? sql`null` : obstacle(change);
  const groups = rows(
    workspace,
    sql<{ why: string | null; n: number; steps: number }>`select ${why} as why, count(*) as n, sum(l.steps) as steps
      from episode_list l where ${whereSelected(selection)} group by 1 order by 2 desc`,
  );
  const done = groups.find((group) => group.why === null);
  return {
    selected: groups.reduce((sum, { n }) => sum + n, 0),
    done: done?.n ?? 0,
    steps: done?.steps ?? 0,
    refused: groups.flatMap((group) => (group.why === null ? [] : [{ reason: group.why, count: group.n }])),
    bytes: change.kind === "export" ? aboutBytes(workspace, whereSelected(selection), done?.n ?? 0) : 0,
  };
}

const SAMPLED = 100;

/** Size of the selected episodes' pictures, from a sample when there are many. */
function aboutBytes(workspace: Workspace, selected: RawBuilder<SqlBool>, count: number): number {
  const sample = sql`select l.episode from episode_list l where ${selected} order by l.number desc limit ${SAMPLED}`;
  const bytes = number(
    workspace,
    sql`select sum(length(b.png)) from blobs b where b.hash in (select s.nextScreenHash from steps s where s.episode in (${sample}))`,
  );
  return Math.round((bytes * count) / Math.max(1, Math.min(SAMPLED, count)));
}

export interface Done {
  /** Null when nothing was changed. */
  readonly act: number | null;
  readonly done: number;
  readonly summary: string;
  readonly refused: Previewed["refused"];
}

/** How long changes can be taken back, ms: labels and routes an hour, retractions 30 days. */
const HOUR = 3_600_000;
const UNDO_FOR: Readonly<Record<Change["kind"], number>> = {
  label: HOUR,
  unlabel: HOUR,
  route: HOUR,
  "route by the wheel": HOUR,
  retract: 720 * HOUR,
  restore: 720 * HOUR,
};

export function changeEpisodes(workspace: Workspace, { selection, change }: Parsed["episodes"]["change"], author: string): Done {
  return workspace.transaction(() => {
    const { refused } = preview(workspace, { selection, change });
    const act = workspace.acts.add({ kind: change.kind, summary: "", count: 0, author, until: Date.now() + UNDO_FOR[change.kind], undo: null });
    const possible = sql<SqlBool>`${whereSelected(selection)} and ${obstacle(change)} is null`;
    const done = apply(workspace, change, possible, act, author);
    const summary = `${done} ${done === 1 ? "episode" : "episodes"}: ${describe(change)}`;
    if (done === 0) workspace.acts.remove(act);
    else workspace.acts.count(act, done, summary);
    return { act: done === 0 ? null : act, done, summary, refused };
  });
}

function apply(workspace: Workspace, change: Change, possible: RawBuilder<SqlBool>, act: number, author: string): number {
  const now = Date.now();
  const current = sql`(select r.id from current_routes r where r.episode = l.episode)`;
  switch (change.kind) {
    case "label":
      return run(
        workspace,
        sql`insert into labels (episode, step, label, note, author, createdAt, act)
          select l.episode, null, ${change.label}, ${change.note}, ${author}, ${now}, ${act} from episode_list l where ${possible}`,
      );
    case "unlabel": {
      const episodes = number(workspace, sql`select count(*) from episode_list l where ${possible}`);
      run(
        workspace,
        sql`update labels set removedBy = ${act} where removedBy is null and label = ${change.label}
          and episode in (select l.episode from episode_list l where ${possible})`,
      );
      return episodes;
    }
    case "route":
      return run(
        workspace,
        sql`insert into routes (episode, route, author, reason, supersedes, createdAt, act)
          select l.episode, ${change.route}, ${author}, ${change.reason}, ${current}, ${now}, ${act} from episode_list l where ${possible}`,
      );
    case "route by the wheel":
      return run(
        workspace,
        sql`insert into routes (episode, route, author, reason, supersedes, createdAt, act)
          select l.episode, coalesce((select r.route from routes r where r.episode = l.episode and r.author = ${AUTOMATIC} order by r.id desc limit 1),
            'quarantine'), ${AUTOMATIC}, 'given back to the wheel', ${current}, ${now}, ${act} from episode_list l where ${possible}`,
      );
    case "retract":
    case "restore":
      return run(
        workspace,
        sql`insert into retractions (episode, action, reason, author, createdAt, act)
          select l.episode, ${change.kind}, ${change.reason}, ${author}, ${now}, ${act} from episode_list l where ${possible}`,
      );
  }
}

function describe(change: Change): string {
  switch (change.kind) {
    case "label":
      return `label ${change.label}`;
    case "unlabel":
      return `label ${change.label} taken away`;
    case "route":
      return `moved to ${change.route}`;
    case "route by the wheel":
      return "routed by the wheel again";
    case "retract":
      return "retracted";
    case "restore":
      return "restored";
  }
}
