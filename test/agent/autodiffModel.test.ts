/** A whole transformer's loss and gradients against jax-js, an independent implementation of automatic differentiation. */
import { nn, numpy as np, valueAndGrad } from "@jax-js/jax";
import { expect, test } from "vitest";
import { gradients, Graph, Session, type Tensor } from "../../agent/autodiff/index.ts";
import {
  transformerBatch,
  transformerInputs,
  transformerLoss,
  transformerParameters,
  transformerWeights,
} from "../../agent/autodiff/referenceTransformer.ts";

// More rows than columns in every matrix, so that layer norms are absorbed into the linear layers after them.
const SIZE = { batch: 6, tokens: 12, inputs: 10, width: 16, layers: 2, heads: 4, classes: 5 };
type Arrays = Record<string, np.Array>;

/** The same transformer in jax-js. Its arrays are reference-counted: `.ref` is taken wherever one is read. */
function jaxLoss(weights: Arrays, inputs: Arrays): np.Array {
  const { batch, tokens, heads, width, layers } = SIZE;
  const weight = (name: string): np.Array => weights[name]!.ref;
  const input = (name: string): np.Array => inputs[name]!.ref;
  const dense = (x: np.Array, name: string): np.Array => np.matmul(x, weight(`${name}.weight`)).add(weight(`${name}.bias`));
  const norm = (x: np.Array, name: string): np.Array =>
    nn
      .standardize(x, -1, { epsilon: 1e-5 })
      .mul(weight(`${name}.gain`))
      .add(weight(`${name}.bias`));
  const split = (x: np.Array): np.Array => x.reshape([batch, tokens, heads, width / heads]).transpose([0, 2, 1, 3]);
  let x = dense(input("x"), "in");
  for (let layer = 0; layer < layers; layer++) {
    const name = `layer${layer}`;
    const normed = norm(x.ref, `${name}.attend`);
    const part = (of: string): np.Array => split(dense(normed.ref, `${name}.${of}`));
    const scores = np
      .matmul(part("query"), part("key").transpose([0, 1, 3, 2]))
      .mul(1 / Math.sqrt(width / heads))
      .add(input("bias"));
    const mixed = np
      .matmul(nn.softmax(scores, -1), part("value"))
      .transpose([0, 2, 1, 3])
      .reshape([batch * tokens, width]);
    x = x.add(dense(mixed, `${name}.out`));
    x = x.ref.add(dense(nn.relu(dense(norm(x, `${name}.mlp`), `${name}.up`)), `${name}.down`));
  }
  const logProbabilities = nn.logSoftmax(dense(norm(x, "final"), "classes"), -1);
  return np.mean(np.sum(logProbabilities.mul(input("target")), -1)).neg();
}

function toJax(values: Record<string, Float32Array>, shapes: Record<string, readonly number[]>): Arrays {
  const arrays = Object.entries(shapes).map(([name, shape]) => [name, np.array(values[name]!.slice()).reshape([...shape])]);
  return Object.fromEntries(arrays) as Arrays;
}

test("loss and every gradient of a transformer agree with jax-js within 1e-4", async () => {
  const [weights, batch] = [transformerWeights(SIZE), transformerBatch(SIZE)];
  const graph = new Graph();
  const loss = transformerLoss(graph, SIZE);
  const named = gradients(loss, graph.parameters).map((gradient, i): [string, Tensor] => [`grad ${graph.parameters[i]!.name}`, gradient]);
  await using session = await Session.open(graph.toModel({ loss, ...Object.fromEntries(named) }), { threads: 2 });
  const ours = await session.run({ ...weights, ...batch });

  const inputs = toJax(batch, transformerInputs(SIZE));
  const parameters = transformerParameters(SIZE);
  const [value, grads] = valueAndGrad((w: Arrays) => jaxLoss(w, inputs))(toJax(weights, parameters)) as [np.Array, Arrays];
  expect(ours["loss"]?.[0]).toBeCloseTo(value.dataSync()[0]!, 5);
  for (const name of Object.keys(parameters)) {
    const expected = grads[name]!.dataSync() as Float32Array;
    const size = Math.max(...expected.map(Math.abs));
    const error = Math.max(...expected.map((item, i) => Math.abs(item - ours[`grad ${name}`]![i]!)));
    // The gradient of a key's bias is zero but for rounding: softmax does not see a shift common to all keys.
    if (name.endsWith("key.bias")) expect(Math.max(size, error)).toBeLessThan(1e-6);
    else expect(error / size, name).toBeLessThan(1e-4);
  }
});
