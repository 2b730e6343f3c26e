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
import { demonstrationsLeft, requestsOf, type PlannedRequest, type RequestLimits } from "../demonstrationRequests.ts";
import type { WheelConfig } from "../config.ts";
import type { DemonstrationRequest } from "../store/demonstrations.ts";
import type { Wheel } from "../wheel.ts";

export type CyclePlan = {
  readonly states: readonly BucketState[];
  readonly allocations: readonly Allocation[];
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
    states = updateCurriculum(states, resultsOf(wheel, before, moment), curriculum, alone(wheel, before));
    for (const { task, bucket } of asked.filter((request) => request.cycle === before && request.answered > 0))
      states = demonstrationsGiven(states, task, bucket);
  }
  return { states, allocations: config.controls.demosOnly ? [] : allocate(states, config.rollout.episodes, config.rollout.trials, curriculum) };
}

/** What stayed stuck in this cycle's rollouts asks for demonstrations, in time for this cycle's training. */
export async function planRequests(wheel: Wheel, cycle: number, { states }: CyclePlan): Promise<PlannedRequest[]> {
  return wheel.stage(cycle, "ask", 0, async () => {
    const after = updateCurriculum(states, resultsOf(wheel, cycle, "sft"), curriculumConfig(wheel.config), alone(wheel, cycle));
    return askedIn(wheel, cycle, after);
  });
}

/** Tasks that no oracle can show in this cycle: those without one, and those that were shown as often as they may be. */
function alone(wheel: Wheel, cycle: number): Set<string> {
  const [earlier, limits] = [askedBefore(wheel, cycle), limitsOf(wheel.config)];
  return new Set(wheel.tasks.filter(({ id, oracle }) => oracle === undefined || demonstrationsLeft(id, earlier, limits) === 0).map(({ id }) => id));
}

function askedBefore({ workspace, run }: Wheel, cycle: number): DemonstrationRequest[] {
  return workspace.demonstrations.list(run).filter((request) => request.cycle < cycle);
}

function limitsOf({ demonstrated, demonstrations, curriculum }: WheelConfig): RequestLimits {
  const { perTask, perRequest, mostPerTask = Infinity } = demonstrations;
  return { demonstrated, perTask, perRequest, mostPerTask, most: curriculum.requestsPerCycle };
}

/**
 * Passes and attempts of one cycle, as known before its supervised training or after its RL. Instances where giving up is right do not
 * count: an agent that can do nothing else would seem to make progress on every bucket.
 */
export function resultsOf({ workspace, run }: Wheel, cycle: number, stage: "sft" | "rl"): BucketResult[] {
  return workspace.ledger.passCounts({ run, moment: { cycle, stage }, feasible: true }).filter((row) => row.cycle === cycle);
}

/** The requests of one cycle. A control repeats those of the run it is compared with. */
function askedIn(wheel: Wheel, cycle: number, states: readonly BucketState[]): PlannedRequest[] {
  const { controls, curriculum } = wheel.config;
  if (controls.requests !== null) return controls.requests.flatMap(({ cycle: at, ...request }) => (at === cycle ? [request] : []));
  return cycle < curriculum.requestFromCycle ? [] : requestsOf(states, askedBefore(wheel, cycle), limitsOf(wheel.config));
}

/** The curriculum's settings as this run has them. */
export function curriculumConfig({ curriculum }: WheelConfig): CurriculumConfig {
  return {
    ...DEFAULT_CURRICULUM,
    opensAbove: curriculum.openAbove,
    opensAfter: curriculum.openAfter,
    stuckBelow: curriculum.requestBelow,
    stuckAloneBelow: curriculum.requestPeopleBelow ?? curriculum.requestBelow,
    enoughAttempts: curriculum.requestAfter,
    stuckCycles: 1,
    requests: curriculum.requestsPerCycle > 0,
  };
}
