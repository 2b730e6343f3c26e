/**
 * The final scoring: every cycle's checkpoint, greedy, on final seeds, after the run; nothing ever decides by it.
 * In: all candidates. Out: evaluations with purpose `final`. Instances whose (instruction, first screen) occurred in training are left out and counted.
 */
import { evaluate, finalSeeds, resultsJson } from "../evaluate.ts";
import { scoreOf } from "../score.ts";
import type { Wheel } from "../wheel.ts";

/** Scores the candidates of all cycles. */
export async function scoreFinal(wheel: Wheel): Promise<void> {
  const { workspace, run, config } = wheel;
  const seeds = finalSeeds(wheel);
  const perCheckpoint = seeds.reduce((sum, own) => sum + own.seeds.length, 0);
  const candidates = workspace.checkpoints.list(run).filter(({ id, cycle }) => id === wheel.checkpointId(cycle));
  for (const { id, cycle } of candidates) {
    await wheel.stage(config.cycles + 1, `score ${id}`, perCheckpoint, async (tick) => {
      let done = 0;
      const results = await evaluate(wheel, await wheel.actor(id), "final", cycle, seeds, () => tick(++done));
      const fresh = results.filter(({ episode }) => {
        const { instruction, startScreenHash } = workspace.episodes.get(episode);
        return !workspace.episodes.seenInTraining(instruction, startScreenHash);
      });
      const success = scoreOf(fresh, `final ${id}`);
      const summary = { ...success, n: fresh.length, leftOut: results.length - fresh.length, episodes: resultsJson(fresh) };
      workspace.evaluations.put({ checkpoint: id, purpose: "final", cycle, summary });
      return summary;
    });
  }
}
