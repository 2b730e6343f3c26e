/** Live sessions of a model on a server: it acts, and where it cannot be asked or understood the session pauses and nothing is done. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { KeyRing } from "../../app/core/keyRing.ts";
import { chatServer, json, saying, says, type Answer, type ChatServer } from "../agent/chatServer.ts";
import { filesWith, openCore, reaches, type TestCore } from "./openCore.ts";

const KEY = "sk-planted-secret-of-a-session";
let core: TestCore;
let server: ChatServer;
let answer: Answer;

beforeAll(async () => {
  server = await chatServer((...given) => answer(...given));
  const keys = new KeyRing();
  keys.take(new Map([[new URL(server.baseUrl).origin, KEY]]));
  core = await openCore((workspace) => workspace.agents.put(server.endpoint({ retries: 0, asksAgain: 0, keyVariable: "SOME_KEY" })), { keys });
  await core.call.settings.set({ sessions: { ask: { kind: "never" } } });
});
afterAll(async () => {
  expect(core.log).toEqual([]);
  await core[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function begin(): Promise<string> {
  const { ids } = await core.call.sessions.start({ what: { kind: "task", task: "click-text", seed: 100 }, agent: { kind: "remote", name: "test" } });
  return ids[0]!;
}

test("an unknown name is refused", async () => {
  const start = core.call.sessions.start({ what: { kind: "task", task: "click-text" }, agent: { kind: "remote", name: "nobody" } });
  await expect(start).rejects.toMatchObject({ message: 'There is no agent "nobody".' });
});

test("it acts with the key that the caller's source gives, and says what it thought", async () => {
  answer = saying('{"thought":"Nothing to do.","action":{"kind":"done"}}');
  const view = await reaches(core, await begin(), "ended");
  expect(view).toMatchObject({ verdict: "fail", steps: 1, agent: { kind: "remote", name: "test" } });
  expect(server.received.at(-1)!.headers.authorization).toBe(`Bearer ${KEY}`);
  const { steps } = await core.call.episode.get({ id: view.episode! });
  expect(steps[0]).toMatchObject({ actor: "agent", thought: "Nothing to do." });
});

test("a server that fails pauses the session, which goes on when it is back", async () => {
  answer = (response) => json(response, 500, { error: { message: "out of memory" } });
  const id = await begin();
  expect(await reaches(core, id, "paused")).toMatchObject({
    steps: 0,
    note: expect.stringMatching(/cannot be reached.*out of memory.*Nothing was done/),
  });
  answer = saying('{"action":{"kind":"done"}}');
  await core.call.sessions.resume({ id });
  expect(await reaches(core, id, "ended")).toMatchObject({ steps: 1 });
});

test("an answer that cannot be read pauses the session, and is kept with the step that follows", async () => {
  answer = (response) => says(response, "I would rather not.");
  const id = await begin();
  const { episode } = await reaches(core, id, "paused");
  expect(await reaches(core, id, "paused")).toMatchObject({ steps: 0, note: expect.stringMatching(/could not be read.*Nothing was done/) });
  answer = saying('{"action":{"kind":"done"}}');
  await core.call.sessions.resume({ id });
  await reaches(core, id, "ended");
  const [step] = core.core.workspace.steps.of(episode!);
  expect(step!.decision!.call!.unread).toMatchObject([{ problem: "no-action", answer: "I would rather not." }]);
});

test("taking over does not wait for a server that hangs", async () => {
  answer = () => undefined;
  const before = server.received.length;
  const id = await begin();
  await reaches(core, id, "acting");
  while (server.received.length === before) await new Promise(setImmediate);
  await core.call.sessions.takeOver({ id });
  expect(await reaches(core, id, "yours")).toMatchObject({ steps: 0 });
  await core.call.sessions.stop({ id });
});

test("what asking took is shown with the session and with each step: tokens, cost, time, answers that could not be read", async () => {
  const usage = { usage: { prompt_tokens: 900, completion_tokens: 20, cost: 0.002 } };
  const texts = ["I would rather not.", '{"thought":"Now.","action":{"kind":"done"}}'];
  answer = (response) => says(response, texts.shift()!, usage);
  const id = await begin();
  const paused = await reaches(core, id, "paused");
  expect(paused.asked).toMatchObject({ answers: 1, promptTokens: 900, unreadable: 1, lastUnreadable: expect.stringMatching(/\w/) });
  await core.call.sessions.resume({ id });
  const { asked, episode } = await reaches(core, id, "ended");
  expect(asked).toMatchObject({ answers: 2, promptTokens: 1800, completionTokens: 40, costUsd: 0.004, unreadable: 1, retries: 0 });
  const [step] = core.core.sessions.get(id).steps;
  expect(step!.call).toMatchObject({ model: "m-1", promptTokens: 900, costUsd: 0.002, retries: 0, unreadable: [expect.any(String)] });
  const { steps } = await core.call.episode.get({ id: episode! });
  expect(steps[0]!.call).toEqual(step!.call);
});

test("a key that the server quotes in its answers and complaints is in no file, no answer of the core, no line of its log", async () => {
  answer = (response, _, n) =>
    n % 2 === 0
      ? json(response, 500, { error: { message: `no memory for ${KEY}` } })
      : says(response, `{"thought":"${KEY}","action":{"kind":"done"}}`);
  const id = await begin();
  for (;;) {
    const { state } = await reaches(core, id, "paused", "ended");
    if (state === "ended") break;
    await core.call.sessions.resume({ id });
  }
  await core.call.agents.test({ name: "test" });
  await core.call.agents.test({ name: "test" });
  const { episode } = await core.call.sessions.get({ id });
  const told = await Promise.all([
    core.call.agents.list(),
    core.call.sessions.list(),
    core.call.episode.get({ id: episode! }),
    core.call.settings.get(),
    core.call.jobs.list(),
  ]);
  expect(JSON.stringify(told)).toContain("•••");
  expect(JSON.stringify([told, core.log])).not.toContain(KEY);
  expect(filesWith(core.dir, KEY)).toEqual([]);
});
