/**
 * The scores of a run, as command line and report both print them: three fixed groups of tasks, success per cycle, last minus first, yield.
 * In: judged episodes per checkpoint, answered requests, decisions. Out: rates and differences with 95 % intervals and counts. Pure.
 */
import { rng } from "../env/random.ts";
import type { WheelConfig } from "./config.ts";
import { fairResults, type EpisodeResult } from "./results.ts";
import {
  bootstrapMean,
  bootstrapPairedDifference,
  countPairs,
  pairedDifference,
  signTest,
  wilson,
  type Estimate,
  type PairCounts,
} from "./statistics.ts";
import type { Promotion } from "./store/checkpoints.ts";
import type { DemonstrationRequest } from "./store/demonstrations.ts";
import type { Episode } from "./store/episodes.ts";

export const GROUPS = ["all", "demonstrated", "requested", "never"] as const;
/** `demonstrated`: solved for the agent before cycle 0. `requested`: only after it asked. `never`: it got no solution at all. */
export type GroupName = (typeof GROUPS)[number];
export type TaskGroups = Readonly<Record<GroupName, readonly string[]>>;
type GroupScores = Readonly<Record<GroupName, Score | null>>;

/** The fixed groups, each in the configuration's order. A task belongs to `requested` when at least one request of it was answered. */
export function groupsOf(
  { tasks, demonstrated }: Pick<WheelConfig, "tasks" | "demonstrated">,
  requests: readonly Pick<DemonstrationRequest, "task" | "answered">[],
): TaskGroups {
  const answered = new Set(requests.filter((request) => request.answered > 0).map(({ task }) => task));
  const groupOf = (task: string): GroupName => (demonstrated.includes(task) ? "demonstrated" : answered.has(task) ? "requested" : "never");
  const tasksIn = (name: GroupName): string[] => tasks.filter((task) => groupOf(task) === name);
  return { all: [...tasks], demonstrated: tasksIn("demonstrated"), requested: tasksIn("requested"), never: tasksIn("never") };
}

/** A success rate with its 95 % interval; `passes` of `n` fair episodes over `tasks` tasks. */
export interface Score extends Estimate {
  readonly passes: number;
  readonly n: number;
  readonly tasks: number;
}

/**
 * Mean over tasks of their success rates, with a bootstrap interval stratified by task. All episodes pooled, with Wilson's interval, for a
 * single task, with too few episodes per task, and where every episode passed or none did: there a bootstrap is too narrow or has no width.
 * Null without a fair episode. `key` names the random stream.
 */
export function scoreOf(results: readonly EpisodeResult[], key: string): Score | null {
  const fair = fairResults(results);
  if (fair.length === 0) return null;
  const passes = fair.filter(passed).length;
  const strata = [...Map.groupBy(fair, ({ task }) => task).values()].map((own) => own.map((result) => Number(passed(result))));
  const pooled = strata.length === 1 || tooFew(fair.length, strata.length) || passes === 0 || passes === fair.length;
  const interval = pooled ? wilson(passes, fair.length) : bootstrapMean(strata, rng("score", key));
  return { ...interval, passes, n: fair.length, tasks: strata.length };
}

/** Resampling within a task needs this many episodes of it. */
const ENOUGH_PER_TASK = 8;

function tooFew(episodes: number, tasks: number): boolean {
  return episodes < ENOUGH_PER_TASK * tasks;
}

export function scoreGroups(results: readonly EpisodeResult[], groups: TaskGroups, key: string): GroupScores {
  const score = (name: GroupName): Score | null => scoreOf(inGroup(results, groups, name), `${key} ${name}`);
  return { all: score("all"), demonstrated: score("demonstrated"), requested: score("requested"), never: score("never") };
}

/** Results of one checkpoint, the candidate of `cycle`. */
export interface ScoredCheckpoint {
  readonly cycle: number;
  readonly checkpoint: string;
  readonly results: readonly EpisodeResult[];
}

/** What the gate (or a person) made of a cycle's candidate; `undecided` when nobody has looked yet. */
type Fate = "promoted" | "held" | "discarded" | "rolled back" | "undecided";

export interface CycleDecision {
  readonly cycle: number;
  readonly candidate: string;
  readonly fate: Fate;
  /** Who acts after this cycle; null before the first promotion. */
  readonly acting: string | null;
}

/** Folds the decisions of a run, oldest first, into one row per candidate: `candidates` in order of their cycles. */
export function decisionsByCycle(
  promotions: readonly Pick<Promotion, "checkpoint" | "action" | "previous">[],
  candidates: readonly { readonly id: string; readonly cycle: number }[],
): CycleDecision[] {
  const cycleOf = new Map(candidates.map(({ id, cycle }) => [id, cycle]));
  const fates = new Map<string, Fate>();
  const replaced = new Map<string, string | null>();
  const actingAfter = new Map<number, string | null>();
  let acting: string | null = null;
  let now = 0;
  for (const { checkpoint, action, previous } of promotions) {
    now = Math.max(now, cycleOf.get(checkpoint) ?? now);
    fates.set(checkpoint, FATES[action]);
    if (action === "promote") {
      replaced.set(checkpoint, previous);
      acting = checkpoint;
    }
    if (action === "rollback") acting = replaced.get(checkpoint) ?? null;
    actingAfter.set(now, acting);
  }
  let last: string | null = null;
  return candidates.map(({ id, cycle }) => {
    last = actingAfter.get(cycle) ?? last;
    return { cycle, candidate: id, fate: fates.get(id) ?? "undecided", acting: last };
  });
}

const FATES: Readonly<Record<Promotion["action"], Fate>> = { promote: "promoted", hold: "held", discard: "discarded", rollback: "rolled back" };

/** One cycle of the curve: the candidate's own scores, and those of whoever acts after the cycle. */
export interface CurvePoint extends CycleDecision {
  readonly scores: GroupScores;
  readonly actingScores: GroupScores;
}

/** P(verified success | cycle) in every group. A candidate that was not promoted leaves the acting scores as they were. */
export function curve(
  scored: readonly ScoredCheckpoint[],
  groups: TaskGroups,
  promotions: readonly Pick<Promotion, "checkpoint" | "action" | "previous">[],
): CurvePoint[] {
  const scores = new Map(scored.map(({ checkpoint, results }) => [checkpoint, scoreGroups(results, groups, checkpoint)]));
  const decisions = decisionsByCycle(
    promotions,
    scored.map(({ checkpoint, cycle }) => ({ id: checkpoint, cycle })),
  );
  return decisions.map((decision) => ({
    ...decision,
    scores: scores.get(decision.candidate)!,
    actingScores: scores.get(decision.acting ?? "") ?? NO_SCORES,
  }));
}

const NO_SCORES: GroupScores = { all: null, demonstrated: null, requested: null, never: null };

/** A paired difference with its 95 % interval; A is the later checkpoint, B the earlier one. */
export interface PairedGain extends Estimate {
  readonly counts: PairCounts;
  readonly n: number;
  /** One-sided exact sign test on the discordant pairs. */
  readonly p: number;
}

/**
 * Last minus first on the same (task, seed) pairs: mean over tasks of the paired differences, bootstrap interval stratified by task
 * (all pairs pooled, with Agresti–Min, where all pairs agree or there are too few per task). Null without a pair that is fair on both sides.
 */
export function lastMinusFirst(first: readonly EpisodeResult[], last: readonly EpisodeResult[], key: string): PairedGain | null {
  const before = new Map(fairResults(first).map((result) => [pairKey(result), result]));
  const pairs = fairResults(last).flatMap((after) => {
    const other = before.get(pairKey(after));
    return other === undefined ? [] : [{ task: after.task, after: passed(after), before: passed(other) }];
  });
  if (pairs.length === 0) return null;
  const counts = countPairs(pairs.map((pair) => [pair.after, pair.before]));
  const strata = [...Map.groupBy(pairs, ({ task }) => task).values()].map((own) =>
    own.map((pair) => [Number(pair.after), Number(pair.before)] as const),
  );
  const same = [counts.onlyA, counts.onlyB, counts.both + counts.neither].includes(pairs.length);
  const interval = same || tooFew(pairs.length, strata.length) ? pairedDifference(counts) : bootstrapPairedDifference(strata, rng("gain", key));
  return { ...interval, counts, n: pairs.length, p: signTest(counts.onlyA, counts.onlyB) };
}

/** {@link lastMinusFirst} in every group. */
export function gainByGroup(
  first: readonly EpisodeResult[],
  last: readonly EpisodeResult[],
  groups: TaskGroups,
  key: string,
): Readonly<Record<GroupName, PairedGain | null>> {
  const gain = (name: GroupName): PairedGain | null => lastMinusFirst(inGroup(first, groups, name), inGroup(last, groups, name), `${key} ${name}`);
  return { all: gain("all"), demonstrated: gain("demonstrated"), requested: gain("requested"), never: gain("never") };
}

/** Verified episodes per 1 000 environment steps of one cycle's own work. */
export interface YieldPoint extends Estimate {
  readonly cycle: number;
  readonly passes: number;
  readonly episodes: number;
  readonly steps: number;
  /** Different (task, seed) pairs: trials of one seed are not independent. */
  readonly seeds: number;
}

/**
 * Yield per cycle of the agent's own training episodes (`rollout` and `rl`), all steps counted, whoever failed.
 * Interval: linearised ratio estimator over (task, seed) clusters (Cochran 1977, 2.11 and 6.3); Wilson's upper end where nothing passed.
 */
export function yieldPerThousand(episodes: readonly Pick<Episode, "cycle" | "role" | "task" | "seed" | "verdict" | "stepCount">[]): YieldPoint[] {
  const own = episodes.filter(({ role }) => role === "rollout" || role === "rl");
  const cycles = [...Map.groupBy(own, ({ cycle }) => cycle)].toSorted(([a], [b]) => a - b);
  return cycles.map(([cycle, inCycle]) => {
    const clusters = [...Map.groupBy(inCycle, pairKey).values()].map((trials) => ({
      passes: trials.filter(passed).length,
      steps: sum(trials.map(({ stepCount }) => stepCount)),
    }));
    const counts = { passes: sum(clusters.map(({ passes }) => passes)), steps: sum(clusters.map(({ steps }) => steps)), seeds: clusters.length };
    return { cycle, episodes: inCycle.length, ...counts, ...ratioPerThousand(clusters, counts) };
  });
}

function ratioPerThousand(
  clusters: readonly { readonly passes: number; readonly steps: number }[],
  { passes, steps, seeds }: { readonly passes: number; readonly steps: number; readonly seeds: number },
): Estimate {
  if (steps === 0) return { estimate: 0, low: 0, high: 0 };
  const ratio = passes / steps;
  if (passes === 0) return { estimate: 0, low: 0, high: (1000 * wilson(0, seeds).high * seeds) / steps };
  const squares = sum(clusters.map((cluster) => (cluster.passes - ratio * cluster.steps) ** 2));
  const error = Math.sqrt((squares * seeds) / Math.max(1, seeds - 1)) / steps;
  return { estimate: 1000 * ratio, low: 1000 * Math.max(0, ratio - 1.96 * error), high: 1000 * (ratio + 1.96 * error) };
}

function passed({ verdict }: { readonly verdict: string | null }): boolean {
  return verdict === "pass";
}

function pairKey({ task, seed }: { readonly task: string; readonly seed: number }): string {
  return `${task} ${seed}`;
}

function inGroup(results: readonly EpisodeResult[], groups: TaskGroups, name: GroupName): EpisodeResult[] {
  return results.filter(({ task }) => groups[name].includes(task));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
