/**
 * Checkpoints: where each comes from, how it scores, what the gate said, who acts. In: ids. Out: the lineage graph, tables with intervals and
 * paired tests, the evidence behind a decision; decisions are acts that can be undone.
 */
import { z } from "zod";
import { oc } from "./base.ts";
import { actDone, checkpointName, count, estimate, groupScores, json, pairCounts, pairedGain, score, time } from "./values.ts";

export const STATUSES = ["candidate", "acting", "held", "discarded", "retired"] as const;

const checkpointView = checkpointName.extend({
  run: z.string(),
  status: z.enum(STATUSES),
  /** The gate would promote it and waits for a person. */
  waits: z.boolean(),
  /** A step on the way to its cycle's candidate (after SFT, between rounds of RL): not in the table, but in the graph when asked for. */
  onTheWay: z.boolean(),
  parents: z.array(z.string()),
  snapshot: z.string().nullable(),
  createdAt: time,
  bytes: z.number(),
  /** Newest scores on gate and on final seeds; null: not played. */
  gate: score.nullable(),
  final: score.nullable(),
  groups: groupScores,
  /** Against whoever acted when the gate looked, on the same seeds. */
  against: z.object({ checkpoint: checkpointName, gain: pairedGain }).nullable(),
  /** Mean steps of its evaluation episodes. */
  steps: z.number().nullable(),
  /** Episodes of each pool it was trained on. */
  trainedOn: z.object({ sft: count, ct: count, rl: count }).nullable(),
  /** Minutes of training. */
  minutes: z.number().nullable(),
});
export type CheckpointView = z.infer<typeof checkpointView>;

const decisionView = z.object({
  /** Number of the decision, for undoing. */
  id: z.int(),
  checkpoint: checkpointName,
  action: z.enum(["promote", "hold", "discard", "rollback"]),
  author: z.string(),
  at: time,
  why: z.string(),
});

const curvePoint = z.object({ step: count, loss: z.number(), heldOut: z.number().nullable() });

export const checkpoints = {
  /** Oldest first. */
  list: oc.input(z.object({ run: z.string().optional(), onTheWay: z.boolean().default(false) })).output(z.array(checkpointView)),
  get: oc.input(z.object({ id: z.string() })).output(
    z.object({
      checkpoint: checkpointView,
      manifest: json,
      folder: z.string(),
      decisions: z.array(decisionView),
      /** Training curves of everything that led from its cycle's base to it, in order. */
      training: z.array(z.object({ stage: z.enum(["CT", "SFT", "RL"]), round: count, points: z.array(curvePoint), facts: json })),
    }),
  ),
  /** Two checkpoints on the same seeds: the forest plot and the checklist of the gate's rule. */
  compare: oc.input(z.object({ a: z.string(), b: z.string(), on: z.enum(["gate", "final"]).default("gate") })).output(
    z.object({
      a: checkpointName,
      b: checkpointName,
      overall: pairedGain.nullable(),
      /** Rows by difference, best first. Descriptive: no p of their own. */
      tasks: z.array(z.object({ task: z.string(), difference: estimate, counts: pairCounts, n: count })),
      /** The rule that was fixed before, each point with what was found; empty where the gate never looked at this pair. */
      checklist: z.array(z.object({ name: z.string(), passed: z.boolean(), detail: z.string() })),
      decision: decisionView.nullable(),
      /** Pairs that only one side passed, by side: episode ids, winner first. */
      onlyA: z.array(z.tuple([z.string(), z.string()])),
      onlyB: z.array(z.tuple([z.string(), z.string()])),
    }),
  ),
  /** All decisions of a run, oldest first. */
  decisions: oc.input(z.object({ run: z.string().optional() })).output(z.array(decisionView)),
  /** `rollback`: whoever this one replaced acts again. Hold, discard and roll back need a reason. Acting sessions finish their step, then use the new one. */
  decide: oc
    .input(z.object({ id: z.string(), action: z.enum(["promote", "hold", "discard", "rollback"]), reason: z.string().max(500).default("") }))
    .output(actDone.extend({ acting: checkpointName.nullable() })),
  /** Copies its folder into an empty one; a job. */
  export: oc.input(z.object({ id: z.string(), folder: z.string().min(1) })).output(z.object({ job: z.string() })),
  /** Checks a checkpoint folder and adds it as a candidate of a run; returns its id. */
  import: oc.input(z.object({ folder: z.string().min(1), run: z.string().optional() })).output(z.object({ id: z.string() })),
};
