/**
 * The long-lived inference worker as seen from the core: load weights under a key, ask for logits.
 * In: weights, network inputs. Out: logits. New weights take effect at the next call; nothing restarts.
 */
import { WheelError } from "../../env/errors.ts";
import { WorkerCalls } from "../autodiff/workerCalls.ts";
import type { Logits } from "./choose.ts";
import type { NetworkInputs } from "./features.ts";
import type { InferenceReply, InferenceRequest } from "./inferenceWorker.ts";
import type { NetworkConfig } from "./network.ts";
import type { Layout } from "./layout.ts";

export class Inference {
  readonly #calls = new WorkerCalls<InferenceRequest, InferenceReply>(new URL("./inferenceWorker.ts", import.meta.url));

  /** Makes weights available under `key` (a checkpoint id or a digest). */
  async load(key: string, config: NetworkConfig, weights: Record<string, Float32Array>): Promise<void> {
    await this.#calls.ask({ kind: "load", key, config, weights });
  }

  async unload(key: string): Promise<void> {
    await this.#calls.ask({ kind: "unload", key });
  }

  async predict(key: string, layout: Layout, inputs: NetworkInputs): Promise<Logits> {
    const { logits, error } = await this.#calls.ask({ kind: "predict", key, layout, inputs });
    if (logits === undefined) throw new WheelError("internal", `Inference failed: ${error ?? "no answer"}`, "Report this with the log.");
    return logits;
  }

  async close(): Promise<void> {
    await this.#calls.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
