/**
 * The filter: named checks that decide whether an episode is worth imitating, each with a reason.
 * In: one episode with its steps, and what is known about its neighbours. Out: a `FilterOutcome`. Pure.
 * Retracted episodes and those of other purposes never get here: the store's learning view leaves them out.
 */
import { endsEpisode } from "../env/action.ts";
import { canonicalJson, sha256 } from "../env/json.ts";
import type { Episode } from "./store/episodes.ts";
import type { CheckResult } from "./store/filterChecks.ts";
import type { Step } from "./store/steps.ts";

export const CHECKS = ["verified", "no-incident", "length", "no-loop", "not-duplicate", "own-choice", "own-work"] as const;
type CheckName = (typeof CHECKS)[number];

export interface FilterConfig {
  /** False: nothing is checked and every judged episode counts as good (`--no-filter`). */
  readonly enabled: boolean;
  readonly checks: Readonly<Record<CheckName, boolean>>;
  /** Longest success allowed, as a multiple of the shortest one known for the same (task, bucket)… */
  readonly lengthFactor: number;
  /** …but never fewer than this many steps above it. */
  readonly lengthSlack: number;
  /** This often the same action on the same unchanged screen and state is a loop. */
  readonly loopRepeats: number;
}

export const DEFAULT_FILTER: FilterConfig = {
  enabled: true,
  checks: {
    verified: true,
    "no-incident": true,
    length: true,
    "no-loop": true,
    "not-duplicate": true,
    "own-choice": true,
    "own-work": true,
  },
  lengthFactor: 2,
  lengthSlack: 2,
  loopRepeats: 3,
};

/** An episode as the filter sees it. */
export interface FilterInput {
  readonly episode: Episode;
  readonly steps: readonly Step[];
  /** Steps of the shortest verified episode of the same (task, bucket, feasible) known so far; null when there is none. */
  readonly shortest: number | null;
  /** The episode already kept with the same {@link fingerprint}, or null. */
  readonly duplicateOf: string | null;
}

export interface FilterOutcome {
  readonly good: boolean;
  readonly checks: readonly CheckResult[];
}

/** Same task, seed and action sequence ⇔ same fingerprint. */
export function fingerprint({ task, seed }: Pick<Episode, "task" | "seed">, steps: readonly Step[]): string {
  return sha256(canonicalJson([task, seed, steps.map((step) => step.action)]));
}

/** Runs all enabled checks; good when every one passes. */
export function filterEpisode(input: FilterInput, config: FilterConfig = DEFAULT_FILTER): FilterOutcome {
  if (!config.enabled) return { good: true, checks: [] };
  const checks = CHECKS.filter((check) => config.checks[check]).map((check) => {
    const problem = PROBLEMS[check](input, config);
    return { check, passed: problem === null, reason: problem ?? "" };
  });
  return { good: checks.every(({ passed }) => passed), checks };
}

/** Says what is wrong, or null. */
type Problem = (input: FilterInput, config: FilterConfig) => string | null;

const PROBLEMS: Readonly<Record<CheckName, Problem>> = {
  verified: ({ episode }) => (episode.verdict === "pass" ? null : `the verdict is ${episode.verdict ?? "missing"}`),
  "no-incident": ({ steps }) => {
    const step = steps.find(({ incidents }) => incidents.some(({ kind, fatal }) => fatal || BREAKING.has(kind)));
    return step === undefined ? null : `${step.incidents.map(({ kind }) => kind).join(", ")} at step ${step.index}`;
  },
  length: ({ episode, shortest }, { lengthFactor, lengthSlack }) => {
    if (shortest === null) return null;
    const limit = Math.max(shortest * lengthFactor, shortest + lengthSlack);
    return episode.stepCount <= limit ? null : `${episode.stepCount} steps, the shortest known success takes ${shortest}`;
  },
  "no-loop": ({ episode, steps }, { loopRepeats }) => {
    const index = loopStart(episode, steps, loopRepeats);
    return index === null ? null : `the same action without effect ${loopRepeats} times, from step ${index}`;
  },
  "not-duplicate": ({ duplicateOf }) => (duplicateOf === null ? null : `the same actions on the same seed as ${duplicateOf}`),
  "own-choice": ({ steps }) =>
    steps.length > 0 && steps.every(({ decision }) => decision?.exploration === true) ? "every action was drawn by exploration" : null,
  "own-work": ({ episode, steps }) => ownWorkProblem(episode, steps),
};

/** Incidents after which a screen is not what the page would have shown. */
const BREAKING: ReadonlySet<string> = new Set(["crash", "hang", "page-error"]);

/** True when a step changed neither pixels nor state. */
export function changedNothing(step: Step, stateBefore: string): boolean {
  return step.screenHash === step.nextScreenHash && canonicalJson(step.state) === stateBefore;
}

/** State before each step, as canonical text. */
export function statesBefore({ startState }: Pick<Episode, "startState">, steps: readonly Step[]): string[] {
  return [canonicalJson(startState), ...steps.map(({ state }) => canonicalJson(state))].slice(0, steps.length);
}

/** Index at which the same no-op begins to repeat `repeats` times in a row (waiting included), or null. */
function loopStart(episode: Episode, steps: readonly Step[], repeats: number): number | null {
  const before = statesBefore(episode, steps);
  let run = 0;
  for (const [i, step] of steps.entries()) {
    const same = i > 0 && run > 0 && canonicalJson(step.action) === canonicalJson(steps[i - 1]!.action);
    run = changedNothing(step, before[i]!) ? (same ? run + 1 : 1) : 0;
    if (run >= repeats) return i - repeats + 1;
  }
  return null;
}

/** A pass must come from something the agent did: an effective action, an answer, or giving up where giving up is right. */
function ownWorkProblem(episode: Episode, steps: readonly Step[]): string | null {
  const last = steps.at(-1)?.action;
  if (last?.kind === "done" && last.answer !== undefined) return null;
  if (last?.kind === "fail" && !episode.feasible) return null;
  const before = statesBefore(episode, steps);
  const acted = steps.some((step, i) => step.action.kind !== "wait" && !endsEpisode(step.action) && !changedNothing(step, before[i]!));
  return acted ? null : "no action of its own changed anything";
}
