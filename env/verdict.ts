/**
 * Verdicts: what a verifier (or the environment) says about a whole episode.
 * A task's `verify` is pure and returns a `Judgement`; the environment turns it into a `Verdict`.
 */
import type { Json } from "./json.ts";

export const VERDICTS = ["pass", "fail", "truncated", "env-error", "unverified"] as const;
export type VerdictName = (typeof VERDICTS)[number];

/** First guess at whose fault a failure is; a person may correct it. */
export type Triage = "model" | "environment" | "task" | "verifier";

/** What a task's pure verifier says, with the evidence it looked at. */
export interface Judgement {
  readonly pass: boolean;
  /** One short sentence a person can check against the evidence. */
  readonly reason: string;
  readonly evidence: Json;
  /** Raw reward where the task has one (adapters); else 1 for pass, 0 for fail. */
  readonly rewardRaw?: number;
}

export interface Verdict {
  readonly verdict: VerdictName;
  readonly reason: string;
  readonly evidence: Json;
  readonly rewardRaw: number;
  /** `task-id@version` of the verifier that spoke. */
  readonly verifier: string;
  readonly triage: Triage | null;
}
