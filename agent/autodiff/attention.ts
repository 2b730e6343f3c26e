/** Scaled dot-product attention as one operation with its own gradient. */
import { add, mul, scale, sub } from "./elementwise.ts";
import { AutodiffError } from "./errors.ts";
import { sameShape, shapeText, sizeOf, type Shape, type Tensor } from "./graph.ts";
import { reshape, sumTo } from "./layout.ts";
import { matmul } from "./matmul.ts";
import { softmax } from "./normalise.ts";
import { reduceSum } from "./reduce.ts";

/**
 * softmax(q kᵀ / sqrt(D) + bias) v for q [..., N, D], k [..., M, D], v [..., M, E] with equal leading axes, and a
 * bias that broadcasts to [..., N, M] (use it to mask, too). The gradient of the softmax needs the row sums of dP * P;
 * they equal those of dO * O (Dao et al., FlashAttention, 2022), which are shorter.
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, bias: Tensor = q.graph.constant(0)): Tensor {
  checkShapes(q.shape, k.shape, v.shape);
  const lead = q.shape.slice(0, -2);
  const factor = 1 / Math.sqrt(q.shape.at(-1)!);
  const scoreShape = [...lead, q.shape.at(-2)!, k.shape.at(-2)!];
  // Three axes keep ONNX Runtime from merging these products' transposes with those that split heads, which is slower.
  const flat = (x: Tensor): Tensor => reshape(x, [sizeOf(lead), ...x.shape.slice(-2)]);
  const { graph } = q;
  const [weights, output] = graph.withoutTape(() => {
    const scores = reshape(scale(matmul(flat(q), flat(k), { transposeB: true }), factor), scoreShape);
    const p = flat(softmax(add(scores, bias)));
    return [p, matmul(p, flat(v))];
  });
  const toScores = memoise((g) => {
    const rowSums = reduceSum(mul(flat(g), output), [-1], true);
    return mul(weights, sub(matmul(flat(g), flat(v), { transposeB: true }), rowSums));
  });
  const merged = graph.withoutTape(() => reshape(output, [...scoreShape.slice(0, -1), v.shape.at(-1)!]));
  return graph.record(
    merged,
    [q, k, v, bias],
    [
      (g) => reshape(scale(matmul(toScores(g), flat(k)), factor), q.shape),
      (g) => reshape(scale(matmul(toScores(g), flat(q), { transposeA: true }), factor), k.shape),
      (g) => reshape(matmul(weights, flat(g), { transposeA: true }), v.shape),
      (g) => sumTo(reshape(toScores(g), scoreShape), bias.shape),
    ],
  );
}

/** Computes a value once per gradient that asks for it. */
function memoise(compute: (gradient: Tensor) => Tensor): (gradient: Tensor) => Tensor {
  const known = new Map<string, Tensor>();
  return (gradient) => {
    const value = known.get(gradient.name) ?? compute(gradient);
    known.set(gradient.name, value);
    return value;
  };
}

function checkShapes(q: Shape, k: Shape, v: Shape): void {
  const lead = q.slice(0, -2);
  const fits = q.length >= 2 && sameShape(k, [...lead, k.at(-2)!, q.at(-1)!]) && sameShape(v, [...lead, k.at(-2)!, v.at(-1)!]);
  if (fits) return;
  throw new AutodiffError(`q ${shapeText(q)}, k ${shapeText(k)} and v ${shapeText(v)} do not attend`, "Use [..., N, D], [..., M, D], [..., M, E]");
}
