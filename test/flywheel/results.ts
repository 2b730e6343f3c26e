/** Judged episodes in shorthand. */
import type { VerdictName } from "../../env/verdict.ts";
import type { EpisodeResult } from "../../flywheel/results.ts";

/** Results of one task on seeds 690000…; one letter per seed: p(ass), f(ail), t(runcated), e(nvironment error). */
export function results(task: string, letters: string): EpisodeResult[] {
  const verdicts: Record<string, VerdictName> = { p: "pass", f: "fail", t: "truncated", e: "env-error" };
  return letters.split("").map((letter, i) => {
    const verdict = verdicts[letter]!;
    const rewardRaw = verdict === "pass" ? 1 : 0;
    return {
      task,
      seed: 690_000 + i,
      split: "final",
      bucket: "easy",
      heldOut: false,
      verdict,
      rewardRaw,
      steps: 3,
      checkpoint: "c",
      episode: `${task}-${i}`,
    };
  });
}
