/**
 * The task contract. A task asks a question about a page, can set the page up from a seed, look at its state, and judge.
 * Suites (our own, MiniWoB++, a user's file) implement this and nothing else.
 *
 * Data: seed → `instance` → `setup` puts it on the page → after every step `probe` reads a JSON state →
 * `verify(states, instance, actions)` is pure, so history can be judged again when a verifier changes.
 */
import type { Page } from "playwright";
import type { Action, Point } from "./action.ts";
import type { Json } from "./json.ts";
import type { Viewport } from "./observation.ts";
import type { Split } from "./split.ts";
import type { Judgement } from "./verdict.ts";

/** One concrete question, a pure function of (task, seed). */
export interface Instance<Params extends Json = Json> {
  readonly seed: number;
  readonly split: Split;
  /** Difficulty bucket, one of `Task.buckets`. */
  readonly bucket: string;
  /** Index of the instruction template; `heldOut` templates occur in the final split only. */
  readonly template: number;
  readonly heldOut: boolean;
  /** Empty where only the page knows it: then `setup` returns it. */
  readonly instruction: string;
  /** False when the right answer is the `fail` action; the wording does not reveal it. */
  readonly feasible: boolean;
  /** What the page needs to render and the verifier needs to judge. */
  readonly params: Params;
}

/** What a probe returns: `ended` is true when the page itself ended the episode. */
export interface ProbeState {
  readonly ended: boolean;
  readonly state: Json;
  /** Where the page itself shows the instruction, see `Observation.instructionBox`. */
  readonly instructionBox?: Box;
}

/** What only the page knows about an instance, told once it is set up. */
export interface PageFacts {
  readonly instruction: string;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Privileged view for oracles and near misses only (training demonstrations, tests); never given to a model. */
export interface OracleContext<Params extends Json = Json> {
  readonly instance: Instance<Params>;
  /** State of the newest probe. */
  readonly state: Json;
  /** Actions taken so far in this episode. */
  readonly actions: readonly Action[];
  /** Visible part of the first match in CSS px of the viewport, or null when nothing of it can be seen. */
  box(selector: string): Promise<Box | null>;
  /** What `script` returns when it runs in the page: for pages that were not written to be probed. */
  evaluate<T, A>(script: (argument: A) => T, argument: A): Promise<T>;
}

/** Next action given the state: closed loop, so it can take over in the middle of an episode. */
export type Oracle<Params extends Json = Json> = (context: OracleContext<Params>) => Promise<Action>;

/** A plausible wrong solution that the verifier must reject. */
export interface NearMiss<Params extends Json = Json> {
  readonly name: string;
  /** False for instances where this mistake cannot be made. */
  readonly applies: (instance: Instance<Params>) => boolean;
  readonly act: Oracle<Params>;
}

export interface Resource {
  readonly body: string | Uint8Array;
  readonly contentType: string;
}

export interface Task<Params extends Json = Json> {
  /** Stable name, e.g. `click-text`; adapters use a prefix, `miniwob/click-button`. */
  readonly id: string;
  /** Raised whenever page, instances or verifier change meaning. */
  readonly version: number;
  readonly family: string;
  /** The suite of others that an adapter takes it from; its budget and its grader are as they are. */
  readonly suite?: string;
  readonly summary: string;
  readonly viewport: Viewport;
  /** Step budget; its end is `truncated`. */
  readonly maxSteps: number;
  /** A longer budget too, where a suite's own is shorter than some solutions: for demonstrations, and as a second reading of a score. */
  readonly longBudget?: number;
  /** Difficulty buckets, easiest first. */
  readonly buckets: readonly string[];
  /** Path of the start page on the task's own origin. */
  readonly startPath: string;
  /** A free session begins on this real page instead. */
  readonly startUrl?: string;
  readonly instance: (seed: number) => Instance<Params>;
  /** Throws when something that the task needs to be played is not on this computer. */
  readonly requirements?: () => void;
  /** Serves the task's own origin; undefined = 404. Everything else is blocked by the network policy. */
  readonly resource: (path: string) => Resource | undefined;
  /**
   * Source of an expression that puts the instance on a page that has just loaded `startPath` (or was cleared), see {@link callInPage}. It may give a promise,
   * and in the end `PageFacts` that the instance lacked until then.
   */
  readonly setup: (instance: Instance<Params>) => string;
  /**
   * Undoes what an episode left; the environment then compares the page with a fresh one and reloads unless they are equal. Runs inside the page: its source is
   * sent there, so it can use nothing from around it.
   */
  readonly clear?: () => Promise<void> | void;
  readonly probe: (page: Page) => Promise<ProbeState>;
  /** Pure. `states[0]` is the start state, `states[i + 1]` the state after `actions[i]`. */
  readonly verify: (states: readonly Json[], instance: Instance<Params>, actions: readonly Action[]) => Judgement;
  readonly oracle?: Oracle<Params>;
  readonly nearMisses: readonly NearMiss<Params>[];
}

/** Source that calls `script` inside a page. Its own source is sent there, so it can use nothing from around it; `given` is plain JSON. */
export function callInPage<T>(script: (given: T) => unknown, given: T): string {
  return `(${String(script)})(${JSON.stringify(given)})`;
}

/** Centre of a box. */
export function centre(box: Box): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
