/** The optimiser and the training step on real, tiny models. */
import { expect, test } from "vitest";
import {
  add,
  AutodiffError,
  Graph,
  matmul,
  mul,
  reduceMean,
  reduceSum,
  square,
  sub,
  TrainStep,
  type Tensor,
  type TrainStepOptions,
} from "../../agent/autodiff/index.ts";
import { benchTraining } from "../../agent/autodiff/bench.ts";
import { transformerBatch, transformerLoss, transformerWeights } from "../../agent/autodiff/referenceTransformer.ts";

const SIZE = { batch: 4, tokens: 8, inputs: 6, width: 16, layers: 2, heads: 2, classes: 4 };
const BATCH = transformerBatch(SIZE);

/** loss = sum(target * matrix) + sum(target * vector): the gradient is the target. */
async function linearStep(options: TrainStepOptions = {}): Promise<TrainStep> {
  const graph = new Graph();
  const [matrix, vector] = [graph.parameter("matrix", [1, 2]), graph.parameter("vector", [2])];
  const target = graph.input("target", [2]);
  return TrainStep.open(graph, add(reduceSum(mul(matrix, target)), reduceSum(mul(vector, target))), options);
}

async function transformerStep(options: TrainStepOptions = {}): Promise<TrainStep> {
  const graph = new Graph();
  return TrainStep.open(graph, transformerLoss(graph, SIZE), options);
}

/** The textbook update of one weight over several steps, in float64. */
function adamwReference(weight: number, gradients: readonly number[], rate: number, decay: number): number {
  let [first, second] = [0, 0];
  for (const [index, gradient] of gradients.entries()) {
    first = 0.9 * first + 0.1 * gradient;
    second = 0.98 * second + 0.02 * gradient ** 2;
    const direction = first / (1 - 0.9 ** (index + 1)) / (Math.sqrt(second / (1 - 0.98 ** (index + 1))) + 1e-8);
    weight -= rate * (direction + decay * weight);
  }
  return weight;
}

// The second gradients are as small as epsilon, so that its place in the formula matters.
test("three AdamW steps equal the textbook; only the matrix decays", async () => {
  await using step = await linearStep({ weightDecay: 0.1, clipNorm: 100 });
  const state = step.newState({ matrix: Float32Array.of(1, -2), vector: Float32Array.of(0.5, 3) });
  for (const target of [
    [0.3, -4e-8],
    [2, 1e-8],
    [-1, 2e-8],
  ])
    await step.run(state, { target: Float32Array.from(target) }, 0.05);
  const { matrix, vector } = state.weights();
  expect(matrix?.[0]).toBeCloseTo(adamwReference(1, [0.3, 2, -1], 0.05, 0.1), 5);
  expect(matrix?.[1]).toBeCloseTo(adamwReference(-2, [-4e-8, 1e-8, 2e-8], 0.05, 0.1), 5);
  expect(vector?.[0]).toBeCloseTo(adamwReference(0.5, [0.3, 2, -1], 0.05, 0), 5);
  expect(vector?.[1]).toBeCloseTo(adamwReference(3, [-4e-8, 1e-8, 2e-8], 0.05, 0), 5);
});

test("which parameters decay can be chosen", async () => {
  await using step = await linearStep({ weightDecay: 0.5, decays: (parameter) => parameter.name === "vector" });
  const state = step.newState({ matrix: Float32Array.of(1, 1), vector: Float32Array.of(1, 1) });
  await step.run(state, { target: new Float32Array(2) }, 0.1);
  expect(state.weights()).toEqual({ matrix: Float32Array.of(1, 1), vector: Float32Array.of(0.95, 0.95) });
});

test("gradients longer than the clip norm are scaled down to it, shorter ones are left", async () => {
  await using step = await linearStep({ clipNorm: 1 });
  const state = step.newState({ matrix: new Float32Array(2), vector: new Float32Array(2) });
  const long = await step.run(state, { target: Float32Array.of(3, 4) }, 0);
  expect(long.gradientNorm).toBeCloseTo(Math.sqrt(50), 4);
  expect(state.saveOptimiser()["firstMoment/vector"]?.[1]).toBeCloseTo((0.1 * 4) / Math.sqrt(50), 6);
  state.load(state.weights());
  await step.run(state, { target: Float32Array.of(0.03, 0.04) }, 0);
  expect(state.saveOptimiser()["firstMoment/vector"]?.[1]).toBeCloseTo(0.1 * 0.04, 7);
});

test.each([Number.NaN, Infinity, 1e30])("a batch with %d changes nothing, and the step says so", async (value) => {
  await using step = await linearStep();
  const state = step.newState({ matrix: Float32Array.of(1, 2), vector: Float32Array.of(3, 4) });
  await step.run(state, { target: Float32Array.of(1, 1) }, 0.1);
  const before = [state.weights(), state.saveOptimiser()];
  const result = await step.run(state, { target: Float32Array.of(value, 1) }, 0.1);
  expect(result.kind).toBe("diverged");
  expect([state.weights(), state.saveOptimiser()]).toEqual(before);
  expect((await step.run(state, { target: Float32Array.of(1, 1) }, 0.1)).kind).toBe("updated");
});

test("a learning rate that is not finite is refused", async () => {
  await using step = await linearStep();
  const state = step.newState({ matrix: new Float32Array(2), vector: new Float32Array(2) });
  await expect(step.run(state, { target: new Float32Array(2) }, Number.NaN)).rejects.toThrow(AutodiffError);
});

test.each([1, 2])("two runs on %d threads give identical bits", async (threads) => {
  const train = async (): Promise<Record<string, Float32Array>> => {
    await using step = await transformerStep({ threads });
    const state = step.newState(transformerWeights(SIZE));
    for (let i = 0; i < 5; i++) await step.run(state, BATCH, 1e-3);
    return state.weights();
  };
  expect(await train()).toEqual(await train());
});

test("a transformer learns its batch by heart", async () => {
  await using step = await transformerStep();
  const state = step.newState(transformerWeights(SIZE));
  const first = await step.run(state, BATCH, 3e-3);
  for (let i = 0; i < 150; i++) await step.run(state, BATCH, 3e-3);
  expect(first.loss).toBeGreaterThan(1);
  expect((await step.run(state, BATCH, 0)).loss).toBeLessThan(0.05);
});

test("training resumed from saved weights and optimiser state is bit-identical to training without a break", async () => {
  await using step = await transformerStep({ averageDecay: 0.9 });
  const [whole, part] = [step.newState(transformerWeights(SIZE)), step.newState(transformerWeights(SIZE))];
  for (let i = 0; i < 6; i++) await step.run(whole, BATCH, 1e-3);
  for (let i = 0; i < 3; i++) await step.run(part, BATCH, 1e-3);
  const resumed = step.newState(part.weights());
  resumed.loadOptimiser(part.saveOptimiser());
  for (let i = 0; i < 3; i++) await step.run(resumed, BATCH, 1e-3);
  expect(resumed.steps).toBe(6);
  expect([resumed.weights(), resumed.average()]).toEqual([whole.weights(), whole.average()]);
});

test("the average follows the weights with its own decay", async () => {
  await using step = await linearStep({ averageDecay: 0.75, weightDecay: 0 });
  const state = step.newState({ matrix: Float32Array.of(1, 1), vector: Float32Array.of(1, 1) });
  await step.run(state, { target: Float32Array.of(1, 1) }, 0.4);
  expect(state.weights()["vector"]?.[0]).toBeCloseTo(0.6, 5);
  expect(state.average()["vector"]?.[0]).toBeCloseTo(0.75 + 0.25 * 0.6, 5);
});

test("steps of different batch sizes train one state", async () => {
  const open = async (batch: number): Promise<TrainStep> => {
    const graph = new Graph();
    const y = matmul(graph.input("x", [batch, 2]), graph.parameter("w", [2, 1]));
    return TrainStep.open(graph, reduceMean(square(sub(y, graph.input("t", [batch, 1])))), { weightDecay: 0 });
  };
  await using small = await open(1);
  await using large = await open(3);
  const state = small.newState({ w: new Float32Array(2) });
  for (let i = 0; i < 200; i++) {
    await small.run(state, { x: Float32Array.of(1, 0), t: Float32Array.of(2) }, 0.05);
    await large.run(state, { x: Float32Array.of(1, 1, 0, 1, 0, 2), t: Float32Array.of(-1, -3, -6) }, 0.05);
  }
  expect(state.weights()["w"]?.[0]).toBeCloseTo(2, 1);
  expect(state.weights()["w"]?.[1]).toBeCloseTo(-3, 1);
});

test("further outputs come with each step, computed from the weights before it", async () => {
  const graph = new Graph();
  const w = graph.parameter("w", [2]);
  const doubled: Tensor = add(w, w);
  await using step = await TrainStep.open(graph, reduceSum(square(w)), { outputs: { doubled } });
  const state = step.newState({ w: Float32Array.of(1, 2) });
  expect((await step.run(state, {}, 0.1)).outputs).toEqual({ doubled: Float32Array.of(2, 4) });
});

test("weights of another model and a missing average are refused", async () => {
  await using step = await linearStep();
  expect(() => step.newState({ matrix: new Float32Array(2) })).toThrow('"vector"');
  const state = step.newState({ matrix: new Float32Array(2), vector: new Float32Array(2) });
  expect(() => state.load({ matrix: new Float32Array(3), vector: new Float32Array(2) })).toThrow("must be 2 numbers");
  expect(() => state.loadOptimiser({})).toThrow(AutodiffError);
  expect(() => state.average()).toThrow("averageDecay");
});

test("a graph without parameters cannot be trained", async () => {
  const graph = new Graph();
  await expect(TrainStep.open(graph, reduceSum(graph.input("x", [2])))).rejects.toThrow("no parameters");
});

test("the benchmark measures a training step against a matrix product", async () => {
  const { ratio, trainingGflops, matmulGflops } = await benchTraining({ batch: 8, tokens: 32, width: 64, layers: 1, steps: 3 });
  expect(trainingGflops / matmulGflops).toBe(ratio);
  expect(ratio).toBeGreaterThan(0.01);
});
