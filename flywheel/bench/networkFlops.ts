/**
 * Floating point operations of one training step of the built-in network: its matrix products, and nothing else.
 * In: configuration, layout, batch. Out: operations. A product costs once forward and once per operand that needs a gradient:
 * token features, crops and relations are data and need none.
 */
import { MODEL_KINDS } from "../../agent/model/actionSpace.ts";
import { CROP, FEATURES } from "../../agent/model/features.ts";
import { HASH_SIZE } from "../../agent/model/hashing.ts";
import { weightShapes, type NetworkConfig } from "../../agent/model/network.ts";
import { FORMS, NUMBERS } from "../../agent/model/typing.ts";
import type { Layout } from "../../agent/model/layout.ts";

/** Multiply-adds of one sample forward, and how many operands get a gradient. */
interface Product {
  readonly multiplyAdds: number;
  readonly gradients: 0 | 1 | 2;
}

/** Operations of forward and backward pass for a whole batch. */
export function networkTrainingFlops(config: NetworkConfig, layout: Layout, batch: number): number {
  return batch * products(config, layout).reduce((sum, { multiplyAdds, gradients }) => sum + 2 * multiplyAdds * (1 + gradients), 0);
}

function products(config: NetworkConfig, { tokens: n, elements }: Layout): Product[] {
  const { width: d, layers, heads, cropWidth } = config;
  // Gates of all relations, and one constant column that bars padding.
  const gates = weightShapes(config).get("gates")![1]! + 1;
  const product = (multiplyAdds: number, gradients: Product["gradients"]): Product => ({ multiplyAdds, gradients });
  const layer = [
    product(heads * gates * n * n, 1), // relation bias
    product(4 * n * d * d, 2), // query, key, value, out
    product(2 * n * n * d, 2), // scores, mixture
    product(8 * n * d * d, 2), // perceptron
  ];
  return [
    product(n * FEATURES * d, 1), // embedding
    product(elements * CROP * cropWidth, 1), // crop encoder
    product(elements * cropWidth * d, 2),
    product(n * n * HASH_SIZE, 0), // string match
    ...Array.from({ length: layers }, () => layer).flat(),
    product(d * MODEL_KINDS.length, 2), // kind of action
    product(4 * d * d + 2 * n * d * d + 4 * n * d, 2), // pointers: queries, keys, scores
    product(d * FORMS.length + 2 * d * (d + NUMBERS), 2), // form of typing, numbers
    product(d * d, 1), // value, reads a stopped gradient
    product(d, 2),
    product(n * d, 2), // what will change
  ];
}
