/**
 * An environment that answers from memory as long as an episode does what was done before, and from the real one as soon as it does not:
 * then it takes the real one to the same point first, and compares what it sees there with what was remembered.
 * In: a task, a seed, actions. Out: what the real environment gives.
 */
import { endsEpisode, type Action } from "../env/action.ts";
import type { Environment } from "../env/environment.ts";
import type { Incident, ResetResult, StepResult } from "../env/episode.ts";
import { standing } from "../env/judge.ts";
import type { Json } from "../env/json.ts";
import type { Observation } from "../env/observation.ts";
import { decodePng } from "../env/pixels.ts";
import type { Instance, Task } from "../env/task.ts";
import type { Blobs } from "./store/blobs.ts";
import type { Moment, Seen, TransitionMemory } from "./transitionMemory.ts";

/** What is remembered cannot be gone on from: the episode is to be played again without memory. */
export class Drifted extends Error {}

interface Playing {
  readonly task: Task;
  readonly instance: Instance;
  readonly maxSteps: number;
  /** As the policy gave them. */
  readonly given: Action[];
  readonly actions: Action[];
  readonly states: Json[];
  readonly incidents: Incident[];
  moment: Moment;
  isReal: boolean;
}

export class RecallingEnvironment {
  readonly #real: Environment;
  readonly #memory: TransitionMemory;
  readonly #screens: Blobs;
  #playing: Playing | null = null;

  constructor(real: Environment, memory: TransitionMemory, screens: Blobs) {
    [this.#real, this.#memory, this.#screens] = [real, memory, screens];
  }

  /** See {@link Environment.reset}. Throws {@link Drifted}. */
  async reset(task: Task, seed: number, maxSteps: number): Promise<ResetResult> {
    const known = this.#memory.opening(task, seed);
    const real = known === undefined ? await this.#real.reset(task, seed, maxSteps) : null;
    const moment = known ?? this.#memory.begin(task, seed, real!);
    const { instance, state } = moment;
    const isReal = real !== null;
    this.#playing = { task, instance, maxSteps, given: [], actions: [], states: [state], incidents: [], moment, isReal };
    return real ?? { observation: this.#observe(moment.seen), state, instance, how: "in-place" };
  }

  /** See {@link Environment.step}. Throws {@link Drifted}. */
  async step(action: Action): Promise<StepResult> {
    const playing = this.#playing!;
    if (!playing.isReal) {
      const known = this.#memory.after(playing.moment, action);
      if (known !== undefined) return this.#recall(playing, action, known);
      // Ending an episode touches no page.
      const { seen, state } = playing.moment;
      if (endsEpisode(action)) return this.#recall(playing, action, { seen, state, next: new Map(), action, incidents: [], ended: false });
      await this.#catchUp(playing);
    }
    const result = await this.#real.step(action);
    playing.moment = this.#memory.extend(playing.moment, action, result);
    return result;
  }

  #recall(playing: Playing, given: Action, moment: ReturnType<TransitionMemory["extend"]>): StepResult {
    const { seen, state, action, incidents } = moment;
    playing.moment = moment;
    playing.given.push(given);
    playing.actions.push(action);
    playing.states.push(state);
    playing.incidents.push(...incidents);
    return { action, observation: this.#observe(seen), state, incidents, ...standing(playing, moment.ended) };
  }

  /** Takes the real environment to where memory ends. */
  async #catchUp(playing: Playing): Promise<void> {
    const { task, instance, given, maxSteps, moment } = playing;
    const observation = await this.#real.retrace(task, instance.seed, given, maxSteps);
    if (observation?.screenHash !== moment.seen.screenHash) throw new Drifted(`${task.id} ${instance.seed} after ${given.length} actions`);
    playing.isReal = true;
  }

  #observe(seen: Seen): Observation {
    const png = this.#screens.get(seen.screenHash)?.png;
    if (!png?.length) throw new Drifted("the store no longer has the picture");
    return { ...seen, png, pixels: () => decodePng(png) };
  }
}
