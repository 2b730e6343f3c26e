/** Weights in the inference worker, by a tiny network and the real thread. */
import { expect, test } from "vitest";
import { emptyInputs } from "../../agent/model/features.ts";
import { Inference } from "../../agent/model/inference.ts";
import { layoutFor } from "../../agent/model/layout.ts";
import { initialWeights } from "../../agent/model/network.ts";

const network = { width: 32, layers: 1, heads: 2, cropWidth: 16 };
const layout = layoutFor([]);
const inputs = emptyInputs(layout, 1);
for (const values of Object.values(inputs)) values.fill(1);

test("weights that others took the place of are read again, and say the same; those in use are read once", async () => {
  await using inference = new Inference();
  const seeds = Array.from({ length: 20 }, (_, at) => at);
  const reads = seeds.map(() => 0);
  for (const seed of seeds) {
    inference.offer(`c${seed}`, network, async () => {
      reads[seed]!++;
      return initialWeights(network, seed);
    });
  }
  const ask = async (seed: number): Promise<string> => JSON.stringify(await inference.predict(`c${seed}`, layout, inputs));
  const askAll = async (): Promise<string[]> => {
    const answers = [];
    for (const seed of seeds) answers.push(...(await Promise.all([ask(seed), ask(0)])).slice(0, 1));
    return answers;
  };
  const [once, again] = [await askAll(), await askAll()];
  expect(again).toEqual(once);
  expect(new Set(once).size).toBe(seeds.length);
  expect(reads).toEqual(seeds.map((seed) => (seed === 0 ? 1 : 2)));
});

test("weights nobody offered are an error, and so is a folder that cannot be read", async () => {
  await using inference = new Inference();
  await expect(inference.predict("c1", layout, inputs)).rejects.toThrow("No weights were offered as c1.");
  inference.offer("c1", network, () => Promise.reject(new Error("gone")));
  await expect(inference.predict("c1", layout, inputs)).rejects.toThrow("gone");
});
