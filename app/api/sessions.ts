/**
 * Live sessions: an agent or a person acts in a browser of the core while people watch, approve, take over. Every session is recorded as an
 * episode from its first step. The picture comes over `/live/<session>` (see `frames.ts`), everything else over `watch`.
 *
 * States: `starting` → `acting` ⇄ `asking` | `paused` | `yours` (a person's hands) → `ended`. A proposal that is not answered in time pauses the
 * session; nothing is ever done without its answer.
 */
import { eventIterator } from "@orpc/contract";
import { z } from "zod";
import { actionSchema } from "../../env/action.ts";
import { oc } from "./base.ts";
import { askRule } from "./settings.ts";
import { checkpointName, count, screenHash, stepCall, time, verdictName, viewport } from "./values.ts";

export const SESSION_STATES = ["starting", "acting", "asking", "paused", "yours", "ended"] as const;

const agent = z.discriminatedUnion("kind", [
  /** The acting checkpoint (of the newest run) when no id is given. */
  z.object({ kind: z.literal("checkpoint"), id: z.string().optional(), temperature: z.number().min(0).max(5).default(0) }),
  /** `oracle`, `random`, `noop`, `always-fail`. */
  z.object({ kind: z.literal("scripted"), name: z.string() }),
  /** A model on a server, by the name that `flywheel agents` gave it. */
  z.object({ kind: z.literal("remote"), name: z.string() }),
  /** Nobody: a person acts from the start ("try it yourself"). */
  z.object({ kind: z.literal("person") }),
]);

const what = z.discriminatedUnion("kind", [
  /** Without a seed: a fresh training seed (of this bucket, if one is named). `request`: the demonstration request that it answers. */
  z.object({
    kind: z.literal("task"),
    task: z.string(),
    seed: count.optional(),
    bucket: z.string().optional(),
    request: z.int().optional(),
  }),
  /** A real page. `allow`: origins the page may reach ("https://example.org", or "*"); its own origin always belongs to it. */
  z.object({
    kind: z.literal("url"),
    url: z.url({ protocol: /^https?$/ }),
    instruction: z.string().min(1).max(2000),
    allow: z.array(z.string()).max(50).default([]),
    viewport: viewport.default({ width: 1280, height: 800 }),
  }),
  /** The recorded actions before `step` are carried out again, then the agent goes on. Refused when the screens drift on the way. */
  z.object({ kind: z.literal("fork"), episode: z.string(), step: count }),
]);

/** What the agent wants to do and waits to be allowed. */
export const pending = z.object({
  /** Names this proposal: an answer to an older one is refused. */
  number: count,
  action: actionSchema,
  sentence: z.string(),
  target: z.string(),
  thought: z.string().nullable(),
  probability: z.number().nullable(),
  value: z.number().nullable(),
  alternatives: z.array(z.object({ action: actionSchema, sentence: z.string(), target: z.string(), probability: z.number().nullable() })),
  /** Why a person is asked: the rule in words, or "single step". */
  why: z.string(),
  /** When the session pauses if nobody answers; null: it waits (single step). */
  until: time.nullable(),
});
export type Pending = z.infer<typeof pending>;

/** A tile. */
export const sessionView = z.object({
  /** `s-07`, counted from the start of the workspace. */
  id: z.string(),
  state: z.enum(SESSION_STATES),
  task: z.string().nullable(),
  url: z.string().nullable(),
  instruction: z.string(),
  seed: count.nullable(),
  bucket: z.string().nullable(),
  viewport,
  agent: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("checkpoint"), checkpoint: checkpointName }),
    z.object({ kind: z.literal("scripted"), name: z.string() }),
    z.object({ kind: z.literal("remote"), name: z.string() }),
    z.object({ kind: z.literal("person") }),
  ]),
  /** Null until its first screen is recorded. */
  episode: z.string().nullable(),
  steps: count,
  maxSteps: count,
  startedAt: time,
  /** Last step, approval or input. */
  activeAt: time,
  pending: pending.nullable(),
  /** Why it is paused, or why it ended, in one sentence. */
  note: z.string(),
  verdict: verdictName.nullable(),
  screen: screenHash.nullable(),
  ask: askRule,
  /** What asking a model on a server has taken; null for other agents. Tokens and cost: null where the server does not tell. */
  asked: z
    .object({
      answers: count,
      promptTokens: z.number().nullable(),
      completionTokens: z.number().nullable(),
      costUsd: z.number().nullable(),
      latencyMs: z.number(),
      /** Answers that were no action, and what was wrong with the last of them. */
      unreadable: count,
      lastUnreadable: z.string().nullable(),
      /** Requests that were sent again. */
      retries: count,
    })
    .nullable(),
});
export type SessionView = z.infer<typeof sessionView>;

const stepLine = z.object({
  index: count,
  action: actionSchema,
  sentence: z.string(),
  target: z.string(),
  actor: z.enum(["agent", "person", "copied"]),
  /** What the agent had wanted, where a person decided otherwise. */
  proposed: z.string().nullable(),
  thought: z.string().nullable(),
  screen: screenHash,
  seconds: z.number(),
  /** Null: no model on a server was asked for it. */
  call: stepCall.nullable(),
});

/** A raw event of the person who has taken over; points are CSS px of the page. */
export const inputEvent = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("move"), x: z.number(), y: z.number() }),
  z.object({
    kind: z.enum(["down", "up"]),
    x: z.number(),
    y: z.number(),
    button: z.enum(["left", "middle", "right"]),
    /** As the browser counts: 2 for a double click. */
    count: z.int().min(1).max(3),
    modifiers: z.array(z.enum(["Alt", "Control", "Meta", "Shift"])).default([]),
  }),
  z.object({ kind: z.literal("wheel"), x: z.number(), y: z.number(), dx: z.number(), dy: z.number() }),
  /** A key with `KeyboardEvent.key` names; characters are typed, everything else is pressed. */
  z.object({ kind: z.literal("key"), key: z.string().min(1).max(40), modifiers: z.array(z.enum(["Alt", "Control", "Meta", "Shift"])).default([]) }),
  /** Text that was composed or pasted. */
  z.object({ kind: z.literal("text"), text: z.string().min(1).max(2000) }),
]);
/** As a page sends it, and as it arrives. */
export type InputEvent = z.input<typeof inputEvent>;
export type ParsedInputEvent = z.output<typeof inputEvent>;

const at = z.object({ id: z.string() });
const answer = at.extend({ number: count });

export const sessions = {
  /** Live ones, and those that ended since the core was started (newest first, at most 50). */
  list: oc.output(z.array(sessionView)),
  get: oc.input(at).output(sessionView),
  /** All at once, then each that changed, at most 10 messages a second. */
  watch: oc.output(eventIterator(z.object({ sessions: z.array(sessionView) }))),
  /** Steps so far, then each new one. Ends with the session. */
  steps: oc.input(at).output(eventIterator(stepLine)),
  /** Starts `count` sessions (each on a seed of its own) and returns at once. */
  start: oc
    .input(
      z.object({
        what,
        agent,
        count: z.int().min(1).max(12).default(1),
        /** `step`: propose and wait before every action. */
        mode: z.enum(["run", "step"]).default("run"),
        /** Absent: as in the settings. */
        ask: askRule.optional(),
        /** Step budget; absent: the task's own, for people and demonstrations its longer one where it has two; for real pages as in the settings. */
        maxSteps: z.int().min(1).max(1000).optional(),
      }),
    )
    .output(z.object({ ids: z.array(z.string()) })),

  /** After the action under way. */
  pause: oc.input(at).output(sessionView),
  resume: oc.input(at).output(sessionView),
  pauseAll: oc.output(z.object({ paused: count })),
  /** While paused: lets the agent decide once and waits with its proposal; while it asks: carries the proposal out and proposes again. */
  step: oc.input(at).output(sessionView),
  approve: oc.input(answer).output(sessionView),
  /** Does this instead. Recorded as a person's step beside what was proposed: a preference pair. */
  edit: oc.input(answer.extend({ action: actionSchema })).output(sessionView),
  /** Nothing is done; the session pauses. The refusal is kept beside the next step, whoever takes it. */
  refuse: oc.input(answer.extend({ reason: z.string().max(500).default("") })).output(sessionView),
  /** More time to answer. */
  extend: oc.input(answer.extend({ seconds: z.int().min(10).max(3600).default(300) })).output(sessionView),
  changeAsk: oc.input(at.extend({ ask: askRule })).output(sessionView),

  /** Pauses the agent and gives mouse and keyboard to whoever asks. */
  takeOver: oc.input(at).output(sessionView),
  /** Mouse and keyboard of the person. Each finished click, drag, scroll or text becomes one recorded step. */
  input: oc.input(at.extend({ events: z.array(inputEvent).min(1).max(100) })).output(z.object({})),
  /** A whole action by a person: a menu's "wait", "back", "done" (with an answer) or "give up". */
  act: oc.input(at.extend({ action: actionSchema })).output(sessionView),
  /** Why the person did their last step; shown as its thought. */
  thought: oc.input(at.extend({ step: count, text: z.string().max(2000) })).output(z.object({})),
  /** The agent sees a fresh screen and what was done, and goes on. */
  handBack: oc.input(at).output(sessionView),

  /** Ends it now; judged as it stands, recorded as ended by a person. */
  stop: oc.input(at).output(sessionView),
};
