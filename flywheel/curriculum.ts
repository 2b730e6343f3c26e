/**
 * The curriculum: which (task, bucket) pairs are practised, and how often. Driven by nothing but pass rates.
 * In: last cycle's passes and attempts. Out: the new state of every bucket, then an allocation of episodes or RL groups. Pure.
 *
 * Rejection-sampling training is short of new successes, so episodes go where passes are rare, ∝ floor + span·(1 − p).
 * RL learns most near p = 1/2, so its groups go there.
 */

/** `locked`: an easier bucket comes first. `monitoring`: mastered or hopeless for now, a few probes only. */
type BucketStatus = "locked" | "active" | "monitoring" | "needs-demonstrations";

export type BucketState = {
  readonly task: string;
  readonly bucket: string;
  readonly status: BucketStatus;
  /** Running pass rate, null before the first attempt. */
  readonly passRate: number | null;
  readonly passes: number;
  readonly attempts: number;
  /** Cycles in a row with enough attempts in which the bucket stayed stuck. */
  readonly stuckCycles: number;
  /** Cycles in which it was attempted. */
  readonly practised: number;
};

export interface CurriculumConfig {
  /** Weight of a new group of `averagedEpisodes` episodes in the running pass rate. */
  readonly alpha: number;
  readonly averagedEpisodes: number;
  /** A bucket above this opens the next harder one. */
  readonly opensAbove: number;
  /** …and so do this many cycles of practice on it, mastered or not; null: only the pass rate does. */
  readonly opensAfter: number | null;
  readonly masteredAt: number;
  /** Below this pass rate a bucket is stuck… */
  readonly stuckBelow: number;
  /** …and below this one where nobody can show it at once: practice is all it has. */
  readonly stuckAloneBelow: number;
  /** …and after this many such cycles, each with at least `enoughAttempts`, it asks for demonstrations. */
  readonly stuckCycles: number;
  readonly enoughAttempts: number;
  /** False: stuck buckets are only monitored (`--no-requests`). */
  readonly requests: boolean;
  readonly floor: number;
  readonly span: number;
  /** Episodes per cycle of a bucket that is monitored or waits for demonstrations. */
  readonly probes: number;
}

export const DEFAULT_CURRICULUM: CurriculumConfig = {
  alpha: 0.2,
  averagedEpisodes: 4,
  opensAbove: 0.9,
  opensAfter: null,
  masteredAt: 0.95,
  stuckBelow: 0.15,
  stuckAloneBelow: 0.15,
  stuckCycles: 2,
  enoughAttempts: 8,
  requests: true,
  floor: 10,
  span: 60,
  probes: 4,
};

/** A task and its buckets, easiest first. */
export interface Ladder {
  readonly task: string;
  readonly buckets: readonly string[];
}

export interface BucketResult {
  readonly task: string;
  readonly bucket: string;
  readonly passes: number;
  readonly attempts: number;
}

/** Before the first cycle: the `open` easiest buckets of every task are active, the rest is locked. */
export function startCurriculum(ladders: readonly Ladder[], open = 1): BucketState[] {
  return ladders.flatMap(({ task, buckets }) =>
    buckets.map((bucket, i): BucketState => ({
      task,
      bucket,
      status: i < open ? "active" : "locked",
      passRate: null,
      passes: 0,
      attempts: 0,
      stuckCycles: 0,
      practised: 0,
    })),
  );
}

/**
 * The state after a cycle. `states` keeps its order, in which the buckets of a task stand easiest first. `alone`: tasks that nobody can show
 * at once.
 */
export function updateCurriculum(
  states: readonly BucketState[],
  results: readonly BucketResult[],
  config: CurriculumConfig = DEFAULT_CURRICULUM,
  alone: ReadonlySet<string> = new Set(),
): BucketState[] {
  const counted = states.map((state) => {
    const result = results.find(({ task, bucket }) => task === state.task && bucket === state.bucket);
    const stuckBelow = alone.has(state.task) ? config.stuckAloneBelow : config.stuckBelow;
    return result === undefined || result.attempts === 0 ? state : count(state, result, { ...config, stuckBelow });
  });
  return counted.map((state, i) => {
    const easier = counted[i - 1];
    const opened = state.status !== "locked" || (easier?.task === state.task && opensNext(easier, config));
    return { ...state, status: opened ? statusOf(state, config) : "locked" };
  });
}

function opensNext({ passRate, practised }: BucketState, { opensAbove, opensAfter }: CurriculumConfig): boolean {
  return (passRate ?? 0) > opensAbove || (opensAfter !== null && practised >= opensAfter);
}

/** True for a bucket that was tried and never passed. */
export function isUnsolved(states: readonly BucketState[], task: string, bucket: string): boolean {
  return states.some((state) => state.task === task && state.bucket === bucket && state.attempts > 0 && state.passes === 0);
}

/** The bucket got its demonstrations: it is tried in full again. */
export function demonstrationsGiven(states: readonly BucketState[], task: string, bucket: string): BucketState[] {
  return states.map((state) => (state.task === task && state.bucket === bucket ? { ...state, status: "active", stuckCycles: 0 } : state));
}

/**
 * Running pass rate after new episodes: an exponential mean with one step of `alpha` per `averagedEpisodes` episodes, so that 40 episodes
 * move it more than 4. The first rate is taken as it is.
 */
export function blendPassRate(
  before: number | null,
  passes: number,
  attempts: number,
  { alpha, averagedEpisodes }: Pick<CurriculumConfig, "alpha" | "averagedEpisodes">,
): number {
  const rate = passes / attempts;
  return before === null ? rate : rate + (before - rate) * (1 - alpha) ** (attempts / averagedEpisodes);
}

export type Allocation = {
  readonly task: string;
  readonly bucket: string;
  readonly seeds: number;
  /** Episodes per seed. */
  readonly trials: number;
};

/**
 * Spreads `episodes` over the open buckets: `probes` each where only probing is useful, the rest over the active ones ∝ floor + span·(1 − p).
 * The sum never exceeds `episodes`, and stays short of it by less than `trials`.
 */
export function allocate(
  states: readonly BucketState[],
  episodes: number,
  trials: number,
  config: CurriculumConfig = DEFAULT_CURRICULUM,
): Allocation[] {
  const open = states.filter(({ status }) => status !== "locked");
  const active = open.filter(({ status }) => status === "active");
  const probed = open.length - active.length;
  const total = Math.floor(episodes / trials);
  const wantedProbes = active.length === 0 ? total : Math.min(total, Math.ceil((probed * config.probes) / trials));
  const probing = spread(
    wantedProbes,
    open.map(({ status }) => (status === "active" ? 0 : 1)),
  );
  const practising = spread(
    total - wantedProbes,
    open.map((state) => (state.status === "active" ? config.floor + config.span * (1 - (state.passRate ?? 0)) : 0)),
  );
  return open.map(({ task, bucket }, i) => ({ task, bucket, seeds: probing[i]! + practising[i]!, trials })).filter(({ seeds }) => seeds > 0);
}

export interface RlAllocation {
  readonly task: string;
  readonly bucket: string;
  readonly groups: number;
}

/** Spreads `groups` RL groups over open buckets with a pass rate in [.1, .9], ∝ exp(−(p − ½)² / (2·¼²)). */
export function allocateRl(states: readonly BucketState[], groups: number): RlAllocation[] {
  const weights = states.map(({ status, passRate }) => (status === "locked" || passRate === null ? 0 : rlWeight(passRate)));
  const shares = spread(groups, weights);
  return states.map(({ task, bucket }, i) => ({ task, bucket, groups: shares[i]! })).filter((allocation) => allocation.groups > 0);
}

/** Sampling weight of a bucket in RL, 0 where a group would almost surely be all passes or all failures. */
export function rlWeight(passRate: number): number {
  return passRate < 0.1 || passRate > 0.9 ? 0 : Math.exp(-((passRate - 0.5) ** 2) / (2 * 0.25 ** 2));
}

function count(state: BucketState, { passes, attempts }: BucketResult, config: CurriculumConfig): BucketState {
  const passRate = blendPassRate(state.passRate, passes, attempts, config);
  const stuck = passRate < config.stuckBelow;
  const enough = attempts >= config.enoughAttempts;
  return {
    ...state,
    passRate,
    passes: state.passes + passes,
    attempts: state.attempts + attempts,
    practised: state.practised + 1,
    // A bucket that already waits is only probed: those few episodes neither add to the count nor clear it.
    stuckCycles: stuck ? state.stuckCycles + (enough ? 1 : 0) : 0,
  };
}

function statusOf({ passRate, stuckCycles, attempts }: BucketState, config: CurriculumConfig): BucketStatus {
  if (stuckCycles >= config.stuckCycles) return config.requests ? "needs-demonstrations" : "monitoring";
  return passRate !== null && passRate >= config.masteredAt && attempts >= config.enoughAttempts ? "monitoring" : "active";
}

/** Splits a whole number ∝ weights by largest remainders; ties go to the earlier one. All zero without any weight. */
function spread(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  if (sum === 0) return weights.map(() => 0);
  const exact = weights.map((weight) => (total * weight) / sum);
  const shares = exact.map(Math.floor);
  const byRemainder = exact.map((share, i) => ({ i, rest: share - shares[i]! })).toSorted((a, b) => b.rest - a.rest || a.i - b.i);
  const left = total - shares.reduce((a, b) => a + b, 0);
  for (const { i } of byRemainder.slice(0, left)) shares[i]! += 1;
  return shares;
}
