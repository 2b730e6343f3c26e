/**
 * Reverse-mode automatic differentiation that emits plain ONNX graphs: static shapes, float32, opset 18.
 *
 * Build a graph from inputs, parameters and operations, reduce it to a scalar loss, and open a `TrainStep`: forward
 * pass, backward pass, gradient clipping and AdamW become one ONNX model that onnxruntime-node runs. Where batches come in
 * several shapes or on several threads, `GradientStep`s and one `UpdateStep` share the work. Weights are inputs
 * and outputs, so they live in plain Float32Arrays and one set serves several graphs (shapes, losses, inference).
 * Nothing is eager: an operation on a `Tensor` adds nodes, `Session` and `TrainStep` compute. Runs with the same inputs
 * and thread count are bit-identical. `run` blocks its thread, so train in a worker.
 *
 * What is fast: `linear` after `layerNorm` (it absorbs the gain and bias), `attention` (own gradient), weights sliced
 * before a product in place of activations sliced after it.
 *
 * @example
 * const graph = new Graph();
 * const x = graph.input("x", [32, 4]);
 * const hidden = relu(linear(x, graph.parameter("in.weight", [4, 16]), graph.parameter("in.bias", [16])));
 * const y = matmul(hidden, graph.parameter("out.weight", [16, 1]));
 * const loss = reduceMean(square(sub(y, graph.input("target", [32, 1]))));
 * await using step = await TrainStep.open(graph, loss, { weightDecay: 0.01, threads: 2 });
 * const state = step.newState(weights); // { "in.weight": Float32Array, ... }
 * for (const batch of batches) console.log((await step.run(state, batch, 1e-3)).loss); // batch: { x, target }
 * await using session = await Session.open(graph.toModel({ y }));
 * const { y: predicted } = await session.run({ ...state.weights(), x: batches[0].x });
 */
export type { AdamWOptions, ParameterGroup } from "./adamw.ts";
export { attention } from "./attention.ts";
export {
  abs,
  add,
  clip,
  div,
  exp,
  greater,
  less,
  log,
  maximum,
  minimum,
  mul,
  neg,
  relu,
  scale,
  sigmoid,
  sqrt,
  square,
  stopGradient,
  sub,
  tanh,
} from "./elementwise.ts";
export { AutodiffError } from "./errors.ts";
export type { Gradient } from "./gradient.ts";
export { GradientStep } from "./gradientStep.ts";
export { gradients } from "./gradients.ts";
export { Graph, type Shape, type Tensor } from "./graph.ts";
export { broadcastTo, concat, reshape, shift, slice, transpose } from "./layout.ts";
export { linear } from "./linear.ts";
export { matmul, type MatmulOptions } from "./matmul.ts";
export { layerNorm, logSoftmax, softmax, standardise } from "./normalise.ts";
export { reduceMax, reduceMean, reduceSum } from "./reduce.ts";
export { Session, type Arrays, type Runner, type SessionOptions } from "./session.ts";
export { SessionThread, sharedArray } from "./sessionThread.ts";
export { TrainState } from "./trainState.ts";
export { TrainStep, type StepResult, type TrainStepOptions } from "./trainStep.ts";
export { UpdateStep } from "./updateStep.ts";
