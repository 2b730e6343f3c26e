/**
 * What decides: one interface for scripted policies and models.
 * In: instruction, observation, what was done before. Out: one action, with what is needed to understand and to train on it.
 */
import type { Action } from "../env/action.ts";
import type { Observation } from "../env/observation.ts";
import type { Rng } from "../env/random.ts";
import type { Oracle, OracleContext } from "../env/task.ts";

/** One earlier step of the episode, as the agent itself remembers it. */
export interface PastStep {
  readonly action: Action;
  /** Words under the pointer when it acted; empty for other actions. */
  readonly target: string;
  /** Whether the screen changed. */
  readonly changed: boolean;
  readonly thought?: string;
  /** The screen it acted on: of the last steps only, as many as the policy wants pictures. */
  readonly seen?: Seen;
}

/** A screen as it is kept for later decisions. */
export type Seen = Pick<Observation, "png" | "viewport" | "deviceScaleFactor" | "instructionBox">;

export interface DecisionInput {
  readonly instruction: string;
  readonly observation: Observation;
  readonly history: readonly PastStep[];
  /** Drawn from (run seed, cycle, task, seed, trial, step): the only source of randomness. */
  readonly rng: Rng;
  /** Aborts a decision that waits for somebody else: `decide` then throws its reason. */
  readonly signal?: AbortSignal;
  /** Present only for policies with `privileged: true`. */
  readonly privileged?: { readonly context: OracleContext; readonly oracle: Oracle };
}

/** Another choice the policy weighed: where, what, how likely. */
export interface Alternative {
  readonly action: Action;
  readonly probability: number;
}

export interface Decision {
  readonly action: Action;
  /** Words under the pointer, for the history. */
  readonly target: string;
  readonly thought?: string;
  /** Log-probability of `action` under the distribution it was sampled from, masks and temperature included. */
  readonly logProb?: number;
  /** Predicted probability of success, 0–1. */
  readonly value?: number;
  /** Entropy (nats) of the distribution over kinds and pointers. */
  readonly entropy?: number;
  /** True when exploration, not the policy, chose this action. */
  readonly explored?: boolean;
  /** Most likely actions, best first. */
  readonly alternatives?: readonly Alternative[];
  /** How a model on a server came to it. */
  readonly call?: ModelCall;
}

/** One exchange with a model on a server. */
export interface ModelCall {
  /** Model and build that answered, as the server names them. */
  readonly model: string;
  readonly fingerprint: string | null;
  /** Version of the weights: the checkpoint, where the wheel loads them; else what the server says; null: not known. */
  readonly version: string | null;
  /** Prompt and grammar: `dialect@version`. */
  readonly renderer: string;
  /** Its own words; null where they are not kept (a typed secret is in them) or could not be read. */
  readonly answer: string | null;
  /** Answers before this one that could not be read; for an unreadable outcome, all of them. */
  readonly unread: readonly UnreadAnswer[];
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  readonly costUsd: number | null;
  /** Of each token of the answer, under the server's distribution. */
  readonly tokenLogProbs: readonly number[] | null;
  readonly finishReason: string | null;
  readonly latencyMs: number;
  /** Requests it took; more than one: the server had failed. */
  readonly attempts: number;
}

export interface UnreadAnswer {
  readonly problem: string;
  readonly detail: string;
  /** As much of it as is kept. */
  readonly answer: string;
}

/** The agent answered, but with no action: nothing is done, and the episode ends as its failure. */
export interface Unreadable {
  readonly kind: "unreadable";
  readonly problem: string;
  readonly detail: string;
  readonly call: ModelCall;
}

/** Nobody could be asked: not the agent's doing, so the episode is given back and may be played again. */
interface Unavailable {
  readonly kind: "unavailable";
  /** One line. */
  readonly why: string;
}

export type Outcome = Decision | Unreadable | Unavailable;

/** True where there is an action to carry out. */
export function isDecision(outcome: Outcome): outcome is Decision {
  return "action" in outcome;
}

export interface Policy {
  /** `oracle`, `random`, … or a checkpoint id. */
  readonly id: string;
  /** True for policies that may see the page's state (demonstrations). */
  readonly privileged: boolean;
  /** Screenshots it wants to see, the one now included; default 1. */
  readonly pictures?: number;
  decide(input: DecisionInput): Promise<Outcome>;
}
