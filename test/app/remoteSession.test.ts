/** Live sessions of a model on a server: it acts, and where it cannot be asked or understood the session pauses and nothing is done. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { KeyRing } from "../../app/core/keyRing.ts";
import { chatServer, json, saying, says, type Answer, type ChatServer } from "../agent/chatServer.ts";
import { openCore, reaches, type TestCore } from "./openCore.ts";

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
