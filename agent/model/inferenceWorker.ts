/**
 * Worker thread that owns the inference sessions: `run` blocks, so it must not run where people wait.
 * In: `load` (weights), `predict` (inputs of one scene). Out: logits. One thread inside onnxruntime, batch 1: results never depend on load.
 */
import { parentPort } from "node:worker_threads";
import { Session } from "../autodiff/index.ts";
import type { Logits } from "./choose.ts";
import type { NetworkInputs } from "./features.ts";
import { inferenceModel } from "./inferenceModel.ts";
import type { NetworkConfig } from "./network.ts";
import type { Layout } from "./layout.ts";

export type InferenceRequest =
  | {
      readonly id: number;
      readonly kind: "load";
      readonly key: string;
      readonly config: NetworkConfig;
      readonly weights: Record<string, Float32Array>;
    }
  | { readonly id: number; readonly kind: "predict"; readonly key: string; readonly layout: Layout; readonly inputs: NetworkInputs }
  | { readonly id: number; readonly kind: "unload"; readonly key: string };

export type InferenceReply = { readonly id: number; readonly logits?: Logits; readonly error?: string };

interface Loaded {
  readonly config: NetworkConfig;
  readonly weights: Record<string, Float32Array>;
}

const loaded = new Map<string, Loaded>();
const sessions = new Map<string, Promise<Session>>();

/** Sessions hold no weights (they are inputs), so one per layout and shape of network serves all checkpoints. */
function sessionFor(config: NetworkConfig, layout: Layout): Promise<Session> {
  const key = JSON.stringify([config, layout]);
  const open = sessions.get(key) ?? Session.open(inferenceModel(config, layout), { threads: 1 });
  sessions.set(key, open);
  return open;
}

async function answer(request: InferenceRequest): Promise<InferenceReply> {
  const { id, key } = request;
  if (request.kind === "load") loaded.set(key, request);
  if (request.kind === "unload") loaded.delete(key);
  if (request.kind !== "predict") return { id };
  const model = loaded.get(key);
  if (model === undefined) return { id, error: `no weights loaded under ${key}` };
  const session = await sessionFor(model.config, request.layout);
  return { id, logits: (await session.run({ ...model.weights, ...request.inputs })) as unknown as Logits };
}

parentPort?.on("message", (request: InferenceRequest) => {
  answer(request).then(
    (reply) => parentPort!.postMessage(reply),
    (error: unknown) => parentPort!.postMessage({ id: request.id, error: String(error) } satisfies InferenceReply),
  );
});
