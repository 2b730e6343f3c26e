/**
 * A thin wrapper over an onnxruntime-node session for float32 graphs of static shape.
 * In: ONNX bytes, named Float32Arrays. Out: named Float32Arrays. `run` blocks the event loop: use it in a worker.
 */
import * as ort from "onnxruntime-node";
import { AutodiffError } from "./errors.ts";
import { sizeOf, type Shape } from "./graph.ts";

export interface SessionOptions {
  /** Threads inside one operation (default 1). Results are bit-identical only between equal thread counts. */
  readonly threads?: number;
  /** Let ONNX Runtime rewrite the graph (default true). */
  readonly optimise?: boolean;
}

/** Float32 values by input or output name. */
export type Arrays = Readonly<Record<string, Float32Array>>;

/** One loaded model; dispose it with `await using` or `close()`. */
export class Session {
  readonly #session: ort.InferenceSession;
  readonly #inputs: ReadonlyMap<string, Shape>;
  readonly #outputs: ReadonlyMap<string, Shape>;

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
      // Threads that spin while they wait starve the other processes of a small machine (browser, reader).
      extra: { session: { intra_op: { allow_spinning: "0" }, use_deterministic_compute: "1" } },
    });
    return new Session(session);
  }

  /** Shapes of the inputs by name. */
  get inputs(): ReadonlyMap<string, Shape> {
    return this.#inputs;
  }

  /**
   * Runs the model once. Arrays given in `results` are written in place; all other outputs are new arrays.
   * Throws {@link AutodiffError} when an input is missing, unknown or of the wrong size.
   */
  async run(feeds: Arrays, results: Arrays = {}): Promise<Record<string, Float32Array>> {
    const outputs = [...this.#outputs.keys()];
    const fetches = outputs.map((name) => [name, name in results ? this.#wrap(name, results[name]!, this.#outputs) : null]);
    const values = await this.#session.run(this.#feeds(feeds), Object.fromEntries(fetches));
    return Object.fromEntries(outputs.map((name) => [name, results[name] ?? (values[name]!.data as Float32Array)]));
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #feeds(feeds: Arrays): Record<string, ort.Tensor> {
    const names = Object.keys(feeds);
    for (const name of this.#inputs.keys()) {
      if (!(name in feeds)) throw new AutodiffError(`The input "${name}" was not fed`, "Feed every input of the model");
    }
    return Object.fromEntries(names.map((name) => [name, this.#wrap(name, feeds[name]!, this.#inputs)]));
  }

  #wrap(name: string, data: Float32Array, shapes: ReadonlyMap<string, Shape>): ort.Tensor {
    const shape = shapes.get(name);
    if (shape === undefined) {
      throw new AutodiffError(`The model has no input or output "${name}"`, `It has ${[...shapes.keys()].join(", ")}`);
    }
    if (data.length !== sizeOf(shape)) {
      throw new AutodiffError(`"${name}" of shape [${shape}] was given ${data.length} numbers`, `Give ${sizeOf(shape)}`);
    }
    return new ort.Tensor("float32", data, shape);
  }
}

function shapesOf(values: readonly ort.InferenceSession.ValueMetadata[]): ReadonlyMap<string, Shape> {
  return new Map(values.map((value) => [value.name, value.isTensor ? value.shape.map(Number) : []]));
}
