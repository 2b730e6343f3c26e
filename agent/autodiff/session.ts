/**
 * A thin wrapper over an onnxruntime-node session for float32 graphs of static shape (the number of rows may be open).
 * In: ONNX bytes, named Float32Arrays. Out: named Float32Arrays. `run` blocks the event loop: use it in a worker.
 */
import * as ort from "onnxruntime-node";
import { AutodiffError } from "./errors.ts";
import { sameShape, shapeText, sizeOf, type Shape } from "./graph.ts";

export interface SessionOptions {
  /** Threads inside one operation (default 1). Results are bit-identical only between equal thread counts. */
  readonly threads?: number;
  /** Let ONNX Runtime rewrite the graph (default true). */
  readonly optimise?: boolean;
}

/** Float32 values by input or output name. */
export type Arrays = Readonly<Record<string, Float32Array>>;

/**
 * Threads wait for the next operation by spinning for a moment: waking one takes as long as a small operation. Not for
 * longer, the default of ONNX Runtime, because spinning starves the other processes of a small machine.
 */
const SPINNING = { allow_spinning: "1", spin_duration_us: "20" };

/** A loaded model, here or on another thread. */
export interface Runner {
  /** Runs the model once. Arrays given in `results` are written in place; all other outputs are new arrays. */
  run(feeds: Arrays, results?: Arrays): Promise<Record<string, Float32Array>>;
  close(): Promise<void>;
}

/** One loaded model; dispose it with `await using` or `close()`. */
export class Session implements Runner {
  readonly #session: ort.InferenceSession;
  readonly #inputs: ReadonlyMap<string, Shape>;
  readonly #outputs: ReadonlyMap<string, Shape>;
  /** What was fed or written before, ready to be used again: training feeds the same arrays at every step. */
  readonly #wrapped = new WeakMap<Float32Array, ort.Tensor>();

  private constructor(session: ort.InferenceSession) {
    this.#session = session;
    this.#inputs = shapesOf(session.inputMetadata);
    this.#outputs = shapesOf(session.outputMetadata);
  }

  /** Loads ONNX bytes. */
  static async open(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
    const { threads = 1, optimise = true } = options;
    const session = await ort.InferenceSession.create(model, {
      executionProviders: ["cpu"],
      executionMode: "sequential",
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: optimise ? "all" : "disabled",
      logSeverityLevel: 3,
      extra: { session: { intra_op: SPINNING, use_deterministic_compute: "1", set_denormal_as_zero: "1" } },
    });
    return new Session(session);
  }

  /**
   * Runs the model once. Arrays given in `results` are written in place; all other outputs are new arrays.
   * Feeds that the model does not use are ignored, so one set of weights serves several models.
   * Throws {@link AutodiffError} when an input is missing or of the wrong size.
   */
  async run(feeds: Arrays, results: Arrays = {}): Promise<Record<string, Float32Array>> {
    const fetches = [...this.#outputs].map(([name, shape]): [string, ort.Tensor | null] => {
      return [name, results[name] === undefined ? null : this.#wrap(name, results[name], shape)];
    });
    const values = await this.#session.run(this.#feeds(feeds), Object.fromEntries(fetches));
    const arrays = fetches.map(([name]) => [name, results[name] ?? (values[name]!.data as Float32Array)]);
    return Object.fromEntries(arrays);
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #feeds(feeds: Arrays): Record<string, ort.Tensor> {
    const entries = [...this.#inputs].map(([name, shape]): [string, ort.Tensor] => {
      const data = feeds[name];
      if (data === undefined) throw new AutodiffError(`The input "${name}" was not fed`, "Feed every input of the model");
      return [name, this.#wrap(name, data, shape)];
    });
    return Object.fromEntries(entries);
  }

  #wrap(name: string, data: Float32Array, declared: Shape): ort.Tensor {
    const shape = declared[0] === OPEN ? [Math.ceil(data.length / sizeOf(declared.slice(1))), ...declared.slice(1)] : declared;
    const known = this.#wrapped.get(data);
    if (known !== undefined && sameShape(known.dims, shape)) return known;
    if (data.length !== sizeOf(shape)) {
      throw new AutodiffError(`"${name}" of shape ${shapeText(shape)} was given ${data.length} numbers`, `Give ${sizeOf(shape)}`);
    }
    const tensor = new ort.Tensor("float32", data, shape);
    this.#wrapped.set(data, tensor);
    return tensor;
  }
}

/** An axis whose size the data tells: only the first one may be open. */
const OPEN = -1;

function shapesOf(values: readonly ort.InferenceSession.ValueMetadata[]): ReadonlyMap<string, Shape> {
  const sizes = (shape: readonly (number | string)[]): Shape => shape.map((size) => (typeof size === "number" ? size : OPEN));
  return new Map(values.map((value) => [value.name, value.isTensor ? sizes(value.shape) : []]));
}
