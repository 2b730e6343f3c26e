/**
 * Sessions on a thread of their own: whoever holds much data does not block while they run, and the many short-lived arrays that
 * ONNX Runtime makes do not burden the garbage collection of that data.
 * In: models, and arrays in shared memory, which are used in place and sent once. Out: the same as of a `Session`.
 */
import { scale } from "./elementwise.ts";
import { AutodiffError } from "./errors.ts";
import { Graph } from "./graph.ts";
import { Session, type Arrays, type Runner, type SessionOptions } from "./session.ts";
import type { SessionReply, SessionRequest } from "./sessionWorker.ts";
import { WorkerCalls, type Unnumbered } from "./workerCalls.ts";

/** Zeros in memory that threads share. */
export function sharedArray(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(4 * length));
}

/** One thread; it runs what it is asked for in order. Dispose it with `await using` or `close()`; its sessions end with it. */
export class SessionThread {
  readonly #calls = new WorkerCalls<SessionRequest, SessionReply>(new URL("./sessionWorker.ts", import.meta.url));
  /** The request that brought a shared array: its number stands for the array from then on. */
  readonly #known = new WeakMap<Float32Array, number>();
  #sessions = 0;

  private constructor() {}

  /**
   * Starts a thread. ONNX Runtime tells the processor to take denormal numbers for zero once per process, on the thread that opens the
   * first session; threads started from there inherit it. So that one opens here first, or results would depend on who comes first.
   */
  static async start(): Promise<SessionThread> {
    const graph = new Graph();
    await using first = await Session.open(graph.toModel({ y: scale(graph.input("x", [1]), 1) }));
    await first.run({ x: Float32Array.of(1) });
    return new SessionThread();
  }

  /** Loads ONNX bytes on the thread. Arrays given in `results` must be shared ones. */
  async open(model: Uint8Array, options: SessionOptions = {}): Promise<Runner> {
    const session = this.#sessions++;
    await this.#ask({ kind: "open", session, model, options });
    return {
      run: async (feeds, results = {}) => {
        const lost = Object.entries(results).find(([, array]) => !isShared(array));
        if (lost !== undefined) throw new AutodiffError(`The result "${lost[0]}" is not in shared memory`, "Make it with sharedArray");
        const { values } = await this.#ask({ kind: "run", session, feeds: this.#sent(feeds), results: this.#sent(results) });
        return { ...values, ...results };
      },
      close: async () => void (await this.#ask({ kind: "close", session })),
    };
  }

  async close(): Promise<void> {
    await this.#calls.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Shared arrays by number once the thread has them; all others by value. */
  #sent(arrays: Arrays): Record<string, Float32Array | number> {
    return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, isShared(array) ? this.#share(array) : array]));
  }

  #share(array: Float32Array): number {
    const known = this.#known.get(array);
    if (known !== undefined) return known;
    const key = this.#calls.tell({ kind: "share", array });
    this.#known.set(array, key);
    return key;
  }

  async #ask(request: Unnumbered<SessionRequest>): Promise<SessionReply> {
    const reply = await this.#calls.ask(request);
    if (reply.error !== undefined) throw new AutodiffError(reply.error, "Give the model what it was built for");
    return reply;
  }
}

const isShared = (array: Float32Array): boolean => array.buffer instanceof SharedArrayBuffer;
