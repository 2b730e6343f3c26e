import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configureRun } from "../../app/configureRun.ts";
import { gatherReport } from "../../app/report/gatherReport.ts";
import { referenceBudget } from "../../flywheel/reference.ts";
import { readRunResults } from "../../flywheel/runResults.ts";
import { openWorkspace } from "../../flywheel/store/workspace.ts";
import { temporaryFolder } from "../flywheel/storeFixtures.ts";
import { inProcess } from "./inProcess.ts";
import { RUN, SMALL, writeRun } from "./reportWorkspace.ts";

const folder = temporaryFolder();
const [workspace, file, control] = ["whole", "whole.json", "control.json"].map((name) => join(folder.path, name)) as [string, string, string];

beforeAll(async () => {
  await writeRun(workspace, SMALL);
  const { status, stderr } = await inProcess(["results", "-w", workspace, "--out", file]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const results = JSON.parse(readFileSync(file, "utf8")) as object;
  writeFileSync(control, JSON.stringify({ ...results, run: "s1-other", controls: ["no CT"] }));
});

afterAll(() => folder[Symbol.dispose]());

test("a file of results says what the report says", async () => {
  const results = readRunResults(file);
  await using opened = await openWorkspace(workspace, { readOnly: true });
  const report = gatherReport(opened, RUN);
  expect(results.finals).toHaveLength(SMALL.tasks.length * SMALL.finalSeeds);
  expect(results.acting).toBe(report.curve.at(-1)!.acting);
  expect(results.curve.map(({ cycle, estimate }) => [cycle, estimate])).toEqual(
    report.curve.map(({ cycle, scores }) => [cycle, scores.all!.estimate]),
  );
  expect(results.yields.map(({ estimate }) => estimate)).toEqual(report.yields.map(({ estimate }) => estimate));
  expect(results.groups).toEqual(report.groups);
});

test("runs are compared alike from their workspaces and from files", async () => {
  const fromWorkspace = await inProcess(["compare", workspace, control, "--json"]);
  const fromFiles = await inProcess(["compare", file, control, "--json"]);
  expect(fromFiles.stdout).toBe(fromWorkspace.stdout);
  expect(JSON.parse(fromFiles.stdout)).toMatchObject({
    names: { control: "no CT" },
    seeds: [{ seed: 1, difference: { all: { estimate: 0, n: 48 } } }],
  });
});

test("a run beside what it was before says what changed in between", async () => {
  const results = JSON.parse(readFileSync(file, "utf8")) as { config: { gate: object } };
  const [before, elsewhere] = ["before.json", "elsewhere.json"].map((name) => join(folder.path, name)) as [string, string];
  writeFileSync(
    before,
    JSON.stringify({ ...results, programs: ["older"], config: { ...results.config, gate: { ...results.config.gate, seedsPerTask: 2 } } }),
  );
  writeFileSync(elsewhere, JSON.stringify({ ...results, seed: 2 }));
  const { stdout } = await inProcess(["compare", file, "--before", before]);
  expect(stdout).toContain("now − before");
  expect(stdout).toMatch(/seed 1: program older → .*; gate\.seedsPerTask 2 → \d+\n/);
  const { status, stderr } = await inProcess(["compare", file, "--before", elsewhere]);
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining("same training seed and switches") as string });
});

test("a control repeats the budget of a file as that of its workspace", async () => {
  expect(await referenceBudget(file, 1)).toEqual(await referenceBudget(workspace, 1));
  await expect(referenceBudget(file, 2)).rejects.toMatchObject({ code: "usage", message: expect.stringContaining("no run with seed 2") as string });
});

test("a control without requests repeats none", async () => {
  const kept = async (requests: boolean): Promise<unknown> => {
    const { config } = await configureRun({ filter: true, routing: true, ct: true, rl: true, requests, reference: file });
    return config.controls.requests;
  };
  expect(await kept(true)).toEqual((await referenceBudget(file, 1)).requests);
  expect(await kept(false)).toBeNull();
});

test.each([
  ["nothing", "", /whole.json holds no results of a run/],
  ["something else", "{}", /format/],
  ["a verdict that does not exist", '"maybe"', /finals/],
])("a file with %s is refused by name", (_, text, message) => {
  const broken = join(folder.path, "broken-whole.json");
  writeFileSync(broken, text === '"maybe"' ? readFileSync(file, "utf8").replace('"pass"', text) : text);
  expect(() => readRunResults(broken)).toThrow(expect.objectContaining({ code: "usage", message: expect.stringMatching(message) as string }));
});

test("an unknown run is refused with the runs there are", async () => {
  const { status, stderr } = await inProcess(["results", "-w", workspace, "--run", "s9-ffffffff"]);
  expect(status).toBe(2);
  expect(stderr).toContain(`Runs: ${RUN}.`);
});
