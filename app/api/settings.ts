/**
 * Settings of a workspace, every one with its default: `settings.get` gives them all, `settings.set` changes some. In: a partial object.
 * Out: the whole. None needs a restart: a change is used by the next session, run or picture.
 */
import { z } from "zod";
import { oc } from "./base.ts";
import { count } from "./values.ts";

/** When a session must ask a person before it acts. */
export const askRule = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("never") }),
  z.object({ kind: z.literal("always") }),
  /** Before clicking or pressing something whose words hold one of these, and before anything less likely than `below` (0 = never). */
  z.object({ kind: z.literal("some"), words: z.array(z.string().min(1)).max(50), below: z.number().min(0).max(1) }),
]);
export type AskRule = z.infer<typeof askRule>;

const byDefault = <Schema extends z.ZodType>(schema: Schema) => schema.prefault({} as z.input<Schema>);

export const settingsSchema = z.object({
  appearance: byDefault(
    z.object({
      theme: z.enum(["auto", "light", "dark"]).default("auto"),
      density: z.enum(["compact", "regular", "roomy"]).default("regular"),
      rail: z.enum(["wide", "narrow", "auto"]).default("auto"),
      /** Single-letter keys can be switched off (WCAG 2.1.4). */
      letterKeys: z.boolean().default(true),
    }),
  ),
  /** Command id → keys, only where they differ from the default. */
  shortcuts: z.record(z.string(), z.string()).default({}),
  /** Names the author of labels, routes and decisions; empty: the computer's user. */
  author: z.string().max(80).default(""),
  tasks: byDefault(
    z.object({
      /** Files with tasks of one's own (`flywheel tasks --task-module`), absolute paths. */
      modules: z.array(z.string().min(1)).max(100).default([]),
    }),
  ),
  browser: byDefault(
    z.object({
      /** Chrome or Chromium; empty: found by itself. */
      path: z.string().default(""),
      /** Browser contexts of a run in parallel; null: as its preset says. */
      contexts: z.int().min(1).max(32).nullable().default(null),
    }),
  ),
  sessions: byDefault(
    z.object({
      ask: askRule.default({ kind: "some", words: ["send", "buy", "pay", "order", "delete", "submit"], below: 0 }),
      /** After so long without an answer the session pauses; it never acts by itself. */
      approvalSeconds: z.int().min(1).max(3600).default(300),
      /** Steps of a free session at most. */
      freeSteps: z.int().min(1).max(500).default(60),
      /** Pause of an acting session between two steps, so that a person can follow. */
      stepMilliseconds: z.int().min(0).max(10_000).default(0),
      /** Frames per second of a live picture at most. */
      framesPerSecond: z.int().min(1).max(30).default(15),
      sound: z.boolean().default(false),
    }),
  ),
  budgets: byDefault(
    z.object({
      /** Jobs step back for live sessions and for the app itself: they run at a lower priority. */
      yieldToSessions: z.boolean().default(true),
      /** New work is refused below so much free space. */
      leastFreeBytes: z.number().min(0).default(1_000_000_000),
    }),
  ),
  gate: byDefault(
    z.object({
      /** `auto`: the gate promotes by itself. `ask`: a promotion waits for a person while the incumbent goes on acting. */
      promote: z.enum(["auto", "ask"]).default("auto"),
      /** So long a promotion can be taken back as one act. */
      undoHours: z.int().min(1).max(720).default(24),
    }),
  ),
  retention: byDefault(
    z.object({
      /** Screens of retracted, interrupted and quarantined episodes go after so many days; null: never. */
      screensDays: z.int().min(1).nullable().default(null),
      /** Checkpoints that neither act nor are anyone's parent; null: kept. */
      keepCheckpoints: z.int().min(1).nullable().default(null),
    }),
  ),
  privacy: byDefault(
    z.object({
      /** CSS selectors of fields that are masked besides password and payment fields, in pixels and typed text, before anything is stored. */
      maskSelectors: z.array(z.string().min(1).max(200)).max(100).default([]),
    }),
  ),
  notifications: byDefault(
    z.object({
      /** When a job of more than so many seconds ends. */
      jobsAfterSeconds: z.int().min(0).default(30),
      approvals: z.boolean().default(true),
    }),
  ),
  closing: byDefault(
    z.object({
      /** What the desktop app does with running jobs when its window closes. */
      runningJobs: z.enum(["ask", "go on", "stop"]).default("ask"),
    }),
  ),
});
export type Settings = z.infer<typeof settingsSchema>;

/** What may be deleted, by kind, and how much it frees. Nothing that a snapshot or a checkpoint in use needs is ever in it. */
const retentionItem = z.object({
  kind: z.enum(["screens", "perceptions", "thumbnails", "checkpoints", "snapshots"]),
  /** A sentence: "Screenshots of 312 interrupted and retracted episodes that no snapshot holds". */
  what: z.string(),
  items: count,
  bytes: count,
  /** What is lost, e.g. "those episodes can no longer be replayed". */
  consequence: z.string(),
});

export const settings = {
  get: oc.output(settingsSchema),
  /** Changes what is given (each section as a whole object of changed fields) and returns everything. */
  set: oc.input(z.record(z.string(), z.json())).output(settingsSchema),
  retention: oc.output(z.array(retentionItem)),
  /** Deletes kinds from `retention`; a job. Asks nothing: the caller has shown the consequences. */
  prune: oc.input(z.object({ kinds: z.array(retentionItem.shape.kind).min(1) })).output(z.object({ job: z.string() })),
};
