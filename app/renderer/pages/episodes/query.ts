/**
 * What the list shows, read from the URL and written back: filter, sort, columns, view. In: URL parameters. Out: a query for the core, and what
 * could not be read.
 */
import { filterFromSearch, NEWEST_FIRST, SORTS, type EpisodeFilter, type EpisodeSort, type ReadSearch } from "../../../api/query.ts";
import type { Search } from "../../urlSearch.ts";
import { COLUMNS, DEFAULT_COLUMNS, type ColumnId } from "./columns.tsx";

/** Parameters that are no filters. */
const OWN = ["sort", "cols", "view"] as const;

export interface ListQuery extends ReadSearch {
  readonly sort: EpisodeSort;
  readonly columns: readonly ColumnId[];
  readonly view: string | null;
  /** Parameters nobody knows: kept, and shown. */
  readonly unknown: readonly string[];
}

export function readQuery(search: Search): ListQuery {
  const read = filterFromSearch(search);
  const columns = search["cols"]?.split(",").filter((id): id is ColumnId => id in COLUMNS);
  return {
    ...read,
    sort: sortFrom(search["sort"]),
    columns: columns === undefined || columns.length === 0 ? DEFAULT_COLUMNS : columns,
    view: search["view"] ?? null,
    unknown: Object.entries(search).flatMap(([name, value]) => (isKnown(name, value) ? [] : [name])),
  };
}

function isKnown(name: string, value: string): boolean {
  if ((OWN as readonly string[]).includes(name)) return true;
  const { filter, broken } = filterFromSearch({ [name]: value });
  return broken.length > 0 || Object.keys(filter).length > 0;
}

/** `-seconds`: longest first. */
function sortFrom(text: string | undefined): EpisodeSort {
  const by = SORTS.find((name) => name === text?.replace(/^-/, ""));
  return by === undefined ? NEWEST_FIRST : { by, descending: text!.startsWith("-") };
}

/** Null for the order that needs no parameter. */
export function sortToSearch({ by, descending }: EpisodeSort): string | null {
  if (by === NEWEST_FIRST.by && descending === NEWEST_FIRST.descending) return null;
  return `${descending ? "-" : ""}${by}`;
}

/** Filter parameters of a URL, without sort, columns and view. */
export function filterNames(search: Search): string[] {
  return Object.keys(search).filter((name) => !(OWN as readonly string[]).includes(name));
}

/** The parameters that a saved view keeps. */
export function viewSearch(search: Search): Record<string, string> {
  return Object.fromEntries(Object.entries(search).filter(([name]) => name !== "view"));
}

export type Field = Exclude<keyof NonNullable<EpisodeFilter["not"]>, "id">;

/** Fields in the order the query bar offers them, each with what it is. */
export const FIELDS: Readonly<Record<Field | "steps" | "seconds", string>> = {
  verdict: "pass, fail, truncated, env-error, unverified",
  route: "SFT, CT, quarantine, none",
  task: "which task",
  cycle: "of the wheel",
  checkpoint: "who acted",
  steps: "3..16",
  seconds: "..10",
  label: "given by a person",
  is: "labelled, retracted, corrected, …",
  purpose: "train, gate, final, human",
  role: "demonstration, rollout, evaluation, …",
  policy: "who acted where no checkpoint did",
  bucket: "kind of instance",
  seed: "instance of the task",
  run: "which run",
  routedBy: "wheel or person",
  check: "a failed filter check",
  group: "rollout group",
  snapshot: "is part of it",
};

/** Fields whose values the core lists with counts. */
export const COUNTED = [
  "task",
  "bucket",
  "cycle",
  "run",
  "checkpoint",
  "policy",
  "purpose",
  "role",
  "label",
  "check",
  "verdict",
  "route",
  "seed",
] as const;
export const FLAGS = ["retracted", "labelled", "human", "corrected", "rejudged", "infeasible", "held-out", "incident", "explored", "forked"] as const;
