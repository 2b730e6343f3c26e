/** The thread behind a `SessionThread`. In: requests. Out: one reply each, in order; values that were not given room, and errors as text. */
import { parentPort } from "node:worker_threads";
import { Session, type Arrays, type SessionOptions } from "./session.ts";

type Sent = Readonly<Record<string, Float32Array | number>>;

export type SessionRequest =
  | { readonly id: number; readonly kind: "open"; readonly session: number; readonly model: Uint8Array; readonly options: SessionOptions }
  /** From now on `id` stands for this array. */
  | { readonly id: number; readonly kind: "share"; readonly array: Float32Array }
  | { readonly id: number; readonly kind: "run"; readonly session: number; readonly feeds: Sent; readonly results: Sent }
  | { readonly id: number; readonly kind: "close"; readonly session: number };

export interface SessionReply {
  readonly id: number;
  readonly values?: Arrays;
  readonly error?: string;
}

const sessions = new Map<number, Session>();
const arrays = new Map<number, Float32Array>();

const received = (sent: Sent): Arrays =>
  Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, typeof value === "number" ? arrays.get(value)! : value]));

async function answer(request: SessionRequest): Promise<Omit<SessionReply, "id">> {
  switch (request.kind) {
    case "open":
      sessions.set(request.session, await Session.open(request.model, request.options));
      return {};
    case "share":
      arrays.set(request.id, request.array);
      return {};
    case "run": {
      const results = received(request.results);
      const values = await sessions.get(request.session)!.run(received(request.feeds), results);
      return { values: Object.fromEntries(Object.entries(values).filter(([name]) => results[name] === undefined)) };
    }
    case "close":
      await sessions.get(request.session)?.close();
      sessions.delete(request.session);
      return {};
  }
}

let last = Promise.resolve();

parentPort?.on("message", (request: SessionRequest) => {
  last = last.then(async () => {
    const reply = await answer(request).catch((error: unknown) => ({ error: String(error) }));
    if (request.kind !== "share") parentPort!.postMessage({ ...reply, id: request.id } satisfies SessionReply);
  });
});
