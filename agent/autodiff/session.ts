/**
 * A thin wrapper over an onnxruntime-node session for float32 graphs of static shape.
 * In: ONNX bytes, named Float32Arrays. Out: named Float32Arrays. `run` blocks the event loop: use a worker.
 */
import * as ort from "onnxruntime-node";
import { AutodiffError } from "./errors.ts";
import { sizeOf } from "./graph.ts";

export interface SessionOptions {
  /** Threads inside one operation. Results are bit-identical only for equal thread counts. Default 1. */
  readonly threads?: number;
  /** Graph optimisations of ONNX Runtime. Default true. */
  readonly optimise?: boolean;
}

/** Values by input or output name. */
export type Arrays = Readonly<Record<string, Float32Array>>;

/** One loaded model. Dispose it with `await using` or `close()`. */
export class Session implements AsyncDisposable {
  readonly #session: ort.InferenceSession;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;

  private constructor(session: ort.InferenceSession) {
    this.#session = session;
    this.#shapes = new Map(
      [...session.inputMetadata, ...session.outputMetadata].map((value) => [
        value.name,
        value.isTensor ? value.shape.map(Number) : [],
      ]),
    );
  }

  static async open(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
    const { threads = 1, optimise = true } = options;
    const session = await ort.InferenceSession.create(model, {
      executionProviders: ["cpu"],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      graphOptimizationLevel: optimise ? "all" : "disabled",
      // Threads that spin while waiting starve the other processes of a small machine (the browser, the reader).
      extra: { session: { intra_op: { allow_spinning: "0" }, use_deterministic_compute: "1" } },
      logSeverityLevel: 3,
    });
    return new Session(session);
  }
}
