/** A reference pre-norm transformer, for the benchmark and for tests of whole models. */
import { add, relu } from "./elementwise.ts";
import type { Graph, Tensor } from "./graph.ts";
import { matmul } from "./matmul.ts";
import { linear } from "./linear.ts";
import { attention } from "./attention.ts";
import { layerNorm, logSoftmax } from "./normalise.ts";
import { reshape, transpose } from "./layout.ts";
import { mul, neg } from "./elementwise.ts";
import { reduceMean, reduceSum } from "./reduce.ts";

export interface TransformerSize { readonly width: number; readonly layers: number; readonly heads: number; readonly tokens: number; readonly batch: number; readonly inputs: number; readonly classes: number; }

export function transformerLoss(graph: Graph, size: TransformerSize, shard = ""): Tensor {
  const { width, layers, heads, tokens, batch, inputs, classes } = size;
  const rows = batch * tokens;
  const p = (name: string, ...shape: number[]) => (graph.parameters.find((q) => q.name === name) ?? graph.parameter(name, shape));
  const x = graph.input(shard + "x", [rows, inputs]);
  const features = graph.input(shard + "features", [batch, 4, tokens * tokens]);
  const target = graph.input(shard + "target", [rows, classes]);
  let h = linear(x, p("in.w", inputs, width), p("in.b", width));
  const split = (t: Tensor) => transpose(reshape(t, [batch, tokens, heads, width / heads]), [0, 2, 1, 3]);
  for (let i = 0; i < layers; i++) {
    const a = layerNorm(h, p(`${i}.n1.g`, width), p(`${i}.n1.b`, width));
    const [q, k, v] = ["q", "k", "v"].map((n) => split(linear(a, p(`${i}.${n}.w`, width, width), p(`${i}.${n}.b`, width))));
    const bias = reshape(matmul(p(`${i}.gates`, heads, 4), features), [batch, heads, tokens, tokens]);
    const o = attention(q!, k!, v!, bias);
    const merged = reshape(transpose(o, [0, 2, 1, 3]), [rows, width]);
    h = add(h, linear(merged, p(`${i}.o.w`, width, width), p(`${i}.o.b`, width)));
    const m = layerNorm(h, p(`${i}.n2.g`, width), p(`${i}.n2.b`, width));
    const up = relu(linear(m, p(`${i}.up.w`, width, 4 * width), p(`${i}.up.b`, 4 * width)));
    h = add(h, linear(up, p(`${i}.down.w`, 4 * width, width), p(`${i}.down.b`, width)));
  }
  h = layerNorm(h, p("n.g", width), p("n.b", width));
  const logits = linear(h, p("out.w", width, classes), p("out.b", classes));
  return neg(reduceMean(reduceSum(mul(target, logSoftmax(logits)), [-1])));
}
