/** An episode query as SQL over `episode_list` (alias `l`). In: a parsed filter. Out: one condition; values always travel as parameters. */
import { sql, type RawBuilder, type SqlBool } from "kysely";
import type { EpisodeFilter, Selection } from "../../api/query.ts";
import { AUTOMATIC } from "../../../flywheel/store/database.ts";
import { textQuery } from "./textQuery.ts";

type Condition = RawBuilder<SqlBool>;
type Fields = NonNullable<EpisodeFilter["not"]>;

/** Columns that hold the value itself. */
const COLUMNS = {
  verdict: "verdict",
  purpose: "purpose",
  role: "role",
  run: "run",
  cycle: "cycle",
  task: "task",
  bucket: "bucket",
  seed: "seed",
  checkpoint: "checkpoint",
  policy: "policy",
  group: "groupId",
  id: "episode",
} as const satisfies Partial<Record<keyof Fields, string>>;

const FLAGS: Readonly<Record<NonNullable<Fields["is"]>[number], Condition>> = {
  retracted: sql`l.retracted = 1`,
  labelled: sql`l.labels > 0`,
  human: sql`(l.human = 1 or l.purpose = 'human')`,
  corrected: sql`l.corrected = 1`,
  rejudged: sql`l.rejudged = 1`,
  infeasible: sql`l.feasible = 0`,
  "held-out": sql`l.heldOut = 1`,
  incident: sql`l.incident = 1`,
  explored: sql`l.explored = 1`,
  forked: sql`l.forked = 1`,
};

/** Everything that matches. */
export function where(filter: EpisodeFilter): Condition {
  const { q, steps, seconds, started, not, ...fields } = filter;
  const all = conditions(fields);
  for (const [column, range] of [
    ["steps", steps],
    ["seconds", seconds],
    ["startedAt", started],
  ] as const) {
    if (range?.from !== undefined) all.push(sql`l.${sql.ref(column)} >= ${range.from}`);
    if (range?.to !== undefined) all.push(sql`l.${sql.ref(column)} <= ${range.to}`);
  }
  if (not !== undefined) for (const condition of conditions(not)) all.push(sql`not coalesce(${condition}, 0)`);
  const text = q === undefined ? null : textQuery(q);
  if (text !== null) all.push(sql`l.number in (select rowid from episode_text where episode_text match ${text})`);
  return joined(all);
}

/** The episodes of a selection. */
export function whereSelected(selection: Selection): Condition {
  if (selection.kind === "ids") return sql`l.episode in ${list(selection.ids)}`;
  const { filter, asOf, except } = selection;
  const inQuery = sql<SqlBool>`${where(filter)} and l.number <= ${asOf}`;
  return except.length === 0 ? inQuery : sql`${inQuery} and l.episode not in ${list(except)}`;
}

function joined(all: readonly Condition[]): Condition {
  return all.length === 0 ? sql`1` : sql`${sql.join(all, sql` and `)}`;
}

/** Any number of values as one parameter: SQLite allows only so many. */
function list(values: readonly (string | number)[]): RawBuilder<unknown> {
  return sql`(select value from json_each(${JSON.stringify(values)}))`;
}

function conditions(fields: Fields): Condition[] {
  const all: Condition[] = [];
  for (const [name, column] of Object.entries(COLUMNS)) {
    const values = fields[name as keyof typeof COLUMNS];
    if (values !== undefined) all.push(sql`l.${sql.ref(column)} in ${list(values)}`);
  }
  const { route, routedBy, label, check, snapshot, is } = fields;
  if (route !== undefined) all.push(sql`coalesce(l.route, 'none') in ${list(route)}`);
  if (routedBy !== undefined)
    all.push(sql`case when l.routedBy is null then '' when l.routedBy = ${AUTOMATIC} then 'wheel' else 'person' end in ${list(routedBy)}`);
  if (label !== undefined) all.push(sql`l.episode in (select episode from labels where removedBy is null and label in ${list(label)})`);
  if (check !== undefined) {
    all.push(sql`l.episode in (
      select f.episode from filter_checks f join verdicts v on v.id = f.verdict and v.routing = 1 where f.passed = 0 and f."check" in ${list(check)})`);
  }
  if (snapshot !== undefined) {
    const any = snapshot.map((start) => sql<SqlBool>`(m.snapshot >= ${start} and m.snapshot < ${`${start}g`})`);
    all.push(sql`l.episode in (select m.episode from snapshot_members m where ${sql.join(any, sql` or `)})`);
  }
  if (is !== undefined) all.push(...is.map((flag) => FLAGS[flag]));
  return all;
}
