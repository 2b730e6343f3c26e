/**
 * Section `training`: FLOP/s of whole training steps (forward, backward, clipping, AdamW) as a share of what one large matrix
 * product reaches in the same process, timed in turn, so that other load on the machine meets both.
 */
import { benchTraining } from "../../agent/autodiff/bench.ts";
import { Graph, matmul, Session } from "../../agent/autodiff/index.ts";
import { initialWeights } from "../../agent/model/network.ts";
import { DEFAULT_OBJECTIVE } from "../../agent/model/objective.ts";
import { LAYOUTS, type Layout } from "../../agent/model/layout.ts";
import { buildScene } from "../../agent/model/scene.ts";
import type { Perception, UiElement } from "../../agent/perception/perception.ts";
import { NetworkTrainer } from "../../agent/training/networkTrainer.ts";
import { groundingSample, type Sample } from "../../agent/training/sample.ts";
import { rng } from "../../env/random.ts";
import type { Box } from "../../env/task.ts";
import type { WheelConfig } from "../config.ts";
import { networkTrainingFlops } from "./networkFlops.ts";
import { percent, repeats, type Bench, type SectionReport } from "./section.ts";
import { spread, timed } from "./timing.ts";

/** Share of the matrix product's FLOP/s that a training step should reach. */
const AIM = 0.6;
const SIDE = 1024;
/** Products per round; the fastest counts, because the first ones find the caches full of the training step. */
const PRODUCTS = 4;

/** A usual screen of small tasks, and a full one. */
const SCREENS = LAYOUTS.filter(({ tokens }) => tokens === 30 || tokens === 100);

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
  for (const [i, layout] of SCREENS.entries()) {
    tick(1 + i, 3, `built-in network, scenes of ${layout.tokens} tokens`);
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
  const rows = Array.from({ length: batch }, (_, row) => ({ sample: fullSample(layout, row) }));
  const stepTimes: number[] = [];
  const productTimes: number[] = [];
  for (let round = -2; round < steps; round++) {
    const { ms } = await timed(() => trainer.step(rows, config.training.learningRate));
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

/** A scene that fills its layout with noise; the answer is a click on its first element. */
function fullSample({ tokens, elements }: Layout, row: number): Sample {
  const random = rng("bench", tokens, row);
  const spoken = Array.from({ length: 9 }, () => random.pick(WORDS)).join(" ");
  const box = () => ({ x: random.int(600), y: random.int(440), width: 10 + random.int(90), height: 12 });
  const colour = [10, 20, 30] as const;
  const perception: Perception = {
    version: "noise",
    screenHash: `${row}`,
    viewport: { width: 640, height: 480 },
    words: Array.from({ length: tokens - elements - 10 }, () => ({
      text: random.pick(WORDS),
      box: box(),
      confidence: 1,
      ink: colour,
      paper: colour,
    })),
    elements: Array.from({ length: elements }, () => element(box(), noise(new Float32Array(3 * 256), `${row}`))),
    patches: [],
  };
  const targets = {
    kind: "click",
    points: [1],
    to: [],
    starts: [],
    ends: [],
    forms: [],
    number: null,
    grip: null,
    drop: null,
    presses: null,
  } as const;
  return groundingSample(buildScene(spoken, perception, []), targets, 1);
}

const WORDS = ["Apply", "Basil", "Cloud", "Drift", "Ember", "Fjord", "Grove", "Haven", "Inlet", "Joker"];

function element(box: Box, noisy: Float32Array): UiElement {
  const crop = Uint8Array.from(noisy, (value) => 128 + 127 * value);
  return { box, anchor: { x: box.x + 5, y: box.y + 6 }, source: "frame", colour: [10, 20, 30], fill: 0.5, crop, names: [], nameConfidence: 0 };
}

function noise(values: Float32Array, key: string): Float32Array {
  const random = rng("bench", key);
  return values.map(() => 2 * random.next() - 1);
}

function describe({ model, samplesPerSecond, gflops, matmulGflops, share }: Measured): string {
  const flops = `${gflops.toFixed(0)} of ${matmulGflops.toFixed(0)} GFLOP/s`;
  return `${model.padEnd(30)} ${percent(share).padStart(7)} of this machine's matmul (${flops}), ${samplesPerSecond.toFixed(0)} samples/s`;
}
