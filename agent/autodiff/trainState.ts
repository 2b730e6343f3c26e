/**
 * What training changes: weights, moments, optional average, step count, as flat vectors per parameter group.
 * Each vector has two sides: a step reads one and writes the other, because ONNX Runtime may write an output before
 * another node has read the input. `commit` swaps the sides; without it the step never happened.
 */
import { OPTIMISER_VECTORS, vectorName, type OptimiserVector, type ParameterGroup } from "./adamw.ts";
import { AutodiffError } from "./errors.ts";
import type { Arrays } from "./session.ts";

/** A step either `updated` the state, or `diverged`: loss or gradient norm were not finite and nothing changed. */
export interface Update {
  readonly kind: "updated" | "diverged";
  readonly loss: number;
  /** Norm of all gradients together, before clipping. */
  readonly gradientNorm: number;
}

/** Makes what a step wrote the current state, unless it diverged. */
export function settle(state: TrainState, loss: number, gradientNorm: number): Update {
  const finite = Number.isFinite(loss) && Number.isFinite(gradientNorm);
  if (finite) state.commit();
  return { kind: finite ? "updated" : "diverged", loss, gradientNorm };
}

type Side = 0 | 1;

interface TrainStateOptions {
  /** Keep a moving average of the weights. */
  readonly average?: boolean;
  /** Where the vectors lie; by default in memory of this thread alone. */
  readonly allocate?: (length: number) => Float32Array;
}

/** Weights and optimiser state of one model. Several train steps (shapes, losses) may share it. */
export class TrainState {
  readonly #groups: readonly ParameterGroup[];
  readonly #vectors: readonly OptimiserVector[];
  readonly #sides: readonly [Record<string, Float32Array>, Record<string, Float32Array>];
  /** Both sides under the names of a train step, made once: a step must not leave garbage. */
  readonly #feeds: readonly [Arrays, Arrays];
  readonly #averages: readonly [Arrays, Arrays];
  readonly #results: readonly [Arrays, Arrays];
  #side: Side = 0;
  #steps = 0;

  /** State at step 0: the given weights, zero moments, the average equal to the weights. */
  constructor(groups: readonly ParameterGroup[], weights: Arrays, options: TrainStateOptions = {}) {
    this.#groups = groups;
    this.#vectors = options.average === true ? [...OPTIMISER_VECTORS, "average"] : OPTIMISER_VECTORS;
    const { allocate = (length) => new Float32Array(length) } = options;
    this.#sides = [this.#allocate(allocate), this.#allocate(allocate)];
    this.#feeds = [this.#feedsOf(0), this.#feedsOf(1)];
    this.#averages = options.average === true ? [this.#views("average", 0), this.#views("average", 1)] : [{}, {}];
    this.#results = [this.#resultsOf(0), this.#resultsOf(1)];
    this.load(weights);
  }

  /** Number of updates applied so far. */
  get steps(): number {
    return this.#steps;
  }

  /** A copy of the weights by parameter name. */
  weights(): Record<string, Float32Array> {
    return this.#copy("weights");
  }

  /** A copy of the moving average of the weights by parameter name. */
  average(): Record<string, Float32Array> {
    if (!this.#vectors.includes("average")) {
      throw new AutodiffError("No average of the weights is kept", "Set averageDecay");
    }
    return this.#copy("average");
  }

  /** Starts over from other weights: zero moments, step 0. */
  load(weights: Arrays): void {
    for (const vector of this.#vectors) {
      const source = vector === "weights" || vector === "average" ? weights : undefined;
      this.#fill(vector, source);
    }
    this.#steps = 0;
  }

  /** The weights or their average by parameter name, as views that change with the next updates: to be fed, not kept. */
  view(vector: "weights" | "average"): Arrays {
    return vector === "weights" ? this.feeds() : this.#averages[this.#side];
  }

  /** A copy of everything except the weights: moments, average, step count. */
  saveOptimiser(): Record<string, Float32Array> {
    const saved: Record<string, Float32Array> = { steps: Float32Array.of(this.#steps) };
    for (const vector of this.#vectors.filter((name) => name !== "weights")) {
      for (const [name, values] of Object.entries(this.#copy(vector))) saved[`${vector}/${name}`] = values;
    }
    return saved;
  }

  /** Takes back what `saveOptimiser` gave. */
  loadOptimiser(saved: Arrays): void {
    for (const vector of this.#vectors.filter((name) => name !== "weights")) {
      const prefix = `${vector}/`;
      const entries = Object.entries(saved).filter(([name]) => name.startsWith(prefix));
      this.#fill(vector, Object.fromEntries(entries.map(([name, values]) => [name.slice(prefix.length), values])));
    }
    this.#steps = saved["steps"]?.[0] ?? 0;
  }

  /** Current values under the input names of a train step: flat vectors, and each parameter as a view into them. */
  feeds(): Arrays {
    return this.#feeds[this.#side];
  }

  /** Where a train step writes, under its output names. */
  results(): Arrays {
    return this.#results[this.#side === 0 ? 1 : 0];
  }

  /** Makes what the last step wrote the current state. */
  commit(): void {
    this.#side = this.#side === 0 ? 1 : 0;
    this.#steps++;
  }

  #feedsOf(side: Side): Arrays {
    const flat = this.#entries((group, vector) => [vectorName(group, vector, "before"), this.#sides[side][key(group, vector)]!]);
    return { ...Object.fromEntries(flat), ...this.#views("weights", side) };
  }

  #resultsOf(side: Side): Arrays {
    return Object.fromEntries(this.#entries((group, vector) => [vectorName(group, vector, "after"), this.#sides[side][key(group, vector)]!]));
  }

  #allocate(allocate: (length: number) => Float32Array): Record<string, Float32Array> {
    return Object.fromEntries(this.#entries((group, vector) => [key(group, vector), allocate(group.length)]));
  }

  #entries<T>(entry: (group: ParameterGroup, vector: OptimiserVector) => T): T[] {
    return this.#groups.flatMap((group) => this.#vectors.map((vector) => entry(group, vector)));
  }

  #views(vector: OptimiserVector, at: Side = this.#side): Record<string, Float32Array> {
    const side = this.#sides[at];
    return Object.fromEntries(
      this.#groups.flatMap((group) =>
        group.slots.map(({ name, offset, length }) => [name, side[key(group, vector)]!.subarray(offset, offset + length)]),
      ),
    );
  }

  #copy(vector: OptimiserVector): Record<string, Float32Array> {
    return Object.fromEntries(Object.entries(this.#views(vector)).map(([name, view]) => [name, view.slice()]));
  }

  /** Without values: zeros. */
  #fill(vector: OptimiserVector, values?: Arrays): void {
    for (const [name, view] of Object.entries(this.#views(vector))) {
      const given = values?.[name];
      if (values !== undefined && given?.length !== view.length) {
        throw new AutodiffError(
          `The ${vector} of "${name}" must be ${view.length} numbers, not ${given?.length ?? "missing"}`,
          "Load values of the same model",
        );
      }
      if (given === undefined) view.fill(0);
      else view.set(given);
    }
  }
}

function key(group: ParameterGroup, vector: OptimiserVector): string {
  return `${group.name}/${vector}`;
}
