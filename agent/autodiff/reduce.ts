/** Sums and means over axes, and their gradients. */
import { scale, stopGradient } from "./elementwise.ts";
import { sizeOf, type Tensor } from "./graph.ts";
import { axisOf, broadcastTo, reshape } from "./layout.ts";

/** Sum over `axes` (default: all). With `keepDims` the reduced axes stay with size 1. */
export function reduceSum(x: Tensor, axes?: readonly number[], keepDims = false): Tensor {
  return reduce("ReduceSum", x, axes, keepDims);
}

/** Mean over `axes` (default: all). With `keepDims` the reduced axes stay with size 1. */
export function reduceMean(x: Tensor, axes?: readonly number[], keepDims = false): Tensor {
  return reduce("ReduceMean", x, axes, keepDims);
}

/** Maximum over `axes` (default: all). No gradient: for what is computed from inputs alone. */
export function reduceMax(x: Tensor, axes?: readonly number[], keepDims = false): Tensor {
  const [reduced, kept, shape] = shapesOf(x, axes, keepDims);
  if (reduced.length === 0) return stopGradient(x);
  return reshape(x.graph.emit("ReduceMax", [x], kept, { integers: [reduced], attributes: { keepdims: 1 } }), shape);
}

function reduce(op: "ReduceSum" | "ReduceMean", x: Tensor, axes: readonly number[] | undefined, keepDims: boolean): Tensor {
  const [reduced, kept, shape] = shapesOf(x, axes, keepDims);
  if (reduced.length === 0) return x;
  const attributes = { keepdims: Number(keepDims) };
  const y = x.graph.emit(op, [x], shape, { integers: [reduced], attributes });
  const share = op === "ReduceSum" ? 1 : sizeOf(shape) / sizeOf(x.shape);
  return x.graph.record(y, [x], [(g) => broadcastTo(reshape(scale(g, share), kept), x.shape)]);
}

/** The axes to reduce, and the result's shape with and without them. */
function shapesOf(x: Tensor, axes: readonly number[] | undefined, keepDims: boolean): [number[], number[], number[]] {
  const reduced = (axes ?? x.shape.map((_, axis) => axis)).map((axis) => axisOf(x, axis));
  const kept = x.shape.map((size, axis) => (reduced.includes(axis) ? 1 : size));
  return [reduced, kept, keepDims ? kept : x.shape.filter((_, axis) => !reduced.includes(axis))];
}
