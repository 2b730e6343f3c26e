/** Every operation's gradient against central finite differences, computed by onnxruntime itself. */
import { describe, expect, test } from "vitest";
import {
  abs,
  add,
  attention,
  broadcastTo,
  clip,
  concat,
  div,
  exp,
  gradients,
  Graph,
  greater,
  layerNorm,
  less,
  linear,
  log,
  logSoftmax,
  matmul,
  maximum,
  minimum,
  mul,
  neg,
  reduceMean,
  reduceSum,
  relu,
  reshape,
  scale,
  Session,
  shift,
  sigmoid,
  slice,
  softmax,
  sqrt,
  square,
  standardise,
  sub,
  tanh,
  transpose,
  type Shape,
  type Tensor,
} from "../../agent/autodiff/index.ts";
import { pseudoRandom } from "../../agent/autodiff/referenceTransformer.ts";
import { sizeOf } from "../../agent/autodiff/graph.ts";

type Build = (...parameters: Tensor[]) => Tensor;
type Case = readonly [name: string, shapes: readonly Shape[], build: Build, values?: (value: number) => number];

const positive = (value: number): number => Math.abs(value) + 0.5;
/** Away from 0 and ±0.5, where relu, abs, clip, minimum and maximum have their kinks. */
const offKinks = (value: number): number => Math.round(value * 8) / 8 + 0.06;

const ELEMENTWISE: readonly Case[] = [
  [
    "add with broadcasting on both sides",
    [
      [3, 1],
      [2, 1, 4],
    ],
    add,
  ],
  [
    "sub with broadcasting on both sides",
    [
      [3, 1],
      [2, 1, 4],
    ],
    sub,
  ],
  [
    "mul with broadcasting on both sides",
    [
      [3, 1],
      [2, 1, 4],
    ],
    mul,
  ],
  [
    "div with broadcasting on both sides",
    [
      [3, 1],
      [2, 1, 4],
    ],
    div,
    positive,
  ],
  ["mul of a tensor with itself", [[5]], (x) => mul(x, x)],
  ["add of a bias to rows", [[6, 4], [4]], add],
  ["minimum", [[3, 4], [4]], (a, b) => minimum(a, scale(b, 0.7)), offKinks],
  ["maximum", [[3, 4], [4]], (a, b) => maximum(a, scale(b, 0.7)), offKinks],
  ["neg", [[5]], neg],
  ["scale", [[5]], (x) => scale(x, -2.5)],
  ["relu", [[12]], relu, offKinks],
  ["sigmoid", [[6]], sigmoid],
  ["tanh", [[6]], tanh],
  ["exp", [[6]], exp],
  ["log", [[6]], log, positive],
  ["sqrt", [[6]], sqrt, positive],
  ["square", [[6]], square],
  ["abs", [[12]], abs, offKinks],
  ["clip", [[12]], (x) => clip(x, -0.5, 0.5), offKinks],
  ["a value masked by greater and less", [[8]], (x) => mul(x, sub(greater(x, scale(x, 0.5)), less(x, x))), offKinks],
];

const LAYOUT: readonly Case[] = [
  ["reshape", [[2, 6]], (x) => reshape(x, [3, 4])],
  ["reshape there and back", [[2, 6]], (x) => mul(reshape(reshape(x, [12]), [2, 6]), x)],
  ["transpose", [[2, 3, 4]], (x) => transpose(x, [2, 0, 1])],
  [
    "concat",
    [
      [2, 3],
      [2, 1],
      [2, 2],
    ],
    (a, b, c) => concat([a, b, c], 1),
  ],
  ["one slice", [[3, 5]], (x) => slice(x, 1, 1, 3)],
  ["slices that tile an axis", [[3, 6]], (x) => mul(slice(x, 1, 0, 3), slice(x, -1, 3, 6))],
  ["slices that overlap", [[5]], (x) => mul(slice(x, 0, 0, 3), slice(x, 0, 2, 5))],
  ["equal slices that tile an axis", [[4]], (x) => mul(mul(slice(x, 0, 0, 2), slice(x, 0, 2, 4)), slice(x, 0, 0, 2))],
  ["slices of two axes", [[4, 4]], (x) => mul(slice(x, 0, 0, 2), reshape(slice(x, 1, 2, 4), [2, 4]))],
  ["shift down", [[5, 2]], (x) => mul(x, shift(x, 2))],
  ["shift up", [[5, 2]], (x) => mul(x, shift(x, -1))],
  ["neighbours joined", [[4, 2]], (x) => square(concat([shift(x, 1), x, shift(x, -1)], 1))],
  ["broadcastTo", [[2, 1, 3]], (x) => broadcastTo(x, [4, 2, 5, 3])],
  ["reduceSum over all axes", [[2, 3]], (x) => mul(reduceSum(x), reduceSum(square(x)))],
  ["reduceSum over one axis", [[2, 3, 2]], (x) => square(reduceSum(x, [1]))],
  ["reduceSum that keeps its axes", [[2, 3, 2]], (x) => mul(x, reduceSum(x, [0, -1], true))],
  ["reduceMean over all axes", [[2, 3]], (x) => square(reduceMean(x))],
  ["reduceMean that keeps its axes", [[2, 3, 2]], (x) => mul(x, reduceMean(x, [1], true))],
];

const PRODUCTS: readonly Case[] = [
  ...[false, true].flatMap((transposeA) =>
    [false, true].flatMap((transposeB): Case[] => {
      const a = transposeA ? [3, 2] : [2, 3];
      const b = transposeB ? [4, 3] : [3, 4];
      const options = { transposeA, transposeB };
      const name = `${transposeA ? "Aᵀ" : "A"} ${transposeB ? "Bᵀ" : "B"}`;
      const product: Build = (x, y) => matmul(x, y, options);
      return [
        [`matmul ${name}`, [a, b], product],
        [
          `batched matmul ${name}`,
          [
            [2, ...a],
            [2, ...b],
          ],
          product,
        ],
        [`matmul ${name} with a batch on the left`, [[5, ...a], b], product],
        [`matmul ${name} with a batch on the right`, [a, [5, ...b]], product],
        [
          `matmul ${name} with broadcast batches`,
          [
            [2, 1, ...a],
            [3, ...b],
          ],
          product,
        ],
      ];
    }),
  ),
  ["linear on three axes", [[2, 3, 4], [4, 5], [5]], linear],
  ["linear after layerNorm, with more rows than columns", [[7, 4], [4], [4], [4, 3], [3]], (x, g, b, w, c) => linear(layerNorm(x, g, b), w, c)],
  ["linear after layerNorm, with fewer rows than columns", [[2, 4], [4], [4], [4, 6], [6]], (x, g, b, w, c) => linear(layerNorm(x, g, b), w, c)],
  ["softmax", [[3, 5]], softmax],
  ["logSoftmax", [[3, 5]], logSoftmax],
  ["standardise", [[3, 5]], (x) => standardise(x)],
  ["layerNorm", [[2, 3, 5], [5], [5]], (x, gain, bias) => layerNorm(x, gain, bias)],
  [
    "attention",
    [
      [2, 2, 3, 4],
      [2, 2, 5, 4],
      [2, 2, 5, 3],
    ],
    (q, k, v) => attention(q, k, v),
  ],
  [
    "attention with a bias for every score",
    [
      [2, 3, 4],
      [2, 3, 4],
      [2, 3, 2],
      [2, 3, 3],
    ],
    attention,
  ],
  [
    "attention with a bias for every key",
    [
      [2, 2, 3, 4],
      [2, 2, 3, 4],
      [2, 2, 3, 4],
      [2, 1, 1, 3],
    ],
    attention,
  ],
  ["attention of a tensor with itself", [[2, 3, 4]], (x) => attention(x, x, x)],
];

describe.each([
  ["elementwise", ELEMENTWISE],
  ["layout and reduction", LAYOUT],
  ["product and normalisation", PRODUCTS],
] as const)("%s operations", (_, cases) => {
  test.each(cases.map(([name, shapes, build, values = (value: number) => value]) => ({ name, shapes, build, values })))(
    "the gradient of $name agrees with finite differences",
    async ({ shapes, build, values }) => {
      const weights = shapes.map((shape, index) => pseudoRandom(shape, 1, index + 3).map(values));
      const { analytic, numeric } = await bothGradients(shapes, build, weights);
      for (const [index, expected] of numeric.entries()) {
        const size = Math.max(1, ...expected.map(Math.abs));
        for (const [i, value] of expected.entries()) expect(Math.abs(analytic[index]![i]! - value) / size).toBeLessThan(2e-3);
        expect(expected.some((value) => Math.abs(value) > 1e-2)).toBe(true);
      }
    },
  );
});

/** Gradients of a fixed random projection of the result. The projection is summed in float64, which keeps differences sharp. */
async function bothGradients(
  shapes: readonly Shape[],
  build: Build,
  weights: readonly Float32Array[],
): Promise<{ analytic: number[][]; numeric: number[][] }> {
  const graph = new Graph();
  const parameters = shapes.map((shape, index) => graph.parameter(`p${index}`, shape));
  const y = build(...parameters);
  const projection = pseudoRandom(y.shape, 1, 99);
  const loss = reduceSum(mul(y, graph.constant(projection, y.shape)));
  const outputs = gradients(loss, parameters).map((gradient, index): [string, Tensor] => [`g${index}`, gradient]);
  await using session = await Session.open(graph.toModel({ y, ...Object.fromEntries(outputs) }));
  const feeds = Object.fromEntries(weights.map((values, index) => [`p${index}`, values.slice()]));
  const results = await session.run(feeds);
  const value = async (): Promise<number> => (await session.run(feeds))["y"]!.reduce((sum, item, i) => sum + item * projection[i]!, 0);
  const numeric: number[][] = [];
  for (const [index, shape] of shapes.entries()) {
    const row: number[] = [];
    for (let i = 0; i < sizeOf(shape); i++) row.push(await slope(feeds[`p${index}`]!, i, value));
    numeric.push(row);
  }
  return { analytic: shapes.map((_, index) => [...results[`g${index}`]!]), numeric };
}

async function slope(values: Float32Array, index: number, value: () => Promise<number>): Promise<number> {
  const [middle, step] = [values[index]!, 1 / 128];
  values[index] = middle + step;
  const above = await value();
  values[index] = middle - step;
  const below = await value();
  values[index] = middle;
  return (above - below) / (2 * step);
}
