/**
 * The one WebSocket to the core, opened again whenever it closes. In: calls. Out: their answers, and the state of the connection, which every
 * page shows. Calls made while it is closed wait for it; calls under way when it closes fail with `ConnectionLost`.
 */
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/websocket";
import type { Client } from "../../api/index.ts";

/** `retryAt`: when the next try begins, Unix ms. */
export type ConnectionState = { readonly kind: "connecting" } | { readonly kind: "open" } | { readonly kind: "lost"; readonly retryAt: number };

export class ConnectionLost extends Error {
  override name = "ConnectionLost";
}

interface Opened {
  readonly link: RPCLink<object>;
  /** Aborted when this socket closes. */
  readonly closed: AbortController;
}

const DELAYS = [250, 500, 1000, 2000, 4000];

let state: ConnectionState = { kind: "connecting" };
let opened = Promise.withResolvers<Opened>();
let attempts = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

/** For `useSyncExternalStore`. */
export const connection = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  state: (): ConnectionState => state,
};

function become(next: ConnectionState): void {
  state = next;
  for (const listener of listeners) listener();
}

/** Connects now, and from then on whenever the connection was lost. */
export function connect(): void {
  clearTimeout(timer);
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/rpc`);
  const closed = new AbortController();
  socket.addEventListener("open", () => {
    attempts = 0;
    opened.resolve({ link: new RPCLink({ websocket: socket }), closed });
    become({ kind: "open" });
  });
  socket.addEventListener("close", () => {
    closed.abort(new ConnectionLost("The connection to the core was lost before it answered."));
    if (state.kind === "open") opened = Promise.withResolvers();
    const delay = DELAYS[Math.min(attempts++, DELAYS.length - 1)]!;
    become({ kind: "lost", retryAt: Date.now() + delay });
    timer = setTimeout(connect, delay);
  });
}

/** Everything the core can do; see `app/api`. */
export const core: Client = createORPCClient({
  call: async (path, input, options) => {
    const { link, closed } = await withSignal(opened.promise, options.signal);
    const signal = options.signal === undefined ? closed.signal : AbortSignal.any([options.signal, closed.signal]);
    try {
      return await link.call(path, input, { ...options, signal });
    } catch (error) {
      throw closed.signal.aborted && options.signal?.aborted !== true ? closed.signal.reason : error;
    }
  },
});

async function withSignal<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
