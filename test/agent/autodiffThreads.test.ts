/** Training steps in parts: gradients on threads, added up, then one update. */
import { expect, test } from "vitest";
import { AutodiffError, GradientStep, Graph, scale, Session, SessionThread, sharedArray, TrainStep, UpdateStep } from "../../agent/autodiff/index.ts";
import { transformerBatch, transformerLoss, transformerWeights } from "../../agent/autodiff/referenceTransformer.ts";

const SIZE = { batch: 4, tokens: 8, inputs: 6, width: 16, layers: 2, heads: 2, classes: 4 };
const BATCH = transformerBatch(SIZE);

/** Updates by the mean of the gradients of two equal batches, each on its own thread. */
async function trainInParts(steps: number): Promise<Record<string, Float32Array>> {
  const graphs = [new Graph(), new Graph()];
  const losses = graphs.map((graph) => scale(transformerLoss(graph, SIZE), 0.5));
  const shapes = new Map(graphs[0]!.parameters.map(({ name, shape }) => [name, shape]));
  await using first = await SessionThread.start();
  await using second = await SessionThread.start();
  const a = await GradientStep.open(graphs[0]!, losses[0]!, { thread: first });
  const b = await GradientStep.open(graphs[1]!, losses[1]!, { thread: second });
  const update = await UpdateStep.open(shapes, { averageDecay: 0.9, thread: first });
  const state = update.newState(transformerWeights(SIZE));
  const [sum, other] = [update.newGradient(), update.newGradient()];
  for (let i = 0; i < steps; i++) {
    const parts = await Promise.all([a.run(state, BATCH, sum), b.run(state, BATCH, other)]);
    sum.add(other);
    await update.run(state, sum, parts[0] + parts[1], 1e-3);
  }
  return state.average();
}

test("gradients of two threads, added up, train as one step does", async () => {
  const graph = new Graph();
  await using step = await TrainStep.open(graph, transformerLoss(graph, SIZE), { averageDecay: 0.9 });
  const state = step.newState(transformerWeights(SIZE));
  for (let i = 0; i < 5; i++) await step.run(state, BATCH, 1e-3);
  const parts = await trainInParts(5);
  for (const [name, values] of Object.entries(state.average())) {
    for (const [i, value] of values.entries()) expect(parts[name]![i]).toBeCloseTo(value, 4);
  }
});

test("threads give the same bits however they are scheduled", async () => {
  expect(await trainInParts(4)).toEqual(await trainInParts(4));
});

test("an update from a loss or a gradient that is not finite changes nothing", async () => {
  await using update = await UpdateStep.open(new Map([["w", [2]]]));
  const state = update.newState({ w: Float32Array.of(1, 2) });
  const gradient = update.newGradient();
  expect((await update.run(state, gradient, Number.NaN, 0.1)).kind).toBe("diverged");
  gradient.vectors["gradient/plain"]!.fill(Infinity);
  expect((await update.run(state, gradient, 1, 0.1)).kind).toBe("diverged");
  expect(state.weights()).toEqual({ w: Float32Array.of(1, 2) });
});

test("every thread takes denormal numbers for zero, so that results do not depend on which one works", async () => {
  const tiny = Float32Array.of(1e-39);
  const graph = new Graph();
  const model = graph.toModel({ y: scale(graph.input("x", [1]), 2) });
  const results: number[] = [];
  for (let k = 0; k < 2; k++) {
    await using thread = await SessionThread.start();
    const { y } = await (await thread.open(model)).run({ x: tiny });
    results.push(y![0]!);
  }
  await using here = await Session.open(model);
  expect([...results, (await here.run({ x: tiny }))["y"]![0]]).toEqual([0, 0, 0]);
});

test("a thread writes into shared memory, refuses other memory, and reports what ONNX Runtime says", async () => {
  const graph = new Graph();
  const model = graph.toModel({ y: scale(graph.input("x", [2]), 3) });
  await using thread = await SessionThread.start();
  const runner = await thread.open(model);
  const out = sharedArray(2);
  await runner.run({ x: Float32Array.of(1, 2) }, { y: out });
  expect([...out]).toEqual([3, 6]);
  await expect(runner.run({ x: Float32Array.of(1, 2) }, { y: new Float32Array(2) })).rejects.toThrow(AutodiffError);
  await expect(runner.run({ x: Float32Array.of(1) })).rejects.toThrow("was given 1 numbers");
  await expect(thread.open(Uint8Array.of(1, 2, 3))).rejects.toThrow();
});
