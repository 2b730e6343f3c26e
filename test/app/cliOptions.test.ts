/** From what a person writes to tasks and a configuration. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { endpointSchema } from "../../agent/remote/endpoint.ts";
import { configureRun, type RunOptions } from "../../app/configureRun.ts";
import { share, whole } from "../../app/options.ts";
import { parseSeeds } from "../../app/parseSeeds.ts";
import { selectTasks } from "../../app/selectTasks.ts";
import { presetConfig, type WheelConfig } from "../../flywheel/config.ts";
import { runId } from "../../flywheel/wheel.ts";
import { temporaryFolder } from "../flywheel/storeFixtures.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const USER_TASK = fileURLToPath(new URL("../fixtures/userTask.ts", import.meta.url));
const DEFAULTS: RunOptions = { filter: true, routing: true, ct: true, rl: true, requests: true };
const configure = async (options: Partial<RunOptions> = {}): Promise<WheelConfig> => (await configureRun({ ...DEFAULTS, ...options })).config;
const ids = async (...given: Parameters<typeof selectTasks>): Promise<string[]> => (await selectTasks(...given)).map(({ id }) => id);

test("tasks are ids, globs, or a file of them with comments", async () => {
  const path = join(folder.path, "tasks.txt");
  writeFileSync(path, "# my tasks, one per line\nlog-in\nclick-t*  # text and tab\n");
  expect(await ids("log-in,click-text")).toEqual(["click-text", "log-in"]);
  expect(await ids(path)).toEqual(["click-text", "click-tab", "log-in"]);
});

test("a folder that is called like a task does not hide the task", async () => {
  mkdirSync(join(folder.path, "shop"));
  const before = process.cwd();
  process.chdir(folder.path);
  try {
    expect(await ids("shop")).toEqual(["shop"]);
  } finally {
    process.chdir(before);
  }
});

test("tasks of a module join in, once", async () => {
  expect(await ids("log-in", [USER_TASK, USER_TASK])).toEqual(["log-in", "take-card"]);
  expect(await ids("take-*", [USER_TASK])).toEqual(["take-card"]);
});

test("a module's task may not take the name of another", async () => {
  const path = join(folder.path, "twin.ts");
  writeFileSync(path, `import make from ${JSON.stringify(USER_TASK)}; export default (kit) => ({ ...make(kit), id: "log-in" });`);
  await expect(selectTasks(undefined, [path])).rejects.toThrow(
    expect.objectContaining({ code: "bad-task-module", message: expect.stringContaining('"log-in" already exists in the built-in tasks') }),
  );
});

test("no options give the preset, and the same options always the same run", async () => {
  expect(await configure()).toEqual(presetConfig("tour"));
  expect(runId(await configure({ seed: 2 }))).toBe(runId(await configure({ seed: 2 })));
  expect(runId(await configure({ seed: 2 }))).not.toBe(runId(await configure({ seed: 3 })));
});

test("the preset trl brings its agent and trainer, and another server is a knob away", async () => {
  const { agent, external } = await configure({ preset: "trl", set: ["agent.baseUrl=http://127.0.0.1:9/v1"] });
  expect([agent!.model, agent!.baseUrl, external!.base]).toEqual(["toy", "http://127.0.0.1:9/v1", null]);
});

test("an agent and its trainer are knobs too, which a run of the built-in model does not have", async () => {
  const endpoint = endpointSchema.parse({ name: "qwen", baseUrl: "http://127.0.0.1:8000/v1", model: "m", dialect: "qwen3-vl" });
  const set = ["external.base=/models/m", "external.reload.stays=true"];
  const config = await configure({ endpoint, trainer: "sh train.sh", reload: "sh serve.sh", set });
  expect(config).toMatchObject({
    agent: endpoint,
    external: { train: "sh train.sh", base: "/models/m", formats: ["llama-factory", "ms-swift", "trl"] },
  });
  expect(config.external!.reload).toEqual({ kind: "command", command: "sh serve.sh", stays: true });
  expect((await configure({ endpoint, trainer: "t", reload: "sglang" })).external!.reload).toEqual({ kind: "sglang" });
  expect(Object.keys(await configure({ endpoint })).includes("external")).toBe(false);
});

test.each<[Partial<RunOptions>, string]>([
  [{ trainer: "t" }, "--trainer and --reload come together"],
  [{ reload: "sglang" }, "--trainer and --reload come together"],
  [{ trainer: "t", reload: "sglang" }, "set agent"],
  [{ trainer: " ", reload: "sglang" }, "external.train"],
])("a trainer that lacks something is refused: %j", async (options, problem) => {
  await expect(configure(options)).rejects.toThrow(problem);
});

test("side by side, only adapters let two versions act", async () => {
  const endpoint = endpointSchema.parse({ name: "qwen", baseUrl: "http://127.0.0.1:8000/v1", model: "m", dialect: "qwen3-vl" });
  const options = { endpoint, trainer: "t", continuous: true } as const;
  await expect(configure({ ...options, reload: "sglang" })).rejects.toThrow("continuous: side by side two versions act");
  expect(await configure({ ...options, reload: "vllm-lora" })).toMatchObject({ continuous: true });
});

test("every control is a knob", async () => {
  const config = await configure({
    filter: false,
    ct: false,
    rl: false,
    requests: false,
    demosOnly: true,
    frozenActor: true,
    poison: { cycle: 2, share: 0.2 },
  });
  expect(config).toMatchObject({ filter: false, ct: { enabled: false }, rl: { enabled: false }, curriculum: { requestsPerCycle: 0 } });
  expect(config.controls).toMatchObject({ demosOnly: true, frozenActor: true, poison: { cycle: 2, share: 0.2 } });
});

test("--set reaches any knob, lists and words included", async () => {
  const config = await configure({ set: ["rl.groups=3", "rl.algorithm=grpo", 'tasks=["log-in"]', "demonstrated=[]"] });
  expect(config).toMatchObject({ rl: { groups: 3, algorithm: "grpo" }, tasks: ["log-in"], demonstrated: [] });
});

test("other tasks than the preset's keep its demonstrations, or get those of the first third", async () => {
  expect((await configure({ tasks: "click-text,log-in" })).demonstrated).toEqual(["click-text"]);
  expect((await configure({ tasks: "log-in,inbox,shop,pick-date" })).demonstrated).toEqual(["log-in", "inbox"]);
  expect((await configure({ tasks: "click-text,log-in", demonstrated: "log-*" })).demonstrated).toEqual(["log-in"]);
});

test("a printed configuration is a configuration file", async () => {
  const path = join(folder.path, "printed.json");
  writeFileSync(path, JSON.stringify(await configure({ preset: "smoke", seed: 5 })));
  expect(await configure({ config: path })).toEqual(await configure({ preset: "smoke", seed: 5 }));
});

test("seeds are numbers and ranges within their splits", () => {
  expect(parseSeeds("34-36, 600000")).toEqual([34, 35, 36, 600_000]);
  for (const text of ["", "a", "5-3", "-1", "34-900000", "1.5"])
    expect(() => parseSeeds(text), text).toThrow(expect.objectContaining({ code: "bad-seed" }));
});

test("numbers are checked where they are written", () => {
  expect(whole(0, 10)("7")).toBe(7);
  expect(share(".25")).toBe(0.25);
  for (const text of ["", " ", "-1", "11", "1e3", "0x5", "7.5", "NaN"]) expect(() => whole(0, 10)(text), text).toThrow(/whole number/);
  for (const text of ["", "-0.1", "1.1", "half"]) expect(() => share(text), text).toThrow(/from 0 to 1/);
});
