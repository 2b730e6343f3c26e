/**
 * AdamW (Loshchilov & Hutter, 2019) with clipping by the global gradient norm, as graph nodes.
 * Parameters are packed into two flat groups (with and without weight decay), so that the update is a dozen nodes
 * per group and not per parameter. A flat vector and the parameters may share one memory: both are only read.
 */
import { add, div, mul, scale, sqrt, sub, minimum } from "./elementwise.ts";
import { AutodiffError } from "./errors.ts";
import { sizeOf, type Graph, type Shape, type Tensor } from "./graph.ts";
import { concat, reshape } from "./layout.ts";

export interface AdamWOptions {
  /** Decay rates of the first and second moment. Default [0.9, 0.98]. */
  readonly betas?: readonly [number, number];
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Decoupled weight decay per unit of learning rate. Default 0.05. */
  readonly weightDecay?: number;
  /** Which parameters decay. Default: those with two axes or more, so no biases and no gains. */
  readonly decays?: (parameter: Tensor) => boolean;
  /** Largest global gradient norm; longer gradients are scaled down to it. Default 1. */
  readonly clipNorm?: number;
  /** With it, an exponential moving average of the weights is kept: average = decay * average + (1 - decay) * weights. */
  readonly averageDecay?: number;
}

/** Where one parameter lies in its group's flat vectors. */
interface ParameterSlot {
  readonly name: string;
  readonly shape: Shape;
  readonly offset: number;
  readonly length: number;
}

/** Parameters packed one after the other. */
export interface ParameterGroup {
  readonly name: string;
  readonly slots: readonly ParameterSlot[];
  readonly length: number;
}

/** The flat vectors the optimiser reads and writes for each group. */
export const OPTIMISER_VECTORS = ["weights", "firstMoment", "secondMoment"] as const;
export type OptimiserVector = (typeof OPTIMISER_VECTORS)[number] | "average";

export interface AdamWInputs extends AdamWOptions {
  readonly parameters: readonly Tensor[];
  /** One per parameter. */
  readonly gradients: readonly Tensor[];
  /** Scalar. */
  readonly learningRate: Tensor;
  /** Scalars 1 - beta1^t and 1 - beta2^t for step t = 1, 2, ... */
  readonly biasCorrections: readonly [Tensor, Tensor];
}

export interface AdamWUpdate {
  /** Norm of all gradients together, before clipping. */
  readonly gradientNorm: Tensor;
  readonly groups: readonly ParameterGroup[];
  /** The new flat vectors under their output names, see {@link vectorName}. */
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** Name of a group's flat vector as a graph input (`before` the step) or output (`after` it). */
export function vectorName(group: ParameterGroup, vector: OptimiserVector, when: "before" | "after"): string {
  return `adamw/${group.name}/${vector}/${when}`;
}

/** Emits clipping and the update. Declares the flat vectors of every group as inputs of the graph. */
export function adamw(graph: Graph, inputs: AdamWInputs): AdamWUpdate {
  const { parameters, gradients, clipNorm = 1, decays = (parameter) => parameter.shape.length > 1 } = inputs;
  if (parameters.length === 0 || parameters.length !== gradients.length) {
    throw new AutodiffError(`adamw was given ${parameters.length} parameters and ${gradients.length} gradients`, "Give one each");
  }
  const members = parameters.map((parameter, index) => ({ parameter, gradient: gradients[index]!, decays: decays(parameter) }));
  const groups = [
    { name: "decayed", members: members.filter((member) => member.decays) },
    { name: "plain", members: members.filter((member) => !member.decays) },
  ]
    .filter((group) => group.members.length > 0)
    .map(({ name, members: own }) => ({
      group: packed(
        name,
        own.map(({ parameter }) => parameter),
      ),
      gradient: concat(
        own.map(({ parameter, gradient }) => reshape(gradient, [sizeOf(parameter.shape)])),
        0,
      ),
      weightDecay: name === "decayed" ? (inputs.weightDecay ?? 0.05) : 0,
    }));
  const gradientNorm = sqrt(groups.map(({ gradient }) => sumOfSquares(gradient)).reduce(add));
  const clipping = minimum(div(graph.constant(clipNorm), gradientNorm), graph.constant(1));
  const outputs = groups.flatMap(({ group, gradient, weightDecay }) => updateGroup(graph, inputs, { group, gradient, weightDecay, clipping }));
  return { gradientNorm, groups: groups.map(({ group }) => group), outputs: Object.fromEntries(outputs) };
}

interface GroupUpdate {
  readonly group: ParameterGroup;
  readonly gradient: Tensor;
  readonly weightDecay: number;
  /** Scalar in (0, 1]. */
  readonly clipping: Tensor;
}

/**
 * m' = b1 m + (1 - b1) g,  v' = b2 v + (1 - b2) g²,  w' = w - lr (m' / c1 / (sqrt(v' / c2) + eps) + decay w),
 * with all scalar factors gathered so that each vector is passed over as few times as possible.
 */
function updateGroup(graph: Graph, inputs: AdamWInputs, { group, gradient, weightDecay, clipping }: GroupUpdate): [string, Tensor][] {
  const { learningRate, biasCorrections, betas = [0.9, 0.98], epsilon = 1e-8, averageDecay } = inputs;
  const before = (vector: OptimiserVector): Tensor => graph.input(vectorName(group, vector, "before"), [group.length]);
  const [weights, first, second] = [before("weights"), before("firstMoment"), before("secondMoment")];
  const fresh = mul(gradient, scale(clipping, 1 - betas[0]));
  const firstMoment = add(scale(first, betas[0]), fresh);
  const rooted = mul(gradient, scale(clipping, Math.sqrt(1 - betas[1])));
  const secondMoment = add(scale(second, betas[1]), mul(rooted, rooted));
  const root2 = sqrt(biasCorrections[1]);
  const direction = div(firstMoment, add(sqrt(secondMoment), scale(root2, epsilon)));
  const rate = div(mul(learningRate, root2), biasCorrections[0]);
  const kept = weightDecay === 0 ? weights : mul(weights, sub(graph.constant(1), scale(learningRate, weightDecay)));
  const updated = sub(kept, mul(direction, rate));
  const entries: [OptimiserVector, Tensor][] = [
    ["weights", updated],
    ["firstMoment", firstMoment],
    ["secondMoment", secondMoment],
  ];
  if (averageDecay !== undefined) {
    const average = before("average");
    entries.push(["average", add(average, scale(sub(updated, average), 1 - averageDecay))]);
  }
  return entries.map(([vector, tensor]) => [vectorName(group, vector, "after"), tensor]);
}

function packed(name: string, parameters: readonly Tensor[]): ParameterGroup {
  const slots: ParameterSlot[] = [];
  let offset = 0;
  for (const { name: parameter, shape } of parameters) {
    const length = sizeOf(shape);
    slots.push({ name: parameter, shape, offset, length });
    offset += length;
  }
  return { name, slots, length: offset };
}

function sumOfSquares(x: Tensor): Tensor {
  return x.graph.emit("ReduceSumSquare", [x], [], { attributes: { keepdims: 0 } });
}
