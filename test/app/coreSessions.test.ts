/** Live sessions in a real browser: acting, asking, hands, forks, live pictures, free pages. Nothing is done without its answer. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium, type Browser } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeFrame, type Frame } from "../../app/api/frames.ts";
import type { InputEvent, SessionView } from "../../app/api/sessions.ts";
import { authorization } from "../../app/core/coreFile.ts";
import { requireBrowser } from "../../env/findBrowser.ts";
import { openCore, reaches, until, type TestCore } from "./openCore.ts";

let core: TestCore;
let site: Server;
let browser: Browser;
/** Paths that were asked for from the site, by host. */
const asked: string[] = [];

/** A page that draws a counter at every frame, has a field, a button, and asks for things it may not have. */
const PAGE = `<!doctype html><title>Real page</title><body style="margin:0;font:20px sans-serif">
  <input id="field" style="position:absolute;left:10px;top:10px;width:200px;height:30px">
  <input type="password" style="position:absolute;left:10px;top:60px;width:200px;height:30px">
  <button style="position:absolute;left:10px;top:110px;width:120px;height:40px" onclick="location.href='/bought'">Buy now</button>
  <p id="count" style="position:absolute;left:10px;top:170px"></p>
  <script>
    let n = 0; setInterval(() => { document.getElementById('count').textContent = n++; }, 30);
    for (const url of ['http://other.example/leak', 'http://127.0.0.1:CORE/health', 'http://localhost:CORE/health', 'http://10.0.0.1/x']) fetch(url, { mode: 'no-cors' }).catch(() => {});
    new WebSocket('ws://127.0.0.1:CORE/rpc');
  </script>`;

beforeAll(async () => {
  site = createServer((request, response) => {
    asked.push(`${request.headers.host}${request.url}`);
    const { port } = new URL(core.core.address.origin);
    response.writeHead(200, { "content-type": "text/html" }).end(PAGE.replaceAll("CORE", port));
  });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  const { port } = site.address() as AddressInfo;
  // Names of the test's own site stand for the network, which is not there.
  browser = await chromium.launch({
    executablePath: requireBrowser().executablePath,
    chromiumSandbox: process.getuid?.() !== 0,
    args: [`--host-resolver-rules=MAP shop.example 127.0.0.1:${port}, MAP other.example 127.0.0.1:${port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`],
  });
  core = await openCore(undefined, { openFree: async () => browser });
  await core.call.settings.set({ sessions: { ask: { kind: "never" } } });
});

afterAll(async () => {
  expect(core.log).toEqual([]);
  await core[Symbol.asyncDispose]();
  await browser.close();
  site.close();
});

type Start = Parameters<TestCore["call"]["sessions"]["start"]>[0];
type TaskStart = Partial<Start> & { readonly task?: string; readonly seed?: number };

async function begin({ task = "click-text", seed, ...more }: TaskStart = {}): Promise<string> {
  const what = { kind: "task" as const, task, ...(seed === undefined ? {} : { seed }) };
  const { ids } = await core.call.sessions.start({ what, agent: { kind: "scripted", name: "oracle" }, ...more });
  return ids[0]!;
}

const episodeOf = async ({ episode }: SessionView) => core.call.episode.get({ id: episode! });
const clickAt = (x: number, y: number): InputEvent[] => [
  { kind: "down", x, y, button: "left", count: 1 },
  { kind: "up", x, y, button: "left", count: 1 },
];

describe("an agent", () => {
  test("acts to the end, is judged, recorded with times, and routed", async () => {
    const view = await reaches(core, await begin(), "ended");
    expect(view).toMatchObject({ verdict: "pass", seed: expect.any(Number), pending: null });
    const { row, steps, cannotRerun } = await episodeOf(view);
    expect(row).toMatchObject({ role: "session", purpose: "train", policy: "oracle", route: "SFT", run: null });
    expect(steps.length).toBe(view.steps);
    expect(steps[0]).toMatchObject({ actor: "agent", target: expect.stringMatching(/\w/), thinkMs: expect.any(Number), actMs: expect.any(Number) });
    expect(cannotRerun).toBeNull();
  });

  test("on several seeds at once plays each its own", async () => {
    const { ids } = await core.call.sessions.start({
      what: { kind: "task", task: "click-text" },
      agent: { kind: "scripted", name: "oracle" },
      count: 3,
    });
    const seeds = await Promise.all(ids.map(async (id) => (await reaches(core, id, "ended")).seed));
    expect(new Set(seeds).size).toBe(3);
  });

  test("nobody can be is refused, and so is a task nobody knows", async () => {
    await expect(begin({ agent: { kind: "scripted", name: "genius" } })).rejects.toMatchObject({ message: 'There is no scripted policy "genius".' });
    await expect(begin({ task: "nothing" })).rejects.toMatchObject({ data: { code: "unknown-task" } });
    await expect(begin({ agent: { kind: "checkpoint" } })).rejects.toMatchObject({ data: { code: "unknown-checkpoint" } });
  });
});

describe("a proposal", () => {
  test("is carried out when it is approved, and not before", async () => {
    const id = await begin({ ask: { kind: "always" } });
    const { pending, steps } = await reaches(core, id, "asking");
    expect([steps, pending?.why]).toEqual([0, "every action is asked for"]);
    await core.call.sessions.approve({ id, number: pending!.number });
    const next = await reaches(core, id, "asking", "ended");
    expect(next.steps).toBe(1);
    await core.call.sessions.stop({ id });
  });

  test("that is answered twice, or late, is refused", async () => {
    const id = await begin({ ask: { kind: "always" } });
    const { pending } = await reaches(core, id, "asking");
    await expect(core.call.sessions.approve({ id, number: pending!.number + 1 })).rejects.toMatchObject({
      message: "This proposal is no longer open.",
    });
    await core.call.sessions.refuse({ id, number: pending!.number });
    await expect(core.call.sessions.approve({ id, number: pending!.number })).rejects.toMatchObject({ code: "REFUSED" });
    await core.call.sessions.stop({ id });
  });

  test("that a person changes is recorded as theirs, beside what was wanted", async () => {
    const id = await begin({ ask: { kind: "always" } });
    const { pending } = await reaches(core, id, "asking");
    await core.call.sessions.edit({ id, number: pending!.number, action: { kind: "wait" } });
    await reaches(core, id, "asking");
    await core.call.sessions.stop({ id });
    const { row, steps } = await episodeOf(await reaches(core, id, "ended"));
    expect([row.purpose, steps[0]!.actor, steps[0]!.action.kind, steps[0]!.proposed]).toEqual(["human", "person", "wait", pending!.action]);
    expect((await core.call.episodes.list({ filter: { is: ["corrected"], id: [row.id] } })).count).toBe(1);
  });

  test("that is refused does nothing, pauses, and is kept beside the next step", async () => {
    const id = await begin({ ask: { kind: "always" } });
    const { pending } = await reaches(core, id, "asking");
    await core.call.sessions.refuse({ id, number: pending!.number, reason: "not this" });
    const paused = await reaches(core, id, "paused");
    expect([paused.steps, paused.note]).toEqual([0, expect.stringContaining("(not this)")]);
    await core.call.sessions.changeAsk({ id, ask: { kind: "never" } });
    await core.call.sessions.resume({ id });
    const { steps } = await episodeOf(await reaches(core, id, "ended"));
    expect(steps[0]).toMatchObject({ actor: "agent", proposed: pending!.action });
  });

  test("that nobody answers in time pauses the session and never acts", async () => {
    await core.call.settings.set({ sessions: { approvalSeconds: 1 } });
    const id = await begin({ ask: { kind: "always" } });
    const { pending } = await reaches(core, id, "asking");
    expect(pending!.until! - Date.now()).toBeLessThanOrEqual(1000);
    await core.call.sessions.extend({ id, number: pending!.number, seconds: 60 });
    expect((await core.call.sessions.get({ id })).pending!.until! - Date.now()).toBeGreaterThan(58_000);
    await core.call.sessions.stop({ id });
    const late = await begin({ ask: { kind: "always" } });
    await reaches(core, late, "asking");
    expect(await reaches(core, late, "paused")).toMatchObject({ steps: 0, note: "Nobody answered in time, so nothing was done." });
    await core.call.sessions.stop({ id: late });
  });

  test("single steps wait for as long as it takes", async () => {
    const id = await begin({ mode: "step" });
    const { pending } = await reaches(core, id, "asking");
    expect([pending!.why, pending!.until]).toEqual(["single step", null]);
    await core.call.sessions.step({ id });
    const next = await reaches(core, id, "asking", "ended");
    expect(next.steps).toBe(1);
    await core.call.sessions.stop({ id });
    expect((await episodeOf(await reaches(core, id, "ended"))).row).toMatchObject({ verdict: expect.any(String) });
  });
});

describe("a person's hands", () => {
  test("take over, are recorded as human steps, and hand back", async () => {
    const id = await begin({ mode: "step" });
    await reaches(core, id, "asking");
    await core.call.sessions.takeOver({ id });
    await reaches(core, id, "yours");
    await core.call.sessions.input({ id, events: [{ kind: "move", x: 3, y: 3 }, ...clickAt(3, 3)] });
    await until(async () => ((await core.call.sessions.get({ id })).steps === 1 ? true : null));
    await core.call.sessions.thought({ id, step: 0, text: "I look what happens." });
    await core.call.sessions.handBack({ id });
    const { row, steps } = await episodeOf(await reaches(core, id, "ended"));
    expect(row).toMatchObject({ purpose: "human", verdict: "pass" });
    expect(steps[0]).toMatchObject({ actor: "person", action: { kind: "click", at: { x: 3, y: 3 } }, thought: "I look what happens." });
    expect(steps.at(-1)).toMatchObject({ actor: "agent" });
  });

  test("may not act while the agent does", async () => {
    const id = await begin({ mode: "step" });
    await reaches(core, id, "asking");
    await expect(core.call.sessions.input({ id, events: clickAt(3, 3) })).rejects.toMatchObject({
      message: expect.stringContaining("asks, so this cannot be done"),
    });
    await core.call.sessions.stop({ id });
  });

  test("try a task from its start: a word is one step, a double click is one step, a drag is one step", async () => {
    const id = await begin({ task: "enter-text", agent: { kind: "person" } });
    const { screen, viewport } = await reaches(core, id, "yours");
    const { elements } = await core.call.episode.perception({ screen: screen!, viewport });
    const field = elements.toSorted((a, b) => b.box.width - a.box.width)[0]!.anchor;
    const input = (...events: InputEvent[]) => core.call.sessions.input({ id, events });
    await input(...clickAt(field.x, field.y));
    await input(...Array.from("hut", (key): InputEvent => ({ kind: "key", key })), { kind: "key", key: "Backspace" }, { kind: "key", key: "p" });
    await input(...clickAt(field.x, field.y), ...clickAt(field.x, field.y).map((event) => ({ ...event, count: 2 }) as InputEvent));
    await input(
      { kind: "down", x: 20, y: 20, button: "left", count: 1 },
      { kind: "move", x: 40, y: 60 },
      { kind: "up", x: 60, y: 90, button: "left", count: 1 },
    );
    await core.call.sessions.act({ id, action: { kind: "fail", reason: "only a test" } });
    const { row, steps } = await episodeOf(await reaches(core, id, "ended"));
    const done = steps.map(({ action }) => action);
    expect(done.map(({ kind }) => kind)).toEqual(["click", "type", "click", "drag", "fail"].slice(0, done.length));
    expect(done[1]).toEqual({ kind: "type", text: "hup" });
    expect(done[2]).toMatchObject({ count: 2 });
    expect(row).toMatchObject({ purpose: "human", policy: "person" });
  });
});

test("a fork carries the first steps out again, marks them as copies that are not imitated, and goes on", async () => {
  const first = await reaches(core, await begin({ task: "log-in", seed: 1234 }), "ended");
  const what = { kind: "fork" as const, episode: first.episode!, step: 2 };
  const { ids } = await core.call.sessions.start({ what, agent: { kind: "scripted", name: "oracle" } });
  const { forkOf, steps, row } = await episodeOf(await reaches(core, ids[0]!, "ended"));
  expect([forkOf, row.verdict]).toEqual([{ id: first.episode, step: 2 }, "pass"]);
  expect(steps.map(({ actor, masked }) => [actor, masked !== null]).slice(0, 3)).toEqual([
    ["copied", true],
    ["copied", true],
    ["agent", false],
  ]);
  expect((await core.call.episode.get({ id: first.episode! })).forks).toMatchObject([{ id: row.id, step: 2 }]);
});

describe("a real page", () => {
  const free = (more: object = {}): Start => ({
    what: { kind: "url", url: "http://shop.example/start", instruction: "Buy a lamp", viewport: { width: 800, height: 600 } },
    agent: { kind: "person" },
    ...more,
  });

  test("is reached, and nothing beyond what was allowed: no other site, no private address, not the core", async () => {
    asked.length = 0;
    const { ids } = await core.call.sessions.start(free());
    const id = ids[0]!;
    await reaches(core, id, "yours");
    await core.call.sessions.act({ id, action: { kind: "wait" } });
    expect(asked.filter((one) => !one.includes("favicon"))).toEqual(["shop.example/start"]);
    await core.call.sessions.input({ id, events: [...clickAt(50, 75), { kind: "text", text: "hunter2" }] });
    await core.call.sessions.input({ id, events: clickAt(60, 130) });
    await until(async () => ((await core.call.sessions.get({ id })).steps === 4 ? true : null));
    await core.call.sessions.act({ id, action: { kind: "done" } });
    const { row, steps, startUrl, cannotRerun } = await episodeOf(await reaches(core, id, "ended"));
    expect(row).toMatchObject({ task: "free", verdict: "unverified", route: "quarantine", purpose: "human", reason: "Nobody verifies a real page." });
    expect(steps.map(({ url }) => url?.split("/").pop())).toEqual(["start", "start", "start", "start", "bought"]);
    expect(steps[2]!.action).toEqual({ kind: "type", text: "••••••••" });
    expect([startUrl, cannotRerun]).toEqual(["http://shop.example/start", "Real pages cannot be set back to how they were."]);
    expect(JSON.stringify(steps)).not.toContain("hunter2");
  });

  test("that is allowed another site reaches that too", async () => {
    asked.length = 0;
    const what = { ...free().what, allow: ["http://other.example"] } as Start["what"];
    const { ids } = await core.call.sessions.start(free({ what }));
    await reaches(core, ids[0]!, "yours");
    await until(async () => (asked.includes("other.example/leak") ? true : null));
    expect(asked.some((one) => one.startsWith("127.") || one.startsWith("localhost"))).toBe(false);
    await core.call.sessions.stop({ id: ids[0]! });
  });

  test("on a private address, or of another kind, is refused", async () => {
    const at = (url: string) => core.call.sessions.start(free({ what: { kind: "url", url, instruction: "x" } }));
    await expect(at("file:///etc/passwd")).rejects.toMatchObject({ code: "BAD_REQUEST" });
    const { ids } = await at(`${core.core.address.origin}/`);
    expect(await reaches(core, ids[0]!, "ended")).toMatchObject({ episode: null, note: expect.stringContaining("ERR_BLOCKED_BY_CLIENT") });
  });

  test("is seen live: at least ten pictures a second, none older than it says", async () => {
    const { ids } = await core.call.sessions.start(free());
    await reaches(core, ids[0]!, "yours");
    const frames: Frame[] = [];
    const url = `${core.core.address.origin.replace("http", "ws")}/live/${ids[0]}`;
    const socket = new (WebSocket as unknown as new (to: string, options: object) => WebSocket)(url, { headers: authorization(core.core.address) });
    socket.binaryType = "arraybuffer";
    const enough = Promise.withResolvers<void>();
    socket.addEventListener("message", ({ data }) => {
      frames.push(decodeFrame(new Uint8Array(data as ArrayBuffer))!);
      if (frames.length === 21) enough.resolve();
    });
    await enough.promise;
    socket.close();
    const seconds = (frames[20]!.captured - frames[0]!.captured) / 1000;
    expect(20 / seconds).toBeGreaterThanOrEqual(10);
    expect(frames[20]).toMatchObject({ number: frames[0]!.number + 20, width: 800, height: 600 });
    expect(Buffer.from(frames[0]!.jpeg).toString("hex", 0, 2)).toBe("ffd8");
    await core.call.sessions.stop({ id: ids[0]! });
  });
});

test("who looks before the page is open sees it as soon as it is", async () => {
  const { ids } = await core.call.sessions.start({
    what: { kind: "task", task: "log-in" },
    agent: { kind: "scripted", name: "oracle" },
    mode: "step",
  });
  const url = `${core.core.address.origin.replace("http", "ws")}/live/${ids[0]}`;
  const socket = new (WebSocket as any)(url, { headers: authorization(core.core.address) }) as WebSocket;
  await new Promise((resolve) => socket.addEventListener("message", resolve, { once: true }));
  socket.close();
  await core.call.sessions.stop({ id: ids[0]! });
});

test("the live picture of a session that is not there is refused", async () => {
  const url = `${core.core.address.origin.replace("http", "ws")}/live/s-999`;
  const socket = new (WebSocket as unknown as new (to: string, options: object) => WebSocket)(url, { headers: authorization(core.core.address) });
  const code = await new Promise((resolve) => socket.addEventListener("close", (event) => resolve(event.code)));
  expect(code).toBe(4404);
});
