/**
 * The list of episodes and everything done to many at once. In: a query (see `query.ts`). Out: rows by position, exact counts, changes that
 * undo as one. A list is frozen at `asOf`, so scrolling, "3 of 41" and a bulk act all speak of the same episodes; `newer` counts what came since.
 */
import { eventIterator } from "@orpc/contract";
import { z } from "zod";
import { oc } from "./base.ts";
import { episodeFilter, episodeSort, NEWEST_FIRST, selection } from "./query.ts";
import { actDone, checkpointName, count, roleName, routeCounts, routeName, screenHash, time, verdictCounts, verdictName } from "./values.ts";
import { PURPOSES } from "../../env/episode.ts";

/** A row: flat, sortable, small; one screen for the thumbnail. */
export const episodeRow = z.object({
  id: z.string(),
  /** Running number in the order episodes ended; what `asOf` counts. */
  number: z.int(),
  screen: screenHash,
  instruction: z.string(),
  task: z.string(),
  bucket: z.string(),
  seed: count,
  cycle: count,
  run: z.string().nullable(),
  purpose: z.enum(PURPOSES),
  role: roleName,
  verdict: verdictName.nullable(),
  /** The routing verdict is a person's. */
  judgedByPerson: z.boolean(),
  /** Why the verdict is what it is. */
  reason: z.string(),
  route: routeName.nullable(),
  routedByPerson: z.boolean(),
  checkpoint: checkpointName.nullable(),
  policy: z.string(),
  steps: count,
  seconds: z.number(),
  startedAt: time,
  labels: z.array(z.string()),
  retracted: z.boolean(),
  /** Where the words of `q` were found, with the surroundings when it was not the instruction; null without `q`. */
  match: z.object({ fields: z.array(z.enum(["instruction", "thought", "typed", "read"])), snippet: z.string() }).nullable(),
});
export type EpisodeRow = z.infer<typeof episodeRow>;

const listQuery = z.object({
  filter: episodeFilter,
  sort: episodeSort.default(NEWEST_FIRST),
  /** Absent: now. Pass back what the first answer said. */
  asOf: count.optional(),
});

/** Bars of a small histogram: `from` ≤ value < next `from`. */
const histogram = z.array(z.object({ from: z.number(), count }));

const consequences = z.object({
  episodes: count,
  /** Snapshots that hold any of them, and so cannot be built again as they are. */
  snapshots: z.array(z.object({ hash: z.string(), cycle: count, episodes: count })),
  /** Trained on those snapshots, directly or through a parent. */
  checkpoints: z.array(checkpointName.extend({ status: z.string(), direct: z.boolean() })),
});

/** What can be done to a selection. */
const change = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("label"), label: z.string().min(1).max(60), note: z.string().max(500).default("") }),
  z.object({ kind: z.literal("unlabel"), label: z.string() }),
  z.object({ kind: z.literal("route"), route: routeName, reason: z.string().max(500).default("") }),
  /** Back to what the wheel chooses by itself. */
  z.object({ kind: z.literal("route by the wheel") }),
  z.object({ kind: z.literal("retract"), reason: z.string().min(1).max(500) }),
  z.object({ kind: z.literal("restore"), reason: z.string().max(500).default("") }),
]);
export type Change = z.infer<typeof change>;

const refused = z.array(z.object({ reason: z.string(), count }));

export const episodes = {
  /** Rows `from` … `from + limit − 1` of the ordered result. */
  list: oc.input(listQuery.extend({ from: count.default(0), limit: z.int().min(1).max(500).default(100) })).output(
    z.object({
      rows: z.array(episodeRow),
      /** Rows of the whole result, and steps in them. */
      count,
      steps: count,
      /** Episodes of the workspace. */
      total: count,
      asOf: count,
      /** Matching episodes that ended after `asOf`. */
      newer: count,
      /** Text that could not be read as a search, with the reason; the rest was used. */
      unreadable: z.string().nullable(),
      milliseconds: z.number(),
    }),
  ),
  /** Counts of the filtered episodes by verdict and route, and two histograms to drag on. */
  facets: oc.input(z.object({ filter: episodeFilter, asOf: count.optional() })).output(
    z.object({
      count,
      verdicts: verdictCounts,
      routes: routeCounts,
      steps: histogram,
      seconds: histogram,
      milliseconds: z.number(),
    }),
  ),
  /** Values of a field with how many of the filtered episodes have them, most frequent first: what the query bar offers. */
  values: oc
    .input(
      z.object({
        field: z.enum(["task", "bucket", "cycle", "run", "checkpoint", "policy", "purpose", "role", "label", "check", "verdict", "route", "seed"]),
        filter: episodeFilter.default({}),
        /** Beginning of the value. */
        starts: z.string().default(""),
        limit: z.int().min(1).max(200).default(30),
      }),
    )
    .output(z.array(z.object({ value: z.string(), count }))),
  /** "3 of 41 in this list" and the way to the next: positions count from 0; null where the episode is not in the list. */
  neighbours: oc
    .input(listQuery.extend({ id: z.string() }))
    .output(z.object({ position: count.nullable(), count, previous: z.string().nullable(), next: z.string().nullable() })),
  /** What a change would do: the count on the button is the count that will be done; the rest is named. */
  preview: oc
    .input(z.object({ selection, change: change.or(z.object({ kind: z.literal("export") })) }))
    .output(z.object({ selected: count, done: count, refused, steps: count, bytes: z.number() })),
  /** Does it, all at once, and says what was done. */
  change: oc.input(z.object({ selection, change })).output(actDone.extend({ refused })),
  consequences: oc.input(z.object({ selection })).output(consequences),
  /** Writes the selected episodes (rows, screens) to a folder; a job. */
  export: oc.input(z.object({ selection, folder: z.string().min(1) })).output(z.object({ job: z.string() })),
  /** Ended episodes as they come, for lists that follow. */
  follow: oc.input(z.object({ filter: episodeFilter })).output(eventIterator(z.object({ newer: count }))),
};
