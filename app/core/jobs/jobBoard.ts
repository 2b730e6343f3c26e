/**
 * All long work of a core: started, watched, paused, stopped. In: orders, or work of the core's own. Out: snapshots of jobs, and streams of them.
 * A job's process does the work; this keeps what people see of it: stage, progress, time left, log, result.
 */
import { fork, type ChildProcess } from "node:child_process";
import { isWheelError, WheelError } from "../../../env/errors.ts";
import type { Json } from "../../../env/json.ts";
import type { ProgressEvent } from "../../../flywheel/progress.ts";
import type { Job } from "../../api/jobs.ts";
import { withoutLittleMemory } from "../../littleMemory.ts";
import { Signal } from "../signal.ts";
import type { FromJob, JobOrder, JobSetting, ToJob, Turning } from "./orders.ts";
import { Pace } from "./pace.ts";

export type JobEvent = ProgressEvent | { readonly kind: "end"; readonly state: "done" | "failed" | "stopped" };

export interface NewJob {
  readonly kind: Job["kind"];
  readonly title: string;
  readonly unit: string;
  readonly run?: string;
  /**
   * It records episodes. Only one job at a time does: two runs would only slow each other down, and what one leaves half-done when it dies is
   * known by there being no other.
   */
  readonly records?: boolean;
}

/** Ended jobs that are remembered, lines and events per job. */
const [REMEMBERED, LINES, EVENTS] = [50, 500, 2000];
/** What does not stop when told to is ended after so long. */
const PATIENCE = 20_000;
/** Who has given a result and does not go is ended after so long, ms. */
const LAST_WORD = 3000;

/** A stage under way, and how fast it goes. */
interface Part {
  readonly pace: Pace;
  readonly shown: Pick<Job, "stage" | "cycle" | "done" | "total" | "note" | "perMinute" | "secondsLeft">;
}

interface Entry {
  job: Job;
  /** Stages under way by cycle and name: one, or two where acting and learning go side by side. */
  readonly parts: Map<string, Part>;
  readonly lines: { at: number; text: string }[];
  detail: Json;
  /** Numbered, so that whoever listens knows what is new; of many counts in a row only the newest is kept. */
  readonly events: { readonly number: number; readonly event: JobEvent }[];
  readonly heard: Signal;
  readonly ended: PromiseWithResolvers<Job>;
  stop: () => void;
  tell: (message: ToJob) => void;
  turning: Turning | null;
  readonly records: boolean;
}

export class JobBoard {
  readonly #entries = new Map<string, Entry>();
  /** Fires when any job changed. */
  readonly changed = new Signal();
  #next = 1;

  /** Starts a process that carries the order out. */
  order(facts: NewJob, order: JobOrder, setting: JobSetting, afterwards: () => void = () => undefined): Job {
    const entry = this.#add(facts);
    const env = withoutLittleMemory(process.env);
    const child = fork(new URL("./jobProcess.ts", import.meta.url), { stdio: ["ignore", "inherit", "inherit", "ipc"], env });
    entry.turning = order.kind === "run" ? order.turning : null;
    entry.tell = (message) => void (child.connected && child.send(message));
    entry.stop = () => this.#stopChild(entry, child);
    let last: Extract<FromJob, { kind: "done" | "failed" }> | null = null;
    child.on("message", (message: FromJob) => {
      if (message.kind === "event") this.#event(entry, message.event);
      else if (message.kind === "detail") entry.detail = message.detail;
      else if (message.kind === "holding") this.#update(entry, { state: message.holding ? "paused" : "running" });
      else {
        last = message;
        // All is written and closed by now. Node now and then waits for ever for a thread of its own while it exits.
        const ending = setTimeout(() => child.kill("SIGKILL"), LAST_WORD);
        child.once("exit", () => clearTimeout(ending));
      }
    });
    child.once("error", (error) =>
      this.#end(entry, failure(new WheelError("internal", `Its process did not start: ${error.message}`, "Try again."))),
    );
    child.once("exit", (code, signal) => {
      afterwards();
      if (last?.kind === "done") this.#end(entry, { state: "done", result: last.result });
      else if (last?.kind === "failed") this.#end(entry, last.code === "interrupted" ? { state: "stopped" } : failure(last));
      else if (entry.job.state === "stopping") this.#end(entry, { state: "stopped" });
      else this.#end(entry, failure(lost(signal ?? `exit code ${code}`)));
    });
    entry.tell({ kind: "order", order, setting });
    return entry.job;
  }

  /** Work of the core itself. `work` reports with `tell` and must stop when the signal aborts. */
  own(facts: NewJob, work: (tell: (event: ProgressEvent) => void, signal: AbortSignal) => Promise<Json>): Job {
    const abort = new AbortController();
    const entry = this.#add(facts);
    entry.stop = () => abort.abort(new WheelError("interrupted", "Stopped.", "Start it again to go on."));
    work((event) => this.#event(entry, event), abort.signal).then(
      (result) => this.#end(entry, { state: "done", result }),
      (error: unknown) => this.#end(entry, abort.signal.aborted ? { state: "stopped" } : failure(error)),
    );
    return entry.job;
  }

  /** Running ones first, then ended ones, newest first. */
  list(): Job[] {
    const all = [...this.#entries.values()].map((entry) => entry.job).toReversed();
    return [...all.filter(isLive), ...all.filter((job) => !isLive(job))];
  }

  get(id: string): Job {
    return this.#entry(id).job;
  }

  log(id: string): readonly { at: number; text: string }[] {
    return this.#entry(id).lines;
  }

  /** What it told beside its result; null: nothing. */
  detail(id: string): Json {
    return this.#entry(id).detail;
  }

  /** The live job of a run, or null. */
  ofRun(run: string): (Job & { readonly turning: Turning | null }) | null {
    const entry = this.#entries.values().find(({ job }) => job.kind === "run" && job.run === run && isLive(job));
    return entry === undefined ? null : { ...entry.job, turning: entry.turning };
  }

  /** Throws `usage` while a job records episodes. */
  requireNoRecording(): void {
    const other = this.#entries.values().find(({ job, records }) => records && isLive(job));
    if (other === undefined) return;
    throw new WheelError("usage", `${other.job.title} is under way.`, "Stop it first, or wait: one job at a time records episodes.");
  }

  cancel(id: string): Job {
    const entry = this.#entry(id);
    if (isLive(entry.job) && entry.job.state !== "stopping") {
      this.#update(entry, { state: "stopping" });
      entry.stop();
    }
    return entry.job;
  }

  pause(id: string): Job {
    const entry = this.#entry(id);
    if (entry.job.state === "running") {
      this.#update(entry, { state: "pausing" });
      entry.tell({ kind: "pause" });
    }
    return entry.job;
  }

  resume(id: string): Job {
    const entry = this.#entry(id);
    if (entry.job.state === "pausing" || entry.job.state === "paused") {
      this.#update(entry, { state: "running" });
      entry.tell({ kind: "resume" });
    }
    return entry.job;
  }

  turn(id: string, turning: Turning): void {
    const entry = this.#entry(id);
    entry.turning = turning;
    entry.tell({ kind: "turning", turning });
    this.changed.fire();
  }

  /** What happened so far, then each event; ends after `end`, or when `signal` aborts. */
  async *events(id: string, signal: AbortSignal): AsyncGenerator<JobEvent> {
    const entry = this.#entry(id);
    let heard = 0;
    while (!signal.aborted) {
      const next = entry.heard.wait(signal);
      for (const { number, event } of entry.events.filter((one) => one.number > heard)) {
        heard = number;
        yield event;
        if (event.kind === "end") return;
      }
      await next;
    }
  }

  /** Resolves when the job has ended. */
  ended(id: string): Promise<Job> {
    return this.#entry(id).ended.promise;
  }

  /** Stops everything and waits for it. */
  async close(): Promise<void> {
    const live = [...this.#entries.values()].filter(({ job }) => isLive(job));
    for (const { job } of live) this.cancel(job.id);
    await Promise.all(live.map(({ ended }) => ended.promise));
  }

  #add({ kind, title, unit, run, records = false }: NewJob): Entry {
    if (records) this.requireNoRecording();
    const id = `j-${String(this.#next++).padStart(2, "0")}`;
    const job: Job = {
      id,
      kind,
      title,
      unit,
      state: "running",
      stage: "",
      cycle: null,
      done: 0,
      total: 0,
      note: "",
      perMinute: null,
      secondsLeft: null,
      beside: null,
      startedAt: Date.now(),
      endedAt: null,
      problem: null,
      result: null,
      run: run ?? null,
    };
    const entry: Entry = {
      job,
      parts: new Map(),
      lines: [],
      detail: null,
      events: [],
      heard: new Signal(),
      ended: Promise.withResolvers<Job>(),
      stop: () => undefined,
      tell: () => undefined,
      turning: null,
      records,
    };
    this.#entries.set(id, entry);
    this.changed.fire();
    return entry;
  }

  #event(entry: Entry, event: ProgressEvent): void {
    switch (event.kind) {
      case "stage":
        this.#part(entry, { ...event, done: 0 }, new Pace());
        break;
      case "progress":
        this.#part(entry, event, entry.parts.get(keyOf(event))?.pace ?? new Pace());
        break;
      case "stage-done":
        entry.parts.delete(keyOf(event));
        // What was under way last stays in sight until something else is.
        if (entry.parts.size > 0) this.#showParts(entry);
        break;
      case "line":
        entry.lines.push({ at: Date.now(), text: event.text });
        if (entry.lines.length > LINES) entry.lines.shift();
        break;
      case "loss":
        break;
    }
    this.#hear(entry, event);
  }

  #part(entry: Entry, { cycle, stage, done, total, note = "" }: PartEvent, pace: Pace): void {
    const key = keyOf({ cycle, stage });
    // In one cycle one stage follows the other.
    for (const [other, { shown }] of entry.parts) if (shown.cycle === cycle && other !== key) entry.parts.delete(other);
    entry.parts.set(key, { pace, shown: { stage, cycle, done, total, note, ...pace.at(performance.now(), done, total) } });
    this.#showParts(entry);
  }

  /** The newest cycle first. */
  #showParts(entry: Entry): void {
    const [first, second] = [...entry.parts.values()].map(({ shown }) => shown).toSorted((a, b) => (b.cycle ?? 0) - (a.cycle ?? 0));
    if (second === undefined) return this.#update(entry, { ...first, beside: null });
    const { perMinute: _, ...beside } = second;
    this.#update(entry, { ...first, beside });
  }

  #hear(entry: Entry, event: JobEvent): void {
    const number = (entry.events.at(-1)?.number ?? 0) + 1;
    const known =
      event.kind === "progress" ? entry.events.findLastIndex((one) => one.event.kind === "progress" && keyOf(one.event) === keyOf(event)) : -1;
    // Side by side, the other one may have told in between.
    if (known >= 0 && known >= entry.events.length - 2) entry.events.splice(known, 1);
    if (entry.events.length >= EVENTS) entry.events.shift();
    entry.events.push({ number, event });
    entry.heard.fire();
  }

  #update(entry: Entry, change: Partial<Job>): void {
    entry.job = { ...entry.job, ...change };
    this.changed.fire();
  }

  #end(entry: Entry, change: Partial<Job> & { readonly state: "done" | "failed" | "stopped" }): void {
    if (!isLive(entry.job)) return;
    this.#update(entry, { ...change, endedAt: Date.now(), secondsLeft: null });
    this.#hear(entry, { kind: "end", state: change.state });
    entry.ended.resolve(entry.job);
    const ended = [...this.#entries.values()].filter(({ job }) => !isLive(job));
    for (const { job } of ended.slice(0, Math.max(0, ended.length - REMEMBERED))) this.#entries.delete(job.id);
  }

  #stopChild(entry: Entry, child: ChildProcess): void {
    entry.tell({ kind: "stop" });
    setTimeout(() => child.exitCode === null && child.kill("SIGKILL"), PATIENCE).unref();
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new WheelError("usage", `There is no job ${id}.`, "It ended before this core was started, or long ago.");
    return entry;
  }
}

type PartEvent = Pick<Extract<ProgressEvent, { readonly kind: "progress" }>, "cycle" | "stage" | "done" | "total" | "note">;

function keyOf({ cycle, stage }: Pick<PartEvent, "cycle" | "stage">): string {
  return `${cycle} ${stage}`;
}

function isLive({ state }: Job): boolean {
  return state !== "done" && state !== "failed" && state !== "stopped";
}

function failure(error: unknown): { state: "failed"; problem: Job["problem"] } {
  const { code, message, hint } =
    isWheelError(error) || isProblem(error) ? error : { code: "internal", message: String(error), hint: "Report this." };
  return { state: "failed", problem: { code, message, hint } };
}

function isProblem(error: unknown): error is NonNullable<Job["problem"]> {
  return typeof error === "object" && error !== null && "hint" in error && "code" in error && "message" in error;
}

function lost(how: string): WheelError {
  return new WheelError(
    "internal",
    `Its process ended with ${how}.`,
    "Start it again: it goes on where it stopped. Look at free memory if it ends so again.",
  );
}
