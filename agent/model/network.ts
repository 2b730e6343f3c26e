/**
 * The built-in vision-language-action network as a graph: tokens → pre-norm transformer with a relational attention bias →
 * kind of action, pointers, text span, value, and which tokens will change.
 * Weights do not depend on the number of tokens, so one set serves every layout.
 */
import {
  abs,
  add,
  attention,
  broadcastTo,
  concat,
  greater,
  layerNorm,
  less,
  linear,
  matmul,
  minimum,
  mul,
  neg,
  reduceMax,
  relu,
  reshape,
  scale,
  slice,
  stopGradient,
  sub,
  transpose,
  type Graph,
  type Tensor,
} from "../autodiff/index.ts";
import { rng } from "../../env/random.ts";
import { normalWeights } from "../normalWeights.ts";
import type { Tensors } from "../safetensors.ts";
import { MODEL_KINDS, PRESSES } from "./actionSpace.ts";
import { SIDES } from "./sides.ts";
import {
  CROP,
  ELEMENT_COLUMN,
  FEATURES,
  HASH_COLUMNS,
  INDEX_COLUMN,
  INDEX_UNIT,
  inputShapes,
  INSTRUCTION_COLUMN,
  QUANTITY_COLUMNS,
  type InputName,
} from "./features.ts";
import type { Layout } from "./layout.ts";
import { FORMS, NUMBERS } from "./typing.ts";

export interface NetworkConfig {
  /** Width of a token. */
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Hidden width of the crop encoder. */
  readonly cropWidth: number;
}

export const DEFAULT_NETWORK: NetworkConfig = { width: 96, layers: 3, heads: 4, cropWidth: 96 };

/** Changes with the inputs, the weights or what they mean, and so does what the weights of a checkpoint are good for. */
export const ARCHITECTURE = "vla-12";

/** Pairwise relations between tokens, each a number per (query, key) that heads may attend by. */
const RELATIONS = [
  "match",
  "exact",
  "dx",
  "dy",
  "row",
  "column",
  "inside",
  "contains",
  "right",
  "next",
  "previous",
  "screen",
  "larger",
  "calls",
  "called",
] as const;

/** Numbers per token that say whether its words are on the screen, and whether the instruction speaks of them or of its label: nearly, exactly. */
const FOUND = 6;

type Weights = Readonly<Record<string, Tensor>>;

export interface NetworkOutputs {
  /** [B, kinds] */
  readonly kind: Tensor;
  /** [B, N] each; tokens that cannot be chosen are at −1e9. */
  readonly point: Tensor;
  readonly to: Tensor;
  readonly start: Tensor;
  readonly end: Tensor;
  /** [B, forms] and [B, numbers]. */
  readonly form: Tensor;
  readonly number: Tensor;
  /** [B, sides] each, [B, presses]. */
  readonly grip: Tensor;
  readonly drop: Tensor;
  readonly presses: Tensor;
  /** [B, 1] logit of success. */
  readonly value: Tensor;
  /** [B, N] logit: this token's region will change after the pending action. */
  readonly change: Tensor;
}

/** Name → shape of every weight, in a fixed order. */
export function weightShapes(config: NetworkConfig): ReadonlyMap<string, readonly number[]> {
  const { width: d, layers, heads, cropWidth } = config;
  const shapes = new Map<string, readonly number[]>([
    ["embed.weight", [FEATURES, d]],
    ["embed.bias", [d]],
    ["found.weight", [FOUND, d]],
    ["crop.in.weight", [CROP, cropWidth]],
    ["crop.in.bias", [cropWidth]],
    ["crop.out.weight", [cropWidth, d]],
    ["gates", [layers * heads, RELATIONS.length]],
  ]);
  for (let layer = 0; layer < layers; layer++) {
    for (const [name, shape] of [
      ["attend.norm.gain", [d]],
      ["attend.norm.bias", [d]],
      ["attend.qkv.weight", [d, 3 * d]],
      ["attend.qkv.bias", [3 * d]],
      ["attend.out.weight", [d, d]],
      ["attend.out.bias", [d]],
      ["mlp.norm.gain", [d]],
      ["mlp.norm.bias", [d]],
      ["mlp.in.weight", [d, 4 * d]],
      ["mlp.in.bias", [4 * d]],
      ["mlp.out.weight", [4 * d, d]],
      ["mlp.out.bias", [d]],
    ] as const) {
      shapes.set(`layer${layer}.${name}`, shape);
    }
  }
  for (const [name, shape] of [
    ["final.gain", [d]],
    ["final.bias", [d]],
    ["kind.weight", [d, MODEL_KINDS.length]],
    ["kind.bias", [MODEL_KINDS.length]],
    ["pointers.query.weight", [d, 4 * d]],
    ["pointers.query.bias", [4 * d]],
    ["pointers.key.weight", [d, 2 * d]],
    ["pointers.key.bias", [2 * d]],
    ["form.weight", [d, FORMS.length]],
    ["form.bias", [FORMS.length]],
    ["number.in.weight", [d, 2 * d]],
    ["number.in.bias", [2 * d]],
    ["number.weight", [2 * d, NUMBERS]],
    ["number.bias", [NUMBERS]],
    ["value.in.weight", [d, d]],
    ["value.in.bias", [d]],
    ["value.weight", [d, 1]],
    ["value.bias", [1]],
    ["change.weight", [d, 1]],
    ["change.bias", [1]],
    ["grip.weight", [d, SIDES.length]],
    ["grip.bias", [SIDES.length]],
    ["drop.weight", [d, SIDES.length]],
    ["drop.bias", [SIDES.length]],
    ["presses.weight", [d, PRESSES.length]],
    ["presses.bias", [PRESSES.length]],
  ] as const) {
    shapes.set(name, shape);
  }
  return shapes;
}

/** Fresh weights: scaled normal matrices, zero biases, unit gains, and gates that start half of the heads on string match, half on nearness. */
export function initialWeights(config: NetworkConfig, seed: number): Tensors {
  const deviation = (name: string, shape: readonly number[]): number => (name.endsWith("weight") ? initialScale(name, shape, config) : 0);
  const weights = normalWeights(weightShapes(config), deviation, (name) => rng("weights", `${seed}/${name}`));
  for (const [name, values] of Object.entries(weights)) if (name.endsWith("gain")) values.fill(1);
  weights["gates"]!.set(initialGates(config));
  // Until something else is learned, things are held by their middle and keys are pressed once.
  for (const name of ["grip.bias", "drop.bias", "presses.bias"]) weights[name]![0] = USUAL;
  return weights;
}

/** e³: twenty times as likely as any other. */
const USUAL = 3;

function initialScale(name: string, shape: readonly number[], { layers }: NetworkConfig): number {
  // Word hashes have unit length, not unit variance, so the first layer starts larger.
  if (name === "embed.weight") return 0.25;
  const residual = name.endsWith("out.weight") ? 1 / Math.sqrt(2 * layers) : 1;
  return residual / Math.sqrt(shape[0]!);
}

function initialGates({ layers, heads }: NetworkConfig): Float32Array {
  const gates = new Float32Array(layers * heads * RELATIONS.length);
  const set = (row: number, name: (typeof RELATIONS)[number], value: number): void => {
    gates[row * RELATIONS.length + RELATIONS.indexOf(name)] = value;
  };
  for (let row = 0; row < layers * heads; row++) {
    const head = row % heads;
    if (head < heads / 2) {
      set(row, "match", 4);
      set(row, "exact", 2);
      set(row, "calls", 4);
      set(row, "called", 4);
    } else {
      set(row, "dx", 4);
      set(row, "dy", 4);
      set(row, "row", 1);
    }
    if (head === heads - 1) set(row, "next", 1);
    if (head === heads - 2) set(row, "previous", 1);
  }
  return gates;
}

/** Declares inputs and weights in `graph` and builds the forward pass. */
export function buildNetwork(
  graph: Graph,
  config: NetworkConfig,
  layout: Layout,
  batch: number,
): { readonly weights: Weights; readonly outputs: NetworkOutputs } {
  const shapes = inputShapes(layout, batch);
  const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, graph.input(name, shape)])) as Record<InputName, Tensor>;
  const weights = Object.fromEntries([...weightShapes(config)].map(([name, shape]) => [name, graph.parameter(name, shape)]));
  const likeness = likenessOf(graph, layout, inputs);
  const bias = attentionBias(graph, config, layout, batch, inputs, likeness, weights["gates"]!);
  let tokens = embed(graph, config, layout, batch, inputs, likeness, weights);
  for (let layer = 0; layer < config.layers; layer++) {
    tokens = transformerLayer(config, tokens, bias(layer), weights, `layer${layer}`);
  }
  return {
    weights,
    outputs: outputHeads(graph, config, layout, batch, layerNorm(tokens, weights["final.gain"]!, weights["final.bias"]!), inputs, weights),
  };
}

/** How near the texts of tokens are, as cosines [B, N, N]. What has no text is at 0 to all. */
interface Likeness {
  /** Words of two different tokens. */
  readonly words: Tensor;
  /** What the query is called by the text beside it, and the words of the key. */
  readonly called: Tensor;
}

function likenessOf(graph: Graph, layout: Layout, inputs: Record<InputName, Tensor>): Likeness {
  const hash = slice(inputs.features, 2, HASH_COLUMNS[0], HASH_COLUMNS[1]);
  const others = graph.constant(offDiagonal(layout.tokens), [1, layout.tokens, layout.tokens]);
  return { words: mul(matmul(hash, hash, { transposeB: true }), others), called: matmul(inputs.labels, hash, { transposeB: true }) };
}

/** Token vectors [B, N, d]: all features through one matrix; elements, which follow the class token, also through their crop. */
function embed(
  graph: Graph,
  config: NetworkConfig,
  layout: Layout,
  batch: number,
  inputs: Record<InputName, Tensor>,
  likeness: Likeness,
  weights: Weights,
): Tensor {
  const read = linear(inputs.features, weights["embed.weight"]!, weights["embed.bias"]!);
  const tokens = add(read, matmul(found(graph, layout, batch, inputs, likeness), weights["found.weight"]!));
  const seen = relu(linear(inputs.crops, weights["crop.in.weight"]!, weights["crop.in.bias"]!));
  const isElement = slice(slice(inputs.features, 2, ELEMENT_COLUMN, ELEMENT_COLUMN + 1), 1, 1, 1 + layout.elements);
  const crops = matmul(mul(seen, isElement), weights["crop.out.weight"]!);
  const zeros = (rows: number): Tensor => graph.constant(0, [batch, rows, config.width]);
  return add(tokens, concat([zeros(1), crops, zeros(layout.tokens - 1 - layout.elements)], 1));
}

/**
 * [B, N, 6]: cosine of a token's words to the best match on the screen and in the instruction, of its label to the best match in the
 * instruction, and whether each is the same word. Attention alone cannot say "nowhere": it always looks at something.
 */
function found(graph: Graph, layout: Layout, batch: number, inputs: Record<InputName, Tensor>, { words, called }: Likeness): Tensor {
  const n = layout.tokens;
  const best = (cosine: Tensor, among: Tensor): Tensor => reduceMax(mul(cosine, reshape(among, [batch, 1, n])), [2], true);
  const spoken = slice(inputs.features, 2, INSTRUCTION_COLUMN, INSTRUCTION_COLUMN + 1);
  const nearest = concat([best(words, inputs.pointable), best(words, spoken), best(called, spoken)], 2);
  return reshape(concat([nearest, greater(nearest, graph.constant(SAME_WORD))], 2), [batch, n, FOUND]);
}

/** From this cosine on, two words are taken for the same. */
const SAME_WORD = 0.92;

/**
 * Additive bias of each layer, [B, heads, N, N]: gated relations, and −1e9 where the key is padding. Padding is one more relation with
 * a constant gate, and the gates are cut per layer, so that each bias is written in one pass.
 */
function attentionBias(
  graph: Graph,
  config: NetworkConfig,
  layout: Layout,
  batch: number,
  inputs: Record<InputName, Tensor>,
  likeness: Likeness,
  gates: Tensor,
): (layer: number) => Tensor {
  const n = layout.tokens;
  const all = relations(graph, layout, batch, inputs, likeness);
  const padding = broadcastTo(reshape(sub(graph.constant(1), inputs.valid), [batch, 1, n]), [batch, n, n]);
  const stacked = concat(
    [...RELATIONS.map((name) => all[name]), padding].map((relation) => reshape(relation, [batch, 1, n * n])),
    1,
  );
  const barred = graph.constant(-1e9, [config.heads, 1]);
  return (layer) => {
    const own = concat([slice(gates, 0, layer * config.heads, (layer + 1) * config.heads), barred], 1);
    return reshape(matmul(own, stacked), [batch, config.heads, n, n]);
  };
}

/** The relations [B, N, N] (query, key); they carry no gradient. */
function relations(
  graph: Graph,
  layout: Layout,
  batch: number,
  inputs: Record<InputName, Tensor>,
  { words, called }: Likeness,
): Record<(typeof RELATIONS)[number], Tensor> {
  const n = layout.tokens;
  const one = graph.constant(1);
  const column = (k: number): Tensor => slice(inputs.geometry, 2, k, k + 1);
  const asRow = (x: Tensor): Tensor => reshape(x, [batch, 1, n]);
  const screenColumn = reshape(inputs.pointable, [batch, n, 1]);
  const screen = mul(screenColumn, asRow(inputs.pointable));
  const [x, y, w, h] = [column(0), column(1), column(2), column(3)];
  const dx = sub(asRow(x), x);
  const dy = sub(asRow(y), y);
  const [farX, farY] = [abs(dx), abs(dy)];
  const close = (far: Tensor): Tensor => mul(relu(sub(one, scale(far, 12))), screen);
  const far = (distance: Tensor): Tensor => neg(mul(minimum(distance, graph.constant(1.5)), screen));
  const row = close(farY);
  const inside = mul(mul(less(farX, scale(asRow(w), 0.5)), less(farY, scale(asRow(h), 0.5))), screen);
  const contains = mul(mul(less(farX, scale(w, 0.5)), less(farY, scale(h, 0.5))), screen);
  const others = graph.constant(offDiagonal(n), [1, n, n]);
  const near = (cosine: Tensor): Tensor => scale(relu(sub(cosine, graph.constant(0.25))), 1 / 0.75);
  const feature = (at: number): Tensor => slice(inputs.features, 2, at, at + 1);
  const [spoken, index] = [feature(INSTRUCTION_COLUMN), feature(INDEX_COLUMN)];
  const further = scale(sub(asRow(index), index), INDEX_UNIT);
  const apart = (steps: number): Tensor => abs(sub(further, graph.constant(steps)));
  // Neighbouring words of the instruction: key = query + steps.
  const following = (steps: number): Tensor => mul(mul(less(apart(steps), graph.constant(0.5)), spoken), asRow(spoken));
  const [stated, quantity] = QUANTITY_COLUMNS.map(feature) as [Tensor, Tensor];
  return {
    match: near(words),
    exact: greater(words, graph.constant(SAME_WORD)),
    called: near(called),
    calls: near(transpose(called, [0, 2, 1])),
    dx: far(farX),
    dy: far(farY),
    row,
    column: close(farX),
    inside: mul(inside, others),
    contains: mul(contains, others),
    right: mul(greater(dx, graph.constant(0.02)), row),
    next: following(1),
    previous: following(-1),
    screen,
    larger: mul(greater(sub(asRow(quantity), quantity), graph.constant(1e-5)), mul(stated, asRow(stated))),
  };
}

function offDiagonal(n: number): Float32Array {
  return Float32Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 0 : 1));
}

function transformerLayer(config: NetworkConfig, x: Tensor, bias: Tensor, weights: Weights, name: string): Tensor {
  const w = (key: string): Tensor => weights[`${name}.${key}`]!;
  const [batch, n, d] = x.shape as [number, number, number];
  const width = d / config.heads;
  const normed = layerNorm(x, w("attend.norm.gain"), w("attend.norm.bias"));
  const qkv = transpose(reshape(linear(normed, w("attend.qkv.weight"), w("attend.qkv.bias")), [batch, n, 3 * config.heads, width]), [0, 2, 1, 3]);
  const part = (k: number): Tensor => slice(qkv, 1, k * config.heads, (k + 1) * config.heads);
  const mixed = reshape(transpose(attention(part(0), part(1), part(2), bias), [0, 2, 1, 3]), [batch, n, d]);
  const attended = add(x, linear(mixed, w("attend.out.weight"), w("attend.out.bias")));
  const hidden = relu(linear(layerNorm(attended, w("mlp.norm.gain"), w("mlp.norm.bias")), w("mlp.in.weight"), w("mlp.in.bias")));
  return add(attended, linear(hidden, w("mlp.out.weight"), w("mlp.out.bias")));
}

function outputHeads(
  graph: Graph,
  config: NetworkConfig,
  layout: Layout,
  batch: number,
  tokens: Tensor,
  inputs: Record<InputName, Tensor>,
  weights: Weights,
): NetworkOutputs {
  const [n, d] = [layout.tokens, config.width];
  const cls = reshape(slice(tokens, 1, 0, 1), [batch, d]);
  const queries = reshape(linear(cls, weights["pointers.query.weight"]!, weights["pointers.query.bias"]!), [batch, 4, d]);
  const keys = linear(tokens, weights["pointers.key.weight"]!, weights["pointers.key.bias"]!);
  const choose = (query: number, key: number, allowed: Tensor): Tensor => {
    const scores = matmul(slice(queries, 1, query, query + 1), slice(keys, 2, key * d, (key + 1) * d), { transposeB: true });
    const masked = scale(sub(allowed, graph.constant(1)), 1e9);
    return add(scale(reshape(scores, [batch, n]), 1 / Math.sqrt(d)), masked);
  };
  // The critic reads the policy's state but never bends it: value pre-training must leave the policy as it is.
  const judged = relu(linear(stopGradient(cls), weights["value.in.weight"]!, weights["value.in.bias"]!));
  const computed = relu(linear(cls, weights["number.in.weight"]!, weights["number.in.bias"]!));
  return {
    kind: linear(cls, weights["kind.weight"]!, weights["kind.bias"]!),
    point: choose(0, 0, inputs.pointable),
    to: choose(1, 0, inputs.pointable),
    start: choose(2, 1, inputs.spannable),
    end: choose(3, 1, inputs.spannable),
    form: linear(cls, weights["form.weight"]!, weights["form.bias"]!),
    number: linear(computed, weights["number.weight"]!, weights["number.bias"]!),
    grip: linear(cls, weights["grip.weight"]!, weights["grip.bias"]!),
    drop: linear(cls, weights["drop.weight"]!, weights["drop.bias"]!),
    presses: linear(cls, weights["presses.weight"]!, weights["presses.bias"]!),
    value: linear(judged, weights["value.weight"]!, weights["value.bias"]!),
    change: reshape(linear(tokens, weights["change.weight"]!, weights["change.bias"]!), [batch, n]),
  };
}
