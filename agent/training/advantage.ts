/**
 * Advantages for multi-turn RL. Pure. In: episodes with predicted values and outcomes. Out: one advantage per step.
 * PPO: decoupled GAE (critic λ = 1, i.e. the return itself; policy λ = clamp(1 − 1/(α·l), 0.9, 1), α = 2: VAPO, arXiv 2504.05118, clamped for
 * episodes of few steps). GRPO: outcome against its group (2402.03300), groups without spread dropped (DAPO, 2503.14476).
 */

const ALPHA = 2;
/** Cost of one step as a share of success: the shorter of two successes is better. */
const STEP_COST = 0.01;

/** λ of the policy's GAE for an episode of `length` steps. */
function policyLambda(length: number): number {
  return Math.min(1, Math.max(0.9, 1 - 1 / (ALPHA * length)));
}

/** GAE with γ = 1 over one episode; `values[i]` is the predicted success before step i, the reward comes at the end. */
export function gae(values: readonly number[], success: 0 | 1): number[] {
  const lambda = policyLambda(values.length);
  const advantages: number[] = Array.from({ length: values.length }, () => 0);
  let next = 0;
  for (let i = values.length - 1; i >= 0; i--) {
    const last = i === values.length - 1;
    const delta = (last ? success : values[i + 1]!) - STEP_COST - values[i]!;
    next = delta + (last ? 0 : lambda * next);
    advantages[i] = next;
  }
  return advantages;
}

/** Zero mean, unit deviation over a batch. */
export function normalise(advantages: readonly number[]): number[] {
  const mean = advantages.reduce((a, b) => a + b, 0) / advantages.length;
  const variance = advantages.reduce((sum, value) => sum + (value - mean) ** 2, 0) / advantages.length;
  return advantages.map((value) => (value - mean) / (Math.sqrt(variance) + 1e-6));
}

/** One advantage per episode of a group: (r − mean)/(std + 0.1); null for groups in which all ended alike. */
export function groupAdvantages(successes: readonly number[]): number[] | null {
  const mean = successes.reduce((a, b) => a + b, 0) / successes.length;
  const deviation = Math.sqrt(successes.reduce((sum, value) => sum + (value - mean) ** 2, 0) / successes.length);
  return deviation === 0 ? null : successes.map((value) => (value - mean) / (deviation + 0.1));
}
