/** `flywheel agents` and `--agent` as a person uses them, with a planted key that must be found nowhere. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chatServer, json, says, type ChatServer } from "../agent/chatServer.ts";
import { temporaryFolder } from "../flywheel/storeFixtures.ts";
import { jsonLines, type Ended } from "./flywheelProcess.ts";
import { inProcess } from "./inProcess.ts";

const KEY = "sk-planted-secret-4711";
const folder = temporaryFolder();
const workspace = join(folder.path, "ws");
let server: ChatServer;
let isDown = false;

/** Refuses other keys, quoting them; says done to the rest. */
beforeAll(async () => {
  server = await chatServer((response, { headers }) => {
    if (isDown) return json(response, 500, { error: { message: "out of memory" } });
    if (headers.authorization !== `Bearer ${KEY}`) return json(response, 401, { error: { message: `wrong key ${headers.authorization}` } });
    says(response, '{"action":{"kind":"done"}}', { usage: { prompt_tokens: 5, completion_tokens: 2, cost: 0.001 } });
  });
});
afterAll(async () => {
  delete process.env["FLYWHEEL_MODEL_TOKEN"];
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

function run(args: string, key: string | null = KEY): Promise<Ended> {
  process.env["FLYWHEEL_MODEL_TOKEN"] = key ?? "";
  return inProcess([...args.split(" "), "-w", workspace]);
}

function filesIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).isFile());
}

test("an agent is added, tested, changed, listed and forgotten", async () => {
  const added = await run(`agents add mine --preset flywheel --url ${server.baseUrl} --retries 0`, null);
  expect(added).toMatchObject({ status: 0, stdout: expect.stringContaining("FLYWHEEL_MODEL_TOKEN, which is not set here") });
  expect(await run("agents test mine")).toMatchObject({ status: 0, stdout: expect.stringContaining("flywheel answered in") });
  expect(await run("agents test mine", "sk-another-secret")).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/^auth: .*wrong key Bearer •••/),
  });
  expect(await run("agents test mine", null)).toMatchObject({ status: 1, stdout: expect.stringContaining("FLYWHEEL_MODEL_TOKEN holds no key") });
  expect((await run("agents add mine --pictures 2")).status).toBe(0);
  expect(jsonLines(await run("agents list --json"))).toMatchObject([
    { name: "mine", pictures: 2, retries: 0, dialect: "flywheel-json", baseUrl: server.baseUrl },
  ]);
  expect((await run("agents add other --preset ollama")).status).toBe(0);
  expect(await run("agents remove other")).toMatchObject({ status: 0 });
  expect(await run("agents remove other")).toMatchObject({ status: 2, stderr: expect.stringContaining('no agent "other"') });
});

test("it collects and is evaluated, and its key is in no file and no line", async () => {
  const collected = await run("rollout --agent mine --tasks click-text --seeds 100-101 --contexts 1 --json");
  const results = jsonLines(collected);
  expect(results[0]).toMatchObject({
    task: "click-text",
    seed: 100,
    verdict: "fail",
    steps: 1,
    checkpoint: expect.stringMatching(/^agent:mine@[\da-f]{8}$/),
  });
  const shown = await run(`episodes show ${results[0].episode} --json`);
  const evaluated = await run("evaluate --agent mine --tasks click-text --seeds 600000 --contexts 1");
  expect([collected.status, shown.status, evaluated.status]).toEqual([0, 0, 0]);
  for (const { stdout, stderr } of [collected, shown, evaluated]) expect(stdout + stderr).not.toContain(KEY);
  const files = filesIn(workspace);
  expect(files.length).toBeGreaterThan(0);
  for (const path of files) expect(readFileSync(path).includes(KEY), path).toBe(false);
});

test("where nobody answers, the command says so and how to go on", async () => {
  isDown = true;
  const ended = await run("evaluate --agent mine --tasks click-text --seeds 600001 --contexts 1");
  expect(ended).toMatchObject({ status: 8, stderr: expect.stringMatching(/1 of 1 episodes could not be played.*out of memory/s) });
});

test.each([
  ["agents add x --preset vllm", /--model is missing/],
  ["agents add x --preset nobody", /Use one of: vllm/],
  ["agents add x --preset ollama --key-variable sk-planted-secret-4711", /name of an environment variable, never the key itself/],
  ["agents add x --preset ollama --url http://me:sk-planted-secret-4711@host/v1", /--url does not fit: it may hold no user/],
  ["agents add x --preset ollama --temperature hot", /--temperature does not fit/],
  ["agents add a/b --preset ollama", /a name is up to 40 letters/],
  ["agents test x", /no agent "x"/],
  ["evaluate --agent x --tasks click-text", /no agent "x"/],
  ["evaluate --agent mine --policy noop", /Both --policy and --agent/],
])("flywheel %s is wrong use", async (args, message) => {
  const { status, stdout, stderr } = await run(args);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain(KEY);
});
