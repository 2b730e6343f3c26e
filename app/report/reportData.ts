/**
 * Everything a report says, as plain JSON: what `gatherReport` reads from a workspace and `renderReport` turns into a page.
 * Rates are `Score`s (estimate, 95 % interval, n); a missing one is null, never zero. Screens are PNG bytes in base64, by hash.
 */
import type { Action } from "../../env/action.ts";
import type { Viewport } from "../../env/observation.ts";
import type { VerdictName } from "../../env/verdict.ts";
import type { BenchmarkScores, Budget, ContestantName } from "../../flywheel/benchmark/contest.ts";
import type { Alarm } from "../../flywheel/monitor.ts";
import type { CurvePoint, GroupName, PairedGain, Score, TaskGroups, YieldPoint } from "../../flywheel/score.ts";
import type { Estimate, PairCounts } from "../../flywheel/statistics.ts";
import type { LedgerRow } from "../../flywheel/store/ledger.ts";

export interface ReportData {
  readonly run: RunFacts;
  readonly groups: TaskGroups;
  readonly demonstrations: DemonstrationCounts;
  /** One point per scored cycle, on final seeds; empty before the final scoring. */
  readonly curve: readonly CurvePoint[];
  readonly finals: FinalFacts;
  readonly gain: Readonly<Record<GroupName, PairedGain | null>>;
  readonly yields: readonly YieldPoint[];
  readonly heat: readonly HeatRow[];
  readonly ledger: readonly LedgerCycle[];
  readonly gates: readonly GateRow[];
  readonly times: readonly StageTime[];
  readonly slices: readonly Slice[];
  readonly training: readonly TrainingCurve[];
  readonly reinforcement: readonly ReinforceRound[];
  readonly monitor: { readonly cycles: readonly number[]; readonly alarms: readonly (Alarm & { readonly cycle: number })[] };
  readonly baselines: readonly Baseline[];
  /** Empty for runs without a benchmark. */
  readonly contest: readonly ContestRow[];
  readonly strips: readonly StripPair[];
  readonly screens: Readonly<Record<string, string>>;
  readonly index: readonly IndexSection[];
}

export interface RunFacts {
  readonly id: string;
  readonly seed: number;
  readonly configHash: string;
  /** Versions of the programs that worked on it. */
  readonly programs: readonly string[];
  /** ISO 8601. */
  readonly startedAt: string;
  /** Work in stages, and first start to last end; seconds. */
  readonly stageSeconds: number;
  readonly wallSeconds: number;
  readonly cyclesDone: number;
  readonly cyclesPlanned: number;
  readonly environmentSteps: number;
  readonly episodes: number;
  readonly gateSeedsPerTask: number;
  /** Switches that differ from the full wheel, e.g. "no filter". */
  readonly controls: readonly string[];
}

/** Verified solutions that did not come from the agent. */
export interface DemonstrationCounts {
  readonly atStart: number;
  readonly onRequest: number;
  readonly byPeople: number;
  readonly requests: readonly {
    readonly cycle: number;
    readonly task: string;
    readonly bucket: string;
    readonly asked: number;
    readonly answered: number;
  }[];
}

/** How the final seeds were counted, over all scored checkpoints. */
export interface FinalFacts {
  readonly seedsPerTask: number;
  /** Instances left out because their instruction and first screen occurred in training, per checkpoint. */
  readonly leftOut: number;
  /** Episodes that met an environment error and count for nobody. */
  readonly environmentErrors: number;
  /** Checkpoints compared in the headline: that of cycle 0, and who acts at the end. */
  readonly first: string | null;
  readonly last: string | null;
}

export interface HeatCell {
  readonly cycle: number;
  readonly score: Score | null;
  /** Id of the episode set behind the cell. */
  readonly set: string;
}

export interface HeatRow {
  readonly task: string;
  readonly group: GroupName;
  readonly cells: readonly HeatCell[];
  /** Cycles before whose training the task got demonstrations (0 = at the start). */
  readonly demonstratedIn: readonly number[];
}

export interface LedgerCycle extends Omit<LedgerRow, "role"> {
  readonly byRole: readonly LedgerRow[];
  readonly rl: { readonly groups: number; readonly mixed: number; readonly episodes: number };
  /** Failed checks of episodes that passed, most frequent first; one episode may fail several. */
  readonly rejections: readonly { readonly check: string; readonly count: number }[];
}

export interface GateRow {
  readonly cycle: number;
  readonly candidate: string;
  readonly incumbent: string | null;
  readonly action: "promote" | "hold" | "discard" | "rollback";
  readonly author: string;
  /** Candidate minus incumbent; null where nothing was compared. */
  readonly difference: Estimate | null;
  readonly counts: PairCounts | null;
  readonly p: number | null;
  readonly reasons: readonly { readonly name: string; readonly passed: boolean; readonly detail: string }[];
  /** The decision in one sentence. */
  readonly why: string;
  readonly set: string | null;
}

export interface StageTime {
  readonly cycle: number;
  readonly stage: string;
  readonly seconds: number;
}

/** A kind of final instances, scored apart. */
export interface Slice {
  readonly name: string;
  readonly first: Score | null;
  readonly last: Score | null;
}

export interface TrainingCurve {
  readonly cycle: number;
  readonly samples: { readonly sft: number; readonly ct: number };
  readonly points: readonly { readonly stage: "CT" | "SFT"; readonly step: number; readonly loss: number; readonly heldOut: number | null }[];
}

export interface ReinforceRound {
  readonly cycle: number;
  readonly round: number;
  readonly groups: number;
  readonly mixed: number;
  readonly episodes: number;
  readonly updates: number;
  readonly valueSteps: number;
  readonly loss: number;
  readonly behaviourGap: number;
}

/** What a policy without a model reaches. */
/** One contestant of a benchmark, by both readings of the reward, on all tasks and on the two halves. */
export interface ContestRow {
  readonly name: ContestantName;
  readonly budget: Budget;
  readonly all: BenchmarkScores;
  readonly demonstrated: BenchmarkScores;
  readonly never: BenchmarkScores;
}

export interface Baseline {
  readonly name: string;
  readonly on: string;
  readonly passes: number;
  readonly n: number;
}

/** The same final seed, played by the checkpoint of cycle 0 and by the last acting one. */
export interface StripPair {
  readonly task: string;
  readonly seed: number;
  readonly instruction: string;
  readonly feasible: boolean;
  readonly kind: "main" | "late failure";
  readonly early: Strip;
  readonly late: Strip;
}

export interface Strip {
  readonly episode: string;
  readonly checkpoint: string;
  readonly cycle: number;
  readonly verdict: VerdictName;
  readonly reason: string;
  readonly viewport: Viewport;
  readonly frames: readonly Frame[];
  /** Steps that are not shown. */
  readonly cut: number;
}

/** A screen and what was done on it; null on the last screen of an episode. */
export interface Frame {
  readonly screen: string;
  readonly index: number;
  readonly action: Action | null;
}

export interface IndexSection {
  readonly id: string;
  readonly title: string;
  readonly sets: readonly EpisodeSet[];
}

/** The episodes behind a number, by verdict or name. */
export interface EpisodeSet {
  readonly id: string;
  readonly title: string;
  readonly episodes: readonly { readonly name: string; readonly ids: readonly string[] }[];
}
