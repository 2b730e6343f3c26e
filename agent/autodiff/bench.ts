/** How fast a whole training step is, as a share of what this machine reaches in one large matrix product. */
import { Graph } from "./graph.ts";
import { matmul } from "./matmul.ts";
import {
  pseudoRandom,
  transformerBatch,
  transformerLoss,
  transformerTrainingFlops,
  transformerWeights,
  type TransformerSize,
} from "./referenceTransformer.ts";
import { Session } from "./session.ts";
import { TrainStep } from "./trainStep.ts";

export interface BenchTrainingOptions extends Partial<TransformerSize> {
  /** Threads inside one operation, for both measurements. Default 2. */
  readonly threads?: number;
  /** Timed steps, each next to one timed product. Default 20. */
  readonly steps?: number;
}

export interface BenchTraining {
  readonly size: TransformerSize;
  readonly threads: number;
  readonly parameters: number;
  /** Median time of one step: forward, backward, clipping, AdamW. */
  readonly stepMs: number;
  readonly samplesPerSecond: number;
  readonly trainingGflops: number;
  readonly matmulGflops: number;
  /** trainingGflops / matmulGflops */
  readonly ratio: number;
}

const DEFAULT_SIZE: TransformerSize = { batch: 48, tokens: 96, inputs: 128, width: 128, layers: 4, heads: 4, classes: 16 };
const MATMUL_SIDE = 1024;
/** Products per round; the fastest counts, because the first ones find the caches full of the training step. */
const PRODUCTS = 4;

/** Times training steps and products of 1024 x 1024 matrices in turn, so that other load on the machine meets both. */
export async function benchTraining(options: BenchTrainingOptions = {}): Promise<BenchTraining> {
  const { threads = 2, steps = 20, ...overrides } = options;
  const size = { ...DEFAULT_SIZE, ...overrides };
  const graph = new Graph();
  await using step = await TrainStep.open(graph, transformerLoss(graph, size), { threads });
  await using product = await openMatmul(threads);
  const state = step.newState(transformerWeights(size));
  const batch = transformerBatch(size);
  const square = (seed: number): Float32Array => pseudoRandom([MATMUL_SIDE, MATMUL_SIDE], 1, seed);
  const [a, b, c] = [square(0), square(1), square(2)];
  const stepTimes: number[] = [];
  const matmulTimes: number[] = [];
  for (let round = -2; round < steps; round++) {
    const stepTime = await time(() => step.run(state, batch, 1e-3));
    const productTimes: number[] = [];
    for (let i = 0; i < PRODUCTS; i++) productTimes.push(await time(() => product.run({ a, b }, { c })));
    if (round < 0) continue; // the first rounds allocate
    stepTimes.push(stepTime);
    matmulTimes.push(Math.min(...productTimes));
  }
  const stepMs = median(stepTimes);
  const trainingGflops = transformerTrainingFlops(size) / stepMs / 1e6;
  const matmulGflops = (2 * MATMUL_SIDE ** 3) / median(matmulTimes) / 1e6;
  const parameters = Object.values(state.weights()).reduce((sum, values) => sum + values.length, 0);
  const samplesPerSecond = (1000 * size.batch) / stepMs;
  return { size, threads, parameters, stepMs, samplesPerSecond, trainingGflops, matmulGflops, ratio: trainingGflops / matmulGflops };
}

async function openMatmul(threads: number): Promise<Session> {
  const graph = new Graph();
  const side = [MATMUL_SIDE, MATMUL_SIDE];
  return Session.open(graph.toModel({ c: matmul(graph.input("a", side), graph.input("b", side)) }), { threads });
}

async function time(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
