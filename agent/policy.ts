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
}

export interface DecisionInput {
  readonly instruction: string;
  readonly observation: Observation;
  readonly history: readonly PastStep[];
  /** Drawn from (run seed, cycle, task, seed, trial, step): the only source of randomness. */
  readonly rng: Rng;
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
}

export interface Policy {
  /** `oracle`, `random`, … or a checkpoint id. */
  readonly id: string;
  /** True for policies that may see the page's state (demonstrations). */
  readonly privileged: boolean;
  decide(input: DecisionInput): Promise<Decision>;
}
