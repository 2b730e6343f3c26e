/**
 * The long-lived inference worker as seen from the core: offer weights under a key, ask for logits.
 * In: where weights are read, network inputs. Out: logits. New weights take effect at the next call; nothing restarts.
 */
import { WheelError } from "../../env/errors.ts";
import { WorkerCalls } from "../autodiff/workerCalls.ts";
import { LruMap } from "../perception/lruMap.ts";
import type { Logits } from "./choose.ts";
import type { NetworkInputs } from "./features.ts";
import type { InferenceReply, InferenceRequest } from "./inferenceWorker.ts";
import type { NetworkConfig } from "./network.ts";
import type { Layout } from "./layout.ts";

/** Weights in the worker at a time: of who acts, of two who are compared, of who learns from its own tries, and as many again. */
const HELD = 8;

interface Offer {
  readonly config: NetworkConfig;
  readonly read: () => Promise<Record<string, Float32Array>>;
}

export class Inference {
  readonly #calls = new WorkerCalls<InferenceRequest, InferenceReply>(new URL("./inferenceWorker.ts", import.meta.url));
  readonly #offers = new Map<string, Offer>();
  readonly #held = new LruMap<string, true>(HELD);
  readonly #underWay = new Map<string, Promise<void>>();

  /** Says where the weights named `key` are read when they are asked for, and read again when others took their place. */
  offer(key: string, config: NetworkConfig, read: Offer["read"]): void {
    this.#offers.set(key, { config, read });
  }

  /** Throws what reading the weights throws. */
  async predict(key: string, layout: Layout, inputs: NetworkInputs): Promise<Logits> {
    while (this.#held.get(key) === undefined) await this.#hold(key);
    const { logits, error } = await this.#calls.ask({ kind: "predict", key, layout, inputs });
    if (logits === undefined) throw new WheelError("internal", `Inference failed: ${error ?? "no answer"}`, "Report this with the log.");
    return logits;
  }

  /** Reads weights once, however many ask, and has the worker hold them in place of those asked for least recently. */
  #hold(key: string): Promise<void> {
    const underWay = this.#underWay.get(key) ?? this.#load(key).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, underWay);
    return underWay;
  }

  async #load(key: string): Promise<void> {
    const offer = this.#offers.get(key);
    if (offer === undefined) throw new WheelError("internal", `No weights were offered as ${key}.`, "Report this with the log.");
    this.#calls.tell({ kind: "load", key, config: offer.config, weights: await offer.read() });
    const forgotten = this.#held.set(key, true);
    if (forgotten !== undefined) this.#calls.tell({ kind: "unload", key: forgotten });
  }

  async close(): Promise<void> {
    await this.#calls.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
