/** Operations that move elements without changing them: reshape, transpose, concat, slice, broadcast, and their gradients. */
import { AutodiffError } from "./errors.ts";
import { sameShape, shapeText, sizeOf, type Pullback, type Shape, type Tensor } from "./graph.ts";

/** The same elements in another shape. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  if (sizeOf(shape) !== sizeOf(x.shape)) {
    throw new AutodiffError(`${shapeText(x.shape)} cannot become ${shapeText(shape)}`, "Keep the number of elements");
  }
  if (sameShape(x.shape, shape)) return x;
  // A reshape of a reshape reads the first one's operand: views cost little, but there are hundreds.
  const before = x.graph.producer(x);
  const source = before?.op === "Reshape" ? before.inputs[0]! : x;
  if (sameShape(source.shape, shape)) return { ...source, differentiable: x.differentiable };
  const y = x.graph.emit("Reshape", [source], shape, { integers: [shape] });
  return x.graph.record(y, [x], [(g) => reshape(g, x.shape)]);
}

/** Output axis i is input axis `permutation[i]`. */
export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  const sorted = permutation.toSorted((a, b) => a - b);
  if (permutation.length !== x.shape.length || sorted.some((axis, index) => axis !== index)) {
    throw new AutodiffError(`${shapeText(permutation)} does not permute the axes of ${shapeText(x.shape)}`, "Name every axis once");
  }
  const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
  const shape = permutation.map((axis) => x.shape[axis]!);
  const y = x.graph.emit("Transpose", [x], shape, { attributes: { perm: permutation } });
  return x.graph.record(y, [x], [(g) => transpose(g, inverse)]);
}

/** Swaps the last two axes. */
export function swapLastAxes(x: Tensor): Tensor {
  const rank = x.shape.length;
  const axes = x.shape.map((_, axis) => axis);
  return transpose(x, [...axes.slice(0, rank - 2), rank - 1, rank - 2]);
}

/** Joins tensors along one axis; all other axes must agree. */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  const [first] = tensors;
  if (first === undefined) throw new AutodiffError("concat was given no tensors", "Give at least one");
  const at = axisOf(first, axis);
  for (const { shape } of tensors) {
    if (sameShape(shape.toSpliced(at, 1), first.shape.toSpliced(at, 1)) && shape.length === first.shape.length) continue;
    throw new AutodiffError(`${shapeText(shape)} and ${shapeText(first.shape)} do not join along axis ${axis}`, "Make the others agree");
  }
  if (tensors.length === 1) return first;
  let end = 0;
  const pullbacks = tensors.map(({ shape }): Pullback => {
    const from = end;
    const to = from + shape[at]!;
    end = to;
    return (g) => slice(g, at, from, to);
  });
  const y = first.graph.emit("Concat", tensors, first.shape.with(at, end), { attributes: { axis: at } });
  return first.graph.record(y, tensors, pullbacks);
}

/** Elements `from` (inclusive) to `to` (exclusive) along one axis. */
export function slice(x: Tensor, axis: number, from: number, to: number): Tensor {
  const at = axisOf(x, axis);
  const size = x.shape[at]!;
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= size)) {
    throw new AutodiffError(`${from} to ${to} is no slice of axis ${axis} of ${shapeText(x.shape)}`, `Stay within 0 to ${size}`);
  }
  if (from === 0 && to === size) return x;
  const y = x.graph.emit("Slice", [x], x.shape.with(at, to - from), { integers: [[from], [to], [at]] });
  return x.graph.record(y, [x], [(g) => padWithZeros(g, at, from, size - to)]);
}

/**
 * Rows moved down by `by` (up when negative) along the first axis, zeros where nothing moves in: the neighbours of each row, as a
 * convolution needs them. What it emits does not depend on the number of rows.
 */
export function shift(x: Tensor, by: number): Tensor {
  if (!Number.isInteger(by) || x.shape.length === 0) {
    throw new AutodiffError(`${shapeText(x.shape)} cannot be shifted by ${by} rows`, "Give a whole number of rows");
  }
  if (by === 0) return x;
  const rest = Array<number>(x.shape.length - 1).fill(0);
  const y = x.graph.emit("Pad", [x], x.shape, { integers: [[by, ...rest, -by, ...rest]] });
  return x.graph.record(y, [x], [(g) => shift(g, -by)]);
}

/** Repeats a tensor to a shape it broadcasts to (numpy rules). */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  if (!sameShape(broadcastShape(x.shape, shape), shape)) {
    throw new AutodiffError(`${shapeText(x.shape)} does not broadcast to ${shapeText(shape)}`, "Each axis must be equal or 1");
  }
  const y = x.graph.emit("Expand", [x], shape, { integers: [shape] });
  return x.graph.record(y, [x], [(g) => sumTo(g, x.shape)]);
}

/** Sums a tensor over the axes along which `shape` was broadcast to it: the adjoint of broadcasting. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((size, axis) => (axis < lead || (size !== 1 && shape[axis - lead] === 1) ? [axis] : []));
  const sum = axes.every((axis, index) => axis === index) ? sumLeading(x, axes.length) : sumOver(x, axes);
  const aligned = [...Array<number>(lead).fill(1), ...shape];
  return x.graph.record(reshape(sum, shape), [x], [(g) => broadcastTo(reshape(g, aligned), x.shape)]);
}

/** The shape two shapes broadcast to (numpy rules). */
export function broadcastShape(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new AutodiffError(`${shapeText(a)} and ${shapeText(b)} do not broadcast`, "Each axis must be equal or 1");
    }
    return Math.max(left, right);
  });
}

/** Index of an axis; negative ones count from the end. */
export function axisOf(x: Tensor, axis: number): number {
  const at = axis < 0 ? axis + x.shape.length : axis;
  if (Number.isInteger(at) && at >= 0 && at < x.shape.length) return at;
  throw new AutodiffError(`${shapeText(x.shape)} has no axis ${axis}`, `Use ${-x.shape.length} to ${x.shape.length - 1}`);
}

function sumOver(x: Tensor, axes: readonly number[]): Tensor {
  const kept = x.shape.filter((_, axis) => !axes.includes(axis));
  return x.graph.emit("ReduceSum", [x], kept, { integers: [axes], attributes: { keepdims: 0 } });
}

/** Sums the first axes as a product with a row of ones, which takes half the time of ReduceSum: bias gradients. */
function sumLeading(x: Tensor, count: number): Tensor {
  const kept = x.shape.slice(count);
  const [rows, columns] = [sizeOf(x.shape.slice(0, count)), sizeOf(kept)];
  const ones = x.graph.constant(1, [1, rows]);
  return reshape(x.graph.emit("MatMul", [ones, reshape(x, [rows, columns])], [1, columns]), kept);
}

function padWithZeros(x: Tensor, axis: number, before: number, after: number): Tensor {
  const around = (count: number): number[] => x.shape.map((_, at) => (at === axis ? count : 0));
  const size = x.shape[axis]!;
  const shape = x.shape.with(axis, size + before + after);
  const y = x.graph.emit("Pad", [x], shape, { integers: [[...around(before), ...around(after)]] });
  return x.graph.record(y, [x], [(g) => slice(g, axis, before, before + size)]);
}
