/**
 * Episodes as data: the start, each step, the end. The recorder writes these, the store keeps them, everything else reads them.
 */
import type { Action } from "./action.ts";
import type { Json } from "./json.ts";
import type { Observation } from "./observation.ts";
import type { Instance } from "./task.ts";
import type { Verdict } from "./verdict.ts";

export const PURPOSES = ["train", "gate", "final", "human"] as const;
export type Purpose = (typeof PURPOSES)[number];

export const INCIDENT_KINDS = ["dialog", "popup", "download", "file-chooser", "crash", "hang", "navigation", "page-error"] as const;
/** Something the environment had to handle that no agent could see coming. */
export interface Incident {
  readonly kind: (typeof INCIDENT_KINDS)[number];
  readonly detail: string;
  /** True when the episode cannot go on. */
  readonly fatal: boolean;
}

/** What `reset` gives. */
export interface ResetResult {
  readonly observation: Observation;
  readonly state: Json;
  /** The question, complete with what only the page knew. */
  readonly instance: Instance;
  /** How the page was made ready. */
  readonly how: "loaded" | "in-place";
}

/** What an episode has come to after an action. `terminated`: the agent or page ended it; `truncated`: the step budget ended it. */
export interface Standing {
  readonly terminated: boolean;
  readonly truncated: boolean;
  /** Present exactly when the episode is over. */
  readonly verdict: Verdict | null;
}

/** What `step` gives. */
export interface StepResult extends Standing {
  /** The action as carried out and as it may be recorded (points clipped to the viewport, secrets masked). */
  readonly action: Action;
  readonly observation: Observation;
  readonly state: Json;
  readonly incidents: readonly Incident[];
}

/** One recorded decision and what followed. */
export interface StepRecord {
  readonly index: number;
  /** Screen the decision was made on. */
  readonly screenHash: string;
  readonly action: Action;
  /** State after the action. */
  readonly state: Json;
  /** Screen after the action. */
  readonly nextScreenHash: string;
  readonly incidents: readonly Incident[];
}
