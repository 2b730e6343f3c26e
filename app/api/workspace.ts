/**
 * The workspace as a whole: what rail, top bar, status bar, palette and Home show on every page. In: little. Out: counts, what waits for a
 * person, and a stream that says what has changed.
 */
import { eventIterator } from "@orpc/contract";
import { z } from "zod";
import { oc } from "./base.ts";
import { checkpointName, count, screenHash, time, verdictName } from "./values.ts";

/** Kinds of data; a view asks again when its kind is named in `watch`. */
export const TOPICS = [
  "episodes",
  "labels",
  "runs",
  "sessions",
  "datasets",
  "checkpoints",
  "tasks",
  "settings",
  "agents",
  "jobs",
  "acts",
  "views",
] as const;

/** One thing that waits for a person, most blocking first. `target` is the page that settles it. */
const waiting = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("approval"), session: z.string(), sentence: z.string(), since: time, until: time.nullable() }),
  z.object({ kind: z.literal("gate"), candidate: checkpointName, incumbent: checkpointName, sentence: z.string(), since: time }),
  z.object({ kind: z.literal("stopped"), run: z.string(), sentence: z.string(), since: time }),
  z.object({
    kind: z.literal("demonstrations"),
    request: z.int(),
    run: z.string(),
    task: z.string(),
    bucket: z.string(),
    wanted: count,
    since: time,
  }),
  z.object({ kind: z.literal("disk"), bytes: count, sentence: z.string() }),
]);

export const workspace = {
  status: oc.output(
    z.object({
      /** The folder's own name and its path. */
      name: z.string(),
      dir: z.string(),
      version: z.string(),
      core: z.object({ pid: z.int(), startedAt: time, node: z.string(), memoryBytes: count }),
      /** Browser that sessions and rollouts use, or null with what to do about it. */
      browser: z.object({ path: z.string(), source: z.string() }).nullable(),
      /** Tasks: those that belong to no suite of others. */
      counts: z.object({ episodes: count, steps: count, sessions: count, tasks: count, checkpoints: count, snapshots: count, runs: count }),
      /** Badges of the rail that wait for a person. */
      waits: z.object({ approvals: count, gates: count, demonstrations: count }),
      disk: z.object({ freeBytes: z.number(), databaseBytes: z.number() }),
      /** Episodes whose text is not searchable yet. */
      unindexed: count,
      /** A run that was under way when the last process ended: "go on?". */
      resumable: z.object({ run: z.string(), cycle: count, stage: z.string() }).nullable(),
    }),
  ),
  waiting: oc.output(z.array(waiting)),
  /** Says which topics changed since the last message (at most 4 a second); the first message comes at once and is empty. */
  watch: oc.output(eventIterator(z.object({ topics: z.array(z.enum(TOPICS)) }))),
  /** For the palette: best of each kind first. Empty text gives the most recent ones. */
  search: oc.input(z.object({ text: z.string().max(200), limit: z.int().min(1).max(50).default(8) })).output(
    z.object({
      tasks: z.array(z.object({ id: z.string(), summary: z.string() })),
      checkpoints: z.array(checkpointName.extend({ status: z.string() })),
      episodes: z.array(z.object({ id: z.string(), instruction: z.string(), verdict: verdictName.nullable(), screen: screenHash })),
      runs: z.array(z.object({ id: z.string() })),
    }),
  ),
};

const act = z.object({
  id: z.int(),
  /** `label`, `route`, `retract`, `mask`, `verdict`, `promote` … */
  kind: z.string(),
  /** What a person reads behind "Undo": "312 episodes: label over-shoots". */
  summary: z.string(),
  count,
  author: z.string(),
  at: time,
  /** Until when it can be undone. */
  until: time,
  undoneAt: time.nullable(),
});

/** Changes people made, newest first, and taking them back: a bulk act undoes as one. */
export const acts = {
  list: oc.input(z.object({ limit: z.int().min(1).max(200).default(20) })).output(z.array(act)),
  /** Without an id: the newest that can be undone. Refused when something else was built on it (a route changed again since, …), with the reason. */
  undo: oc.input(z.object({ id: z.int().optional() })).output(act),
};

const view = z.object({
  id: z.string(),
  name: z.string().min(1).max(80),
  /** The URL parameters of the list: query, sort, columns. */
  search: z.record(z.string(), z.string()),
});

/** Saved views of the episode list. */
export const views = {
  list: oc.output(z.array(view)),
  /** Adds a view, or changes the one with this id. */
  save: oc.input(view.partial({ id: true })).output(view),
  remove: oc.input(z.object({ id: z.string() })).output(z.object({})),
};
