/**
 * RL, last in the cycle: fresh groups rolled out with exactly the weights that are updated, then PPO or GRPO.
 * In: the tuned checkpoint, the plan's pass rates. Out: the cycle's candidate. The groups pass filter and router like all episodes.
 */
import { ON_POLICY } from "../../agent/model/choose.ts";
import { allocateRl, updateCurriculum, type BucketState } from "../curriculum.ts";
import type { RolloutJob } from "../rollout.ts";
import { drawSeeds } from "../seeds.ts";
import type { Actor } from "../actor.ts";
import type { Wheel } from "../wheel.ts";
import { collect } from "./collect.ts";
import { curriculumConfig, resultsOf, type CyclePlan } from "./plan.ts";
import { routeStage } from "./route.ts";
import { snapshotStage } from "./snapshot.ts";
import { builtIn, rlRuns } from "./train.ts";
import { trainStage } from "./trainStage.ts";

/** Runs the rounds of RL after SFT and returns the candidate's id; without RL that is the tuned checkpoint itself. */
export async function reinforceStage(wheel: Wheel, cycle: number, plan: CyclePlan, tuned: string): Promise<string> {
  if (!rlRuns(wheel, cycle)) return tuned;
  const { rounds } = wheel.config.rl;
  let current = tuned;
  for (let round = 1; round <= rounds; round++) {
    await rollOutGroups(wheel, cycle, round, plan, current);
    const next = wheel.checkpointId(cycle, round === rounds ? "" : `-rl${round}`);
    await routeStage(wheel, cycle, "rl");
    const snapshot = await snapshotStage(wheel, cycle, "rl", `snapshot rl ${round}`);
    const order = builtIn({ kind: "reinforce", round, ctSteps: 0, sftSteps: 0, patience: 0 });
    current = await trainStage(wheel, `reinforce ${round}`, { id: next, cycle, snapshot, base: current }, order);
  }
  return current;
}

/** Groups of episodes on one seed each, at RL's temperature, no exploration, by the raw weights of `current`. */
async function rollOutGroups(wheel: Wheel, cycle: number, round: number, plan: CyclePlan, current: string): Promise<void> {
  const { config } = wheel;
  const allocations = allocateRl(latestStates(wheel, cycle, plan), config.rl.groups);
  const total = allocations.reduce((sum, { groups }) => sum + groups, 0) * config.rl.groupSize;
  await wheel.stage(cycle, `rl groups ${round}`, total, async (tick) => {
    const actor = config.controls.frozenActor ? await wheel.actor(wheel.checkpointId(0)) : await wheel.actor(current, "raw");
    const jobs = allocations.flatMap(({ task, bucket, groups }) =>
      drawSeeds(wheel.task(task), "train", bucket, groups, [config.seed, "rl", cycle, round]).flatMap((seed) =>
        groupJobs(wheel, cycle, round, task, seed, actor),
      ),
    );
    const { passed } = await collect(wheel, jobs, tick);
    return { episodes: jobs.length, passed };
  });
}

function groupJobs(wheel: Wheel, cycle: number, round: number, task: string, seed: number, actor: Actor): RolloutJob[] {
  const { config } = wheel;
  const policy = actor.policy({ ...ON_POLICY, temperature: config.rl.temperature ?? ON_POLICY.temperature });
  return Array.from({ length: config.rl.groupSize }, (_, trial) => ({
    run: wheel.run,
    runSeed: config.seed,
    cycle,
    purpose: "train",
    role: "rl",
    task: wheel.task(task),
    seed,
    trial,
    policy,
    checkpoint: actor.checkpoint,
    weights: actor.digest,
    groupId: `c${cycle}-r${round}-${task}-${seed}`,
  }));
}

/** Pass rates with this cycle's rollouts counted in. */
function latestStates(wheel: Wheel, cycle: number, plan: CyclePlan): BucketState[] {
  return updateCurriculum(plan.states, resultsOf(wheel, cycle, "sft"), curriculumConfig(wheel.config));
}
