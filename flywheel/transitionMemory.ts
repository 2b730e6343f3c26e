/**
 * What environments did before in this process: (task, seed, actions so far) → what came next. An environment is reproducible (every replay
 * shows that), so nothing needs to be done twice: checkpoints that are compared on the same seeds mostly do the same.
 * In: results of a real environment. Out: the same again, all but pictures, which the store keeps.
 */
import { LruMap } from "../agent/perception/lruMap.ts";
import type { Action } from "../env/action.ts";
import { endsEpisode } from "../env/action.ts";
import type { Incident, ResetResult, StepResult } from "../env/episode.ts";
import { canonicalJson, type Json } from "../env/json.ts";
import type { Observation } from "../env/observation.ts";
import type { Instance, Task } from "../env/task.ts";

/** An observation without its picture. */
export type Seen = Omit<Observation, "png" | "pixels">;

/** A point of an episode, and where each action tried from there led. */
export interface Moment {
  readonly seen: Seen;
  readonly state: Json;
  readonly next: Map<string, Transition>;
}

export interface Opening extends Moment {
  readonly instance: Instance;
}

export interface Transition extends Moment {
  /** As carried out and recorded. */
  readonly action: Action;
  readonly incidents: readonly Incident[];
  /** The page ended the episode. */
  readonly ended: boolean;
}

export class TransitionMemory {
  readonly #openings: LruMap<string, Opening>;
  readonly #distrusted = new Set<string>();

  /** Remembers so many instances; those used least recently are forgotten. */
  constructor(instances: number) {
    this.#openings = new LruMap(instances);
  }

  /** How an episode begins, if that was seen before. */
  opening(task: Task, seed: number): Opening | undefined {
    return this.#openings.get(instanceKey(task, seed));
  }

  /** Keeps how an episode began. Real pages, and instances that once went another way, are not remembered: then nobody finds it. */
  begin(task: Task, seed: number, { observation, state, instance }: ResetResult): Opening {
    const key = instanceKey(task, seed);
    const known = this.#openings.get(key);
    if (known !== undefined) return known;
    const opening: Opening = { seen: withoutPicture(observation), state, instance, next: new Map() };
    if (task.startUrl === undefined && !this.#distrusted.has(key)) this.#openings.set(key, opening);
    return opening;
  }

  /** What was seen to come of `action`. */
  after(moment: Moment, action: Action): Transition | undefined {
    return moment.next.get(canonicalJson(action));
  }

  /** Keeps what came of `action`; an environment that broke down is no example. */
  extend(moment: Moment, action: Action, { observation, ...result }: StepResult): Transition {
    const transition: Transition = {
      seen: withoutPicture(observation),
      state: result.state,
      next: new Map(),
      action: result.action,
      incidents: result.incidents,
      ended: result.terminated && !endsEpisode(action),
    };
    const known = this.after(moment, action);
    if (known === undefined && !result.incidents.some(({ fatal }) => fatal)) moment.next.set(canonicalJson(action), transition);
    return known ?? transition;
  }

  /** Forgets an instance for good: it went another way than remembered. */
  distrust(task: Task, seed: number): void {
    const key = instanceKey(task, seed);
    this.#distrusted.add(key);
    this.#openings.delete(key);
  }
}

function instanceKey({ id, version }: Task, seed: number): string {
  return `${id}@${version}/${seed}`;
}

function withoutPicture({ png: _, pixels: __, ...seen }: Observation): Seen {
  return seen;
}
