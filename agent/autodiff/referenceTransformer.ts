/**
 * A plain pre-norm transformer encoder with an additive attention bias and a classifier on every token.
 * It is what the benchmark times and what the tests compare with another implementation.
 */
import { attention } from "./attention.ts";
import { add, mul, neg, relu } from "./elementwise.ts";
import { sizeOf, type Graph, type Shape, type Tensor } from "./graph.ts";
import { reshape, transpose } from "./layout.ts";
import { linear } from "./linear.ts";
import { layerNorm, logSoftmax } from "./normalise.ts";
import { reduceMean, reduceSum } from "./reduce.ts";

export interface TransformerSize {
  readonly batch: number;
  readonly tokens: number;
  readonly inputs: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly classes: number;
}

/** Shapes of the inputs: features, one attention bias per sample and head, and one-hot classes. */
export function transformerInputs({ batch, tokens, inputs, heads, classes }: TransformerSize): Record<"x" | "bias" | "target", Shape> {
  return { x: [batch * tokens, inputs], bias: [batch, heads, tokens, tokens], target: [batch * tokens, classes] };
}

/** Shapes of the parameters by name. */
export function transformerParameters({ inputs, width, layers, classes }: TransformerSize): Record<string, Shape> {
  const dense = (name: string, from: number, to: number): [string, Shape][] => [
    [`${name}.weight`, [from, to]],
    [`${name}.bias`, [to]],
  ];
  const norm = (name: string): [string, Shape][] => [
    [`${name}.gain`, [width]],
    [`${name}.bias`, [width]],
  ];
  const layer = (name: string): [string, Shape][] => [
    ...norm(`${name}.attend`),
    ...["query", "key", "value", "out"].flatMap((part) => dense(`${name}.${part}`, width, width)),
    ...norm(`${name}.mlp`),
    ...dense(`${name}.up`, width, 4 * width),
    ...dense(`${name}.down`, 4 * width, width),
  ];
  const middle = Array.from({ length: layers }, (_, index) => layer(`layer${index}`)).flat();
  return Object.fromEntries([...dense("in", inputs, width), ...middle, ...norm("final"), ...dense("classes", width, classes)]);
}

/** Mean cross-entropy of the classes over all tokens. Declares inputs and parameters. */
export function transformerLoss(graph: Graph, size: TransformerSize): Tensor {
  const { layers } = size;
  const shapes = transformerInputs(size);
  const inputs = { x: graph.input("x", shapes.x), bias: graph.input("bias", shapes.bias), target: graph.input("target", shapes.target) };
  const weights = new Map(Object.entries(transformerParameters(size)).map(([name, shape]) => [name, graph.parameter(name, shape)]));
  const dense = (x: Tensor, name: string): Tensor => linear(x, weights.get(`${name}.weight`)!, weights.get(`${name}.bias`)!);
  const norm = (x: Tensor, name: string): Tensor => layerNorm(x, weights.get(`${name}.gain`)!, weights.get(`${name}.bias`)!);
  let tokens = dense(inputs.x, "in");
  for (let index = 0; index < layers; index++) {
    const name = `layer${index}`;
    const normed = norm(tokens, `${name}.attend`);
    const heads = (part: string): Tensor => splitHeads(dense(normed, `${name}.${part}`), size);
    const mixed = attention(heads("query"), heads("key"), heads("value"), inputs.bias);
    tokens = add(tokens, dense(mergeHeads(mixed, size), `${name}.out`));
    const hidden = relu(dense(norm(tokens, `${name}.mlp`), `${name}.up`));
    tokens = add(tokens, dense(hidden, `${name}.down`));
  }
  const logits = dense(norm(tokens, "final"), "classes");
  return neg(reduceMean(reduceSum(mul(inputs.target, logSoftmax(logits)), [-1])));
}

/** Floating point operations of the matrix products of one training step: forward once, backward twice. */
export function transformerTrainingFlops({ batch, tokens, width, layers }: TransformerSize): number {
  return 3 * batch * layers * (2 * 12 * width ** 2 * tokens + 4 * tokens ** 2 * width);
}

/** Reproducible numbers in [-size, size]. */
export function pseudoRandom(shape: Shape, size: number, seed: number): Float32Array {
  let state = (seed + 1) * 2654435761;
  return Float32Array.from({ length: sizeOf(shape) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return size * (state / 2 ** 31 - 1);
  });
}

/** Weights drawn for stable activations; gains and biases near 1 and 0, so that their gradients are tested too. */
export function transformerWeights(size: TransformerSize): Record<string, Float32Array> {
  const shapes = Object.entries(transformerParameters(size));
  return Object.fromEntries(
    shapes.map(([name, shape], index) => {
      const [rows = 1] = shape;
      const values = pseudoRandom(shape, shape.length === 2 ? 1.7 / Math.sqrt(rows) : 0.1, index);
      return [name, name.endsWith("gain") ? values.map((value) => 1 + value) : values];
    }),
  );
}

/** One batch of inputs with one class per token. */
export function transformerBatch(size: TransformerSize): Record<string, Float32Array> {
  const { x, bias, target } = transformerInputs(size);
  const oneHot = new Float32Array(sizeOf(target));
  for (let row = 0; row < size.batch * size.tokens; row++) oneHot[row * size.classes + ((row * 7) % size.classes)] = 1;
  return { x: pseudoRandom(x, 1, 101), bias: pseudoRandom(bias, 1, 102), target: oneHot };
}

function splitHeads(x: Tensor, { batch, tokens, heads, width }: TransformerSize): Tensor {
  return transpose(reshape(x, [batch, tokens, heads, width / heads]), [0, 2, 1, 3]);
}

function mergeHeads(x: Tensor, { batch, tokens, width }: TransformerSize): Tensor {
  return reshape(transpose(x, [0, 2, 1, 3]), [batch * tokens, width]);
}
