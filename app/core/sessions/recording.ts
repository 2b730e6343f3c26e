/**
 * A live session as a recorded episode: begun with its first screen, a row per step before anything else happens, ended with a verdict.
 * In: what was done and seen. Out: rows of the workspace; what was committed survives any kill.
 */
import type { Decision } from "../../../agent/policy.ts";
import { describeAction, type Action } from "../../../env/action.ts";
import type { ResetResult, StepResult } from "../../../env/episode.ts";
import { Secrets } from "../../../env/mask.ts";
import { deviceScaleFactorFor, type Observation } from "../../../env/observation.ts";
import { splitOf } from "../../../env/split.ts";
import type { Task } from "../../../env/task.ts";
import type { Verdict } from "../../../env/verdict.ts";
import { storedDecision } from "../../../flywheel/rollout.ts";
import { routeEpisode } from "../../../flywheel/routeEpisodes.ts";
import { screenOf } from "../../../flywheel/store/blobs.ts";
import type { Actor, TerminatedBy } from "../../../flywheel/store/database.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import type { StepCall } from "../../api/values.ts";
import { stepCall } from "./asked.ts";

export interface SessionFacts {
  /** Names the session for good. */
  readonly key: string;
  readonly task: Task;
  readonly seed: number;
  /** Step budget. */
  readonly maxSteps: number;
  readonly policy: string;
  readonly checkpoint: string | null;
  readonly weights: string | null;
  readonly byPerson: boolean;
  /** Run and cycle it belongs to: those of the request it answers, else the newest cycle, of no run. */
  readonly run: string | null;
  readonly cycle: number;
  readonly request: number | null;
  readonly fork: { readonly episode: string; readonly step: number } | null;
}

export interface SessionStep {
  readonly index: number;
  readonly action: Action;
  readonly sentence: string;
  readonly target: string;
  readonly actor: Actor;
  readonly proposed: string | null;
  readonly thought: string | null;
  /** Screen the decision was made on. */
  readonly screen: string;
  readonly seconds: number;
  readonly call: StepCall | null;
}

/** How a step came about. */
export interface Account {
  readonly actor: Actor;
  readonly target: string;
  readonly decision: Decision | null;
  readonly proposed: Action | null;
  readonly startMs: number;
  readonly thinkMs: number;
  readonly actMs: number;
}

/** Masks of copied steps are the fork's own: the wheel's automatic ones come and go. */
const FORK = "fork";

export class Recording {
  readonly #workspace: Workspace;
  readonly id: string;
  readonly steps: SessionStep[] = [];
  readonly #secrets = new Secrets();
  #ended = false;

  /** Begins the episode. */
  constructor(workspace: Workspace, facts: SessionFacts, { observation: start, state: startState, instance }: ResetResult) {
    this.#workspace = workspace;
    const { task, seed, byPerson, fork, ...rest } = facts;
    const split = splitOf(seed);
    const begun = workspace.episodes.begin({
      ...rest,
      purpose: split === "train" ? (byPerson ? "human" : "train") : split === "final" ? "final" : "gate",
      role: "session",
      task: task.id,
      taskVersion: task.version,
      seed,
      bucket: instance.bucket,
      trial: 0,
      groupId: null,
      instruction: instance.instruction,
      template: instance.template,
      heldOut: instance.heldOut,
      feasible: instance.feasible,
      viewport: task.viewport,
      deviceScaleFactor: deviceScaleFactorFor(task.viewport),
      startScreen: screenOf(start),
      startState,
      startUrl: task.startUrl ?? null,
      forkOf: fork?.episode ?? null,
      forkStep: fork?.step ?? null,
    });
    this.id = begun.id;
  }

  /** Commits one step. `before`: the screen the decision was made on. */
  step(before: Observation, result: StepResult, account: Account): SessionStep {
    const { action, state, incidents, observation } = result;
    const { actor, target, decision, proposed, startMs, thinkMs, actMs } = account;
    const index = this.steps.length;
    this.#workspace.transaction(() => {
      this.#workspace.steps.append(this.id, {
        index,
        screenHash: before.screenHash,
        action,
        state,
        incidents,
        decision: decision === null ? null : storedDecision(decision, action, this.#secrets),
        deviceScaleFactor: before.deviceScaleFactor,
        nextScreen: screenOf(observation),
        account: { actor, proposed, target, url: before.url, startMs, thinkMs, actMs },
      });
      if (actor === "person") this.#workspace.episodes.markHuman(this.id);
      if (actor === "copied")
        this.#workspace.masks.set(this.id, { step: index, masked: true, reason: "copied from the episode it forks", author: FORK });
    });
    const step: SessionStep = {
      index,
      action,
      sentence: describeAction(action),
      target,
      actor,
      screen: before.screenHash,
      seconds: (thinkMs + actMs) / 1e3,
      proposed: proposed === null ? null : describeAction(proposed),
      thought: decision?.thought ?? null,
      call: decision?.call === undefined ? null : stepCall(decision.call),
    };
    this.steps.push(step);
    return step;
  }

  /** Ends it and routes it as all others. */
  end(verdict: Verdict, terminatedBy: TerminatedBy): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#workspace.transaction(() => {
      this.#workspace.episodes.end(this.id, { terminatedBy, verdict });
      routeEpisode(this.#workspace, this.id);
    });
  }

  /** Its page is lost and nothing can be said about it: kept, never counted. */
  giveUp(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#workspace.episodes.interrupt(this.id);
  }
}
