/**
 * The long-lived inference worker as seen from the core: load weights under a key, ask for logits.
 * In: weights, network inputs. Out: logits. New weights take effect at the next call; nothing restarts.
 */
import { Worker } from "node:worker_threads";
import { WheelError } from "../../env/errors.ts";
import type { Logits } from "./choose.ts";
import type { NetworkInputs } from "./features.ts";
import type { InferenceReply, InferenceRequest } from "./inferenceWorker.ts";
import type { NetworkConfig } from "./network.ts";
import type { Layout } from "./scene.ts";

type Unsent = InferenceRequest extends infer R ? (R extends InferenceRequest ? Omit<R, "id"> : never) : never;

export class Inference {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<InferenceReply>>();
  #next = 0;

  constructor() {
    this.#worker = new Worker(new URL("./inferenceWorker.ts", import.meta.url));
    this.#worker.unref();
    this.#worker.on("message", (reply: InferenceReply) => {
      this.#waiting.get(reply.id)?.resolve(reply);
      this.#waiting.delete(reply.id);
    });
    this.#worker.on("error", (error) => {
      for (const waiting of this.#waiting.values()) waiting.reject(error);
      this.#waiting.clear();
    });
  }

  /** Makes weights available under `key` (a checkpoint id or a digest). */
  async load(key: string, config: NetworkConfig, weights: Record<string, Float32Array>): Promise<void> {
    await this.#ask({ kind: "load", key, config, weights });
  }

  async unload(key: string): Promise<void> {
    await this.#ask({ kind: "unload", key });
  }

  async predict(key: string, layout: Layout, inputs: NetworkInputs): Promise<Logits> {
    const { logits, error } = await this.#ask({ kind: "predict", key, layout: layout.name, inputs });
    if (logits === undefined) throw new WheelError("internal", `Inference failed: ${error ?? "no answer"}`, "Report this with the log.");
    return logits;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #ask(request: Unsent): Promise<InferenceReply> {
    const id = this.#next++;
    const waiting = Promise.withResolvers<InferenceReply>();
    this.#waiting.set(id, waiting);
    this.#worker.ref();
    this.#worker.postMessage({ ...request, id });
    try {
      return await waiting.promise;
    } finally {
      if (this.#waiting.size === 0) this.#worker.unref();
    }
  }
}
