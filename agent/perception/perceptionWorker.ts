/**
 * Worker thread with a reader of its own. In: the reader's name as `workerData`; screens, one at a time. Out: their perceptions, also as bytes when asked for.
 */
import { parentPort, workerData } from "node:worker_threads";
import { perceive, type Screen } from "./perceive.ts";
import type { Perception, Word } from "./perception.ts";
import { encodePerception } from "./perceptionCodec.ts";
import { openReader, type ReaderName } from "./readers.ts";

export interface PerceptionRequest {
  readonly screen: Screen;
  readonly words?: readonly Word[];
  readonly encode: boolean;
}

export type PerceptionReply =
  | { readonly kind: "perceived"; readonly perception: Perception; readonly bytes?: Uint8Array; readonly milliseconds: number }
  | { readonly kind: "failed"; readonly message: string };

const reader = openReader(workerData as ReaderName);
/** Waits for the first screen; without this a failure to open would end the process. */
reader.catch(() => undefined);

async function answer({ screen, words, encode }: PerceptionRequest): Promise<PerceptionReply> {
  const opened = await reader;
  const started = performance.now();
  const perception = await perceive(opened, screen, words);
  const bytes = encode ? { bytes: encodePerception(perception) } : {};
  return { kind: "perceived", perception, ...bytes, milliseconds: performance.now() - started };
}

parentPort?.on("message", (request: PerceptionRequest) => {
  answer(request).then(
    (reply) => parentPort!.postMessage(reply),
    (error: unknown) =>
      parentPort!.postMessage({ kind: "failed", message: error instanceof Error ? error.message : String(error) } satisfies PerceptionReply),
  );
});
