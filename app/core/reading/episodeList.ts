/**
 * Lists of episodes at any size: a query's numbers are put in order once, kept for a while, and cut into pages by position, so that every
 * page is as fast as the first. In: parsed API inputs. Out: API outputs. Runs in a reading worker.
 */
import { sql } from "kysely";
import type { Outputs, Parsed } from "../../api/index.ts";
import type { EpisodeFilter, EpisodeSort } from "../../api/query.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import { episodeRows } from "./episodeRows.ts";
import { column, number, rows } from "../statements.ts";
import { textQuery } from "./textQuery.ts";
import { where } from "./where.ts";

type Query = { readonly filter: EpisodeFilter; readonly sort: EpisodeSort; readonly asOf: number };

interface Result {
  /** In the order of the list. */
  readonly numbers: Uint32Array;
  readonly steps: number;
  readonly at: number;
  /** What had been written then, by anybody and by people. */
  readonly writes: string;
  readonly acts: string;
}

/**
 * Results that are kept, and for how many ms while a run records more and more; while nobody writes they stay right, and what a person changed
 * is seen at once.
 */
const [KEPT, FRESH] = [24, 2000];

/** One page of a list. */
export function listEpisodes(workspace: Workspace, input: Parsed["episodes"]["list"]): Outputs["episodes"]["list"] {
  const started = performance.now();
  const { filter, sort, from, limit } = input;
  const newest = lastNumber(workspace);
  const asOf = input.asOf ?? newest;
  const { numbers, steps } = resultOf(workspace, { filter, sort, asOf });
  const typed = filter.q?.trim() ?? "";
  return {
    rows: episodeRows(workspace, [...numbers.subarray(from, from + limit)], filter.q),
    count: numbers.length,
    steps,
    total: number(workspace, sql`select count(*) from episode_list`),
    asOf,
    newer: newest > asOf ? countNewer(workspace, filter, asOf) : 0,
    unreadable: typed !== "" && textQuery(typed) === null ? "There is no word in it to search for." : null,
    milliseconds: performance.now() - started,
  };
}

/** Where an episode stands in a list. */
export function neighbours(workspace: Workspace, input: Parsed["episodes"]["neighbours"]): Outputs["episodes"]["neighbours"] {
  const { filter, sort, asOf = lastNumber(workspace), id } = input;
  const { numbers } = resultOf(workspace, { filter, sort, asOf });
  const own = number(workspace, sql`select number from episode_list where episode = ${id}`);
  const position = numbers.indexOf(own);
  const at = (place: number): string | null =>
    numbers[place] === undefined ? null : column<string>(workspace, sql`select episode from episode_list where number = ${numbers[place]}`)[0]!;
  if (position < 0) return { position: null, count: numbers.length, previous: null, next: at(0) };
  return { position, count: numbers.length, previous: at(position - 1), next: at(position + 1) };
}

/** How many matching episodes ended after `asOf`. */
export function countNewer(workspace: Workspace, filter: EpisodeFilter, asOf: number): number {
  return number(workspace, sql`select count(*) from episode_list l where l.number > ${asOf} and ${where(filter)}`);
}

/** Number of the episode that ended last. */
export function lastNumber(workspace: Workspace): number {
  return number(workspace, sql`select max(number) from episode_list`);
}

const results = new Map<string, Result>();

function resultOf(workspace: Workspace, query: Query): Result {
  const key = JSON.stringify(query);
  const known = results.get(key);
  const now = { writes: writesOf(workspace), acts: actsOf(workspace) };
  const isFresh = known !== undefined && known.acts === now.acts && performance.now() - known.at < FRESH;
  if (known !== undefined && (known.writes === now.writes || isFresh)) return known;
  const fresh = { ...inOrder(workspace, query), at: performance.now(), ...now };
  results.delete(key);
  results.set(key, fresh);
  if (results.size > KEPT) results.delete(results.keys().next().value!);
  return fresh;
}

/** Changes whenever anybody has written; a reader itself never does. */
function writesOf({ connection }: Workspace): string {
  return String(connection.pragma("data_version")[0]!["data_version"]);
}

function actsOf(workspace: Workspace): string {
  return column<string>(workspace, sql`select ifnull(max(id), 0) || ' ' || ifnull(max(undoneAt), 0) from acts`)[0]!;
}

/** Columns of the sorts; names of checkpoints begin with their cycle. */
const ORDERS: Readonly<Record<EpisodeSort["by"], string>> = {
  ended: "number",
  started: "startedAt",
  cycle: "cycle",
  task: "task",
  instruction: "instruction",
  verdict: "verdict",
  route: "route",
  steps: "steps",
  seconds: "seconds",
  seed: "seed",
  checkpoint: "checkpoint",
};

function inOrder(workspace: Workspace, { filter, sort, asOf }: Query): Pick<Result, "numbers" | "steps"> {
  const matching = sql`episode_list l where ${where(filter)} and l.number <= ${asOf}`;
  // Ties in the same direction, so that an index of the column alone gives the whole order.
  const direction = sql.raw(sort.descending ? "desc" : "asc");
  const order = sql`l.${sql.ref(ORDERS[sort.by])} ${direction}, l.number ${direction}`;
  return {
    // Each of the two finds what it needs in an index alone; together they would have to look at every row.
    numbers: Uint32Array.from(column<number>(workspace, sql`select l.number from ${matching} order by ${order}`)),
    steps: number(workspace, sql`select sum(l.steps) from ${matching}`),
  };
}

/** Counts by verdict and route, and two histograms. */
export function facets(workspace: Workspace, { filter, asOf }: Parsed["episodes"]["facets"]): Outputs["episodes"]["facets"] {
  const started = performance.now();
  const keys = column<number>(
    workspace,
    sql`select ${facetKey} from episode_list l where ${where(filter)} and l.number <= ${asOf ?? lastNumber(workspace)}`,
  );
  const [verdicts, routes, seconds] = [VERDICT_CODES, ROUTE_CODES, SECONDS].map(({ length }) => Array.from({ length }, () => 0)) as Triple;
  const steps = Array.from({ length: MOST_STEPS + 1 }, () => 0);
  // One pass over plain numbers: sorting a hundred thousand rows into groups takes SQLite longer.
  for (const key of keys) {
    verdicts[key & 7]!++;
    routes[(key >> 3) & 7]!++;
    seconds[(key >> 6) & 15]!++;
    steps[key >> 10]!++;
  }
  return {
    count: keys.length,
    verdicts: named(VERDICT_CODES, verdicts),
    routes: named(ROUTE_CODES, routes),
    steps: stepBars(steps),
    seconds: SECONDS.map((from, i) => ({ from, count: seconds[i]! })).filter(({ count }) => count > 0),
    milliseconds: performance.now() - started,
  };
}

type Triple = [number[], number[], number[]];

const VERDICT_CODES = ["pass", "fail", "truncated", "env-error", "unverified"] as const;
const ROUTE_CODES = ["SFT", "CT", "quarantine", "none"] as const;
/** Beginnings of bars that double in width: half a second is as far from a second as one minute from two. */
const SECONDS = [0, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512] as const;
const MOST_STEPS = 1000;
const STEPS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 16, 20, 25, 32, 50, 100, 200, 400] as const;

/** Verdict, route, seconds and steps of a row in one number: three bits, three bits, four bits, the rest. */
const facetKey = sql`(case l.verdict when 'pass' then 0 when 'fail' then 1 when 'truncated' then 2 when 'env-error' then 3 else 4 end)
  + (case l.route when 'SFT' then 0 when 'CT' then 8 when 'quarantine' then 16 else 24 end)
  + (case when l.seconds < 0.5 then 0 when l.seconds < 1 then 64 when l.seconds < 2 then 128 when l.seconds < 4 then 192 when l.seconds < 8 then 256
     when l.seconds < 16 then 320 when l.seconds < 32 then 384 when l.seconds < 64 then 448 when l.seconds < 128 then 512
     when l.seconds < 256 then 576 when l.seconds < 512 then 640 else 704 end)
  + 1024 * min(l.steps, ${sql.lit(MOST_STEPS)})`;

function named<Name extends string>(names: readonly Name[], counts: readonly number[]): Record<Name, number> {
  return Object.fromEntries(names.map((name, i) => [name, counts[i]!])) as Record<Name, number>;
}

/** Bars of one step each, up to the usual lengths; then ever wider ones, so that one long episode does not push all others into one bar. */
function stepBars(steps: readonly number[]): { from: number; count: number }[] {
  const bars = STEPS.map((from, i) => ({ from, count: steps.slice(from, STEPS[i + 1]).reduce((sum, count) => sum + count, 0) }));
  return bars.filter(({ count }) => count > 0);
}

/** Values of a field in the filtered episodes, most frequent first. */
export function fieldValues(workspace: Workspace, input: Parsed["episodes"]["values"]): Outputs["episodes"]["values"] {
  const { field, filter, starts, limit } = input;
  const value =
    field === "label"
      ? sql`t.label`
      : field === "check"
        ? sql`t."check"`
        : field === "route"
          ? sql`coalesce(l.route, 'none')`
          : sql`l.${sql.ref(field)}`;
  const others =
    field === "label"
      ? sql` join labels t on t.episode = l.episode and t.removedBy is null`
      : field === "check"
        ? sql` join filter_checks t on t.episode = l.episode and t.passed = 0`
        : sql``;
  const begins = starts === "" ? sql`` : sql` and ${value} like ${`${starts.replaceAll(/[\\%_]/g, "\\$&")}%`} escape '\\'`;
  const found = rows(
    workspace,
    sql<{ value: string | number; n: number }>`select ${value} as value, count(distinct l.number) as n from episode_list l${others}
      where ${where(filter)} and ${value} is not null${begins} group by 1 order by n desc, 1 limit ${limit}`,
  );
  return found.map((row) => ({ value: String(row.value), count: row.n }));
}
