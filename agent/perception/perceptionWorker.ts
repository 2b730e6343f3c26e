/**
 * Worker thread with senses of its own. In: the reader's name as `workerData`; screens, one at a time. Out: their perceptions, also as bytes when asked for.
 */
import { parentPort, workerData } from "node:worker_threads";
import { SignNamer } from "../signs/signNamer.ts";
import { perceive, type Screen, type Senses } from "./perceive.ts";
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

const senses = openSenses(workerData as ReaderName);
/** Waits for the first screen; without this a failure to open would end the process. */
senses.catch(() => undefined);

async function openSenses(name: ReaderName): Promise<Senses> {
  const [reader, signs] = await Promise.all([openReader(name), SignNamer.open()]);
  return { reader, signs };
}

async function answer({ screen, words, encode }: PerceptionRequest): Promise<PerceptionReply> {
  const opened = await senses;
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
