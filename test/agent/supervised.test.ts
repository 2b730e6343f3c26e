import { expect, test } from "vitest";
import { initialWeights } from "../../agent/model/network.ts";
import { DEFAULT_OBJECTIVE } from "../../agent/model/objective.ts";
import { NetworkTrainer } from "../../agent/training/networkTrainer.ts";
import type { TrainingEpisode } from "../../agent/training/sample.ts";
import { trainSupervised } from "../../agent/training/supervised.ts";
import { click } from "../../env/action.ts";
import { twoButtons } from "./sceneFixtures.ts";

const network = { width: 16, layers: 1, heads: 2, cropWidth: 8 };

/** Sixteen successes; the first letters of their names come in the order of `letters`. */
function episodes(letters: string): TrainingEpisode[] {
  return letters.split("").map((letter, i) => ({
    id: letter,
    task: "t",
    bucket: "b",
    seed: i,
    cycle: 0,
    source: "demonstration",
    instruction: `Press ${i % 2 === 0 ? "OK" : "Cancel"} for the ${i}th time.`,
    success: 1,
    steps: [
      { perception: twoButtons, action: click({ x: i % 2 === 0 ? 20 : 80, y: 20 }), next: null, changed: true, masked: false, logProb: null },
      { perception: twoButtons, action: { kind: "done" }, next: null, changed: false, masked: false, logProb: null },
    ],
  }));
}

async function learned(letters: string): Promise<unknown> {
  await using trainer = await NetworkTrainer.open({
    network,
    objective: DEFAULT_OBJECTIVE,
    weights: initialWeights(network, 3),
    batch: 8,
    threads: 1,
    weightDecay: 0,
    clipNorm: 1,
    emaDecay: 0,
  });
  const config = { seed: 1, cycle: 0, ctSteps: 0, ctShare: 0, sftSteps: 25, patience: 25, learningRate: 0.01, warmup: 1 };
  const { curve } = await trainSupervised(
    trainer,
    episodes(letters),
    [],
    { ...config, demonstrationShare: 0.3, newestPerBucket: 100, newestCtPerBucket: 100 },
    () => undefined,
  );
  return curve;
}

test("what its episodes are called changes nothing that is learned, so runs with the same training seed begin alike", async () => {
  const curve = await learned("abcdefghijklmnop");
  expect(curve).toContainEqual(expect.objectContaining({ stage: "SFT", heldOut: expect.any(Number) }));
  expect(await learned("ponmlkjihgfedcba")).toEqual(curve);
});
