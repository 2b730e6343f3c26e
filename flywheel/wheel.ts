/**
 * What the stages of a wheel share: workspace, tasks, browsers, perception, inference, config, who acts.
 * Opened once, closed once; everything that must survive a kill lives in the workspace, not here.
 */
import { join } from "node:path";
import { Inference } from "../agent/model/inference.ts";
import { PerceptionService } from "../agent/perception/perceptionService.ts";
import { WheelError } from "../env/errors.ts";
import { canonicalJson, sha256, type Json } from "../env/json.ts";
import { EnvironmentPool } from "../env/pool.ts";
import type { Task } from "../env/task.ts";
import { eyesOf, loadActor, type Actor } from "./actor.ts";
import type { WheelConfig } from "./config.ts";
import { ModelHost } from "./external/modelHost.ts";
import { remoteActor } from "./external/remoteActor.ts";
import type { OnProgress } from "./progress.ts";
import type { Perceive, RolloutContext } from "./rollout.ts";
import type { Workspace } from "./store/workspace.ts";
import { TransitionMemory } from "./transitionMemory.ts";

export interface WheelOptions {
  readonly workspace: Workspace;
  readonly config: WheelConfig;
  readonly tasks: readonly Task[];
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** `ask`: where the gate would promote, a person is asked and the incumbent goes on acting. Default `auto`. */
  readonly promotion?: Promotion;
  /** Awaited before each episode and each stage: whoever wants to pause the wheel lets it wait here. */
  readonly hold?: () => Promise<void>;
}

export type Promotion = "auto" | "ask";

export class Wheel implements AsyncDisposable {
  readonly workspace: Workspace;
  readonly config: WheelConfig;
  readonly tasks: readonly Task[];
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  readonly promotion: Promotion;
  /** Run id: configuration and seed. */
  readonly run: string;
  readonly pool: EnvironmentPool;
  readonly perception: PerceptionService;
  /** The server of the acting agent; null: the built-in model acts. */
  readonly host: ModelHost | null;
  /** What rolling out needs. */
  readonly rollout: RolloutContext;
  readonly #hold: () => Promise<void>;
  readonly #inference = new Inference();
  readonly #actors = new Map<string, Promise<Actor>>();

  constructor({ workspace, config, tasks, signal, onProgress, promotion = "auto", hold = async () => undefined }: WheelOptions) {
    [this.workspace, this.config, this.tasks, this.signal, this.onProgress] = [workspace, config, tasks, signal, onProgress];
    [this.promotion, this.#hold] = [promotion, hold];
    this.run = runId(config);
    this.pool = new EnvironmentPool(config.contexts, { hold });
    this.rollout = { workspace, pool: this.pool, signal, ...(config.remember ? { memory: new TransitionMemory(playedAgain(config)) } : {}) };
    const { agent: endpoint, external } = config;
    this.host = endpoint === undefined ? null : new ModelHost({ endpoint, external, signal, log: join(workspace.dir, "external", "reload.log") });
    this.perception = new PerceptionService({
      cache: {
        get: (hash, version) => workspace.perceptions.get(hash, version),
        set: (hash, version, bytes) => workspace.perceptions.put(hash, version, bytes),
      },
    });
  }

  readonly perceive: Perceive = (observation) => eyesOf(this.perception)(observation);

  task(id: string): Task {
    const task = this.tasks.find((one) => one.id === id);
    if (task === undefined) throw new WheelError("unknown-task", `This run has no task ${id}.`, "List its tasks with `flywheel tasks list`.");
    return task;
  }

  /** Id of a checkpoint of this run: the candidate of a cycle, or (with a suffix) a step on the way to it. */
  checkpointId(cycle: number, suffix = ""): string {
    return `${this.run}.c${cycle}${suffix}`;
  }

  /** Folder of a checkpoint. */
  checkpointDir(id: string): string {
    return join(this.workspace.dir, "checkpoints", id);
  }

  /**
   * Loads a checkpoint into the running inference worker, or names it to the agent's server, which loads it when it is first asked. `raw` weights are
   * those RL updates; EMA weights act and are evaluated.
   */
  actor(checkpoint: string, which: "ema" | "raw" = "ema"): Promise<Actor> {
    const key = `${checkpoint}/${which}`;
    const means = { inference: this.#inference, perception: this.perception };
    const dir = this.checkpointDir(checkpoint);
    const known = this.#actors.get(key) ?? (this.host === null ? loadActor(checkpoint, dir, which, means) : remoteActor(checkpoint, dir, this.host));
    this.#actors.set(key, known);
    return known;
  }

  /** The acting checkpoint of this run. Throws `unknown-checkpoint` before the first promotion. */
  actingId(): string {
    const acting = this.workspace.checkpoints.acting(this.run);
    if (acting === null) throw new WheelError("unknown-checkpoint", "No checkpoint acts yet.", "Finish cycle 0 first: run the same command again.");
    return acting.id;
  }

  /**
   * Runs one resume unit: once done, its result is read back and the work is never repeated.
   * `total` is what progress counts towards (0 = unknown).
   */
  async stage<T extends Json>(
    cycle: number,
    name: string,
    total: number,
    work: (tick: (done: number, note?: string) => void) => Promise<T>,
  ): Promise<T> {
    await this.#hold();
    if (this.signal.aborted) throw new WheelError("interrupted", "Stopped.", "Run the same command again to go on where it stopped.");
    const begun = this.workspace.stages.begin(this.run, cycle, name);
    if (begun.kind === "done") {
      this.onProgress({ kind: "stage-done", cycle, stage: name, seconds: 0, resumed: true });
      return begun.result as T;
    }
    const started = performance.now();
    this.onProgress({ kind: "stage", cycle, stage: name, total });
    const result = await work((done, note) =>
      this.onProgress({ kind: "progress", cycle, stage: name, done, total, ...(note === undefined ? {} : { note }) }),
    );
    this.workspace.stages.finish(this.run, cycle, name, result);
    this.onProgress({ kind: "stage-done", cycle, stage: name, seconds: (performance.now() - started) / 1000, resumed: false });
    return result;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.pool.close(), this.perception.close(), this.#inference.close(), this.host?.[Symbol.asyncDispose]()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Instances that are played more than once: by the trials of a turn, at the gate, and when all checkpoints are scored. */
function playedAgain({ tasks, rollout, gate, final }: WheelConfig): number {
  return rollout.episodes + tasks.length * (gate.seedsPerTask + final.seedsPerTask);
}

/** Name of the run that this configuration makes: the same command finds it again. */
export function runId(config: WheelConfig): string {
  return `s${config.seed}-${sha256(canonicalJson(config)).slice(0, 8)}`;
}
