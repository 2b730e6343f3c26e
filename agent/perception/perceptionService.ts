/**
 * Perceives screens in worker threads and remembers what it saw. In: observations. Out: perceptions.
 * Looks first in memory, then in the persistent cache, and reads a screen only once however many ask for it.
 */
import { Worker } from "node:worker_threads";
import { WheelError } from "../../env/errors.ts";
import { LruMap } from "./lruMap.ts";
import { perceptionVersion, type Screen, type Sight } from "./perceive.ts";
import type { Perception, Word } from "./perception.ts";
import { decodePerception } from "./perceptionCodec.ts";
import type { PerceptionReply, PerceptionRequest } from "./perceptionWorker.ts";
import { readerVersion, type ReaderName } from "./readers.ts";

/** Where perceptions outlive the process; damaged entries are made again. */
export interface PerceptionCache {
  get(screenHash: string, version: string): Uint8Array | null | undefined | Promise<Uint8Array | null | undefined>;
  set(screenHash: string, version: string, bytes: Uint8Array): void | Promise<void>;
}

export interface PerceptionOptions {
  /** What reads the words (default `frames`). Perceptions of different readers have different versions. */
  readonly reader?: ReaderName;
  /** Worker threads (default 2). */
  readonly workers?: number;
  readonly cache?: PerceptionCache;
  /** Perceptions kept in memory (default 2000). */
  readonly remembered?: number;
}

export interface PerceptionCounters {
  /** Screens read by a worker, and how long that took in all. */
  readonly read: number;
  readonly milliseconds: number;
  readonly memoryHits: number;
  readonly cacheHits: number;
}

/** What is made while a screen is perceived is garbage afterwards; with more room for it (by default it grows by some 80 MB a thread) nothing is faster. */
const YOUNG = { maxYoungGenerationSizeMb: 16 };

interface Job extends PromiseWithResolvers<PerceptionReply & { kind: "perceived" }> {
  readonly request: PerceptionRequest;
}

/** Open it with `new`, close it with `await using` or `close()`. Workers start with the first screen. */
export class PerceptionService implements AsyncDisposable {
  readonly version: string;
  readonly #reader: ReaderName;
  readonly #limit: number;
  readonly #cache: PerceptionCache | undefined;
  readonly #memory: LruMap<string, Perception>;
  readonly #underWay = new Map<string, Promise<Perception>>();
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Job>();
  readonly #queue: Job[] = [];
  readonly #counters = { read: 0, milliseconds: 0, memoryHits: 0, cacheHits: 0 };
  #closed = false;

  constructor({ reader = "frames", workers = 2, cache, remembered = 2000 }: PerceptionOptions = {}) {
    this.version = perceptionVersion(readerVersion(reader));
    this.#reader = reader;
    this.#limit = workers;
    this.#cache = cache;
    this.#memory = new LruMap(remembered);
  }

  get counters(): PerceptionCounters {
    return { ...this.#counters };
  }

  /** The perception of a screen. `words` replace the reader's (tests, ablations); such perceptions are not remembered. */
  async perceive(screen: Sight, { words }: { words?: readonly Word[] } = {}): Promise<Perception> {
    if (words) return (await this.#run({ screen: await plain(screen), words, encode: false })).perception;
    const key = `${screen.screenHash} ${screen.viewport.width}x${screen.viewport.height}`;
    const remembered = this.#memory.get(key);
    if (remembered) {
      this.#counters.memoryHits++;
      return remembered;
    }
    const underWay = this.#underWay.get(key) ?? this.#lookUpOrRead(screen).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, underWay);
    const perception = await underWay;
    this.#memory.set(key, perception);
    return perception;
  }

  async #lookUpOrRead(screen: Sight): Promise<Perception> {
    const stored = this.#decode(await this.#cache?.get(screen.screenHash, this.version), screen);
    if (stored) {
      this.#counters.cacheHits++;
      return stored;
    }
    const { perception, bytes, milliseconds } = await this.#run({ screen: await plain(screen), encode: this.#cache !== undefined });
    this.#counters.read++;
    this.#counters.milliseconds += milliseconds;
    if (bytes) await this.#cache?.set(screen.screenHash, this.version, bytes);
    return perception;
  }

  /** Undefined when there is none, it is damaged, or it was made for another viewport of the same pixels. */
  #decode(bytes: Uint8Array | null | undefined, { screenHash, viewport }: Sight): Perception | undefined {
    if (!bytes) return undefined;
    try {
      const found = decodePerception(bytes);
      const fits =
        found.version === this.version &&
        found.screenHash === screenHash &&
        found.viewport.width === viewport.width &&
        found.viewport.height === viewport.height;
      return fits ? found : undefined;
    } catch {
      return undefined;
    }
  }

  #run(request: PerceptionRequest): Promise<PerceptionReply & { kind: "perceived" }> {
    if (this.#closed) throw new WheelError("internal", "The perception service is closed.", "Open a new one.");
    const job: Job = { ...Promise.withResolvers<PerceptionReply & { kind: "perceived" }>(), request };
    this.#queue.push(job);
    this.#dispatch();
    return job.promise;
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const worker = this.#idle.pop() ?? (this.#busy.size < this.#limit ? this.#startWorker() : undefined);
      if (!worker) return;
      const job = this.#queue.shift()!;
      this.#busy.set(worker, job);
      worker.ref();
      worker.postMessage(job.request);
    }
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL("./perceptionWorker.ts", import.meta.url), { workerData: this.#reader, resourceLimits: YOUNG });
    worker.on("message", (reply: PerceptionReply) => {
      const job = this.#busy.get(worker);
      this.#busy.delete(worker);
      worker.unref();
      this.#idle.push(worker);
      if (reply.kind === "perceived") job?.resolve(reply);
      else job?.reject(new WheelError("internal", `A screen could not be read: ${reply.message}.`, "Report this with the log."));
      this.#dispatch();
    });
    worker.on("error", (cause) => {
      this.#busy
        .get(worker)
        ?.reject(new WheelError("internal", `A perception worker broke: ${cause.message}.`, "Report this with the log.", { cause }));
    });
    worker.on("exit", () => {
      const stopped = new WheelError("internal", "A perception worker stopped.", "Perceive the screen again; a new worker starts.");
      this.#busy.get(worker)?.reject(stopped);
      this.#busy.delete(worker);
      const idle = this.#idle.indexOf(worker);
      if (idle >= 0) this.#idle.splice(idle, 1);
      if (!this.#closed) this.#dispatch();
    });
    return worker;
  }

  /** Screens still under way are given up. */
  async close(): Promise<void> {
    this.#closed = true;
    const closed = new WheelError("interrupted", "The perception service was closed.", "Perceive again with a new one.");
    for (const job of [...this.#busy.values(), ...this.#queue.splice(0)]) job.reject(closed);
    await Promise.all([...this.#idle, ...this.#busy.keys()].map((worker) => worker.terminate()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Only what a worker needs: observations also hold the PNG. */
async function plain({ pixels, screenHash, viewport, deviceScaleFactor }: Sight): Promise<Screen> {
  return { pixels: await pixels(), screenHash, viewport, deviceScaleFactor };
}
