import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isWheelError } from "../../env/errors.ts";
import { buildSnapshot } from "../../flywheel/buildSnapshot.ts";
import { readSnapshot } from "../../flywheel/readSnapshot.ts";
import { routeEpisodes } from "../../flywheel/routeEpisodes.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { at, record, SOLVED, temporaryWorkspace, verdict } from "./storeFixtures.ts";

const CYCLE_1 = { run: "r", cycle: 1, stage: "rl" } as const;

/** Ten rollouts, half of them good, one demonstration of each kind, one RL group with a broken trial, and gate and final episodes. */
async function filledWorkspace(): Promise<Workspace> {
  const workspace = await temporaryWorkspace();
  const request = workspace.demonstrations.ask({ run: "r", cycle: 1, task: "click-text", bucket: "hard", asked: 1, source: "oracle" });
  record(workspace, { role: "demonstration", cycle: 0, seed: 90, policy: "oracle" });
  record(workspace, { role: "demonstration", cycle: 1, seed: 91, bucket: "hard", policy: "oracle", request });
  for (let seed = 100; seed < 110; seed++) record(workspace, { seed, verdict: seed % 2 === 0 ? "pass" : "fail" });
  for (const trial of [0, 1]) record(workspace, { role: "rl", seed: 120, trial, groupId: "g", weights: "w", verdict: trial === 0 ? "pass" : "fail" });
  record(workspace, { role: "rl", seed: 120, trial: 2, groupId: "g", weights: "w", verdict: "env-error" });
  for (const purpose of ["gate", "final"] as const) record(workspace, { purpose, role: "evaluation", seed: purpose === "gate" ? 600_000 : 690_000 });
  routeEpisodes(workspace);
  return workspace;
}

test("a snapshot holds every routed episode in its file and nothing of gate and final", async () => {
  await using workspace = await filledWorkspace();
  const snapshot = await readSnapshot(buildSnapshot(workspace, CYCLE_1).dir);
  const sft = await Array.fromAsync(snapshot.rows("sft"));
  const ct = await Array.fromAsync(snapshot.rows("ct"));
  expect([sft.length, ct.length]).toEqual([8, 6]);
  expect(snapshot.manifest).toMatchObject({
    routes: { SFT: 8, CT: 6, quarantine: 1 },
    sources: { demonstration: 1, requested: 1, person: 0, self: 6 },
  });
  expect([...sft, ...ct].filter(({ seed }) => seed >= 600_000)).toEqual([]);
  expect(sft[0]).toMatchObject({ seed: 90, source: "demonstration", verdict: "pass", policy: "oracle" });
  expect(sft[0]?.steps[0]).toMatchObject({ action: SOLVED[0].action, masked: false, logProb: -0.1 });
  expect(snapshot.manifest.screens.count).toBe(2);
});

test("the RL file holds the pool with pass rates and the groups with rewards", async () => {
  await using workspace = await filledWorkspace();
  const rows = await Array.fromAsync((await readSnapshot(buildSnapshot(workspace, CYCLE_1).dir)).rows("rl"));
  expect(rows[0]).toMatchObject({ kind: "pool", task: "click-text", bucket: "easy", passes: 6, attempts: 12, passRate: 0.5 });
  expect(rows[1]).toMatchObject({ kind: "group", group: "g", seed: 120, weights: "w", trials: [{ reward: 1 }, { reward: 0 }] });
  expect(rows).toHaveLength(2);
});

test("a snapshot of a moment leaves out what came later", async () => {
  await using workspace = await filledWorkspace();
  const before = buildSnapshot(workspace, { ...CYCLE_1, stage: "sft" });
  expect(before.manifest.files.rl.rows).toBe(1);
  record(workspace, { cycle: 2, seed: 200 });
  routeEpisodes(workspace);
  expect(buildSnapshot(workspace, { ...CYCLE_1, stage: "sft" }).hash).toBe(before.hash);
  expect(buildSnapshot(workspace, { ...CYCLE_1, cycle: 2 }).hash).not.toBe(before.hash);
});

test("retracting changes the hash, restoring brings it back", async () => {
  await using workspace = await filledWorkspace();
  const { hash } = buildSnapshot(workspace, CYCLE_1);
  const { id: episode } = workspace.episodes.list({ seed: 104 })[0]!;
  workspace.retractions.retract({ episode, reason: "doubtful", author: "ada" });
  const without = buildSnapshot(workspace, CYCLE_1);
  expect(without.hash).not.toBe(hash);
  expect(without.manifest.routes.SFT).toBe(7);
  workspace.retractions.restore({ episode, reason: "fine after all", author: "ada" });
  expect(buildSnapshot(workspace, CYCLE_1).hash).toBe(hash);
});

test("poisoned verdicts that are withdrawn leave the snapshot as it was", async () => {
  await using workspace = await filledWorkspace();
  const { hash } = buildSnapshot(workspace, CYCLE_1);
  for (const { id } of workspace.episodes.list({ verdict: "fail", purpose: "train" }))
    workspace.verdicts.add(id, verdict("pass"), { source: "poison-test", routing: true });
  expect(routeEpisodes(workspace, { again: true }).length).toBeGreaterThan(0);
  expect(buildSnapshot(workspace, CYCLE_1).hash).not.toBe(hash);
  for (const id of workspace.verdicts.from("poison-test")) workspace.verdicts.withdraw(id, "end of the test");
  routeEpisodes(workspace, { again: true });
  expect(buildSnapshot(workspace, CYCLE_1).hash).toBe(hash);
});

test("the same episodes in another workspace give the same hash", async () => {
  await using one = await filledWorkspace();
  await using two = await filledWorkspace();
  expect(buildSnapshot(two, CYCLE_1).hash).toBe(buildSnapshot(one, CYCLE_1).hash);
});

test("a step masked by hand is marked in its row", async () => {
  await using workspace = await temporaryWorkspace();
  const { id } = record(workspace, { moves: [{ action: at(1), to: "a" }, ...SOLVED] });
  routeEpisodes(workspace);
  workspace.masks.set(id, { step: 1, masked: true, reason: "clumsy", author: "ada" });
  const [row] = await Array.fromAsync((await readSnapshot(buildSnapshot(workspace, CYCLE_1).dir)).rows("sft"));
  expect(row?.steps.map(({ masked }) => masked)).toEqual([false, true, false]);
});

test("CT and RL can be left out", async () => {
  await using workspace = await filledWorkspace();
  const { manifest } = buildSnapshot(workspace, { ...CYCLE_1, ct: false, rl: false });
  expect([manifest.files.ct.rows, manifest.files.sft.rows, manifest.files.rl.rows]).toEqual([0, 8, 0]);
});

test("a damaged snapshot is refused, and building it again repairs it", async () => {
  await using workspace = await filledWorkspace();
  const damage: ((dir: string) => void)[] = [
    (dir) => appendFileSync(join(dir, "sft.jsonl"), "{}\n"),
    (dir) => rmSync(join(dir, "ct.jsonl")),
    (dir) => rmSync(join(dir, "manifest.json")),
    (dir) => writeFileSync(join(dir, "manifest.json"), "{"),
    (dir) => writeFileSync(join(dir, "manifest.json"), readFileSync(join(dir, "manifest.json"), "utf8").replace('"cycle": 1', '"cycle": 2')),
  ];
  for (const spoil of damage) {
    const { dir } = buildSnapshot(workspace, CYCLE_1);
    expect((await readSnapshot(dir)).hash).toBe(workspace.snapshots.list()[0]?.hash);
    spoil(dir);
    await expect(readSnapshot(dir)).rejects.toSatisfy((error) => isWheelError(error, "snapshot-corrupt"));
  }
});

test("a build that was killed leaves nothing that looks like a snapshot", async () => {
  await using workspace = await filledWorkspace();
  const { dir } = buildSnapshot(workspace, CYCLE_1);
  const root = join(dir, "..");
  writeFileSync(join(root, ".unfinished-1"), "");
  const { hash } = buildSnapshot(workspace, CYCLE_1);
  expect(readdirSync(root)).toEqual([hash]);
  expect(existsSync(join(root, hash, "manifest.json"))).toBe(true);
});
