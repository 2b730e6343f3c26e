/** The linear layer. After a layer normalisation it absorbs the normalisation's gain and bias into its weight. */
import { add, mul } from "./elementwise.ts";
import { AutodiffError } from "./errors.ts";
import { shapeText, sizeOf, type Tensor } from "./graph.ts";
import { reshape } from "./layout.ts";
import { matmul } from "./matmul.ts";

/**
 * x [..., K] times weight [K, N] plus bias [N], as one Gemm over all rows of x. The bias is a separate Add: a Gemm
 * with a third operand first copies it over its result, on one thread.
 */
export function linear(x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  const [columns = 0, outputs = 0] = weight.shape;
  if (weight.shape.length !== 2 || columns !== x.shape.at(-1) || bias.shape.length !== 1 || bias.shape[0] !== outputs) {
    throw new AutodiffError(
      `${shapeText(x.shape)}, weight ${shapeText(weight.shape)} and bias ${shapeText(bias.shape)} make no linear layer`,
      "Use [..., K], [K, N] and [N]",
    );
  }
  const rows = sizeOf(x.shape) / columns;
  const affine = rows > outputs ? affineColumns(x) : undefined;
  const [source, matrix, shift] = affine === undefined ? [x, weight, bias] : absorb(affine, weight, bias);
  const product = add(matmul(reshape(source, [rows, columns]), matrix), shift);
  return reshape(product, [...x.shape.slice(0, -1), outputs]);
}

/** A tensor made as source * gain + shift, with one gain and one shift per column. */
interface AffineColumns {
  readonly source: Tensor;
  readonly gain: Tensor;
  readonly shift: Tensor;
}

function affineColumns(x: Tensor): AffineColumns | undefined {
  const [scaled, shift] = operands(x, "Add");
  const [source, gain] = operands(scaled, "Mul");
  if (source === undefined || gain?.shape.length !== 1 || shift?.shape.length !== 1) return undefined;
  return { source, gain, shift };
}

/** Operands of the node that made `x`. Not through a stopped gradient, which a way around it would start again. */
function operands(x: Tensor | undefined, op: string): readonly Tensor[] {
  const node = x?.differentiable === true ? x.graph.producer(x) : undefined;
  return node?.op === op ? node.inputs : [];
}

/**
 * (source * gain + shift) W + b = source (gain * W) + (shift W + b): the right side works on the weight, which is
 * small, where the left side and its gradients pass over all rows several times.
 */
function absorb({ source, gain, shift }: AffineColumns, weight: Tensor, bias: Tensor): [Tensor, Tensor, Tensor] {
  const scaledWeight = mul(weight, reshape(gain, [...gain.shape, 1]));
  const shifted = reshape(matmul(reshape(shift, [1, ...shift.shape]), weight), bias.shape);
  return [source, scaledWeight, add(shifted, bias)];
}
