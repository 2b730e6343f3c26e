/** What the stages of a run reported: time, learning curves, RL rounds, alarms. In: stage rows. Out: typed parts; results of another shape are left out. */
import { z } from "zod";
import type { Stage } from "../../flywheel/store/stages.ts";
import type { ReinforceRound, ReportData, StageTime, TrainingCurve } from "./reportData.ts";

const trainSchema = z.object({
  kind: z.literal("supervised"),
  samples: z.object({ sft: z.int(), ct: z.int() }),
  curve: z.array(z.object({ stage: z.enum(["CT", "SFT"]), step: z.int(), loss: z.number(), heldOut: z.number().nullable() })),
});

const reinforceSchema = z.object({
  kind: z.literal("reinforce"),
  episodes: z.int(),
  updates: z.int(),
  valueSteps: z.int(),
  groups: z.object({ all: z.int(), mixed: z.int() }),
  loss: z.number(),
  behaviourGap: z.number(),
});

const alarmsSchema = z.array(
  z.object({ level: z.enum(["warn", "stop"]), name: z.string(), value: z.number(), limit: z.number(), message: z.string() }),
);

export interface StageParts {
  readonly times: StageTime[];
  readonly training: TrainingCurve[];
  readonly reinforcement: ReinforceRound[];
  readonly monitor: ReportData["monitor"];
}

/** Reads the finished stages. */
export function gatherStages(stages: readonly Stage[]): StageParts {
  const done = stages.filter(({ status }) => status === "done");
  const watched = done.filter(({ stage }) => stage === "watch");
  return {
    times: done.map(({ cycle, stage, seconds }) => ({ cycle, stage, seconds: seconds ?? 0 })),
    training: done.filter(({ stage }) => stage === "train").flatMap(toCurve),
    reinforcement: done.filter(({ stage }) => stage.startsWith("reinforce")).flatMap(toRound),
    monitor: { cycles: watched.map(({ cycle }) => cycle), alarms: watched.flatMap(toAlarms) },
  };
}

function toCurve({ cycle, result }: Stage): TrainingCurve[] {
  const parsed = trainSchema.safeParse(result);
  return parsed.success ? [{ cycle, samples: parsed.data.samples, points: parsed.data.curve }] : [];
}

function toRound({ cycle, stage, result }: Stage): ReinforceRound[] {
  const parsed = reinforceSchema.safeParse(result);
  if (!parsed.success) return [];
  const { kind: _, groups, ...rest } = parsed.data;
  return [{ cycle, round: Number(stage.split(" ")[1] ?? 1), groups: groups.all, mixed: groups.mixed, ...rest }];
}

function toAlarms({ cycle, result }: Stage): ReportData["monitor"]["alarms"] {
  const parsed = alarmsSchema.safeParse(result);
  return parsed.success ? parsed.data.map((alarm) => ({ ...alarm, name: alarm.name as ReportData["monitor"]["alarms"][number]["name"], cycle })) : [];
}
