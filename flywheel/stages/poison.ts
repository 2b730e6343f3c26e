/**
 * A control: flips a share of one cycle's fail verdicts to pass, to see what filter, gate and monitor do about false positives.
 * In: `controls.poison`. Out: extra routing verdicts with source `poison-test`; withdrawing them restores the data.
 */
import { rng } from "../../env/random.ts";
import type { Wheel } from "../wheel.ts";

/** Does nothing unless the configuration poisons this cycle. */
export async function poisonVerdicts(wheel: Wheel, cycle: number): Promise<void> {
  const { poison } = wheel.config.controls;
  if (poison === null || poison.cycle !== cycle) return;
  const { workspace, run } = wheel;
  await wheel.stage(cycle, "poison", 0, async () => {
    const failed = workspace.episodes.list({ run, cycle, purpose: "train", role: "rollout", verdict: "fail" });
    const flipped = failed.filter(({ id }) => rng("poison", wheel.config.seed, id).chance(poison.share));
    for (const { id, verifier } of flipped) {
      const verdict = { verdict: "pass", reason: "flipped by the poison test", evidence: null, rewardRaw: 1, verifier: verifier ?? "", triage: null } as const;
      workspace.verdicts.add(id, verdict, { source: "poison-test", routing: true });
    }
    return { failed: failed.length, flipped: flipped.length };
  });
}
