/**
 * Lists of episodes at any size: a query's numbers are put in order and counted once, kept for a while, and cut into pages by position, so
 * that every page is as fast as the first. In: parsed API inputs. Out: API outputs. Runs in a reading worker.
 */
import { sql, type RawBuilder } from "kysely";
import type { Outputs, Parsed } from "../../api/index.ts";
import { NEWEST_FIRST, type EpisodeFilter, type EpisodeSort } from "../../api/query.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import { episodeRows } from "./episodeRows.ts";
import { column, number, rows, tuples } from "../statements.ts";
import { Kept, writtenIn, type Written } from "./kept.ts";
import { textQuery } from "./textQuery.ts";
import { where } from "./where.ts";

interface Query {
  readonly filter: EpisodeFilter;
  readonly asOf: number;
}

/** One page of a list. */
export function listEpisodes(workspace: Workspace, input: Parsed["episodes"]["list"]): Outputs["episodes"]["list"] {
  const started = performance.now();
  const { filter, sort, from, limit } = input;
  const newest = lastNumber(workspace);
  const asOf = input.asOf ?? newest;
  const numbers = inOrder(workspace, { filter, asOf }, sort);
  const typed = filter.q?.trim() ?? "";
  return {
    rows: episodeRows(workspace, [...numbers.subarray(from, from + limit)], filter.q),
    count: numbers.length,
    steps: talliesOf(workspace, { filter, asOf }).allSteps,
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
  const numbers = inOrder(workspace, { filter, asOf }, sort);
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

const [orders, tallies] = [new Kept<Uint32Array>(), new Kept<Tallies>()];

/** Numbers of the matching episodes in the order of a list. */
function inOrder(workspace: Workspace, query: Query, sort: EpisodeSort): Uint32Array {
  const [key, written] = [JSON.stringify([query, sort]), writtenIn(workspace)];
  const known = orders.get(key, written);
  if (known !== undefined) return known;
  const everything = Object.values(query.filter).every((value) => value === undefined);
  if (!everything || sort.by === "ended") return pass(workspace, query, sort, written).numbers;
  // The index of a column gives the order of all episodes in 10 ms. With a filter it takes 200: the row behind each entry must be looked up.
  const numbers = Uint32Array.from(column<number>(workspace, sql`select l.number from ${matching(query)} order by ${orderOf(sort, "indexed")}`));
  orders.put(key, numbers, written);
  return numbers;
}

function talliesOf(workspace: Workspace, query: Query): Tallies {
  const written = writtenIn(workspace);
  return tallies.get(JSON.stringify(query), written) ?? pass(workspace, query, NEWEST_FIRST, written).tallies;
}

/** Order and counts from one pass over the matching rows; whoever asked for the one is about to ask for the other. */
function pass(workspace: Workspace, query: Query, sort: EpisodeSort, written: Written): { readonly numbers: Uint32Array; readonly tallies: Tallies } {
  const found = tuples<[number, number]>(workspace, sql`select l.number, ${facetKey} from ${matching(query)} order by ${orderOf(sort, "sorted")}`);
  const [numbers, counted] = [Uint32Array.from(found, ([one]) => one), tally(found)];
  orders.put(JSON.stringify([query, sort]), numbers, written);
  tallies.put(JSON.stringify(query), counted, written);
  return { numbers, tallies: counted };
}

function matching({ filter, asOf }: Query): RawBuilder<unknown> {
  return sql`episode_list l where ${where(filter)} and l.number <= ${asOf}`;
}

/** `sorted`: with a + before the column, which keeps SQLite from its index. */
function orderOf({ by, descending }: EpisodeSort, how: "indexed" | "sorted"): RawBuilder<unknown> {
  // Ties in the same direction, so that an index of the column alone gives the whole order.
  const direction = sql.raw(descending ? "desc" : "asc");
  if (by === "ended") return sql`l.number ${direction}`;
  return sql`${sql.raw(how === "sorted" ? "+" : "")}l.${sql.ref(ORDERS[by])} ${direction}, l.number ${direction}`;
}

/** Counts by verdict and route, and two histograms. */
export function facets(workspace: Workspace, { filter, asOf }: Parsed["episodes"]["facets"]): Outputs["episodes"]["facets"] {
  const started = performance.now();
  const { count, verdicts, routes, steps, seconds } = talliesOf(workspace, { filter, asOf: asOf ?? lastNumber(workspace) });
  return {
    count,
    verdicts: named(VERDICT_CODES, verdicts),
    routes: named(ROUTE_CODES, routes),
    steps: stepBars(steps),
    seconds: SECONDS.map((from, i) => ({ from, count: seconds[i]! })).filter(({ count: bar }) => bar > 0),
    milliseconds: performance.now() - started,
  };
}

/** How many of a query's episodes are of each kind; arrays are indexed by codes, or by steps. */
interface Tallies {
  readonly count: number;
  readonly allSteps: number;
  readonly verdicts: readonly number[];
  readonly routes: readonly number[];
  readonly seconds: readonly number[];
  readonly steps: readonly number[];
}

/** One pass over plain numbers: sorting a hundred thousand rows into groups takes SQLite longer. */
function tally(found: readonly (readonly [number, number])[]): Tallies {
  const [verdicts, routes, seconds] = [VERDICT_CODES, ROUTE_CODES, SECONDS].map(({ length }) => Array.from({ length }, () => 0)) as Triple;
  const steps = Array.from({ length: MOST_STEPS + 1 }, () => 0);
  let allSteps = 0;
  for (const [, key] of found) {
    const own = Math.floor(key / 1024);
    verdicts[key & 7]!++;
    routes[(key >> 3) & 7]!++;
    seconds[(key >> 6) & 15]!++;
    steps[Math.min(own, MOST_STEPS)]!++;
    allSteps += own;
  }
  return { count: found.length, allSteps, verdicts, routes, seconds, steps };
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
  + 1024 * l.steps`;

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
