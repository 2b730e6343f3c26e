/**
 * A control: flips a share of one cycle's fail verdicts to pass, to see what filter, gate and monitor do about false positives.
 * In: `controls.poison`. Out: extra routing verdicts with source `poison-test`; withdrawing them restores the data.
 */
import { rng } from "../../env/random.ts";
import type { Workspace } from "../store/workspace.ts";
import type { Wheel } from "../wheel.ts";

/** Does nothing unless the configuration poisons this cycle. */
export async function poisonVerdicts(wheel: Wheel, cycle: number): Promise<void> {
  const { poison } = wheel.config.controls;
  if (poison === null || poison.cycle !== cycle) return;
  const { workspace, run } = wheel;
  await wheel.stage(cycle, "poison", 0, async () => {
    const failed = workspace.episodes.list({ run, cycle, purpose: "train", role: "rollout" }).filter(({ id }) => failedByVerifier(workspace, id));
    const chosen = failed.filter(({ id }) => rng("poison", wheel.config.seed, id).chance(poison.share));
    for (const { id, verifier } of chosen) flip(workspace, id, verifier ?? "");
    return { failed: failed.length, flipped: chosen.length };
  });
}

/** What the verifier said, also when a killed run has flipped it already. */
function failedByVerifier({ verdicts }: Workspace, episode: string): boolean {
  return verdicts.of(episode).findLast(({ source }) => source === "verifier")?.verdict === "fail";
}

function flip({ verdicts }: Workspace, episode: string, verifier: string): void {
  if (verdicts.of(episode).some(({ source }) => source === "poison-test")) return;
  const verdict = { verdict: "pass", reason: "flipped by the poison test", evidence: null, rewardRaw: 1, verifier, triage: null } as const;
  verdicts.add(episode, verdict, { source: "poison-test", routing: true });
}
