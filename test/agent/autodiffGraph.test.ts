/** What the builder emits and refuses, and that ONNX Runtime reads it with and without its own optimisations. */
import { expect, test } from "vitest";
import {
  add,
  AutodiffError,
  attention,
  broadcastTo,
  clip,
  concat,
  gradients,
  Graph,
  layerNorm,
  linear,
  matmul,
  mul,
  reduceMax,
  reduceSum,
  relu,
  reshape,
  Session,
  shift,
  slice,
  square,
  stopGradient,
  transpose,
  type Arrays,
  type Tensor,
} from "../../agent/autodiff/index.ts";
import { pseudoRandom, transformerBatch, transformerLoss, transformerWeights } from "../../agent/autodiff/referenceTransformer.ts";

const SIZE = { batch: 2, tokens: 6, inputs: 5, width: 8, layers: 2, heads: 2, classes: 3 };

/** Which of these operations a model has: node types are plain text in its bytes. */
function operations(graph: Graph, outputs: Record<string, Tensor>): string[] {
  const text = Buffer.from(graph.toModel(outputs)).toString("latin1");
  return ["Exp", "Relu", "Gemm", "MatMul", "Pad", "Concat", "Identity", "HardSigmoid"].filter((op) => new RegExp(`:${op}\\W`).test(text));
}

async function run<K extends string>(graph: Graph, outputs: Record<K, Tensor>, feeds: Arrays): Promise<Record<K, Float32Array>> {
  await using session = await Session.open(graph.toModel(outputs));
  return await session.run(feeds);
}

test("graph optimisations of ONNX Runtime change nothing but rounding", async () => {
  const results = async (optimise: boolean): Promise<Arrays> => {
    const graph = new Graph();
    const loss = transformerLoss(graph, SIZE);
    const outputs = gradients(loss, graph.parameters).map((gradient, index): [string, Tensor] => [`g${index}`, gradient]);
    await using session = await Session.open(graph.toModel({ loss, ...Object.fromEntries(outputs) }), { optimise });
    return await session.run({ ...transformerWeights(SIZE), ...transformerBatch(SIZE) });
  };
  const [optimised, plain] = [await results(true), await results(false)];
  for (const [name, values] of Object.entries(optimised)) {
    for (const [i, value] of values.entries()) expect(plain[name]?.[i]).toBeCloseTo(value, 5);
  }
});

test("tensors that depend on no parameter get no backward nodes", () => {
  const graph = new Graph();
  const inputs = relu(linear(graph.input("x", [4, 3]), graph.constant(1, [3, 2]), graph.constant(0, [2])));
  const w = graph.parameter("w", [2]);
  const loss = reduceSum(mul(inputs, w));
  const [gradient] = gradients(loss, [w]);
  const before = operations(graph, { loss });
  expect(before).toContain("Relu");
  expect(operations(graph, { gradient })).not.toContain("HardSigmoid");
});

test("nodes and inputs that the outputs do not need are left out", async () => {
  const graph = new Graph();
  const x = graph.input("x", [2]);
  relu(add(x, graph.input("unused", [2])));
  const y = square(x);
  expect(operations(graph, { y })).not.toContain("Relu");
  expect([...(await run(graph, { y }, { x: Float32Array.of(2, 3) })).y]).toEqual([4, 9]);
});

test("inputs, constants and one tensor under two names can be outputs", async () => {
  const graph = new Graph();
  const x = graph.input("x", [2]);
  const y = square(x);
  const results = await run(graph, { same: x, one: graph.constant(1, [2]), y, again: y }, { x: Float32Array.of(2, 3) });
  expect(Object.values(results).map((values) => [...values])).toEqual([
    [2, 3],
    [1, 1],
    [4, 9],
    [4, 9],
  ]);
});

test("a parameter the loss does not depend on has a zero gradient", async () => {
  const graph = new Graph();
  const w = graph.parameter("w", [2]);
  const [, unused] = gradients(reduceSum(square(w)), [w, graph.parameter("other", [3])]);
  expect([...(await run(graph, { unused }, {})).unused]).toEqual([0, 0, 0]);
});

test.each([
  ["directly", (x: Tensor) => mul(stopGradient(x), x), [2, 3]],
  ["through a reshape", (x: Tensor) => mul(reshape(reshape(stopGradient(reshape(x, [2, 1])), [1, 2]), [2]), x), [2, 3]],
] as const)("stopGradient stops %s", async (_, build, expected) => {
  const graph = new Graph();
  const x = graph.parameter("x", [2]);
  const [gradient] = gradients(reduceSum(build(x)), [x]);
  expect([...(await run(graph, { gradient }, { x: Float32Array.of(2, 3) })).gradient]).toEqual(expected);
});

test("a linear layer does not reach around a stopped gradient into the layer norm before it", async () => {
  const graph = new Graph();
  const [gain, weight] = [graph.parameter("gain", [2]), graph.parameter("weight", [2, 1])];
  const normed = stopGradient(layerNorm(graph.input("x", [5, 2]), gain, graph.constant(0, [2])));
  const [toGain] = gradients(reduceSum(linear(normed, weight, graph.constant(0, [1]))), [gain]);
  expect([...(await run(graph, { toGain }, {})).toGain]).toEqual([0, 0]);
});

test("gradients of slices that tile an axis are joined, not padded and added", () => {
  const graph = new Graph();
  const x = graph.parameter("x", [2, 6]);
  const tiled = mul(slice(x, 1, 0, 3), slice(x, 1, 3, 6));
  const [gradient] = gradients(reduceSum(tiled), [x]);
  expect(operations(graph, { gradient })).toEqual(["Concat"]);
});

test("a product with a matrix on the right is one Gemm over all rows", () => {
  const graph = new Graph();
  const y = matmul(graph.input("x", [2, 3, 4]), graph.input("w", [4, 5]));
  expect(y.shape).toEqual([2, 3, 5]);
  expect(operations(graph, { y })).toEqual(["Gemm"]);
});

test.each([
  ["shapes that do not broadcast", (g: Graph) => add(g.input("a", [2]), g.input("b", [3]))],
  ["a broadcast to a smaller shape", (g: Graph) => broadcastTo(g.input("a", [2]), [1])],
  ["inner sizes that differ", (g: Graph) => matmul(g.input("a", [2, 3]), g.input("b", [2, 3]))],
  ["a vector in a product", (g: Graph) => matmul(g.input("a", [3]), g.input("b", [3, 2]))],
  ["a bias of the wrong size", (g: Graph) => linear(g.input("a", [2, 3]), g.input("w", [3, 4]), g.input("b", [3]))],
  ["a gain of the wrong size", (g: Graph) => layerNorm(g.input("a", [2, 3]), g.input("g", [2]), g.input("b", [3]))],
  ["keys and values of different counts", (g: Graph) => attention(g.input("q", [2, 3]), g.input("k", [4, 3]), g.input("v", [5, 3]))],
  ["a reshape that loses elements", (g: Graph) => reshape(g.input("a", [4]), [3])],
  ["a permutation with a repeated axis", (g: Graph) => transpose(g.input("a", [2, 2]), [0, 0])],
  ["a slice beyond the end", (g: Graph) => slice(g.input("a", [4]), 0, 2, 5)],
  ["an empty slice", (g: Graph) => slice(g.input("a", [4]), 0, 2, 2)],
  ["an axis that does not exist", (g: Graph) => reduceSum(g.input("a", [4]), [1])],
  ["nothing to concatenate", () => concat([], 0)],
  ["pieces that do not fit", (g: Graph) => concat([g.input("a", [2, 3]), g.input("b", [3, 2])], 0)],
  ["clipping to an empty range", (g: Graph) => clip(g.input("a", [2]), 1, 0)],
  ["an axis of size zero", (g: Graph) => g.input("a", [0])],
  ["two inputs of one name", (g: Graph) => add(g.input("a", [2]), g.input("a", [2]))],
  ["a constant of the wrong length", (g: Graph) => g.constant(new Float32Array(3), [2])],
  ["a tensor of another graph", (g: Graph) => add(g.input("a", [2]), new Graph().input("a", [2]))],
  ["a loss that is not a scalar", (g: Graph) => void gradients(g.parameter("a", [2]), [])],
  ["an output named like an input", (g: Graph) => void g.toModel({ a: square(g.input("a", [2])) })],
])("%s is refused when the graph is built", (_, build) => {
  expect(() => build(new Graph())).toThrow(AutodiffError);
});

test("a session refuses feeds that are missing or of the wrong size, and ignores those it has no use for", async () => {
  const graph = new Graph();
  await using session = await Session.open(graph.toModel({ y: square(graph.input("x", [2])) }));
  await expect(session.run({})).rejects.toThrow('"x" was not fed');
  await expect(session.run({ x: new Float32Array(3) })).rejects.toThrow("was given 3 numbers");
  expect(await session.run({ x: Float32Array.of(1, 2), other: new Float32Array(7) })).toEqual({ y: Float32Array.of(1, 4) });
});

test("a model with open rows takes any number of them and gives each row the same result", async () => {
  const graph = new Graph();
  const x = graph.input("x", [2, 3]);
  const y = relu(linear(concat([shift(x, 1), x], 1), graph.constant(pseudoRandom([6, 4], 1, 5), [6, 4]), graph.constant(0.1, [4])));
  await using session = await Session.open(graph.toModel({ y }, { openRows: true }));
  const rows = pseudoRandom([40, 3], 1, 8);
  const { y: many } = await session.run({ x: rows });
  const { y: few } = await session.run({ x: rows.slice(0, 15) });
  expect(many).toHaveLength(160);
  expect(few).toEqual(many!.slice(0, 20));
  await expect(session.run({ x: rows.slice(0, 14) })).rejects.toThrow("was given 14 numbers");
});

test("a session writes into the arrays it is given", async () => {
  const graph = new Graph();
  await using session = await Session.open(graph.toModel({ y: square(graph.input("x", [2])) }));
  const memory = new Float32Array(6);
  await session.run({ x: Float32Array.of(3, 4) }, { y: memory.subarray(2, 4) });
  expect([...memory]).toEqual([0, 0, 9, 16, 0, 0]);
});

test("the maximum over an axis has the values, and lets no gradient through", async () => {
  const graph = new Graph();
  const x = graph.parameter("x", [2, 3]);
  const [gradient] = gradients(reduceSum(mul(reduceMax(x, [1], true), x)), [x]);
  await using session = await Session.open(graph.toModel({ highest: reduceMax(x, [1]), gradient }));
  const { highest, gradient: slope } = await session.run({ x: Float32Array.of(1, 5, 3, -4, -2, -9) });
  expect([...highest!]).toEqual([5, -2]);
  expect([...slope!]).toEqual([5, 5, 5, -2, -2, -2]);
});
