/**
 * Elementwise operations and their gradients. Two operands broadcast by numpy rules; the gradient of the
 * smaller one is summed over the axes along which it was repeated.
 */
import { AutodiffError } from "./errors.ts";
import type { Tensor } from "./graph.ts";
import { broadcastShape, sumTo } from "./layout.ts";
import { ElementType } from "./onnxSchema.ts";

export function add(a: Tensor, b: Tensor): Tensor {
  return a.graph.record(binary("Add", a, b), [a, b], [(g) => sumTo(g, a.shape), (g) => sumTo(g, b.shape)]);
}

export function sub(a: Tensor, b: Tensor): Tensor {
  return a.graph.record(binary("Sub", a, b), [a, b], [(g) => sumTo(g, a.shape), (g) => neg(sumTo(g, b.shape))]);
}

export function mul(a: Tensor, b: Tensor): Tensor {
  const y = binary("Mul", a, b);
  return a.graph.record(y, [a, b], [(g) => sumTo(mul(g, b), a.shape), (g) => sumTo(mul(g, a), b.shape)]);
}

export function div(a: Tensor, b: Tensor): Tensor {
  const y = binary("Div", a, b);
  const toB = (g: Tensor): Tensor => neg(sumTo(div(mul(g, y), b), b.shape));
  return a.graph.record(y, [a, b], [(g) => sumTo(div(g, b), a.shape), toB]);
}

/** Elementwise minimum; where both are equal the gradient goes to `a`. */
export function minimum(a: Tensor, b: Tensor): Tensor {
  return select("Min", a, b, () => greater(a, b));
}

/** Elementwise maximum; where both are equal the gradient goes to `a`. */
export function maximum(a: Tensor, b: Tensor): Tensor {
  return select("Max", a, b, () => less(a, b));
}

/** 1 where a > b, else 0. No gradient. */
export function greater(a: Tensor, b: Tensor): Tensor {
  return asFloat(binary("Greater", a, b));
}

/** 1 where a < b, else 0. No gradient. */
export function less(a: Tensor, b: Tensor): Tensor {
  return asFloat(binary("Less", a, b));
}

export function neg(x: Tensor): Tensor {
  return unary("Neg", x, (g) => neg(g));
}

/** x times a number. */
export function scale(x: Tensor, factor: number): Tensor {
  return factor === 1 ? x : mul(x, x.graph.constant(factor));
}

/** max(x, 0); the gradient at 0 is 0. */
export function relu(x: Tensor): Tensor {
  return unary("Relu", x, (g, y) => mul(g, isPositive(y)));
}

export function sigmoid(x: Tensor): Tensor {
  return unary("Sigmoid", x, (g, y) => mul(g, sub(y, square(y))));
}

export function tanh(x: Tensor): Tensor {
  return unary("Tanh", x, (g, y) => mul(g, sub(y.graph.constant(1), square(y))));
}

export function exp(x: Tensor): Tensor {
  return unary("Exp", x, (g, y) => mul(g, y));
}

export function log(x: Tensor): Tensor {
  return unary("Log", x, (g) => div(g, x));
}

export function sqrt(x: Tensor): Tensor {
  return unary("Sqrt", x, (g, y) => div(g, scale(y, 2)));
}

export function square(x: Tensor): Tensor {
  return mul(x, x);
}

/** Absolute value; the gradient at 0 is 0. */
export function abs(x: Tensor): Tensor {
  return unary("Abs", x, (g) => mul(g, x.graph.emit("Sign", [x], x.shape)));
}

/** Limits x to [low, high]; no gradient outside. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  if (!(low <= high)) throw new AutodiffError(`clip was given [${low}, ${high}]`, "Give low <= high");
  const [from, to] = [x.graph.constant(low), x.graph.constant(high)];
  const y = x.graph.emit("Clip", [x, from, to], x.shape);
  return x.graph.record(y, [x], [(g) => mul(g, mul(not(less(x, from)), not(greater(x, to))))]);
}

/** The same value, taken as a constant by reverse mode. */
export function stopGradient(x: Tensor): Tensor {
  return { ...x, differentiable: false };
}

function unary(op: string, x: Tensor, pullback: (gradient: Tensor, output: Tensor) => Tensor): Tensor {
  const y = x.graph.emit(op, [x], x.shape);
  return x.graph.record(y, [x], [(g) => pullback(g, y)]);
}

function binary(op: string, a: Tensor, b: Tensor): Tensor {
  return a.graph.emit(op, [a, b], broadcastShape(a.shape, b.shape));
}

/** Min or Max; `second` is 1 where the result is b. */
function select(op: string, a: Tensor, b: Tensor, second: () => Tensor): Tensor {
  const toA = (g: Tensor): Tensor => sumTo(mul(g, not(second())), a.shape);
  const toB = (g: Tensor): Tensor => sumTo(mul(g, second()), b.shape);
  return a.graph.record(binary(op, a, b), [a, b], [toA, toB]);
}

/** 1 where y > 0, else 0, for y >= 0: one pass, where a comparison and a cast would take two. */
function isPositive(y: Tensor): Tensor {
  const attributes = { alpha: { float: 1e38 }, beta: { float: 0 } };
  return y.graph.emit("HardSigmoid", [y], y.shape, { attributes });
}

function asFloat(condition: Tensor): Tensor {
  return condition.graph.emit("Cast", [condition], condition.shape, { attributes: { to: ElementType.float } });
}

function not(mask: Tensor): Tensor {
  return sub(mask.graph.constant(1), mask);
}
