import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isWheelError } from "../../env/errors.ts";
import { buildSnapshot } from "../../flywheel/buildSnapshot.ts";
import { exportSnapshot } from "../../flywheel/exportDataset.ts";
import { readSnapshot, type OpenSnapshot } from "../../flywheel/readSnapshot.ts";
import { routeEpisodes } from "../../flywheel/routeEpisodes.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { record, screen, SOLVED, temporaryFolder, temporaryWorkspace } from "./storeFixtures.ts";

async function snapshotOf(workspace: Workspace): Promise<OpenSnapshot> {
  record(workspace, { seed: 100 });
  record(workspace, { seed: 101, verdict: "fail", moves: [{ ...SOLVED[0], to: "only failed" }] });
  routeEpisodes(workspace);
  return readSnapshot(buildSnapshot(workspace, { run: "r", cycle: 1, stage: "rl" }).dir);
}

test("an export holds rows, images and manifest", async () => {
  await using workspace = await temporaryWorkspace();
  using out = temporaryFolder();
  const snapshot = await snapshotOf(workspace);
  const progress: number[] = [];
  const report = await exportSnapshot(workspace, snapshot, out.path, { onProgress: (done) => progress.push(done) });
  expect(report).toMatchObject({ snapshot: snapshot.hash, rows: 3, images: 3, present: 0 });
  expect(progress).toEqual([1, 2, 3]);
  expect(readdirSync(out.path).toSorted()).toEqual(["ct.jsonl", "images", "manifest.json", "rl.jsonl", "sft.jsonl"]);
  expect(readFileSync(join(out.path, "images", `${screen("only failed").screenHash}.png`), "utf8")).toBe("png of only failed");
  expect(readFileSync(join(out.path, "sft.jsonl"))).toEqual(readFileSync(join(snapshot.dir, "sft.jsonl")));
});

test("an export of one stage brings only its rows and screens", async () => {
  await using workspace = await temporaryWorkspace();
  using out = temporaryFolder();
  const report = await exportSnapshot(workspace, await snapshotOf(workspace), out.path, { stages: ["sft"] });
  expect(report).toMatchObject({ rows: 1, images: 2 });
  expect(readdirSync(out.path).toSorted()).toEqual(["images", "manifest.json", "sft.jsonl"]);
});

test("a dry run counts and writes nothing", async () => {
  await using workspace = await temporaryWorkspace();
  using out = temporaryFolder();
  const target = join(out.path, "new");
  const dry = await exportSnapshot(workspace, await snapshotOf(workspace), target, { dryRun: true });
  expect(existsSync(target)).toBe(false);
  const real = await exportSnapshot(workspace, await readSnapshot(join(workspace.dir, "snapshots", dry.snapshot)), target);
  expect(real).toEqual(dry);
});

test("a stopped export goes on where it was", async () => {
  await using workspace = await temporaryWorkspace();
  using out = temporaryFolder();
  const snapshot = await snapshotOf(workspace);
  const stop = new AbortController();
  const stopped = exportSnapshot(workspace, snapshot, out.path, { onProgress: (done) => done === 2 && stop.abort(), signal: stop.signal });
  await expect(stopped).rejects.toSatisfy((error) => isWheelError(error, "interrupted"));
  expect(existsSync(join(out.path, "manifest.json"))).toBe(false);
  expect(await exportSnapshot(workspace, snapshot, out.path)).toMatchObject({ images: 3, present: 2 });
});

test("an export never lands in the folder of another one", async () => {
  await using workspace = await temporaryWorkspace();
  using out = temporaryFolder();
  const snapshot = await snapshotOf(workspace);
  writeFileSync(join(out.path, "manifest.json"), '{"snapshot": "another"}');
  await expect(exportSnapshot(workspace, snapshot, out.path)).rejects.toSatisfy((error) => isWheelError(error, "usage"));
  rmSync(join(out.path, "manifest.json"));
  await exportSnapshot(workspace, snapshot, out.path);
  expect(await exportSnapshot(workspace, snapshot, out.path)).toMatchObject({ present: 3 });
});
