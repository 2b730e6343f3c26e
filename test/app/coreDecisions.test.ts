/** A gate that waits for a person, and what people decide about checkpoints: at once, with consequences that are seen, and undone. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { saveCheckpoint } from "../../agent/checkpoint.ts";
import { initialWeights, type NetworkConfig } from "../../agent/model/network.ts";
import { presetConfig } from "../../flywheel/config.ts";
import { openCore, type TestCore } from "./openCore.ts";
import { ended } from "./openCore.ts";

const network: NetworkConfig = { width: 16, layers: 1, heads: 2, cropWidth: 8 };
const found = {
  kind: "decided",
  decision: "promote",
  counts: { both: 20, onlyA: 9, onlyB: 1, neither: 2 },
  difference: { estimate: 0.25, low: 0.1, high: 0.4 },
  p: 0.011,
  reasons: [{ name: "better", passed: true, detail: "sign test" }],
};

let core: TestCore;
const statuses = async (): Promise<string[]> =>
  (await core.call.checkpoints.list({})).map(({ cycle, status, waits }) => `${cycle} ${status}${waits ? ", waits" : ""}`);

beforeAll(async () => {
  core = await openCore((workspace) => {
    workspace.runs.open("r", presetConfig("smoke") as never, 1);
    for (const cycle of [0, 1])
      workspace.checkpoints.add({
        id: `r.c${cycle}`,
        run: "r",
        cycle,
        path: `checkpoints/r.c${cycle}`,
        parents: cycle === 0 ? [] : ["r.c0"],
        snapshot: null,
        scores: {},
      });
    workspace.checkpoints.decide("r.c0", "promote", { kind: "first", reason: "nobody acts yet" }, "gate");
    for (const [cycle, result] of [[0, { kind: "first" }] as const, [1, { ...found, incumbent: "r.c0", waits: true }] as const]) {
      workspace.stages.begin("r", cycle, "decide");
      workspace.stages.finish("r", cycle, "decide", result);
    }
  });
  const facts = {
    network,
    perceptionVersion: "x",
    parents: [],
    snapshot: null,
    seed: 1,
    demonstrations: {},
    sampling: { temperature: 0, exploration: 0 },
    training: {},
  };
  const weights = initialWeights(network, 1);
  for (const cycle of [0, 1])
    await saveCheckpoint(
      join(core.dir, `checkpoints/r.c${cycle}`),
      { ...facts, id: `r.c${cycle}`, cycle },
      { raw: weights, ema: weights, optimiser: null },
    );
});

afterAll(async () => {
  expect(core.log).toEqual([]);
  await core[Symbol.asyncDispose]();
});

test("a gate that asks waits in the open while the incumbent acts", async () => {
  expect(await statuses()).toEqual(["0 acting", "1 candidate, waits"]);
  expect(await core.call.workspace.waiting()).toMatchObject([{ kind: "gate", candidate: { cycle: 1 }, sentence: "+.250 [+.100, +.400], p .011" }]);
  expect((await core.call.runs.wheel({})).gate).toMatchObject({ outcome: "waits", pairs: 32 });
});

test("a promotion happens at once, is undone as one act, and can be made again", async () => {
  const done = await core.call.checkpoints.decide({ id: "r.c1", action: "promote", reason: "looks right" });
  expect(done.acting).toMatchObject({ id: "r.c1" });
  expect(await statuses()).toEqual(["0 retired", "1 acting"]);
  expect(await core.call.workspace.waiting()).toEqual([]);
  await core.call.acts.undo({ id: done.act! });
  expect(await statuses()).toEqual(["0 acting", "1 candidate, waits"]);
  const hold = await core.call.checkpoints.decide({ id: "r.c1", action: "hold", reason: "not yet" });
  expect(await statuses()).toEqual(["0 acting", "1 held"]);
  await core.call.acts.undo({ id: hold.act! });
  await core.call.checkpoints.decide({ id: "r.c1", action: "promote" });
  await core.call.checkpoints.decide({ id: "r.c1", action: "rollback", reason: "clicks twice" });
  expect(await statuses()).toEqual(["0 acting", "1 discarded"]);
  await core.call.acts.undo({});
  expect(await statuses()).toEqual(["0 retired", "1 acting"]);
  expect((await core.call.checkpoints.decisions({})).map(({ action, author }) => [action, author === "gate"])).toEqual([
    ["promote", true],
    ["promote", false],
    ["rollback", false],
    ["hold", false],
    ["hold", false],
    ["promote", false],
    ["rollback", false],
    ["promote", false],
  ]);
});

test("what makes no sense is refused, and nothing is changed", async () => {
  const decide = (id: string, action: "promote" | "hold" | "rollback", reason = "") => core.call.checkpoints.decide({ id, action, reason });
  await expect(decide("r.c1", "promote")).rejects.toMatchObject({ message: "r.c1 acts already." });
  await expect(decide("r.c0", "hold")).rejects.toMatchObject({ message: "A reason is missing." });
  await expect(decide("r.c1", "hold", "x")).rejects.toMatchObject({ message: "r.c1 acts." });
  await expect(decide("r.c0", "rollback", "x")).rejects.toMatchObject({ data: { code: "usage" } });
  await expect(decide("r.c9", "promote")).rejects.toMatchObject({ data: { code: "unknown-checkpoint" } });
  expect(await statuses()).toEqual(["0 retired", "1 acting"]);
});

test("a checkpoint's folder is exported, and brought in elsewhere as a candidate", async () => {
  const folder = join(core.dir, "..", "exported");
  const { job } = await core.call.checkpoints.export({ id: "r.c0", folder });
  expect(await ended(core, job)).toMatchObject({ state: "done", result: { folder } });
  const { id } = await core.call.checkpoints.import({ folder });
  expect(id).toBe("r.c0+exported");
  expect((await core.call.checkpoints.get({ id })).checkpoint).toMatchObject({ status: "candidate", onTheWay: false });
  await expect(core.call.checkpoints.import({ folder: core.dir })).rejects.toMatchObject({ data: { code: "checkpoint-corrupt" } });
});
