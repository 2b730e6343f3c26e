/**
 * Runs: turning the wheel, watching it turn, and the picture of it. In: a configuration, or a run's id (absent: the newest). Out: a job that
 * turns it, its stages, curves, alarms. A run is never lost: starting it again goes on where it stopped.
 */
import { eventIterator } from "@orpc/contract";
import { z } from "zod";
import { oc } from "./base.ts";
import { checkpointName, count, estimate, groupScores, json, routeCounts, score, time, verdictCounts } from "./values.ts";

const ofRun = z.object({ run: z.string().optional() });

/** `keep turning`: to the last cycle of its configuration and the final scoring. `one cycle`: to the end of the next unfinished cycle. */
export const TURNING = ["keep turning", "one cycle"] as const;
const turning = z.enum(TURNING);

const runView = z.object({
  id: z.string(),
  seed: count,
  createdAt: time,
  /** Null: it turns until it is stopped. */
  cyclesPlanned: count.nullable(),
  /** Acts on while it learns from what it collected. */
  continuous: z.boolean(),
  /** Newest cycle with a decision; null before cycle 0 is decided. */
  cyclesDone: count.nullable(),
  /** What it is doing: `turning`, `pausing`, `paused`, `stopping` with a job; else `resting` (can go on), `finished`, `failed` (and why). */
  state: z.enum(["turning", "pausing", "paused", "stopping", "resting", "finished", "failed"]),
  job: z.string().nullable(),
  turning: turning.nullable(),
  /** Stage under way, or where it stopped; of the newest cycle. */
  cycle: count,
  stage: z.string(),
  /** What goes on at the same time for the cycle before. */
  beside: z.object({ cycle: count, stage: z.string() }).nullable(),
  acting: checkpointName.nullable(),
  tasks: count,
  demonstrated: z.array(z.string()),
  /** Switches that differ from the full wheel, e.g. "no filter". */
  controls: z.array(z.string()),
  /** Why it stopped by itself: a monitor's alarm, a diverged training. */
  stopped: z.string().nullable(),
});
export type RunView = z.infer<typeof runView>;

/** What a person may say about a run; the same options always give the same run. */
const configure = z.object({
  preset: z.enum(["tour", "smoke"]).default("tour"),
  seed: z.int().min(0).max(1_000_000).optional(),
  /** Ids or globs; absent: those of the preset. */
  tasks: z.array(z.string()).min(1).optional(),
  demonstrated: z.array(z.string()).optional(),
  cycles: z.int().min(1).max(1000).optional(),
  contexts: z.int().min(1).max(32).optional(),
  /** Acts on while what it collected is learned and tested: until stopped, unless `cycles` says when. */
  continuous: z.boolean().default(false),
  /** Any knob: `rl.groups` → 8. */
  set: z.record(z.string(), z.json()).default({}),
});

const stageView = z.object({
  cycle: count,
  stage: z.string(),
  status: z.enum(["running", "done"]),
  startedAt: time,
  seconds: z.number().nullable(),
  /** What it gave, as its own JSON: counts, hashes, curves. */
  result: json,
});

const progress = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("stage"), cycle: count.nullable(), stage: z.string(), total: count }),
  z.object({
    kind: z.literal("progress"),
    cycle: count.nullable(),
    stage: z.string(),
    done: count,
    total: count,
    note: z.string(),
    secondsLeft: z.number().nullable(),
  }),
  z.object({ kind: z.literal("stage-done"), cycle: count.nullable(), stage: z.string(), seconds: z.number(), resumed: z.boolean() }),
  z.object({ kind: z.literal("line"), text: z.string() }),
  /** A point of a training curve as it is learned. */
  z.object({ kind: z.literal("loss"), cycle: count.nullable(), stage: z.string(), step: count, steps: count, loss: z.number() }),
  z.object({ kind: z.literal("end"), state: z.enum(["done", "failed", "stopped"]) }),
]);

const trainingStage = z.object({
  stage: z.enum(["CT", "SFT", "RL"]),
  /** First and last loss (CT, SFT) or reward of the fresh groups (RL); null: not run in this cycle. */
  before: z.number().nullable(),
  after: z.number().nullable(),
  steps: count,
  minutes: z.number(),
  groups: count,
});

export const runs = {
  /** Newest first. */
  list: oc.output(z.array(runView)),
  get: oc.input(ofRun).output(runView.extend({ config: json }).nullable()),
  /** Checks options and gives every knob as it would be, without starting anything. */
  configure: oc.input(configure).output(
    z.object({
      run: z.string(),
      config: json,
      tasks: z.array(z.string()),
      /** This very run is there already and would go on. */
      known: z.boolean(),
    }),
  ),
  start: oc.input(configure.extend({ turning: turning.default("keep turning") })).output(z.object({ run: z.string(), job: z.string() })),
  /** Goes on with a run that rests, is paused, or failed. */
  resume: oc.input(ofRun.extend({ turning: turning.default("keep turning") })).output(z.object({ run: z.string(), job: z.string() })),
  /** Changes what a turning run does after this cycle. */
  turn: oc.input(ofRun.extend({ turning })).output(runView),
  /** Holds after the episode or training stage under way; browsers and models stay open. */
  pause: oc.input(ofRun).output(runView),
  /** Ends the job after the unit under way. */
  stop: oc.input(ofRun).output(runView),
  /** What happened since its job began, then each event (progress at most 4 a second). Ends with the job; at once where none runs. */
  progress: oc.input(ofRun).output(eventIterator(progress)),
  /** In the order they were begun. */
  stages: oc.input(ofRun).output(z.array(stageView)),

  /** The wheel as a picture, of a cycle (absent: the newest): each number equals the list it links to. */
  wheel: oc.input(ofRun.extend({ cycle: count.optional() })).output(
    z.object({
      run: z.string().nullable(),
      cycle: count,
      cycles: z.array(count),
      /** "Cycle 7 is rolling out with k5-9e07. The gate of cycle 6 waits for you." */
      sentence: z.string(),
      tasks: z.object({ all: count, active: count, monitoring: count, needsDemonstrations: count, locked: count }),
      collected: z.object({ episodes: count, planned: count.nullable(), byPerson: count, demonstrations: count }),
      verdicts: verdictCounts,
      /** Verified, but turned away by the filter. */
      filtered: count,
      routes: routeCounts,
      pools: z.object({ ct: count, sft: count, rlBuckets: count, rlGroups: count }),
      training: z.array(trainingStage),
      gate: z
        .object({
          candidate: checkpointName,
          incumbent: checkpointName.nullable(),
          difference: estimate.nullable(),
          pairs: count,
          /** `waits`: for a person. */
          outcome: z.enum(["promoted", "held", "discarded", "rolled back", "waits", "playing", "first"]),
        })
        .nullable(),
      candidate: z.object({ checkpoint: checkpointName, score: score.nullable() }).nullable(),
      acting: z.object({ checkpoint: checkpointName, score: score.nullable(), since: count }).nullable(),
      older: count,
    }),
  ),
  /** Verified success per cycle. On final seeds once they are played; until then on gate seeds, which the gate has looked at. */
  curve: oc.input(ofRun).output(
    z.object({
      on: z.enum(["final", "gate"]),
      tasks: count,
      seedsPerTask: count,
      points: z.array(
        z.object({
          cycle: count,
          candidate: checkpointName,
          fate: z.enum(["promoted", "held", "discarded", "rolled back", "undecided"]),
          scores: groupScores,
          acting: checkpointName.nullable(),
          actingScores: groupScores,
        }),
      ),
      groups: z.object({ all: count, demonstrated: count, requested: count, never: count }),
      /** Per cycle: episodes accepted for SFT of those collected, minutes, verified per 1 000 steps with interval. */
      yields: z.array(z.object({ cycle: count, accepted: count, collected: count, minutes: z.number(), perThousandSteps: estimate.nullable() })),
    }),
  ),
  /** Alarms of the monitor, newest cycle first. */
  alarms: oc
    .input(ofRun)
    .output(
      z.array(
        z.object({ cycle: count, level: z.enum(["warn", "stop"]), name: z.string(), message: z.string(), value: z.number(), limit: z.number() }),
      ),
    ),
  /** Writes the report as one HTML file (absent: into the workspace); a job whose result is its path. */
  report: oc.input(ofRun.extend({ file: z.string().optional() })).output(z.object({ job: z.string() })),
};
