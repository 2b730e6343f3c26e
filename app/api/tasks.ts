/**
 * The questions: catalogue, success per cycle, pools of the curriculum, demonstration requests. In: a run (absent: the newest). Out: one entry
 * per task. Trying a task yourself is `sessions.start` with the agent `person`.
 */
import { z } from "zod";
import { oc } from "./base.ts";
import { episodeFilter } from "./query.ts";
import { checkpointName, count, score, screenHash, time, viewport } from "./values.ts";

const ofRun = z.object({ run: z.string().optional() });

/** `unused`: not part of this run. `locked`: an easier bucket comes first. */
export const POOL_STATES = ["active", "monitoring", "needs-demonstrations", "locked", "unused"] as const;
const poolState = z.enum(POOL_STATES);

const bucket = z.object({ name: z.string(), state: poolState, passRate: z.number().nullable(), passes: count, attempts: count });

const taskView = z.object({
  id: z.string(),
  version: z.int(),
  family: z.string(),
  /** The suite of others that it comes from; null: the project's own, or yours. */
  suite: z.string().nullable(),
  /** What is not on this computer that it needs to be played, and what to do; null: nothing is missing. */
  missing: z.string().nullable(),
  summary: z.string(),
  viewport,
  maxSteps: count,
  /** A longer budget too: for demonstrations and people. */
  longBudget: count.nullable(),
  /** That of its most practised bucket: needs-demonstrations before active before monitoring before locked. */
  state: poolState,
  buckets: z.array(bucket),
  /** Given solutions before cycle 0. */
  demonstrated: z.boolean(),
  /** It has an oracle, so requests are answered without a person. */
  hasOracle: z.boolean(),
  /** Of who acts, on final seeds or else on gate seeds; and per cycle, for the sparkline. */
  success: score.nullable(),
  trend: z.array(z.object({ cycle: count, estimate: z.number().nullable() })),
  episodes: count,
  /** Episodes of it in the newest cycle. */
  sampled: count,
  /** A start screen for the thumbnail; null until `tasks.preview` made one. */
  screen: screenHash.nullable(),
});

export const tasks = {
  list: oc.input(ofRun).output(z.object({ run: z.string().nullable(), tasks: z.array(taskView) })),
  get: oc.input(ofRun.extend({ id: z.string() })).output(
    z.object({
      task: taskView,
      verifier: z.string(),
      nearMisses: z.array(z.string()),
      /** A few training instances, each with its instruction; empty where only the page knows it. */
      instances: z.array(z.object({ seed: count, bucket: z.string(), instruction: z.string(), feasible: z.boolean() })),
    }),
  ),
  /** Draws the first screen of an instance in a real browser, keeps it, and returns its hash. */
  preview: oc.input(z.object({ id: z.string(), seed: count })).output(z.object({ screen: screenHash, instruction: z.string() })),
  /** Success by task and cycle, on final seeds where they were played, else on gate seeds. A cell opens `filter`. */
  heat: oc.input(ofRun).output(
    z.object({
      on: z.enum(["final", "gate"]),
      cycles: z.array(z.object({ cycle: count, checkpoint: checkpointName, fate: z.string() })),
      rows: z.array(
        z.object({
          task: z.string(),
          group: z.enum(["demonstrated", "requested", "never"]),
          /** Cycles before whose training it got demonstrations. */
          demonstratedIn: z.array(count),
          cells: z.array(z.object({ cycle: count, score: score.nullable(), filter: episodeFilter })),
        }),
      ),
    }),
  ),
  /** Requests of the curriculum, open ones first. `wanted` = asked − answered. */
  requests: oc.input(ofRun).output(
    z.array(
      z.object({
        id: z.int(),
        run: z.string(),
        cycle: count,
        task: z.string(),
        bucket: z.string(),
        asked: count,
        answered: count,
        wanted: count,
        source: z.string(),
        createdAt: time,
      }),
    ),
  ),
  /** Rolls a task out a few times with a checkpoint (absent: the acting one) outside the wheel; a job. */
  rollOut: oc
    .input(z.object({ id: z.string(), count: z.int().min(1).max(1000).default(8), checkpoint: z.string().optional() }))
    .output(z.object({ job: z.string() })),
};
