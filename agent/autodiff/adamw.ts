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

/** Parameters packed one after the other; all of them decay or none. */
export interface ParameterGroup {
  readonly name: "decayed" | "plain";
  readonly slots: readonly ParameterSlot[];
  readonly length: number;
}

/** The flat vectors the optimiser reads and writes for each group. */
export const OPTIMISER_VECTORS = ["weights", "firstMoment", "secondMoment"] as const;
export type OptimiserVector = (typeof OPTIMISER_VECTORS)[number] | "average";

interface AdamWInputs extends AdamWOptions {
  readonly groups: readonly ParameterGroup[];
  /** One flat vector per group, see {@link flatGradients}. */
  readonly gradients: readonly Tensor[];
}

export interface AdamWUpdate {
  /** Norm of all gradients together, before clipping. */
  readonly gradientNorm: Tensor;
  /** The new flat vectors under their output names, see {@link vectorName}. */
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** Name of a group's flat vector as a graph input (`before` the step) or output (`after` it). */
export function vectorName(group: ParameterGroup, vector: OptimiserVector, when: "before" | "after"): string {
  return `adamw/${group.name}/${vector}/${when}`;
}

/** Name of a group's flat gradient where it leaves one graph and enters another. */
export function gradientName(group: ParameterGroup): string {
  return `gradient/${group.name}`;
}

/** Packs the parameters of a graph. */
export function packParameters(
  parameters: readonly Tensor[],
  { decays = (parameter) => parameter.shape.length > 1 }: AdamWOptions = {},
): ParameterGroup[] {
  if (parameters.length === 0) throw new AutodiffError("There are no parameters to train", "Declare them with graph.parameter");
  const [decayed, plain] = [parameters.filter((parameter) => decays(parameter)), parameters.filter((parameter) => !decays(parameter))];
  return [packed("decayed", decayed), packed("plain", plain)].filter(({ length }) => length > 0);
}

/** The gradients of the parameters as one flat vector per group. */
export function flatGradients(groups: readonly ParameterGroup[], parameters: readonly Tensor[], gradients: readonly Tensor[]): Tensor[] {
  const byName = new Map(parameters.map(({ name }, index) => [name, gradients[index]!]));
  return groups.map(({ slots }) =>
    concat(
      slots.map(({ name, length }) => reshape(byName.get(name)!, [length])),
      0,
    ),
  );
}

/** Names of the scalar inputs: learning rate, and 1 - beta^t of both moments for step t = 1, 2, ... */
const SCALARS = { learningRate: "adamw/learningRate", correction1: "adamw/correction1", correction2: "adamw/correction2" } as const;

/** What {@link adamw} must be fed beside the vectors for the step `step` (1, 2, ...). Throws {@link AutodiffError} on a rate that is not finite. */
export function adamwScalars({ betas = [0.9, 0.98] }: AdamWOptions, step: number, learningRate: number): Record<string, Float32Array> {
  if (!Number.isFinite(learningRate)) throw new AutodiffError(`The learning rate is ${learningRate}`, "Give a finite number");
  return {
    [SCALARS.learningRate]: Float32Array.of(learningRate),
    [SCALARS.correction1]: Float32Array.of(1 - betas[0] ** step),
    [SCALARS.correction2]: Float32Array.of(1 - betas[1] ** step),
  };
}

/** Emits clipping and the update. Declares the flat vectors of every group and the scalars as inputs of the graph. */
export function adamw(graph: Graph, inputs: AdamWInputs): AdamWUpdate {
  const { groups, gradients, clipNorm = 1, weightDecay = 0.05 } = inputs;
  const gradientNorm = sqrt(gradients.map(sumOfSquares).reduce(add));
  const clipping = minimum(div(graph.constant(clipNorm), gradientNorm), graph.constant(1));
  const scalar = (name: keyof typeof SCALARS): Tensor => graph.input(SCALARS[name], []);
  const common = { learningRate: scalar("learningRate"), biasCorrections: [scalar("correction1"), scalar("correction2")], clipping } as const;
  const outputs = groups.flatMap((group, index) =>
    updateGroup(graph, inputs, { ...common, group, gradient: gradients[index]!, weightDecay: group.name === "decayed" ? weightDecay : 0 }),
  );
  return { gradientNorm, outputs: Object.fromEntries(outputs) };
}

interface GroupUpdate {
  readonly group: ParameterGroup;
  readonly gradient: Tensor;
  readonly weightDecay: number;
  /** Scalar in (0, 1]. */
  readonly clipping: Tensor;
  readonly learningRate: Tensor;
  readonly biasCorrections: readonly [Tensor, Tensor];
}

/**
 * m' = b1 m + (1 - b1) g,  v' = b2 v + (1 - b2) g²,  w' = w - lr (m' / c1 / (sqrt(v' / c2) + eps) + decay w),
 * with all scalar factors gathered so that each vector is passed over as few times as possible.
 */
function updateGroup(graph: Graph, options: AdamWOptions, update: GroupUpdate): [string, Tensor][] {
  const { group, gradient, weightDecay, clipping, learningRate, biasCorrections } = update;
  const { betas = [0.9, 0.98], epsilon = 1e-8, averageDecay } = options;
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

function packed(name: ParameterGroup["name"], parameters: readonly Tensor[]): ParameterGroup {
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
