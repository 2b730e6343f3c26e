/**
 * Functions in a worker thread, called like any other. In: a name and an input. Out: a promise of what it gives or throws.
 * One thread does one thing at a time, in the order it was asked.
 */
import { parentPort, Worker, type Transferable } from "node:worker_threads";
import { isWheelError, WheelError, type WheelErrorCode } from "../../../env/errors.ts";

export type Calls = Readonly<Record<string, (input: any) => unknown>>;
type Input<Call> = Call extends (input: infer In) => unknown ? In : never;
type Output<Call> = Call extends (input: any) => infer Out ? Awaited<Out> : never;

interface Question {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

type Answer =
  | { readonly id: number; readonly kind: "value"; readonly value: unknown }
  | { readonly id: number; readonly kind: "error"; readonly code: string; readonly message: string; readonly hint: string; readonly stack: string };

/** The caller's side. */
export class Thread<Own extends Calls> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #next = 1;
  #closed = false;

  /** `onLost` hears when the thread dies by itself; calls under way then fail. */
  constructor(file: URL, workerData: unknown, onLost: (error: Error) => void) {
    this.#worker = new Worker(file, { workerData });
    this.#worker.on("message", (answer: Answer) => this.#settle(answer));
    this.#worker.on("error", (error) => {
      for (const waiting of this.#waiting.values()) waiting.reject(error);
      this.#waiting.clear();
      if (!this.#closed) onLost(error);
    });
  }

  ask<Name extends keyof Own & string>(name: Name, input: Input<Own[Name]>, transfer: readonly Transferable[] = []): Promise<Output<Own[Name]>> {
    const id = this.#next++;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#worker.postMessage({ id, name, input } satisfies Question, transfer);
    return waiting.promise as Promise<Output<Own[Name]>>;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const closed = new WheelError("interrupted", "The core is closing.", "Start it again.");
    for (const waiting of this.#waiting.values()) waiting.reject(closed);
    this.#waiting.clear();
    await this.#worker.terminate();
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.kind === "value") waiting?.resolve(answer.value);
    else waiting?.reject(Object.assign(new WheelError(answer.code as WheelErrorCode, answer.message, answer.hint), { stack: answer.stack }));
  }
}

/** The thread's side: answers every question with these functions. */
export function answerWith(calls: Calls): void {
  const port = parentPort!;
  let before = Promise.resolve();
  port.on("message", ({ id, name, input }: Question) => {
    before = before.then(async () => {
      try {
        port.postMessage({ id, kind: "value", value: await calls[name]!(input) } satisfies Answer);
      } catch (error) {
        port.postMessage({ id, kind: "error", ...told(error) } satisfies Answer);
      }
    });
  });
}

function told(error: unknown): Pick<Extract<Answer, { kind: "error" }>, "code" | "message" | "hint" | "stack"> {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  if (isWheelError(error)) return { code: error.code, message: error.message, hint: error.hint, stack };
  return { code: "internal", message: error instanceof Error ? error.message : String(error), hint: "Report this with the details.", stack };
}
