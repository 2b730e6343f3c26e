/**
 * All live sessions of a core: what they are started on, who acts, their browsers and live pictures. In: orders of the API. Out: views.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { sql } from "kysely";
import { Inference } from "../../../agent/model/inference.ts";
import type { PerceptionService } from "../../../agent/perception/perceptionService.ts";
import type { Policy } from "../../../agent/policy.ts";
import type { Endpoint, KeySource } from "../../../agent/remote/endpoint.ts";
import { remotePolicy } from "../../../agent/remote/remotePolicy.ts";
import { SCRIPTED_POLICIES } from "../../../agent/scripted.ts";
import { Browsers } from "../../../env/browsers.ts";
import { Environment, type OpenBrowser } from "../../../env/environment.ts";
import { WheelError } from "../../../env/errors.ts";
import type { NetworkPolicy } from "../../../env/network.ts";
import type { Task } from "../../../env/task.ts";
import { loadActor, type Actor } from "../../../flywheel/actor.ts";
import { drawSeeds } from "../../../flywheel/seeds.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import { actingCheckpoint } from "../../actingCheckpoint.ts";
import type { Parsed } from "../../api/index.ts";
import type { SessionView } from "../../api/sessions.ts";
import type { Settings } from "../../api/settings.ts";
import { checkpointName } from "../names.ts";
import { cannotRerun } from "../reading/episodeView.ts";
import { requireTask } from "../reading/tasks.ts";
import { Signal } from "../signal.ts";
import { number } from "../statements.ts";
import { FREE_SEED, freeNetwork, freeTask } from "./freeTask.ts";
import { LiveFeed, type SendFrame } from "./liveFeed.ts";
import { LiveSession, type SessionStart } from "./liveSession.ts";
import type { SessionFacts } from "./recording.ts";

export interface BoardMeans {
  readonly workspace: Workspace;
  readonly perception: PerceptionService;
  readonly tasks: () => readonly Task[];
  readonly settings: () => Settings;
  /** Where browsers of free sessions come from; default: one that may look up names. */
  readonly openFree?: OpenBrowser;
  /** Where keys of models on servers come from. */
  readonly keyOf: KeySource;
}

/** Ended sessions that are remembered. */
const REMEMBERED = 50;

interface Entry {
  readonly session: LiveSession;
  readonly feed: LiveFeed;
  readonly done: Promise<void>;
}

type Start = Parsed["sessions"]["start"];

/** What is worked on, before it is known who acts. */
interface Work {
  readonly task: Task;
  readonly seed: number;
  readonly network: NetworkPolicy;
  readonly facts: Pick<SessionFacts, "run" | "cycle" | "request" | "fork">;
  /** Step budget that belongs to it; null: the task says. */
  readonly maxSteps: number | null;
  readonly copy: SessionStart["copy"];
}

interface Acting {
  readonly agent: SessionView["agent"];
  readonly policy: Policy | null;
  readonly facts: Pick<SessionFacts, "policy" | "checkpoint" | "weights" | "byPerson">;
}

export class SessionBoard {
  /** Fires when any session changed. */
  readonly changed = new Signal();
  readonly #means: BoardMeans;
  readonly #entries = new Map<string, Entry>();
  readonly #sealed = new Browsers();
  readonly #open = new Browsers({ resolveNames: true });
  readonly #actors = new Map<string, Promise<Actor>>();
  readonly #remotes = new Map<string, Policy>();
  #inference: Inference | null = null;
  #next: number;

  constructor(means: BoardMeans) {
    this.#means = means;
    this.#next = 1 + number(means.workspace, sql`select count(*) from episodes where role = 'session'`);
  }

  /** Live ones first, then ended ones, newest first. */
  list(): SessionView[] {
    const all = [...this.#entries.values()].map(({ session }) => session.view).toReversed();
    return [...all.filter(({ state }) => state !== "ended"), ...all.filter(({ state }) => state === "ended")];
  }

  get(id: string): LiveSession {
    return this.#entry(id).session;
  }

  /** Live pictures for a viewer until the returned function is called. */
  watch(id: string, send: SendFrame): () => void {
    return this.#entry(id).feed.watch(send);
  }

  /** Starts one session per seed and returns their ids at once. */
  async start({ what, agent, count, mode, ask, maxSteps }: Start): Promise<string[]> {
    const works = this.#works(what, count);
    const acting = await this.#acting(agent);
    const stuck = works.find(({ task }) => acting.policy?.privileged === true && task.oracle === undefined);
    if (stuck !== undefined)
      throw new WheelError("usage", `Nobody knows how to solve ${stuck.task.id}: it has no oracle.`, "Choose a checkpoint, or yourself.");
    return works.map((work) => this.#begin(maxSteps === undefined ? work : { ...work, maxSteps }, acting, mode, ask));
  }

  pauseAll(): number {
    const live = [...this.#entries.values()].filter(({ session }) => ["acting", "asking", "starting"].includes(session.view.state));
    for (const { session } of live) session.pause();
    return live.length;
  }

  /** Stops every session, waits for its last step, and closes the browsers. */
  async close(): Promise<void> {
    for (const { session, feed } of this.#entries.values()) {
      feed.close();
      if (!session.ended) session.stop();
    }
    await Promise.race([
      Promise.all([...this.#entries.values()].map(({ done }) => done)),
      new Promise((resolve) => setTimeout(resolve, 5000).unref()),
    ]);
    await Promise.all([this.#sealed.close(), this.#open.close(), this.#inference?.close()]);
  }

  #begin({ task, seed, network, facts, copy, maxSteps }: Work, acting: Acting, mode: Start["mode"], ask: Start["ask"]): string {
    const { workspace, perception, settings } = this.#means;
    const id = `s-${String(this.#next++).padStart(2, "0")}`;
    const { privacy, sessions } = settings();
    const browser = network.kind === "sealed" ? this.#sealed.connected : (this.#means.openFree ?? this.#open.connected);
    const environment = new Environment(browser, { network, maskSelectors: privacy.maskSelectors });
    const session = new LiveSession(
      {
        id,
        agent: acting.agent,
        policy: acting.policy,
        mode,
        copy,
        ask: ask ?? sessions.ask,
        facts: {
          ...facts,
          ...acting.facts,
          key: `session/${randomUUID()}`,
          task,
          seed,
          maxSteps: maxSteps ?? budgetOf(task, acting.policy === null || facts.request !== null),
        },
      },
      {
        workspace,
        environment,
        perceive: (observation) => perception.perceive(observation),
        approvalSeconds: () => settings().sessions.approvalSeconds,
        stepMilliseconds: () => settings().sessions.stepMilliseconds,
      },
    );
    const feed = new LiveFeed({
      environment,
      size: task.viewport,
      steps: () => session.steps.length,
      framesPerSecond: () => settings().sessions.framesPerSecond,
    });
    session.changed.listen(() => {
      feed.retry();
      this.changed.fire();
    });
    const done = session.run().then(async () => {
      feed.close();
      await environment.close();
    });
    this.#entries.set(id, { session, feed, done });
    this.#forget();
    this.changed.fire();
    return id;
  }

  #forget(): void {
    const ended = [...this.#entries].filter(([, { session }]) => session.ended);
    for (const [id] of ended.slice(0, Math.max(0, ended.length - REMEMBERED))) this.#entries.delete(id);
  }

  #works(what: Start["what"], count: number): Work[] {
    switch (what.kind) {
      case "task":
        return this.#onTask(what, count);
      case "url": {
        const task = freeTask(what, this.#means.settings().sessions.freeSteps);
        const work = { task, seed: FREE_SEED, network: freeNetwork(what), facts: this.#outsideRuns(), copy: [], maxSteps: null };
        return Array.from({ length: count }, () => work);
      }
      case "fork":
        return Array.from({ length: count }, () => this.#fork(what));
    }
  }

  #onTask({ task: id, seed, bucket, request }: Extract<Start["what"], { kind: "task" }>, count: number): Work[] {
    const task = requireTask(this.#means.tasks(), id);
    const asked = request === undefined ? null : this.#request(request);
    const wanted = bucket ?? asked?.bucket ?? null;
    // Seeds that no session has played yet: starting again gives other questions.
    const played = number(this.#means.workspace, sql`select count(*) from episodes where role = 'session' and task = ${id}`);
    const seeds = seed === undefined ? drawSeeds(task, "train", wanted, count, ["session", played]) : Array.from({ length: count }, () => seed);
    const facts = asked === null ? this.#outsideRuns() : { run: asked.run, cycle: asked.cycle, request: asked.id, fork: null };
    return seeds.map((one) => ({ task, seed: one, network: { kind: "sealed" }, facts, copy: [], maxSteps: null }));
  }

  #request(id: number) {
    const all = this.#means.workspace.runs.list().flatMap((run) => this.#means.workspace.demonstrations.list(run.id));
    const found = all.find((request) => request.id === id);
    if (found === undefined) throw new WheelError("usage", `There is no request ${id}.`, "Tasks lists what is asked for.");
    return found;
  }

  /** Sessions belong to no run; the cycle is the newest one's, so that snapshots of earlier moments stay what they were. */
  #outsideRuns(): Work["facts"] {
    const cycle = number(this.#means.workspace, sql`select cycle from stages order by startedAt desc limit 1`);
    return { run: null, cycle, request: null, fork: null };
  }

  #fork({ episode: id, step }: Extract<Start["what"], { kind: "fork" }>): Work {
    const { workspace, tasks } = this.#means;
    const episode = workspace.episodes.get(id);
    const why = cannotRerun(tasks(), episode);
    if (why !== null) throw new WheelError("usage", `Episode ${id} cannot be forked. ${why}`, "Start a new session instead.");
    const steps = workspace.steps.of(id);
    if (step > steps.length) throw new WheelError("usage", `There is no step ${step + 1}.`, `The last one is ${steps.length}.`);
    const facts = { ...this.#outsideRuns(), fork: { episode: id, step } };
    const { task, seed, maxSteps } = episode;
    return { task: requireTask(tasks(), task), seed, network: { kind: "sealed" }, facts, copy: steps.slice(0, step), maxSteps };
  }

  async #acting(agent: Start["agent"]): Promise<Acting> {
    switch (agent.kind) {
      case "person":
        return { agent, policy: null, facts: { policy: "person", checkpoint: null, weights: null, byPerson: true } };
      case "scripted": {
        const policy = SCRIPTED_POLICIES[agent.name];
        if (policy === undefined)
          throw new WheelError("usage", `There is no scripted policy "${agent.name}".`, `There are: ${Object.keys(SCRIPTED_POLICIES).join(", ")}.`);
        return { agent, policy, facts: { policy: policy.id, checkpoint: null, weights: null, byPerson: false } };
      }
      case "remote": {
        const policy = this.#remote(this.#means.workspace.agents.get(agent.name));
        return { agent, policy, facts: { policy: policy.id, checkpoint: null, weights: null, byPerson: false } };
      }
      case "checkpoint": {
        const { workspace } = this.#means;
        const checkpoint = workspace.checkpoints.get(agent.id ?? actingCheckpoint(workspace));
        const actor = await this.#actor(checkpoint.id, join(workspace.dir, checkpoint.path));
        const policy = actor.policy({ temperature: agent.temperature, exploration: 0 });
        return {
          agent: { kind: "checkpoint", checkpoint: checkpointName(checkpoint) },
          policy,
          facts: { policy: policy.id, checkpoint: checkpoint.id, weights: actor.digest, byPerson: false },
        };
      }
    }
  }

  /** One for all sessions of an endpoint, so that its limits hold for them together. */
  #remote(endpoint: Endpoint): Policy {
    const key = JSON.stringify(endpoint);
    const policy = this.#remotes.get(key) ?? remotePolicy(endpoint, this.#means.keyOf);
    this.#remotes.set(key, policy);
    return policy;
  }

  #actor(id: string, dir: string): Promise<Actor> {
    this.#inference ??= new Inference();
    const known = this.#actors.get(id) ?? loadActor(id, dir, "ema", { inference: this.#inference, perception: this.#means.perception });
    this.#actors.set(id, known);
    known.catch(() => this.#actors.delete(id));
    return known;
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new WheelError("usage", `There is no session ${id}.`, "It ended long ago; Episodes has what it did.");
    return entry;
  }
}

/** A suite's own budget is for whoever is scored by it; demonstrations, and people, get the longer one. */
function budgetOf({ maxSteps, longBudget }: Task, demonstration: boolean): number {
  return demonstration ? (longBudget ?? maxSteps) : maxSteps;
}
