/**
 * One episode, as Replay shows it: steps with what was seen, done and weighed; verdicts with evidence; route with reason and history; lineage;
 * re-running it from its seed. In: an id. Out: data; pictures come by hash (see `urls.ts`).
 */
import { z } from "zod";
import { actionSchema } from "../../env/action.ts";
import { INCIDENT_KINDS } from "../../env/episode.ts";
import { oc } from "./base.ts";
import { episodeRow } from "./episodes.ts";
import { actDone, box, checkpointName, count, json, routeName, screenHash, stepCall, time, verdictName, viewport } from "./values.ts";

const probability = z.number().min(0).max(1);

export const stepView = z.object({
  /** From 0. */
  index: count,
  /** Screen the decision was made on, and the one after. Equal: nothing changed. */
  screen: screenHash,
  nextScreen: screenHash,
  /** Device pixels per CSS pixel of `screen`; points and boxes are CSS px. */
  scale: z.number(),
  action: actionSchema,
  /** One plain sentence. */
  sentence: z.string(),
  /** Words under the pointer; empty where there are none or none were read. */
  target: z.string(),
  /** `copied`: carried out again at the start of a fork. */
  actor: z.enum(["agent", "person", "copied"]),
  /** What the agent had wanted where a person changed or refused it. */
  proposed: actionSchema.nullable(),
  thought: z.string().nullable(),
  /** What asking a model on a server took; null for other steps. */
  call: stepCall.nullable(),
  probability: probability.nullable(),
  /** Most likely first; what it did is among them. */
  alternatives: z.array(z.object({ action: actionSchema, sentence: z.string(), probability: probability.nullable() })),
  /** Predicted probability of success, and entropy in nats. */
  value: z.number().nullable(),
  entropy: z.number().nullable(),
  explored: z.boolean(),
  /** Kept out of imitation, and why. */
  masked: z.object({ reason: z.string(), author: z.string() }).nullable(),
  incidents: z.array(z.object({ kind: z.enum(INCIDENT_KINDS), detail: z.string(), fatal: z.boolean() })),
  /** What the verifier's probe saw after the action. */
  state: json,
  url: z.string().nullable(),
  /** Real time: from the start of the episode to the decision's beginning, thinking, acting with settling; null for episodes without times. */
  startMs: z.number().nullable(),
  thinkMs: z.number().nullable(),
  actMs: z.number().nullable(),
});
export type StepView = z.infer<typeof stepView>;

const verdictView = z.object({
  id: z.int(),
  verdict: verdictName,
  reason: z.string(),
  evidence: json,
  /** As the task gave it, before anybody called it passed or not: a suite may reward what does not pass. */
  reward: z.number(),
  verifier: z.string(),
  source: z.enum(["verifier", "human", "poison-test"]),
  triage: z.string().nullable(),
  /** The one that filter and router go by. */
  routing: z.boolean(),
  withdrawn: z.string().nullable(),
  at: time,
});

const word = z.object({ text: z.string(), box, confidence: z.number() });
const element = z.object({
  box,
  anchor: z.object({ x: z.number(), y: z.number() }),
  source: z.string(),
  /** What it shows, where it has no words: "star". */
  names: z.array(z.string()),
});

/** One screen of a re-run beside the recorded one. */
const rerun = z.object({
  at: time,
  /** Screens compared: the start and one per step. */
  screens: count,
  sameScreens: count,
  /** Number of the first screen that differs (0 = start; n = after step n − 1); null: none. */
  firstDrift: count.nullable(),
  /** What was seen there instead. */
  seen: screenHash.nullable(),
  recorded: verdictName.nullable(),
  replayed: verdictName.nullable(),
});

export const EXPORT_FORMATS = ["html", "gif", "playwright", "json"] as const;

const at = z.object({ id: z.string() });
const onStep = at.extend({ step: count });

export const episode = {
  get: oc.input(at).output(
    z.object({
      row: episodeRow,
      status: z.enum(["running", "ended", "interrupted"]),
      viewport,
      startScreen: screenHash,
      /** Where its screens show the instruction, CSS px, by screen; screens without one are left out. */
      instructionBoxes: z.record(z.string(), box),
      startState: json,
      startUrl: z.string().nullable(),
      template: count,
      heldOut: z.boolean(),
      feasible: z.boolean(),
      split: z.string(),
      trial: count,
      /** Step budget it was played with; null in episodes from before this was recorded (their task's own). */
      maxSteps: count.nullable(),
      group: z.string().nullable(),
      terminatedBy: z.string().nullable(),
      /** Digest of exactly the weights that acted. */
      weights: z.string().nullable(),
      endedAt: time.nullable(),
      steps: z.array(stepView),
      /** Oldest first. */
      verdicts: z.array(verdictView),
      checks: z.array(z.object({ check: z.string(), passed: z.boolean(), reason: z.string() })),
      routes: z.array(z.object({ route: routeName, author: z.string(), reason: z.string(), at: time })),
      labels: z.array(z.object({ id: z.int(), label: z.string(), step: count.nullable(), note: z.string(), author: z.string(), at: time })),
      /** Snapshots that hold it, and checkpoints trained on them. */
      usedBy: z.array(
        z.object({
          snapshot: z.string(),
          pool: z.enum(["ct", "sft", "rl"]),
          cycle: count,
          checkpoints: z.array(checkpointName.extend({ status: z.string() })),
        }),
      ),
      /** Other episodes of the same task and seed, newest first, at most 20. */
      siblings: z.array(
        z.object({ id: z.string(), checkpoint: checkpointName.nullable(), policy: z.string(), verdict: verdictName.nullable(), steps: count }),
      ),
      forkOf: z.object({ id: z.string(), step: count }).nullable(),
      forks: z.array(z.object({ id: z.string(), step: count, verdict: verdictName.nullable() })),
      /** Everything that was decided about it, oldest first, one sentence each. */
      history: z.array(z.object({ at: time, who: z.string(), what: z.string() })),
      reruns: z.array(rerun),
      /** Why it cannot be run again from its seed (a free session, another version of the task); null: it can. */
      cannotRerun: z.string().nullable(),
    }),
  ),
  /** What the reader and the element finder saw on a screen; read now when nobody had. */
  perception: oc
    .input(z.object({ screen: screenHash, viewport }))
    .output(z.object({ version: z.string(), words: z.array(word), elements: z.array(element) })),
  /** Carries the recorded actions out again; a job whose result is a `rerun`, which is also kept with the episode. */
  rerun: oc.input(at).output(z.object({ job: z.string() })),
  /** A person's verdict; it routes from then on, and filter and router look again. */
  judge: oc.input(at.extend({ verdict: verdictName, reason: z.string().max(500).default("") })).output(actDone),
  /** Labels a step or (null) the whole episode. */
  label: oc.input(at.extend({ step: count.nullable(), label: z.string().min(1).max(60), note: z.string().max(500).default("") })).output(actDone),
  unlabel: oc.input(at.extend({ label: z.int() })).output(actDone),
  /** Takes one step out of imitation, or lets it in again. */
  mask: oc.input(onStep.extend({ masked: z.boolean(), reason: z.string().max(500).default("") })).output(actDone),
};
