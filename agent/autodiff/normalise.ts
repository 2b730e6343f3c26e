/** Softmax, log-softmax and layer normalisation over the last axis, and their gradients. */
import { AutodiffError } from "./errors.ts";
import { sameShape, type Tensor } from "./graph.ts";
import { exp, mul, sub } from "./elementwise.ts";
import { sumTo } from "./layout.ts";
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

/** (x - mean) / sqrt(variance + epsilon) * gain + bias over the last axis; gain and bias have its size. */
export function layerNorm(x: Tensor, gain: Tensor, bias: Tensor, epsilon = 1e-5): Tensor {
  const { graph, shape } = x;
  const width = shape.slice(-1);
  if (!sameShape(gain.shape, width) || !sameShape(bias.shape, width)) {
    throw new AutodiffError(`Gain [${gain.shape}] and bias [${bias.shape}] do not fit [${shape}]`, `Use [${width}]`);
  }
  const row = shape.with(-1, 1);
  const attributes = { axis: -1, epsilon: { float: epsilon } };
  const [y, mean, inverse] = graph.emitMany("LayerNormalization", [x, gain, bias], [shape, row, row], { attributes });
  let normalised: Tensor | undefined;
  const unit = (): Tensor => (normalised ??= mul(sub(x, mean!), inverse!));
  const toX = (g: Tensor): Tensor => {
    const scaled = mul(g, gain);
    const centred = sub(scaled, reduceMean(scaled, LAST, true));
    return mul(inverse!, sub(centred, mul(unit(), reduceMean(mul(scaled, unit()), LAST, true))));
  };
  return graph.record(y!, [x, gain, bias], [toX, (g) => sumTo(mul(g, unit()), width), (g) => sumTo(g, width)]);
}

