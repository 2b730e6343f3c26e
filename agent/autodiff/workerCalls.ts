/** Calls to a worker thread. In: requests, which get a number. Out: the reply with that number. The thread keeps the process alive only while a call waits. */
import { Worker } from "node:worker_threads";

/** A request before it has its number. */
export type Unnumbered<R> = R extends { readonly id: number } ? Omit<R, "id"> : never;

export class WorkerCalls<Request extends { readonly id: number }, Reply extends { readonly id: number }> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<Reply>>();
  /** Why there will be no more replies. */
  #failure: Error | undefined;
  #next = 0;

  constructor(module: URL) {
    this.#worker = new Worker(module);
    this.#worker.unref();
    this.#worker.on("message", (reply: Reply) => {
      this.#waiting.get(reply.id)?.resolve(reply);
      this.#waiting.delete(reply.id);
    });
    this.#worker.on("error", (error: Error) => {
      this.#failure = error;
      for (const waiting of this.#waiting.values()) waiting.reject(error);
      this.#waiting.clear();
    });
  }

  /** Throws what ended the thread, if something did. */
  async ask(request: Unnumbered<Request>): Promise<Reply> {
    if (this.#failure !== undefined) throw this.#failure;
    const id = this.tell(request);
    const waiting = Promise.withResolvers<Reply>();
    this.#waiting.set(id, waiting);
    this.#worker.ref();
    try {
      return await waiting.promise;
    } finally {
      if (this.#waiting.size === 0) this.#worker.unref();
    }
  }

  /** A request that gets no reply; returns its number. */
  tell(request: Unnumbered<Request>): number {
    const id = this.#next++;
    this.#worker.postMessage({ ...request, id });
    return id;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
