/**
 * Choosing tasks: the curriculum looks at last cycle's pass rates and says what is practised, what opens, what asks for demonstrations.
 * In: states after the cycle before (folded from the store). Out: the plan of a cycle, stored as the stage's result.
 */
import {
  allocate,
  demonstrationsGiven,
  updateCurriculum,
  DEFAULT_CURRICULUM,
  type Allocation,
  type BucketState,
  type CurriculumConfig,
} from "../curriculum.ts";
import type { WheelConfig } from "../config.ts";
import type { Wheel } from "../wheel.ts";

export interface CyclePlan {
  readonly states: readonly BucketState[];
  readonly allocations: readonly Allocation[];
  /** Demonstrations asked for, and given, before this cycle's rollouts. */
  readonly requests: readonly { readonly task: string; readonly bucket: string; readonly count: number }[];
}

/** Plans a cycle. Pure given the store; `start` is the curriculum before the first cycle. */
export async function planCycle(wheel: Wheel, cycle: number, start: readonly BucketState[]): Promise<CyclePlan> {
  return wheel.stage(cycle, "plan", 0, async () => makePlan(wheel, cycle, start) as never) as Promise<CyclePlan>;
}

function makePlan(wheel: Wheel, cycle: number, start: readonly BucketState[]): CyclePlan {
  const { config, workspace, run } = wheel;
  const curriculum = curriculumConfig(config);
  const counts = workspace.ledger.passCounts({ run, moment: { cycle: cycle - 1, stage: "rl" } });
  let states: readonly BucketState[] = start;
  let requests: CyclePlan["requests"] = [];
  // Folds the cycles so far, so that a plan depends on the store alone and not on what a process remembers.
  for (let before = 1; before <= cycle; before++) {
    if (before > 1)
      states = updateCurriculum(
        states,
        counts.filter((row) => row.cycle === before - 1),
        curriculum,
      );
    requests = requestsOf(config, before, states);
    for (const { task, bucket } of requests) states = demonstrationsGiven(states, task, bucket);
  }
  return {
    states,
    requests,
    allocations: config.controls.demosOnly ? [] : allocate(states, config.rollout.episodes, config.rollout.trials, curriculum),
  };
}

function requestsOf(config: WheelConfig, cycle: number, states: readonly BucketState[]): CyclePlan["requests"] {
  const { requests: repeated } = config.controls;
  if (repeated !== null) return repeated.filter((request) => request.cycle === cycle).map(({ task, bucket, count }) => ({ task, bucket, count }));
  if (cycle < config.curriculum.requestFromCycle) return [];
  return states
    .filter(({ status }) => status === "needs-demonstrations")
    .toSorted((a, b) => (a.passRate ?? 0) - (b.passRate ?? 0))
    .slice(0, config.curriculum.requestsPerCycle)
    .map(({ task, bucket }) => ({ task, bucket, count: config.demonstrations.perRequest }));
}

/** The curriculum's settings as this run has them. */
export function curriculumConfig({ curriculum }: WheelConfig): CurriculumConfig {
  return {
    ...DEFAULT_CURRICULUM,
    opensAbove: curriculum.openAbove,
    stuckBelow: curriculum.requestBelow,
    enoughAttempts: curriculum.requestAfter,
    stuckCycles: 1,
    requests: curriculum.requestsPerCycle > 0,
  };
}
