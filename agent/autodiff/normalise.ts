/** Softmax, log-softmax and layer normalisation over the last axis, and their gradients. */
import { AutodiffError } from "./errors.ts";
import { sameShape, shapeText, type Tensor } from "./graph.ts";
import { add, exp, mul, sub } from "./elementwise.ts";
import { reduceMean, reduceSum } from "./reduce.ts";

const LAST = [-1];

/** Softmax over the last axis. */
export function softmax(x: Tensor): Tensor {
  const y = x.graph.emit("Softmax", [x], x.shape, { attributes: { axis: -1 } });
  return x.graph.record(y, [x], [(g) => mul(y, sub(g, reduceSum(mul(g, y), LAST, true)))]);
}

/** Logarithm of the softmax over the last axis. */
export function logSoftmax(x: Tensor): Tensor {
  const y = x.graph.emit("LogSoftmax", [x], x.shape, { attributes: { axis: -1 } });
  return x.graph.record(y, [x], [(g) => sub(g, mul(exp(y), reduceSum(g, LAST, true)))]);
}

/**
 * (x - mean) / sqrt(variance + epsilon) * gain + bias over the last axis; gain and bias have its size.
 * A `linear` layer that follows absorbs gain and bias into its weight (see linear.ts).
 */
export function layerNorm(x: Tensor, gain: Tensor, bias: Tensor, epsilon = 1e-5): Tensor {
  const width = x.shape.slice(-1);
  if (!sameShape(gain.shape, width) || !sameShape(bias.shape, width)) {
    throw new AutodiffError(
      `Gain ${shapeText(gain.shape)} and bias ${shapeText(bias.shape)} do not fit ${shapeText(x.shape)}`,
      `Use ${shapeText(width)}`,
    );
  }
  return add(mul(standardise(x, epsilon), gain), bias);
}

/** (x - mean) / sqrt(variance + epsilon) over the last axis. */
export function standardise(x: Tensor, epsilon = 1e-5): Tensor {
  const { graph, shape } = x;
  const width = shape.slice(-1);
  const row = [...shape.slice(0, -1), 1];
  const inputs = [x, graph.constant(1, width), graph.constant(0, width)];
  const attributes = { axis: -1, epsilon: { float: epsilon } };
  const [y, , inverse] = graph.emitMany("LayerNormalization", inputs, [shape, row, row], { attributes });
  const pullback = (g: Tensor): Tensor => {
    const along = mul(y, reduceMean(mul(g, y), LAST, true));
    return mul(sub(sub(g, reduceMean(g, LAST, true)), along), inverse);
  };
  return graph.record(y, [x], [pullback]);
}
