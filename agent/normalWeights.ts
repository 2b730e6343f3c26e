/** Fresh weights. In: shapes by name, how far each may deviate, a generator per name. Out: normal values with that deviation; zeros where it is 0. */
import type { Rng } from "../env/random.ts";
import type { Tensors } from "./safetensors.ts";

/** One array per shape. `deviation` and `random` are asked by name. */
export function normalWeights(
  shapes: ReadonlyMap<string, readonly number[]>,
  deviation: (name: string, shape: readonly number[]) => number,
  random: (name: string) => Rng,
): Tensors {
  const weights: Tensors = {};
  for (const [name, shape] of shapes) {
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
    weights[name] = values;
    const scale = deviation(name, shape);
    if (scale > 0) fillNormal(values, scale, random(name));
  }
  return weights;
}

function fillNormal(values: Float32Array, deviation: number, random: Rng): void {
  for (let i = 0; i < values.length; i++) {
    values[i] = deviation * Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  }
}
