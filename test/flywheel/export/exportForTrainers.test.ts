import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isWheelError } from "../../../env/errors.ts";
import { hashFile } from "../../../flywheel/readSnapshot.ts";
import { routeEpisodes } from "../../../flywheel/routeEpisodes.ts";
import { verifyExport } from "../../../flywheel/export/verifyExport.ts";
import { temporaryFolder, temporaryWorkspace } from "../storeFixtures.ts";
import { exportNow, fillWorkspace, playPictures, press } from "./exportFixtures.ts";

interface Row {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly images: readonly string[];
  readonly label?: boolean;
  readonly chosen?: { readonly content: string };
  readonly rejected?: { readonly content: string };
}

const rows = (dir: string, name: string): Row[] =>
  readFileSync(join(dir, name), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);

/** Digest of every file by its path. */
const contents = (dir: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(dir, { recursive: true, encoding: "utf8" })
      .filter((path) => statSync(join(dir, path)).isFile())
      .map((path) => [path, hashFile(join(dir, path))]),
  );

test("one folder holds all formats, and verifies", async () => {
  await using workspace = await temporaryWorkspace();
  using out = temporaryFolder();
  await fillWorkspace(workspace);
  const target = join(out.path, "set");
  const report = await exportNow(workspace, target, { splitBy: "none" });
  expect(report.episodes).toMatchObject({ offered: 10, kept: 10, contaminated: { episodes: 0 }, nearDuplicates: 0 });
  const { problems, rows: read } = verifyExport(target);
  expect(problems).toEqual([]);
  expect(read).toBeGreaterThan(40);
  const names = readdirSync(target).toSorted();
  expect(names).toEqual(
    expect.arrayContaining([
      "README.md",
      "croissant.json",
      "dataset_info.json",
      "images",
      "jsonl",
      "manifest.json",
      "records",
      "rl",
      "steps.parquet",
      "traj",
      "train",
      "trl",
      "verl",
    ]),
  );
});

test("an answer is only a step worth imitating, with its pictures in place", async () => {
  await using workspace = await temporaryWorkspace();
  using out = temporaryFolder();
  await fillWorkspace(workspace);
  const target = join(out.path, "set");
  await exportNow(workspace, target, { splitBy: "none" });
  const sft = rows(target, "jsonl/sft.jsonl");
  // Four solved twice, a corrected one with three steps, two of three trials.
  expect(sft).toHaveLength(4 * 2 + 3 + 2 * 2);
  for (const { messages, images } of sft) {
    expect(messages.at(-1)!.role).toBe("assistant");
    expect(messages.map(({ content }) => content.split("<image>").length - 1).reduce((a, b) => a + b)).toBe(images.length);
    for (const image of images) expect(existsSync(join(target, image))).toBe(true);
  }
  const kto = rows(target, "jsonl/kto.jsonl");
  expect(kto.filter(({ label }) => label === true)).toHaveLength(sft.length);
  expect(kto.some(({ label }) => label === false)).toBe(true);
  const dpo = rows(target, "jsonl/dpo_llamafactory.jsonl");
  expect(dpo.length).toBeGreaterThanOrEqual(3);
  for (const { chosen, rejected, messages } of dpo) {
    expect(chosen!.content).not.toBe(rejected!.content);
    expect(messages.at(-1)!.role).toBe("user");
  }
});

test("the same snapshot gives the same bytes", async () => {
  await using workspace = await temporaryWorkspace();
  using out = temporaryFolder();
  await fillWorkspace(workspace);
  await exportNow(workspace, join(out.path, "a"));
  await exportNow(workspace, join(out.path, "b"));
  expect(contents(join(out.path, "b"))).toEqual(contents(join(out.path, "a")));
});

test("a dry run counts exactly what would be written, and writes nothing", async () => {
  await using workspace = await temporaryWorkspace();
  using out = temporaryFolder();
  await fillWorkspace(workspace);
  const dry = await exportNow(workspace, join(out.path, "set"), { dryRun: true });
  expect(readdirSync(out.path)).toEqual([]);
  expect(await exportNow(workspace, join(out.path, "set"))).toEqual(dry);
});

test("templates stay together: no template is in both splits", async () => {
  await using workspace = await temporaryWorkspace();
  using out = temporaryFolder();
  await fillWorkspace(workspace);
  const report = await exportNow(workspace, join(out.path, "set"), { validation: 0.5 });
  expect(report.episodes.validation).toBeGreaterThan(0);
  const of = (name: string): Set<string> =>
    new Set(rows(join(out.path, "set"), name).map(({ messages }) => /Press 10\d/.exec(messages.map((one) => one.content).join())![0]));
  const validation = of("jsonl/sft_validation.jsonl");
  expect([...of("jsonl/sft.jsonl")].filter((instruction) => validation.has(instruction))).toEqual([]);
});

test("exam questions are left out at each level, and counted", async () => {
  await using workspace = await temporaryWorkspace();
  using out = temporaryFolder();
  await fillWorkspace(workspace);
  const gate = { purpose: "gate", role: "evaluation" } as const;
  await playPictures(workspace, { ...gate, seed: 600_001, instruction: "press 101!", from: 90, moves: [[press(1), 91]] });
  await playPictures(workspace, { ...gate, seed: 600_002, instruction: "Something else", from: 20, moves: [[press(1), 91]] });
  await playPictures(workspace, { purpose: "final", role: "evaluation", seed: 690_002, instruction: "Again", from: 99, moves: [[press(1), 91]] });
  const checker = (seed: number): unknown => (seed === 103 || seed === 690_002 ? "the same" : seed);
  const task = { id: "click-text", version: 1, instance: (seed: number) => ({ params: checker(seed), feasible: true }) };
  const report = await exportNow(workspace, join(out.path, "set"), { tasks: [task as never], splitBy: "none" });
  expect(report.episodes.contaminated).toEqual({ episodes: 3, instruction: 1, "start state": 1, checker: 1 });
  expect(report.episodes.kept).toBe(7);
  const text = readFileSync(join(out.path, "set", "records/episodes.jsonl"), "utf8") + readFileSync(join(out.path, "set", "jsonl/sft.jsonl"), "utf8");
  for (const seed of [101, 102, 103]) expect(text).not.toContain(`Press ${seed}`);
});

test("an instruction that all exam questions share is no reason to leave a task out", async () => {
  await using workspace = await temporaryWorkspace();
  using out = temporaryFolder();
  await playPictures(workspace, {
    seed: 100,
    instruction: "Press it",
    from: 0,
    moves: [
      [press(10), 1],
      [{ kind: "done" }, 1],
    ],
  });
  for (const seed of [0, 1, 2, 3, 4]) {
    await playPictures(workspace, {
      purpose: "gate",
      role: "evaluation",
      seed: 600_000 + seed,
      instruction: "Press it",
      from: 10 + seed,
      moves: [[press(1), 30]],
    });
  }
  routeEpisodes(workspace);
  const report = await exportNow(workspace, join(out.path, "set"));
  expect(report.episodes).toMatchObject({ kept: 1, contaminated: { episodes: 0 } });
});

test("an episode that nearly equals an earlier one is in no training row, but in the records", async () => {
  await using workspace = await temporaryWorkspace();
  using out = temporaryFolder();
  await playPictures(workspace, {
    seed: 100,
    from: 0,
    moves: [
      [press(10), 1],
      [{ kind: "done" }, 1],
    ],
  });
  await playPictures(workspace, {
    seed: 101,
    from: 0,
    moves: [
      [press(13), 1],
      [{ kind: "done" }, 1],
    ],
  });
  await playPictures(workspace, {
    seed: 102,
    from: 0,
    moves: [
      [press(40), 1],
      [{ kind: "done" }, 1],
    ],
  });
  routeEpisodes(workspace);
  const target = join(out.path, "set");
  const report = await exportNow(workspace, target, { splitBy: "none" });
  expect(report.episodes).toMatchObject({ kept: 3, nearDuplicates: 1 });
  expect(rows(target, "jsonl/sft.jsonl")).toHaveLength(4);
  expect(rows(target, "records/episodes.jsonl")).toHaveLength(3);
});

test("steps that a dialect cannot express are dropped and counted", async () => {
  await using workspace = await temporaryWorkspace();
  using out = temporaryFolder();
  await playPictures(workspace, {
    seed: 100,
    from: 0,
    moves: [
      [{ kind: "hover", at: { x: 5, y: 5 } }, 1],
      [press(10), 2],
    ],
  });
  routeEpisodes(workspace);
  const { dropped } = await exportNow(workspace, join(out.path, "set"), { dialect: "ui-tars-1.5", splitBy: "none" });
  expect(Object.values(dropped).reduce((a, b) => a + b, 0)).toBeGreaterThan(0);
  expect(rows(join(out.path, "set"), "jsonl/sft.jsonl")).toHaveLength(1);
});

test("an export never lands in a folder that holds something, and a stopped one leaves nothing", async () => {
  await using workspace = await temporaryWorkspace();
  using out = temporaryFolder();
  await fillWorkspace(workspace);
  writeFileSync(join(out.path, "note"), "mine");
  await expect(exportNow(workspace, out.path)).rejects.toSatisfy((error) => isWheelError(error, "usage"));
  const stop = new AbortController();
  const stopped = exportNow(workspace, join(out.path, "set"), { signal: stop.signal, onProgress: (done) => done === 3 && stop.abort() });
  await expect(stopped).rejects.toSatisfy((error) => isWheelError(error, "interrupted"));
  expect(readdirSync(out.path)).toEqual(["note"]);
});

test("a folder that was changed does not verify", async () => {
  await using workspace = await temporaryWorkspace();
  using out = temporaryFolder();
  await fillWorkspace(workspace);
  const target = join(out.path, "set");
  await exportNow(workspace, target);
  writeFileSync(join(target, "jsonl", "sft.jsonl"), readFileSync(join(target, "jsonl", "sft.jsonl"), "utf8").replace("assistant", "Assistant"));
  expect(verifyExport(target).problems.map(({ path }) => path)).toEqual(["jsonl/sft.jsonl"]);
});
