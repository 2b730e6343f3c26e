/**
 * The one episode query of the project: the list's URL, the API, saved views, bulk acts and the CLI all speak it.
 * In: typed fields. Out: a schema, and its text form in a URL (`filterToSearch`, `filterFromSearch`).
 * Values of one field are alternatives, fields are combined with "and", `not` takes away.
 */
import { z } from "zod";
import { PURPOSES } from "../../env/episode.ts";
import { count, roleName, routeName, verdictName } from "./values.ts";

const words = z.array(z.string()).min(1);
/** Both ends belong to it; an absent end is open. */
const range = z.object({ from: z.number().optional(), to: z.number().optional() });

/** What an episode can be filtered by, and left out by. */
const fields = {
  verdict: z.array(verdictName).min(1).optional(),
  /** `none`: not routed. */
  route: z
    .array(z.union([routeName, z.literal("none")]))
    .min(1)
    .optional(),
  /** Who chose the route: the wheel or a person. */
  routedBy: z
    .array(z.enum(["wheel", "person"]))
    .min(1)
    .optional(),
  purpose: z.array(z.enum(PURPOSES)).min(1).optional(),
  role: z.array(roleName).min(1).optional(),
  run: words.optional(),
  cycle: z.array(count).min(1).optional(),
  task: words.optional(),
  bucket: words.optional(),
  seed: z.array(count).min(1).optional(),
  /** Checkpoint ids. */
  checkpoint: words.optional(),
  /** Who acted where no checkpoint did: `oracle`, `random`, `person` … */
  policy: words.optional(),
  label: words.optional(),
  /** Rollout group. */
  group: words.optional(),
  /** A failed filter check: `not-duplicate`, `length`, … */
  check: words.optional(),
  /** Id of the snapshot (hash or its beginning) that holds the episode. */
  snapshot: words.optional(),
  /** `retracted`, `labelled`, `human` (a person acted in it), `corrected` (a person changed or refused a proposed action), `rejudged` (verdicts
   *  differ), `infeasible`, `held-out` (held-out template), `incident`, `explored` (an action drawn by exploration), `forked`. */
  is: z
    .array(z.enum(["retracted", "labelled", "human", "corrected", "rejudged", "infeasible", "held-out", "incident", "explored", "forked"]))
    .min(1)
    .optional(),
  id: words.optional(),
} as const;

export const episodeFilter = z.strictObject({
  ...fields,
  /** Words in instruction, thought, typed and read text; all must occur, the last one may be unfinished. `"exact phrase"`, `read:lamp`. */
  q: z.string().max(500).optional(),
  steps: range.optional(),
  seconds: range.optional(),
  /** Start of the episode, Unix milliseconds. */
  started: range.optional(),
  not: z.strictObject(fields).optional(),
});
export type EpisodeFilter = z.infer<typeof episodeFilter>;

export const SORTS = ["ended", "started", "cycle", "task", "instruction", "verdict", "route", "steps", "seconds", "seed", "checkpoint"] as const;
/** Newest first when none is given. Ties go by `ended`, in the same direction. */
export const episodeSort = z.object({ by: z.enum(SORTS), descending: z.boolean() });
export type EpisodeSort = z.infer<typeof episodeSort>;
export const NEWEST_FIRST: EpisodeSort = { by: "ended", descending: true };

/**
 * What a bulk act is done to. The selection is the query: everything that matches among the episodes known up to `asOf` (a number
 * that every list answer carries), less the ids in `except`; what arrived since is left out.
 */
export const selection = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("query"), filter: episodeFilter, asOf: count, except: z.array(z.string()).max(10_000).default([]) }),
  z.object({ kind: z.literal("ids"), ids: z.array(z.string()).min(1).max(10_000) }),
]);
export type Selection = z.infer<typeof selection>;

const LISTS = Object.keys(fields) as (keyof typeof fields)[];
const RANGES = ["steps", "seconds", "started"] as const;
const NUMBERS: ReadonlySet<string> = new Set(["cycle", "seed"]);

/** The filter as URL parameters: `verdict=fail,truncated`, `steps=3..16`, `not.task=log-in`, `q=lamp`. */
export function filterToSearch(filter: EpisodeFilter): Record<string, string> {
  const search: Record<string, string> = {};
  const put = (prefix: string, own: NonNullable<EpisodeFilter["not"]>): void => {
    for (const name of LISTS) {
      const values = own[name];
      if (values !== undefined) search[prefix + name] = values.map((value) => String(value).replaceAll(",", "\\,")).join(",");
    }
  };
  put("", filter);
  if (filter.not !== undefined) put("not.", filter.not);
  for (const name of RANGES) {
    const { from, to } = filter[name] ?? {};
    if (from !== undefined || to !== undefined) search[name] = `${from ?? ""}..${to ?? ""}`;
  }
  if (filter.q !== undefined && filter.q !== "") search["q"] = filter.q;
  return search;
}

export interface ReadSearch {
  readonly filter: EpisodeFilter;
  /** Parameters that name a field but do not parse (`verdict=green`), with the reason: shown as broken chips. */
  readonly broken: readonly { readonly name: string; readonly text: string; readonly why: string }[];
}

/** Reads URL parameters; each that does not parse is left out and named. Parameters of other names are ignored. */
export function filterFromSearch(search: Readonly<Record<string, unknown>>): ReadSearch {
  let filter: EpisodeFilter = {};
  const broken: { name: string; text: string; why: string }[] = [];
  for (const [name, value] of Object.entries(search)) {
    const text = typeof value === "string" ? value : String(value);
    const part = parameter(name, text);
    if (part === null) continue;
    const merged = part.not === undefined ? { ...filter, ...part } : { ...filter, not: { ...filter.not, ...part.not } };
    const parsed = episodeFilter.safeParse(merged);
    if (parsed.success) filter = parsed.data;
    else broken.push({ name, text, why: parsed.error.issues[0]?.message ?? "not a value of this field" });
  }
  return { filter, broken };
}

/** One parameter as a part of a filter, not yet checked; null when it is none of ours. */
function parameter(name: string, text: string): { readonly not?: object; readonly [field: string]: unknown } | null {
  if (name === "q") return { q: text };
  if ((RANGES as readonly string[]).includes(name)) {
    const [from = "", to = ""] = text.split("..");
    return { [name]: { ...(from === "" ? {} : { from: Number(from) }), ...(to === "" ? {} : { to: Number(to) }) } };
  }
  const field = name.startsWith("not.") ? name.slice(4) : name;
  if (!(LISTS as readonly string[]).includes(field)) return null;
  const values = text.split(/(?<!\\),/).map((one) => one.replaceAll("\\,", ","));
  const own = { [field]: NUMBERS.has(field) ? values.map(Number) : values };
  return name === field ? own : { not: own };
}
