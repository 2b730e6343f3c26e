/** Tells whoever waits that something has changed; what it was they look up themselves. In: `fire()`. Out: `wait()`, or a callback. */
export class Signal {
  #waiting = Promise.withResolvers<void>();
  readonly #listeners = new Set<() => void>();

  fire(): void {
    const waiting = this.#waiting;
    this.#waiting = Promise.withResolvers<void>();
    waiting.resolve();
    for (const listener of this.#listeners) listener();
  }

  /** Resolves at the next change, or when `signal` aborts. */
  async wait(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return;
    const stopped = Promise.withResolvers<void>();
    const stop = (): void => stopped.resolve();
    signal?.addEventListener("abort", stop, { once: true });
    await Promise.race([this.#waiting.promise, stopped.promise]);
    signal?.removeEventListener("abort", stop);
  }

  /** Calls `listener` at each change until the returned function is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * A stream for a viewer: `read` at once, then again after changes, at most every `ms`; ends when `signal` aborts. What changed while
   * the viewer was busy comes as one.
   */
  async *stream<Value>(read: () => Value | Promise<Value>, ms: number, signal: AbortSignal | undefined): AsyncGenerator<Value> {
    while (signal?.aborted !== true) {
      // Whoever fires while `read` works is heard.
      const next = this.wait(signal);
      yield await read();
      await next;
      await pause(ms, signal);
    }
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal?.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
}
