/** Data out for trainers and in again, as jobs of a core: counted exactly, written, checked, looked into, imported. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Json } from "../../env/json.ts";
import { presetConfig } from "../../flywheel/config.ts";
import { fillWorkspace } from "../flywheel/export/exportFixtures.ts";
import { ended, openCore, type TestCore } from "./openCore.ts";

type Choice = Parameters<TestCore["call"]["datasets"]["countForTrainers"]>[0];

let core: TestCore;
let choice: Choice;
let folder: string;

beforeAll(async () => {
  core = await openCore(async (workspace) => {
    workspace.runs.open("r", presetConfig("smoke") as never, 1);
    await fillWorkspace(workspace);
  });
  const { result } = await ended(core, (await core.call.datasets.freeze({})).job);
  const { hash } = result as { hash: string };
  choice = {
    snapshot: hash.slice(0, 12),
    formats: ["llama-factory", "ms-swift", "trl", "verl", "rl", "atif", "tables", "records"],
    dialect: "qwen3-vl",
    pictures: 2,
    splitBy: "template",
    validation: 0.4,
  };
  folder = join(core.dir, "..", "set");
});
afterAll(async () => {
  expect(core.log).toEqual([]);
  await core[Symbol.asyncDispose]();
});

const done = async ({ job }: { readonly job: string }): Promise<Json> => {
  const { state, problem, result } = await ended(core, job);
  expect([state, problem]).toEqual(["done", null]);
  return result;
};

test("counts are exact: what is written afterwards has the same rows and bytes", async () => {
  const { job } = await core.call.datasets.countForTrainers(choice);
  await done({ job });
  expect(existsSync(folder)).toBe(false);
  const counted = await core.call.datasets.counted({ job });
  expect(counted.episodes).toMatchObject({ offered: 10, kept: 10, contaminated: { episodes: 0 } });
  expect(await done(await core.call.datasets.exportForTrainers({ ...choice, folder }))).toEqual({ folder, rows: counted.rows, bytes: counted.bytes });
  for (const { path, rows } of counted.files.filter((file) => file.path.endsWith(".jsonl"))) {
    expect([path, readFileSync(join(folder, path), "utf8").split("\n").length - 1]).toEqual([path, rows]);
  }
});

test("rows are shown as conversations, of every kind, with pictures that the workspace has", async () => {
  const { job } = await core.call.datasets.countForTrainers({ ...choice, formats: ["trl"] });
  await done({ job });
  const { sample } = await core.call.datasets.counted({ job });
  expect(new Set(sample.map(({ kind }) => kind))).toEqual(new Set(["sft", "kto", "dpo", "ct", "ct_text"]));
  const screens = sample.flatMap(({ messages }) =>
    messages.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === "picture" ? [part.screen] : []))),
  );
  expect(screens.length).toBeGreaterThan(0);
  for (const screen of screens) expect(core.core.workspace.blobs.get(screen)).not.toBeNull();
  const dpo = sample.find(({ kind }) => kind === "dpo")!;
  expect(dpo.answers.map(({ is }) => is)).toEqual(["chosen", "rejected"]);
  // A list of jobs carries none of it.
  expect(JSON.stringify(await core.call.jobs.list())).not.toContain("chosen");
});

test("a job that counted nothing has no counts", async () => {
  const { job } = await core.call.datasets.freeze({});
  await expect(core.call.datasets.counted({ job })).rejects.toMatchObject({ data: { code: "usage" } });
  await ended(core, job);
});

test("a stopped export leaves nothing, a folder that holds something is not touched, an unknown snapshot is refused", async () => {
  const other = join(core.dir, "..", "stopped");
  const { job } = await core.call.datasets.exportForTrainers({ ...choice, folder: other });
  await core.call.jobs.cancel({ id: job });
  expect((await ended(core, job)).state).toBe("stopped");
  expect(existsSync(other)).toBe(false);
  mkdirSync(other);
  writeFileSync(join(other, "mine.txt"), "mine");
  const refused = await ended(core, (await core.call.datasets.exportForTrainers({ ...choice, folder: other })).job);
  expect(refused).toMatchObject({ state: "failed", problem: { message: expect.stringContaining("already holds something") } });
  await expect(core.call.datasets.countForTrainers({ ...choice, snapshot: "ffff" })).rejects.toMatchObject({ data: { code: "usage" } });
});

test("a folder is looked into before it is imported: the look writes nothing", async () => {
  await using empty = await openCore();
  const looked = await ended(empty, (await empty.call.datasets.import({ folder, dialect: "ui-tars-1.5", dryRun: true })).job);
  expect(looked.result).toMatchObject({ kind: "flywheel", episodes: 10, present: 0, dryRun: true });
  expect((await empty.call.episodes.list({ filter: {} })).total).toBe(0);
  const imported = await ended(empty, (await empty.call.datasets.import({ folder, dialect: "ui-tars-1.5", dryRun: false })).job);
  expect(imported.result).toMatchObject({ episodes: 10, dryRun: false });
  expect((await empty.call.episodes.list({ filter: {} })).total).toBe(10);
  expect(empty.log).toEqual([]);
  // Where they came from, they are there already.
  expect(await done(await core.call.datasets.import({ folder, dialect: "ui-tars-1.5", dryRun: true }))).toMatchObject({ episodes: 0, present: 10 });
});

test("a sound folder is said to be, a damaged one with what is wrong, and another one is no export", async () => {
  expect(await done(await core.call.datasets.verifyExport({ folder }))).toMatchObject({ problems: [], more: 0 });
  appendFileSync(join(folder, "README.md"), "one more line");
  expect(await done(await core.call.datasets.verifyExport({ folder }))).toMatchObject({ problems: [{ path: "README.md" }] });
  const none = await ended(core, (await core.call.datasets.verifyExport({ folder: core.dir })).job);
  expect(none).toMatchObject({ state: "failed", problem: { code: "export-corrupt" } });
});
