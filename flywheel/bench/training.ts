/**
 * Section `training`: FLOP/s of whole training steps (forward, backward, clipping, AdamW) as a share of what one large matrix
 * product reaches in the same process, timed in turn, so that other load on the machine meets both.
 */
import { benchTraining } from "../../agent/autodiff/bench.ts";
import { Graph, matmul, Session } from "../../agent/autodiff/index.ts";
import { initialWeights } from "../../agent/model/network.ts";
import { DEFAULT_OBJECTIVE } from "../../agent/model/objective.ts";
import { LAYOUTS, type Layout } from "../../agent/model/scene.ts";
import { makeBatch, type Feeds } from "../../agent/training/batch.ts";
import { NetworkTrainer } from "../../agent/training/networkTrainer.ts";
import { rng } from "../../env/random.ts";
import type { WheelConfig } from "../config.ts";
import { networkTrainingFlops } from "./networkFlops.ts";
import { percent, repeats, type Bench, type SectionReport } from "./section.ts";
import { spread, timed } from "./timing.ts";

/** Share of the matrix product's FLOP/s that a training step should reach. */
const AIM = 0.6;
const SIDE = 1024;
/** Products per round; the fastest counts, because the first ones find the caches full of the training step. */
const PRODUCTS = 4;

interface Measured {
  readonly model: string;
  readonly samplesPerSecond: number;
  readonly stepMs: number;
  readonly gflops: number;
  readonly matmulGflops: number;
  readonly share: number;
}

export async function trainingSection(bench: Bench): Promise<SectionReport> {
  const { config, tick } = bench;
  const steps = repeats(bench, 20, 2);
  tick(0, 3, "reference transformer");
  const reference = await timeReference(config.training.threads, steps);
  const networks: Measured[] = [];
  for (const [i, layout] of [LAYOUTS.small, LAYOUTS.medium].entries()) {
    tick(1 + i, 3, `built-in network, ${layout.name} screens`);
    networks.push(await timeNetwork(config, layout, steps));
  }
  const rows = [...networks, reference];
  return {
    data: { threads: config.training.threads, batch: config.training.batch, rows: rows },
    lines: rows.map(describe),
    limits: rows.map(({ model, share }) => ({
      kind: "aim",
      name: `training / matmul FLOP/s, ${model}`,
      measured: share,
      atLeast: AIM,
    })),
  };
}

async function timeReference(threads: number, steps: number): Promise<Measured> {
  const { samplesPerSecond, stepMs, trainingGflops, matmulGflops, ratio } = await benchTraining({ threads, steps });
  return { model: "reference transformer", samplesPerSecond, stepMs, gflops: trainingGflops, matmulGflops, share: ratio };
}

/** Steps of the network as the wheel trains it, each next to products of two square matrices. */
async function timeNetwork(config: WheelConfig, layout: Layout, steps: number): Promise<Measured> {
  const { batch, threads } = config.training;
  const weights = initialWeights(config.network, config.seed);
  await using trainer = await NetworkTrainer.open({ ...config.training, network: config.network, objective: DEFAULT_OBJECTIVE, weights });
  await using product = await openProduct(threads);
  const feeds = randomFeeds(layout, batch);
  const stepTimes: number[] = [];
  const productTimes: number[] = [];
  for (let round = -2; round < steps; round++) {
    const { ms } = await timed(() => trainer.step(feeds, config.training.learningRate));
    const fastest = await product.fastest();
    if (round < 0) continue; // the first rounds compile and allocate
    stepTimes.push(ms);
    productTimes.push(fastest);
  }
  const stepMs = spread(stepTimes).median;
  const gflops = networkTrainingFlops(config.network, layout, batch) / stepMs / 1e6;
  const matmulGflops = (2 * SIDE ** 3) / spread(productTimes).median / 1e6;
  const model = `built-in network, ${layout.tokens} tokens`;
  return { model, samplesPerSecond: (1000 * batch) / stepMs, stepMs, gflops, matmulGflops, share: gflops / matmulGflops };
}

async function openProduct(threads: number): Promise<AsyncDisposable & { fastest: () => Promise<number> }> {
  const graph = new Graph();
  const input = (name: string) => graph.input(name, [SIDE, SIDE]);
  const session = await Session.open(graph.toModel({ c: matmul(input("a"), input("b")) }), { threads });
  const square = (name: string): Float32Array => noise(new Float32Array(SIDE * SIDE), name);
  const [a, b, c] = [square("a"), square("b"), square("c")];
  const fastest = async (): Promise<number> => {
    const times: number[] = [];
    for (let i = 0; i < PRODUCTS; i++) times.push((await timed(() => session.run({ a, b }, { c }))).ms);
    return Math.min(...times);
  };
  return { fastest, [Symbol.asyncDispose]: () => session.close() };
}

/** A batch of full scenes of noise, each to imitate one click. */
function randomFeeds(layout: Layout, batch: number): Feeds {
  const feeds = makeBatch(layout, batch, []);
  for (const name of ["features", "crops", "geometry"] as const) noise(feeds[name], name);
  for (const name of ["valid", "pointable", "spannable", "imitate", "usePoint"] as const) feeds[name].fill(1);
  for (const name of ["kindTarget", "pointTarget"] as const) {
    const columns = feeds[name].length / batch;
    for (let row = 0; row < batch; row++) feeds[name][row * columns] = 1;
  }
  return feeds;
}

function noise(values: Float32Array, key: string): Float32Array {
  const random = rng("bench", key);
  return values.map((_, i) => (values[i] = 2 * random.next() - 1));
}

function describe({ model, samplesPerSecond, gflops, matmulGflops, share }: Measured): string {
  const flops = `${gflops.toFixed(0)} of ${matmulGflops.toFixed(0)} GFLOP/s`;
  return `${model.padEnd(30)} ${percent(share).padStart(7)} of this machine's matmul (${flops}), ${samplesPerSecond.toFixed(0)} samples/s`;
}
