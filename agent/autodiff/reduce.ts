/** Sums and means over axes, and their gradients. */
import { sizeOf, type Tensor } from "./graph.ts";
import { scale } from "./elementwise.ts";
import { axisOf, broadcastTo, reshape } from "./layout.ts";

/** Sum over `axes` (default: all). With `keepDims` the reduced axes stay with size 1. */
export function reduceSum(x: Tensor, axes?: readonly number[], keepDims = false): Tensor {
  const reduced = (axes ?? x.shape.map((_, axis) => axis)).map((axis) => axisOf(x, axis));
  if (reduced.length === 0) return x;
  const kept = x.shape.map((size, axis) => (reduced.includes(axis) ? 1 : size));
  const shape = keepDims ? kept : x.shape.filter((_, axis) => !reduced.includes(axis));
  const options = { integers: [reduced], attributes: { keepdims: Number(keepDims) } };
  const y = x.graph.emit("ReduceSum", [x], shape, options);
  return x.graph.record(y, [x], [(g) => broadcastTo(reshape(g, kept), x.shape)]);
}

/** Mean over `axes` (default: all). With `keepDims` the reduced axes stay with size 1. */
export function reduceMean(x: Tensor, axes?: readonly number[], keepDims = false): Tensor {
  const sum = reduceSum(x, axes, keepDims);
  return scale(sum, sizeOf(sum.shape) / sizeOf(x.shape));
}
