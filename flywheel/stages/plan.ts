/**
 * Choosing tasks: the curriculum looks at pass rates and says what is practised, what opens, and what asks for demonstrations.
 * In: states after the cycle before (folded from the store). Out: the plan of a cycle and its requests, stored as the stages' results.
 */
import {
  allocate,
  demonstrationsGiven,
  updateCurriculum,
  DEFAULT_CURRICULUM,
  type Allocation,
  type BucketResult,
  type BucketState,
  type CurriculumConfig,
} from "../curriculum.ts";
import type { WheelConfig } from "../config.ts";
import type { Wheel } from "../wheel.ts";

export type CyclePlan = {
  readonly states: readonly BucketState[];
  readonly allocations: readonly Allocation[];
};

export type PlannedRequest = {
  readonly task: string;
  readonly bucket: string;
  readonly count: number;
};

/** Plans a cycle. Pure given the store; `start` is the curriculum before the first cycle. */
export async function planCycle(wheel: Wheel, cycle: number, start: readonly BucketState[]): Promise<CyclePlan> {
  return wheel.stage(cycle, "plan", 0, async () => makePlan(wheel, cycle, start));
}

function makePlan(wheel: Wheel, cycle: number, start: readonly BucketState[]): CyclePlan {
  const { config, workspace, run } = wheel;
  const curriculum = curriculumConfig(config);
  const asked = workspace.demonstrations.list(run);
  let states = start;
  // Folds the cycles so far, so that a plan depends on the store alone and not on what a process remembers.
  for (let before = 1; before < cycle; before++) {
    // Side by side, the cycle before is still being learned: its RL must not decide by chance whether it counts.
    const moment = config.continuous && before === cycle - 1 ? "sft" : "rl";
    states = updateCurriculum(states, resultsOf(wheel, before, moment), curriculum);
    for (const { task, bucket } of asked.filter((request) => request.cycle === before && request.answered > 0))
      states = demonstrationsGiven(states, task, bucket);
  }
  return { states, allocations: config.controls.demosOnly ? [] : allocate(states, config.rollout.episodes, config.rollout.trials, curriculum) };
}

/** What stayed stuck in this cycle's rollouts asks for demonstrations, in time for this cycle's training. */
export async function planRequests(wheel: Wheel, cycle: number, { states }: CyclePlan): Promise<PlannedRequest[]> {
  return wheel.stage(cycle, "ask", 0, async () => {
    const after = updateCurriculum(states, resultsOf(wheel, cycle, "sft"), curriculumConfig(wheel.config));
    return requestsOf(wheel.config, cycle, after);
  });
}

/**
 * Passes and attempts of one cycle, as known before its supervised training or after its RL. Instances where giving up is right do not
 * count: an agent that can do nothing else would seem to make progress on every bucket.
 */
export function resultsOf({ workspace, run }: Wheel, cycle: number, stage: "sft" | "rl"): BucketResult[] {
  return workspace.ledger.passCounts({ run, moment: { cycle, stage }, feasible: true }).filter((row) => row.cycle === cycle);
}

function requestsOf(config: WheelConfig, cycle: number, states: readonly BucketState[]): PlannedRequest[] {
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
    opensAfter: curriculum.openAfter,
    stuckBelow: curriculum.requestBelow,
    enoughAttempts: curriculum.requestAfter,
    stuckCycles: 1,
    requests: curriculum.requestsPerCycle > 0,
  };
}
