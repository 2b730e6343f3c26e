import { expect, test } from "vitest";
import { Session } from "../../agent/autodiff/index.ts";
import { MODEL_KINDS } from "../../agent/model/actionSpace.ts";
import { choose, ON_POLICY, type Logits } from "../../agent/model/choose.ts";
import { emptyInputs, writeScene } from "../../agent/model/features.ts";
import { inferenceModel } from "../../agent/model/inferenceModel.ts";
import { layoutFor } from "../../agent/model/layout.ts";
import { initialWeights } from "../../agent/model/network.ts";
import { DEFAULT_OBJECTIVE } from "../../agent/model/objective.ts";
import { buildScene } from "../../agent/model/scene.ts";
import { NetworkTrainer } from "../../agent/training/networkTrainer.ts";
import { reinforcementSample } from "../../agent/training/sample.ts";
import { rng } from "../../env/random.ts";
import { twoButtons } from "./sceneFixtures.ts";

const network = { width: 16, layers: 1, heads: 2, cropWidth: 8 };
const weights = initialWeights(network, 3);
// Fresh weights rarely type.
for (const kind of ["type", "type-number"] as const) weights["kind.bias"]![MODEL_KINDS.indexOf(kind)] = 3;
const scene = buildScene("Type 12 or the sum of 4 and 9.", twoButtons, []);

async function logits(): Promise<Logits> {
  const layout = layoutFor([scene]);
  const inputs = emptyInputs(layout, 1);
  writeScene(inputs, layout, 0, scene);
  await using session = await Session.open(inferenceModel(network, layout), { threads: 1 });
  return (await session.run({ ...weights, ...inputs })) as unknown as Logits;
}

test.for([1, 1.5])(
  "training gives every action sampled at %d the log-probability that acting logged, numbers by either way included",
  async (temperature) => {
    const seen = await logits();
    const decisions = Array.from({ length: 400 }, (_, i) => choose(seen, scene, { ...ON_POLICY, temperature }, rng("log", i)));
    const samples = decisions.map(({ action, logProb }) => {
      const step = { perception: twoButtons, action, next: null, changed: false, masked: false, logProb: logProb! };
      const episode = {
        id: "e",
        task: "t",
        bucket: "b",
        seed: 1,
        cycle: 1,
        source: "self" as const,
        instruction: scene.instruction,
        success: 1 as const,
        steps: [step],
      };
      return reinforcementSample({ episode, index: 0, step, scene, history: [] }, 1)!;
    });
    const both = samples.filter(({ targets }) => targets!.kind === "type" && targets!.number !== null);
    expect(both.length).toBeGreaterThan(0);
    expect(samples.filter(({ targets }) => targets!.kind === "type-number").length).toBeGreaterThan(0);
    await using trainer = await NetworkTrainer.open({
      network,
      objective: { ...DEFAULT_OBJECTIVE, temperature },
      weights,
      batch: 16,
      threads: 1,
      weightDecay: 0,
      clipNorm: 1,
      emaDecay: 0,
    });
    const predicted = await trainer.predict(samples);
    for (const [i, { logProb }] of predicted.entries()) expect(logProb).toBeCloseTo(samples[i]!.oldLogProb, 4);
  },
);
