/** Rolling out a plan with the acting checkpoint. In: allocations per bucket. Out: stored, judged episodes. */
import { isUnsolved } from "../curriculum.ts";
import type { RolloutJob } from "../rollout.ts";
import { decisionsByCycle } from "../score.ts";
import { drawSeeds } from "../seeds.ts";
import type { Wheel } from "../wheel.ts";
import { collect } from "./collect.ts";
import type { CyclePlan } from "./plan.ts";

/** Runs every allocated episode: several trials per seed, with temperature and a little exploration. */
export async function rollOutPlan(wheel: Wheel, cycle: number, plan: CyclePlan): Promise<void> {
  const { config } = wheel;
  const episodes = plan.allocations.reduce((sum, { seeds, trials }) => sum + seeds * trials, 0);
  if (episodes === 0) return;
  await wheel.stage(cycle, "roll out", episodes, async (tick) => {
    const actor = await wheel.actor(config.controls.frozenActor ? wheel.checkpointId(0) : actingIn(wheel, cycle));
    const { temperature, exploration, unsolved } = config.rollout;
    const [practising, exploring] = [actor.policy({ temperature, exploration }), actor.policy(unsolved)];
    const jobs = plan.allocations.flatMap(({ task, bucket, seeds, trials }) =>
      drawSeeds(wheel.task(task), "train", bucket, seeds, [config.seed, "rollout", cycle]).flatMap((seed) =>
        Array.from({ length: trials }, (_, trial): RolloutJob => ({
          run: wheel.run,
          runSeed: config.seed,
          cycle,
          purpose: "train",
          role: "rollout",
          task: wheel.task(task),
          seed,
          trial,
          policy: isUnsolved(plan.states, task, bucket) ? exploring : practising,
          checkpoint: actor.checkpoint,
          weights: actor.digest,
        })),
      ),
    );
    const { episodes: all, passed } = await collect(wheel, jobs, tick);
    return { episodes: all.length, passed, steps: all.reduce((sum, { stepCount }) => sum + stepCount, 0) };
  });
}

/**
 * Who acts in a cycle. Side by side, the candidate of the cycle before is not decided yet; when exactly it will be must not matter, so
 * whoever the gate of the cycle before that left acting does.
 */
function actingIn(wheel: Wheel, cycle: number): string {
  if (!wheel.config.continuous) return wheel.actingId();
  const decided = Math.max(0, cycle - 2);
  const candidates = Array.from({ length: decided + 1 }, (_, of) => ({ id: wheel.checkpointId(of), cycle: of }));
  const known = wheel.workspace.checkpoints.promotions(wheel.run).filter(({ checkpoint }) => candidates.some(({ id }) => id === checkpoint));
  return decisionsByCycle(known, candidates).at(-1)?.acting ?? wheel.actingId();
}
