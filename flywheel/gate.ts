/**
 * The gate: may a candidate act in place of the incumbent?
 * In: paired verdicts of both on the same gate seeds. Out: a request for a recheck, or a decision with everything it rests on. Pure.
 *
 * Promote: exact one-sided sign test p < .05, and no mastered (task, bucket) down by .30 or more after a recheck on fresh seeds.
 * Discard: the upper 90 % end of the paired difference is below 0. Otherwise hold.
 */
import type { VerdictName } from "../env/verdict.ts";
import { countPairs, pairedDifference, signTest, type Estimate, type PairCounts } from "./statistics.ts";

export type Bucket = {
  readonly task: string;
  readonly bucket: string;
};

/** One gate seed run by both. A is the candidate, B the incumbent. */
export interface GatePair extends Bucket {
  readonly seed: number;
  readonly candidate: VerdictName;
  readonly incumbent: VerdictName;
}

export interface GateConfig {
  readonly significance: number;
  /** A mastered bucket down by this much is a regression. */
  readonly regressionDrop: number;
  readonly recheckSeeds: number;
}

export const DEFAULT_GATE: GateConfig = { significance: 0.05, regressionDrop: 0.3, recheckSeeds: 60 };

export interface GateInput {
  readonly pairs: readonly GatePair[];
  /** Buckets the incumbent has mastered. */
  readonly mastered: readonly Bucket[];
  /** Pairs on fresh seeds for the buckets an earlier answer asked to recheck; null: none was asked for yet. */
  readonly recheck: readonly GatePair[] | null;
}

type Regression = Bucket & {
  readonly drop: number;
  readonly pairs: number;
  /** Null while no recheck was run. */
  readonly recheckedDrop: number | null;
  readonly confirmed: boolean;
};

type GateReason = {
  readonly name: string;
  readonly passed: boolean;
  readonly detail: string;
};

export type GateDecision = {
  readonly kind: "decided";
  readonly decision: "promote" | "hold" | "discard";
  readonly counts: PairCounts;
  /** Pairs left out because either side met an environment error. */
  readonly leftOut: number;
  readonly difference: Estimate;
  readonly interval90: Estimate;
  /** One-sided p of the sign test. */
  readonly p: number;
  readonly regressions: readonly Regression[];
  readonly reasons: readonly GateReason[];
};

/** Run both on `seeds` fresh gate seeds of each bucket, then ask again with the pairs as `recheck`. */
export interface RecheckRequest {
  readonly kind: "recheck";
  readonly buckets: readonly Bucket[];
  readonly seeds: number;
}

/** Decides, or asks for a recheck first. A recheck is asked for only where it could turn a promotion down. */
export function gate({ pairs, mastered, recheck }: GateInput, config: GateConfig = DEFAULT_GATE): GateDecision | RecheckRequest {
  const { counts, leftOut } = judged(pairs);
  const p = signTest(counts.onlyA, counts.onlyB);
  const better = p < config.significance;
  const suspects = regressionsIn(pairs, mastered, recheck, config);
  if (better && suspects.length > 0 && recheck === null) {
    return { kind: "recheck", buckets: suspects.map(({ task, bucket }) => ({ task, bucket })), seeds: config.recheckSeeds };
  }
  const interval90 = pairedDifference(counts, 0.9);
  const confirmed = suspects.filter((suspect) => suspect.confirmed);
  const worse = interval90.high < 0;
  return {
    kind: "decided",
    decision: worse ? "discard" : better && confirmed.length === 0 ? "promote" : "hold",
    counts,
    leftOut,
    difference: pairedDifference(counts, 0.95),
    interval90,
    p,
    regressions: suspects,
    reasons: [
      {
        name: "better",
        passed: better,
        detail: `sign test p = ${p.toFixed(4)} (${counts.onlyA} only the candidate, ${counts.onlyB} only the incumbent)`,
      },
      { name: "no regression", passed: confirmed.length === 0, detail: describeRegressions(suspects) },
      { name: "not worse", passed: !worse, detail: `upper 90 % end of the difference ${interval90.high.toFixed(3)}` },
    ],
  };
}

export interface RollbackDecision {
  readonly rollBack: boolean;
  readonly counts: PairCounts;
  readonly difference: Estimate;
  readonly p: number;
}

/**
 * Undo a promotion? On fresh gate seeds the one that was replaced (here `incumbent`) must be better than the one that acts now
 * (`candidate`) by the same test that promotes.
 */
export function rollback(pairs: readonly GatePair[], { significance }: Pick<GateConfig, "significance"> = DEFAULT_GATE): RollbackDecision {
  const { counts } = judged(pairs);
  const p = signTest(counts.onlyB, counts.onlyA);
  return { rollBack: p < significance, counts, difference: pairedDifference(counts), p };
}

/** Environment errors are nobody's failure: such pairs are left out on both sides. */
function judged(pairs: readonly GatePair[]): { readonly counts: PairCounts; readonly leftOut: number } {
  const fair = pairs.filter(({ candidate, incumbent }) => [candidate, incumbent].every((name) => name !== "env-error" && name !== "unverified"));
  return {
    counts: countPairs(fair.map(({ candidate, incumbent }) => [candidate === "pass", incumbent === "pass"])),
    leftOut: pairs.length - fair.length,
  };
}

function regressionsIn(
  pairs: readonly GatePair[],
  mastered: readonly Bucket[],
  recheck: readonly GatePair[] | null,
  config: GateConfig,
): Regression[] {
  const found: Regression[] = [];
  for (const { task, bucket } of mastered) {
    const here = (pair: GatePair): boolean => pair.task === task && pair.bucket === bucket;
    const first = dropIn(pairs.filter(here));
    if (first === null || !reaches(first.drop, config)) continue;
    const second = recheck === null ? null : dropIn(recheck.filter(here));
    // A bucket nobody could recheck stays a regression: promotion needs evidence.
    found.push({ task, bucket, ...first, recheckedDrop: second?.drop ?? null, confirmed: second === null || reaches(second.drop, config) });
  }
  return found;
}

/** Pass rate of the incumbent minus that of the candidate, or null without fair pairs. */
function dropIn(pairs: readonly GatePair[]): { readonly drop: number; readonly pairs: number } | null {
  const { both, onlyA, onlyB, neither } = judged(pairs).counts;
  const n = both + onlyA + onlyB + neither;
  return n === 0 ? null : { drop: (onlyB - onlyA) / n, pairs: n };
}

/** ≥ with room for rounding: 3 of 10 is a drop of .30. */
function reaches(drop: number, { regressionDrop }: GateConfig): boolean {
  return drop >= regressionDrop - 1e-9;
}

function describeRegressions(regressions: readonly Regression[]): string {
  if (regressions.length === 0) return "no mastered bucket is down";
  return regressions
    .map(({ task, bucket, drop, recheckedDrop, confirmed }) => {
      const again =
        recheckedDrop === null ? "not rechecked" : `${recheckedDrop.toFixed(2)} on fresh seeds, ${confirmed ? "confirmed" : "not confirmed"}`;
      return `${task} ${bucket} down ${drop.toFixed(2)} (${again})`;
    })
    .join("; ");
}
