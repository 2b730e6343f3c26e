/**
 * Secrets stay where they were typed: an agent and a person type some into forms, an endpoint has a key. None is in a byte of the workspace, in a
 * log, in an export, or on a recorded picture as a reader sees it. What is typed beside them is no secret and is found, so the search can find.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { remotePolicy } from "../../agent/remote/remotePolicy.ts";
import { FrameReader } from "../../agent/reader/frameReader.ts";
import type { InputEvent } from "../../app/api/sessions.ts";
import { KeyRing } from "../../app/core/keyRing.ts";
import { click, type Action } from "../../env/action.ts";
import { Secrets } from "../../env/mask.ts";
import { decodePng } from "../../env/pixels.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import { centre, type Task } from "../../env/task.ts";
import { EXPORT_FORMATS } from "../../flywheel/export/exportFormat.ts";
import { exportSnapshot } from "../../flywheel/exportDataset.ts";
import { rollOut } from "../../flywheel/rollout.ts";
import { routeEpisodes } from "../../flywheel/routeEpisodes.ts";
import { TASKS } from "../../tasks/index.ts";
import { byId } from "../../tasks/oracle.ts";
import { chatServer, says, type ChatServer } from "../agent/chatServer.ts";
import { exportNow, snapshotNow } from "../flywheel/export/exportFixtures.ts";
import { temporaryFolder } from "../flywheel/storeFixtures.ts";
import { openCore, reaches, until, type TestCore } from "./openCore.ts";

const PASSWORD = "kestrel4417quartz";
const CARD = "4929771200213389";
const BY_HAND = "osprey9021basalt";
const KEY = "sk-planted-7788-of-an-endpoint";
const OPEN = "marigold";
/** As a whole, and pieces of them that occur in no digest. */
const SECRETS = [PASSWORD, "kestrel", "quartz", CARD, CARD.slice(0, -1), BY_HAND, "osprey", "basalt", KEY, "planted"];

const field = (id: string, top: number, more = ""): string =>
  `<input id="${id}" style="position:absolute;left:10px;top:${top}px;width:200px;height:26px;font:15px Arial" ${more}>`;
const PAGE = `<!doctype html><body>${field("user", 10)}${field("password", 50, "type=password")}${field("card", 90, "autocomplete=cc-number")}
  <button style="position:absolute;left:220px;top:50px" onclick="password.type='text'">Show</button>`;

/** A form whose state is all that stands in its fields. */
const FORM: Task = {
  id: "form",
  version: 1,
  family: "test",
  summary: "",
  viewport: { width: 300, height: 130 },
  maxSteps: 20,
  buckets: ["only"],
  startPath: "/",
  instance: (seed) => ({ seed, split: "train", bucket: "only", template: 0, heldOut: false, instruction: "Fill it in.", feasible: true, params: {} }),
  resource: (path) => (path === "/" ? { body: PAGE, contentType: "text/html; charset=utf-8" } : undefined),
  setup: () => "undefined",
  probe: async (page) => ({ ended: false, state: await page.evaluate("[user.value, password.value, card.value]") }),
  verify: (states) => ({ pass: false, reason: `The form holds ${JSON.stringify(states.at(-1))}.`, evidence: states.at(-1)! }),
  nearMisses: [],
};

const typing = (text: string): Action => ({ kind: "type", text });
const ANSWERS: readonly (readonly [Action, string?])[] = [
  [click({ x: 60, y: 20 })],
  [typing(OPEN)],
  [click({ x: 60, y: 60 })],
  [typing(PASSWORD), `The password is ${PASSWORD}.`],
  [click({ x: 240, y: 60 }), `I have typed ${PASSWORD} and look at it.`],
  [click({ x: 60, y: 100 })],
  [typing(CARD.slice(0, -1))],
  [{ kind: "key", chord: CARD.slice(-1), count: 1 }],
  [{ kind: "done" }, `Typed ${PASSWORD} and ${CARD}.`],
];

let core: TestCore;
let server: ChatServer;
const pool = new EnvironmentPool(1);
const out = temporaryFolder();

beforeAll(async () => {
  server = await chatServer((response, _, n) => {
    const [action, thought = "Go on."] = ANSWERS[n]!;
    says(response, JSON.stringify({ thought, action }));
  });
  const endpoint = server.endpoint({ keyVariable: "SOME_KEY" });
  const keys = new KeyRing();
  keys.take(new Map([[new URL(endpoint.baseUrl).origin, KEY]]));
  core = await openCore((workspace) => workspace.agents.put(endpoint), { keys });
  const { workspace } = core.core;
  const job = { run: null, runSeed: 1, cycle: 1, purpose: "train", role: "rollout", task: FORM, seed: 100, trial: 0 } as const;
  await rollOut([{ ...job, policy: remotePolicy(endpoint, () => KEY) }], { workspace, pool, signal: new AbortController().signal });
  await personLogsIn();
  routeEpisodes(workspace);
});

afterAll(async () => {
  out[Symbol.dispose]();
  await core[Symbol.asyncDispose]();
  await Promise.all([server[Symbol.asyncDispose](), pool.close()]);
});

/** A person types another password than the task asks for. */
async function personLogsIn(): Promise<void> {
  const logIn = TASKS.find(({ id }) => id === "log-in")!;
  const [places] = await pool.run([1234], async (environment, seed) => {
    await environment.reset(logIn, seed);
    const context = environment.oracleContext();
    return Promise.all(["user", "password", "main"].map(async (id) => centre((await context.box(byId(id)))!)));
  });
  const [user, password, main] = places!.map(({ x, y }): InputEvent[] => [
    { kind: "down", x, y, button: "left", count: 1 },
    { kind: "up", x, y, button: "left", count: 1 },
  ]);
  const { ids } = await core.call.sessions.start({ what: { kind: "task", task: "log-in", seed: 1234 }, agent: { kind: "person" } });
  await reaches(core, ids[0]!, "yours");
  for (const [place, text] of [
    [user!, OPEN],
    [password!, BY_HAND],
  ] as const) {
    await core.call.sessions.input({ id: ids[0]!, events: [...place, ...Array.from(text, (key): InputEvent => ({ kind: "key", key }))] });
  }
  await core.call.sessions.input({ id: ids[0]!, events: main! });
  await until(async () => ((await core.call.sessions.get({ id: ids[0]! })).state === "ended" ? true : null));
}

/** Names of the files of a folder that hold one of these words, in the usual encodings. */
function holding(folder: string, words: readonly string[]): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => statSync(join(folder, path)).isFile());
  const needles = words.flatMap((word) => [Buffer.from(word), Buffer.from(word, "utf16le"), Buffer.from(Buffer.from(word).toString("base64"))]);
  return files.filter((path) => {
    const bytes = readFileSync(join(folder, path));
    return needles.some((needle) => bytes.includes(needle));
  });
}

test("what was typed did arrive: the key at the server, the fields on the pages", () => {
  expect(server.received).toHaveLength(ANSWERS.length);
  expect(server.received.every(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true);
  const episodes = core.core.workspace.episodes.list();
  const typed = episodes.flatMap(({ id }) => core.core.workspace.steps.of(id).flatMap(({ action }) => (action.kind === "type" ? [action.text] : [])));
  expect(typed.toSorted()).toEqual([OPEN, OPEN, ...Array.from({ length: 4 }, () => "••••••••")].toSorted());
  const states = episodes.map(({ id }) => JSON.stringify(core.core.workspace.steps.of(id).at(-1)!.state));
  for (const state of states) expect(state).toMatch(/marigold.*••••••••/);
});

test("no secret is in a byte of the workspace or in the log", () => {
  expect(holding(core.dir, [OPEN])).toContain("flywheel.db-wal");
  expect(holding(core.dir, SECRETS)).toEqual([]);
  expect(core.log).toEqual([]);
});

test("no secret is in an export", async () => {
  const { workspace } = core.core;
  for (const format of EXPORT_FORMATS) await exportNow(workspace, join(out.path, format), { formats: [format], splitBy: "none" });
  await exportSnapshot(workspace, await snapshotNow(workspace), join(out.path, "snapshot"), { stages: ["ct", "sft", "rl"] });
  const found = new Set(holding(out.path, [OPEN]).map((path) => path.split("/")[0]));
  expect([...found]).toEqual(expect.arrayContaining(["records", "tables", "atif", "snapshot", "llama-factory", "ms-swift"]));
  expect(holding(out.path, SECRETS)).toEqual([]);
});

test("no secret can be read on a recorded picture, also not where the page shows it", async () => {
  const { workspace } = core.core;
  const reader = await FrameReader.open();
  const read: string[] = [];
  for (const hash of workspace.blobs.learning()) {
    const { png } = workspace.blobs.get(hash)!;
    read.push(...(await reader.read(await decodePng(png), 2)).map(({ text }) => text.toLowerCase()));
  }
  await reader.close();
  expect(read.join(" ")).toContain(OPEN);
  const pieces = [PASSWORD, CARD, BY_HAND].flatMap((secret) => Array.from({ length: secret.length - 3 }, (_, at) => secret.slice(at, at + 4)));
  expect(read.filter((word) => pieces.some((piece) => word.includes(piece)))).toEqual([]);
});

describe("secrets of an episode", () => {
  test("are found in addresses as they are spelled there, and in states at any depth", () => {
    const secrets = new Secrets("Log in.");
    secrets.add("two words&");
    expect(secrets.text("https://x.example/?p=two+words%26&q=two%20words%26")).toBe("https://x.example/?p=••••••••&q=••••••••");
    expect(secrets.json({ a: ["two words&", { b: "it is two words& now" }], n: 1 })).toEqual({ a: ["••••••••", { b: "it is •••••••• now" }], n: 1 });
  });

  test("are not what the task says aloud as whole words; a short one hides only itself", () => {
    const secrets = new Secrets('Log in with "apple7".');
    const into = (text: string) => secrets.action({ kind: "type", text }, true);
    expect([into("apple7"), into("ap"), into("pear")]).toEqual([typing("apple7"), typing("••••••••"), typing("••••••••")]);
    expect(secrets.json(["ap", "pears", "apple7"])).toEqual(["••••••••", "••••••••s", "apple7"]);
  });
});
