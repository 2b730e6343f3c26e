/**
 * One live session: a loop that decides, asks where it must, acts and records, while people watch, answer, take over, hand back and stop.
 * In: commands. Out: a view that changes (`changed`), steps, live frames. Nothing is ever done without the answer that it waits for.
 */
import { isDecision, type Decision, type Outcome, type PastStep, type Policy, type UnreadAnswer } from "../../../agent/policy.ts";
import type { Perception } from "../../../agent/perception/perception.ts";
import { describeAction, endsEpisode, type Action } from "../../../env/action.ts";
import type { Environment } from "../../../env/environment.ts";
import type { StepResult } from "../../../env/episode.ts";
import { isWheelError, WheelError } from "../../../env/errors.ts";
import type { Observation } from "../../../env/observation.ts";
import { rng } from "../../../env/random.ts";
import { decideIn, remember, terminatedBy } from "../../../flywheel/rollout.ts";
import type { Actor } from "../../../flywheel/store/database.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import type { ParsedInputEvent, Pending, SessionView } from "../../api/sessions.ts";
import type { AskRule } from "../../api/settings.ts";
import { Signal } from "../signal.ts";
import { NOTHING_ASKED, withCall } from "./asked.ts";
import { whyAsk } from "./asking.ts";
import { FREE, unverified } from "./freeTask.ts";
import { Hands } from "./hands.ts";
import { Recording, type SessionFacts, type SessionStep } from "./recording.ts";
import { wordsUnder } from "./targets.ts";

/** What a session is started with. */
export interface SessionStart {
  readonly id: string;
  readonly facts: SessionFacts;
  readonly agent: SessionView["agent"];
  /** Null: only people act. */
  readonly policy: Policy | null;
  readonly ask: AskRule;
  readonly mode: "run" | "step";
  /** Actions to carry out again before anything else, with the screens that must follow. */
  readonly copy: readonly { readonly action: Action; readonly nextScreenHash: string }[];
}

export interface SessionMeans {
  readonly workspace: Workspace;
  readonly environment: Environment;
  readonly perceive: (observation: Observation) => Promise<Perception>;
  readonly approvalSeconds: () => number;
  readonly stepMilliseconds: () => number;
}

type Answer =
  | { readonly kind: "approve" }
  | { readonly kind: "edit"; readonly action: Action }
  | { readonly kind: "refuse"; readonly reason: string }
  | { readonly kind: "timeout" }
  /** Pause, take over, stop: the proposal is dropped. */
  | { readonly kind: "left" };

/** Reading the words under a pointer must not hold a person up; an agent can wait for a cold reader, ms. */
const [READING_FOR_PERSON, READING_FOR_AGENT] = [300, 10_000];

export class LiveSession {
  /** Fires when the view changed. */
  readonly changed = new Signal();
  /** Fires when a step was recorded, and at the end. */
  readonly stepped = new Signal();
  readonly #start: SessionStart;
  readonly #means: SessionMeans;
  readonly #hands: Hands;
  readonly #history: PastStep[] = [];
  readonly #wake = new Signal();
  #view: SessionView;
  #recording: Recording | null = null;
  #observation: Observation | null = null;
  #began = 0;
  #wanted: "run" | "step" | "pause";
  #taken = false;
  #stopping = false;
  #refused: Action | null = null;
  #answer: ((answer: Answer) => void) | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** Answers since the last step that were no action. */
  readonly #unread: UnreadAnswer[] = [];
  /** Calls off the decision under way. */
  #thinking: AbortController | null = null;
  #proposals = 0;
  #lastStep = 0;

  constructor(start: SessionStart, means: SessionMeans) {
    const { task, seed, maxSteps } = start.facts;
    [this.#start, this.#means, this.#wanted] = [start, means, start.policy === null ? "pause" : start.mode];
    this.#taken = start.policy === null;
    this.#hands = new Hands({
      reach: (use) => means.environment.hands(use),
      record: (action) => this.#byPerson(action, async () => undefined),
    });
    const instance = task.instance(seed);
    const isFree = task.id === FREE;
    this.#view = {
      id: start.id,
      state: "starting",
      task: isFree ? null : task.id,
      url: task.startUrl ?? null,
      instruction: instance.instruction,
      seed: isFree ? null : seed,
      bucket: isFree ? null : instance.bucket,
      viewport: { ...task.viewport },
      agent: start.agent,
      episode: null,
      steps: 0,
      maxSteps,
      startedAt: Date.now(),
      activeAt: Date.now(),
      pending: null,
      note: "",
      verdict: null,
      screen: null,
      ask: start.ask,
      asked: start.agent.kind === "remote" ? NOTHING_ASKED : null,
    };
  }

  get view(): SessionView {
    return this.#view;
  }

  get steps(): readonly SessionStep[] {
    return this.#recording?.steps ?? [];
  }

  get ended(): boolean {
    return this.#view.state === "ended";
  }

  /** Runs to its end; never throws. */
  async run(): Promise<void> {
    try {
      await this.#open();
      await this.#live();
    } catch (error) {
      const note = isWheelError(error) ? `${error.message} ${error.hint}` : `It broke: ${error instanceof Error ? error.message : String(error)}`;
      this.#recording?.giveUp();
      this.#update({ state: "ended", note, pending: null });
    } finally {
      clearTimeout(this.#timer);
      this.stepped.fire();
    }
  }

  pause(): void {
    this.#require("acting", "asking", "starting");
    this.#want("pause");
  }

  resume(): void {
    this.#require("paused", "asking", "yours");
    this.#requireAgent();
    this.#taken = false;
    this.#want("run");
  }

  /** Paused: proposes. Asking: carries the proposal out, then proposes again. */
  step(): void {
    this.#require("paused", "asking", "acting");
    this.#requireAgent();
    this.#wanted = "step";
    this.#settle({ kind: "approve" });
    this.#wake.fire();
  }

  approve(number: number): void {
    this.#reply(number, { kind: "approve" });
  }

  edit(number: number, action: Action): void {
    this.#reply(number, { kind: "edit", action });
  }

  refuse(number: number, reason: string): void {
    this.#reply(number, { kind: "refuse", reason });
  }

  extend(number: number, seconds: number): void {
    this.#requireProposal(number);
    if (this.#view.pending!.until !== null) this.#countDown(this.#view.pending!.until + 1000 * seconds);
  }

  changeAsk(ask: AskRule): void {
    this.#update({ ask });
  }

  takeOver(): void {
    this.#require("acting", "asking", "paused", "starting");
    this.#taken = true;
    this.#want("pause");
  }

  async handBack(): Promise<void> {
    this.#require("yours");
    this.#requireAgent();
    await this.#hands.finish();
    this.#taken = false;
    this.#want("run");
  }

  async input(events: readonly ParsedInputEvent[]): Promise<void> {
    this.#require("yours");
    this.#update({ activeAt: Date.now() });
    await this.#hands.input(events);
  }

  /** A whole action by a person. */
  async act(action: Action): Promise<void> {
    this.#require("yours");
    await this.#hands.finish();
    if (!this.ended) await this.#byPerson(action);
  }

  explain(index: number, text: string): void {
    const step = this.#recording?.steps[index];
    if (step === undefined) throw new WheelError("usage", `There is no step ${index + 1} yet.`, "Explain one that was recorded.");
    this.#means.workspace.steps.explain(this.#recording!.id, index, text);
    this.#recording!.steps[index] = { ...step, thought: text };
  }

  stop(): void {
    this.#stopping = true;
    this.#want("pause");
  }

  /** Resolves when it has ended. */
  async untilEnded(): Promise<void> {
    while (!this.ended) await this.stepped.wait();
  }

  async #open(): Promise<void> {
    const { environment, workspace } = this.#means;
    const { facts, copy } = this.#start;
    const reset = await environment.reset(facts.task, facts.seed, facts.maxSteps);
    const { observation, instance } = reset;
    this.#began = this.#lastStep = performance.now();
    this.#observation = observation;
    this.#recording = new Recording(workspace, facts, reset);
    // Some pages know their instruction only now.
    this.#update({ episode: this.#recording.id, screen: observation.screenHash, instruction: instance.instruction });
    void this.#means.perceive(observation).catch(() => undefined);
    for (const [i, { action, nextScreenHash }] of copy.entries()) {
      await this.#carryOut(action, "copied", null, performance.now());
      if (this.#observation.screenHash !== nextScreenHash)
        throw new WheelError("usage", `The screens drift apart at step ${i + 1}.`, "Re-run the episode to see where; fork before that step.");
    }
  }

  async #live(): Promise<void> {
    while (!this.ended) {
      if (this.#stopping) return this.#stopNow();
      const next = this.#wake.wait();
      if (this.#taken || this.#wanted === "pause") {
        if (this.#view.state !== "paused" && this.#view.state !== "yours") this.#update({ note: this.#taken ? "" : this.#view.note });
        this.#update({ state: this.#taken ? "yours" : "paused" });
        await next;
        continue;
      }
      await this.#turn();
    }
  }

  /** One decision of the agent, and what becomes of it. */
  async #turn(): Promise<void> {
    this.#update({ state: "acting", note: "" });
    const started = performance.now();
    const decision = await this.#decide();
    if (decision === null || this.#isInterrupted()) return;
    if (!isDecision(decision)) {
      if (decision.kind === "unreadable") this.#unread.push(...decision.call.unread);
      const why =
        decision.kind === "unavailable" ? `The agent cannot be reached. ${decision.why}` : `Its answer could not be read. ${decision.detail}`;
      this.#pauseWith(`${why} Nothing was done.`);
      return;
    }
    const why = this.#wanted === "step" ? "single step" : whyAsk(this.#view.ask, decision);
    const answer = why === null ? ({ kind: "approve" } as const) : await this.#askFor(decision, why);
    switch (answer.kind) {
      case "approve":
        await this.#carryOut(decision.action, "agent", decision, started);
        break;
      case "edit":
        this.#refused = await this.#means.environment.asRecorded(decision.action);
        await this.#carryOut(answer.action, "person", null, started);
        break;
      case "refuse":
        this.#refused = await this.#means.environment.asRecorded(decision.action);
        this.#pauseWith(`You refused: ${describeAction(decision.action)}${answer.reason === "" ? "" : ` (${answer.reason})`}.`);
        return;
      case "timeout":
        this.#pauseWith("Nobody answered in time, so nothing was done.");
        return;
      case "left":
        return;
    }
    const pace = this.#means.stepMilliseconds();
    if (pace > 0 && !this.ended) await Promise.race([new Promise((resolve) => setTimeout(resolve, pace)), this.#wake.wait()]);
  }

  /** Null: it was called off. */
  async #decide(): Promise<Outcome | null> {
    const { policy, facts } = this.#start;
    const { task, seed, key } = facts;
    const { signal } = (this.#thinking = new AbortController());
    const input = {
      instruction: this.#view.instruction,
      observation: this.#observation!,
      history: this.#history,
      rng: rng("session", key, seed, this.steps.length),
      signal,
    };
    try {
      const answer = await decideIn(this.#means.environment, { policy: policy!, task }, input);
      if ("call" in answer && answer.call !== undefined) this.#update({ asked: withCall(this.#view.asked ?? NOTHING_ASKED, answer.call) });
      const outcome = this.#withUnread(answer);
      return isDecision(outcome) && outcome.target === "" ? { ...outcome, target: await this.#target(outcome.action) } : outcome;
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  }

  /** What could not be read since the last step is kept with the next one. */
  #withUnread(outcome: Outcome): Outcome {
    if (!isDecision(outcome) || outcome.call === undefined) return outcome;
    return { ...outcome, call: { ...outcome.call, unread: [...this.#unread.splice(0), ...outcome.call.unread] } };
  }

  async #askFor(decision: Decision, why: string): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const pending: Pending = {
      number: ++this.#proposals,
      action: decision.action,
      sentence: describeAction(decision.action),
      target: decision.target,
      thought: decision.thought ?? null,
      probability: decision.logProb === undefined ? null : Math.min(1, Math.exp(decision.logProb)),
      value: decision.value ?? null,
      alternatives: await this.#alternatives(decision),
      why,
      until: null,
    };
    if (this.#isInterrupted()) return { kind: "left" };
    this.#answer = resolve;
    this.#update({ state: "asking", pending });
    if (why !== "single step") this.#countDown(Date.now() + 1000 * this.#means.approvalSeconds());
    return promise;
  }

  async #alternatives({ alternatives = [] }: Decision): Promise<Pending["alternatives"]> {
    return Promise.all(
      alternatives.map(async ({ action, probability }) => ({
        action,
        sentence: describeAction(action),
        target: await this.#target(action),
        probability,
      })),
    );
  }

  #countDown(until: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#settle({ kind: "timeout" }), until - Date.now());
    this.#update({ pending: { ...this.#view.pending!, until } });
  }

  /** A person's step; `carryOut` where the mouse and keys are through already. */
  async #byPerson(action: Action, carryOut?: () => Promise<void>): Promise<void> {
    if (this.ended) return;
    await this.#carryOut(action, "person", null, this.#lastStep, carryOut);
  }

  async #carryOut(action: Action, actor: Actor, decision: Decision | null, started: number, carryOut?: () => Promise<void>): Promise<void> {
    const before = this.#observation!;
    const target = decision?.target ?? (await this.#target(action));
    const decided = performance.now();
    const result = await this.#means.environment.step(action, carryOut);
    const done = performance.now();
    const proposed = actor === "copied" ? null : this.#refused;
    if (actor !== "copied") this.#refused = null;
    this.#recording!.step(before, result, {
      actor,
      target,
      decision,
      proposed,
      startMs: started - this.#began,
      thinkMs: decided - started,
      actMs: done - decided,
    });
    const { thought } = decision ?? {};
    remember(this.#history, this.#start.policy ?? {}, { target, ...(thought === undefined ? {} : { thought }) }, before, result);
    this.#observation = result.observation;
    this.#lastStep = done;
    void this.#means.perceive(result.observation).catch(() => undefined);
    if (result.verdict !== null) this.#finish(result);
    this.#update({ steps: this.steps.length, screen: result.observation.screenHash, activeAt: Date.now(), url: this.#urlOf(result.observation) });
    this.stepped.fire();
  }

  #finish(result: StepResult): void {
    const verdict = this.#view.task === null ? unverified(result.verdict!) : result.verdict!;
    const byPerson = endsEpisode(result.action) && this.#taken;
    this.#recording!.end(verdict, byPerson ? "person" : terminatedBy(result));
    this.#update({ state: "ended", verdict: verdict.verdict, note: verdict.reason, pending: null });
    this.#wake.fire();
  }

  #stopNow(): void {
    const verdict = this.#means.environment.conclude();
    const judged = this.#view.task === null ? unverified(verdict) : verdict;
    this.#recording!.end(judged, "person");
    this.#update({ state: "ended", verdict: judged.verdict, note: `Stopped. ${judged.reason}`, pending: null });
  }

  async #target(action: Action): Promise<string> {
    const observation = this.#observation!;
    const read = this.#means.perceive(observation).then(
      (perception) => wordsUnder(action, perception),
      () => "",
    );
    const late = new Promise<string>((resolve) => setTimeout(resolve, this.#taken ? READING_FOR_PERSON : READING_FOR_AGENT, "").unref());
    return Promise.race([read, late]);
  }

  #urlOf({ url }: Observation): string | null {
    return this.#view.task === null ? url : null;
  }

  #isInterrupted(): boolean {
    return this.#taken || this.#stopping || this.#wanted === "pause";
  }

  #pauseWith(note: string): void {
    this.#wanted = "pause";
    this.#update({ note });
  }

  #want(wanted: "run" | "pause"): void {
    this.#wanted = wanted;
    if (wanted === "pause") this.#thinking?.abort();
    this.#settle({ kind: "left" });
    this.#wake.fire();
  }

  #reply(number: number, answer: Answer): void {
    this.#requireProposal(number);
    this.#settle(answer);
  }

  /** Answers what is asked, if anything is: from now on it is open no more. */
  #settle(answer: Answer): void {
    const tell = this.#answer;
    if (tell === null) return;
    clearTimeout(this.#timer);
    this.#answer = null;
    this.#update({ state: "acting", pending: null });
    tell(answer);
  }

  #requireProposal(number: number): void {
    if (this.#answer === null || this.#view.pending?.number !== number)
      throw new WheelError("usage", "This proposal is no longer open.", "Look at what the session wants now.");
  }

  #require(...states: SessionView["state"][]): void {
    if (states.includes(this.#view.state)) return;
    const says = { starting: "is starting", acting: "is acting", asking: "asks", paused: "is paused", yours: "is in your hands", ended: "has ended" };
    throw new WheelError(
      "usage",
      `Session ${this.#view.id} ${says[this.#view.state]}, so this cannot be done now.`,
      "Look at its state and try again.",
    );
  }

  #requireAgent(): void {
    if (this.#start.policy === null) throw new WheelError("usage", "Nobody but you acts in this session.", "End it with done, give up, or stop.");
  }

  #update(change: Partial<SessionView>): void {
    this.#view = { ...this.#view, ...change };
    this.changed.fire();
  }
}
