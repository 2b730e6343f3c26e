/** Agents on servers as the app keeps them: added, tested, changed, forgotten; what a test found holds only for what was tested. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { chatServer, json, saying, type Answer, type ChatServer } from "../agent/chatServer.ts";
import { openCore, type TestCore } from "./openCore.ts";

let core: TestCore;
let server: ChatServer;
let answer: Answer;

beforeAll(async () => {
  server = await chatServer((...given) => answer(...given));
  core = await openCore();
});
afterAll(async () => {
  expect(core.log).toEqual([]);
  await core[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const mine = () => ({ name: "mine", baseUrl: server.baseUrl, model: "m", dialect: "flywheel-json" });
const state = async (): Promise<string[]> =>
  (await core.call.agents.list()).map(({ endpoint, test: found }) => `${endpoint.name} ${found?.kind ?? "never"}`);

test("presets are settings to start from, of servers that people use", async () => {
  const presets = await core.call.agents.presets();
  expect(presets.map(({ name }) => name)).toEqual(expect.arrayContaining(["vllm", "llama.cpp", "ollama"]));
  for (const { name, settings } of presets) await core.call.agents.put({ model: "m", dialect: "qwen3-vl", ...settings, name: `of-${name}` });
  expect(await core.call.agents.list()).toHaveLength(presets.length);
  for (const { name } of presets) await core.call.agents.remove({ name: `of-${name}` });
  expect(await state()).toEqual([]);
});

test("a test says in one line what is wrong, and is kept until the agent is changed", async () => {
  await core.call.agents.put(mine());
  expect(await state()).toEqual(["mine never"]);
  answer = (response) => json(response, 500, { error: { message: "out of memory" } });
  expect(await core.call.agents.test({ name: "mine" })).toMatchObject({ kind: "server", line: expect.stringMatching(/^[^\n]*out of memory[^\n]*$/) });
  expect(await state()).toEqual(["mine server"]);
  answer = saying('{"action":{"kind":"done"}}');
  await core.call.agents.test({ name: "mine" });
  expect(await state()).toEqual(["mine ok"]);
  await core.call.agents.put(mine());
  expect(await state()).toEqual(["mine ok"]);
  await core.call.agents.put({ ...mine(), model: "other" });
  expect(await state()).toEqual(["mine never"]);
});

test("what a slow test found says nothing about an agent that was changed meanwhile", async () => {
  await core.call.agents.put(mine());
  answer = (response, received) => {
    core.core.workspace.agents.put({ ...core.core.workspace.agents.get("mine"), pictures: 7 });
    saying('{"action":{"kind":"done"}}')(response, received, 0);
  };
  expect(await core.call.agents.test({ name: "mine" })).toMatchObject({ kind: "ok" });
  expect(await state()).toEqual(["mine never"]);
});

test("a name like a word of the language is a name like any other", async () => {
  await core.call.agents.put({ ...mine(), name: "constructor" });
  expect(await state()).toContain("constructor never");
  await core.call.agents.remove({ name: "constructor" });
});

test.each([
  ["keyVariable", "sk-1234-a-key-itself"],
  ["baseUrl", "https://user:sk-1234-password@models.example/v1"],
  ["baseUrl", "file:///etc/passwd"],
  ["pictures", 0],
  ["model", ""],
])("%s as %s is refused by its name, without repeating it", async (field, value) => {
  const before = await core.call.agents.list();
  const refused = await core.call.agents.put({ ...mine(), [field]: value }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ message: expect.stringContaining(`${field}: `), data: { code: "usage" } });
  expect((refused as Error).message).not.toContain("sk-1234");
  expect(await core.call.agents.list()).toEqual(before);
});

test("one that is not there cannot be tested or removed", async () => {
  await expect(core.call.agents.test({ name: "nobody" })).rejects.toMatchObject({ data: { code: "usage" } });
  await expect(core.call.agents.remove({ name: "nobody" })).rejects.toMatchObject({ data: { code: "usage" } });
});
