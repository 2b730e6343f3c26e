/** The core as a server: what it gives to whom, and what it gives to nobody. */
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { authorization } from "../../app/core/coreFile.ts";
import { Core } from "../../app/core/core.ts";
import { screenOf } from "../../flywheel/store/blobs.ts";
import { encodePng, screenHash } from "../../env/pixels.ts";
import { record, start } from "../flywheel/storeFixtures.ts";
import { openCore, type TestCore } from "./openCore.ts";

let test_: TestCore;
let hash: string;
let episode: string;

beforeAll(async () => {
  const pixels = { width: 320, height: 240, data: new Uint8Array(320 * 240 * 4).fill(200) };
  hash = screenHash(pixels);
  const png = await encodePng(pixels);
  test_ = await openCore((workspace) => {
    workspace.runs.open("r", {}, 1);
    const observation = {
      png,
      pixels: async () => pixels,
      screenHash: hash,
      viewport: { width: 160, height: 120 },
      deviceScaleFactor: 2,
      url: "",
      tabs: [],
      instructionBox: null,
    };
    workspace.blobs.put(screenOf(observation));
    const { id } = workspace.episodes.begin({ ...start({ instruction: "<b>Click</b> OK" }), startScreen: screenOf(observation) });
    const step = { screenHash: hash, state: null, incidents: [], decision: null, deviceScaleFactor: 2, nextScreen: screenOf(observation) };
    workspace.steps.append(id, { ...step, index: 0, action: { kind: "click", at: { x: 50, y: 60 }, count: 1, button: "left", modifiers: [] } });
    workspace.steps.append(id, { ...step, index: 1, action: { kind: "type", text: "*/ `${process}`\nx" } });
    const verdict = {
      verdict: "pass",
      reason: "as asked",
      evidence: { seen: "<script>" },
      rewardRaw: 1,
      verifier: "click-text@1",
      triage: null,
    } as const;
    workspace.episodes.end(id, { terminatedBy: "agent", verdict });
    episode = id;
  });
});

afterAll(async () => {
  expect(test_.log).toEqual([]);
  await test_[Symbol.asyncDispose]();
});

const get = (path: string, headers: Record<string, string> = authorization(test_.core.address)) =>
  fetch(`${test_.core.address.origin}${path}`, { headers, redirect: "manual" });

/** As it is typed: without what a URL parser makes of dots. */
function raw(path: string, headers: Record<string, string>): Promise<number> {
  const { port } = new URL(test_.core.address.origin);
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, headers: { host: `127.0.0.1:${port}`, ...headers } }, (answer) => resolve(answer.resume().statusCode!))
      .on("error", reject)
      .end();
  });
}

const PATHS = [
  "/",
  "/episodes",
  "/health",
  "/assets/main-0123abcd.js",
  "/screens/x.png",
  "/thumbnails/x.webp",
  "/sprites/x/0.webp",
  "/files/episodes/x.html",
];

test.each(PATHS)("%s needs the token", async (path) => {
  expect((await get(path, {})).status).toBe(401);
});

test("it listens on the loopback interface only, on a port of its own", () => {
  expect(test_.core.address.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d{4,5}$/);
});

test("a browser comes in by the printed address and keeps a cookie", async () => {
  const first = await get(new URL(test_.core.entrance).search.replace("?", "/episodes?q=1&"), {});
  expect([first.status, first.headers.get("location")]).toEqual([303, "/episodes?q=1"]);
  const cookie = first.headers.get("set-cookie")!;
  expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
  const second = await get("/episodes?q=1", { cookie: cookie.split(";")[0]! });
  expect([second.status, await second.text()]).toEqual([200, "<!doctype html><title>app</title>"]);
});

test("every answer says what a page may do: nothing inline, nothing foreign, no frames", async () => {
  for (const path of ["/", "/health", `/screens/${hash}.png`, "/nowhere.js"]) {
    const { headers } = await get(path);
    const policy = headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
  }
});

test.each([
  "/../secret.txt",
  "/..%2fsecret.txt",
  "/assets/../../secret.txt",
  "/assets/%2e%2e/%2e%2e/secret.txt",
  "/%2e%2e%2fsecret.txt",
  "/assets/..%5c..%5csecret.txt",
])("%s leads nowhere", async (path) => {
  expect(await raw(path, authorization(test_.core.address))).toBe(404);
});

test("built files are kept for ever, the start page is asked for again, an unknown file is not the start page", async () => {
  expect((await get("/assets/main-0123abcd.js")).headers.get("cache-control")).toContain("immutable");
  expect((await get("/checkpoints/k5")).headers.get("cache-control")).toBe("no-cache");
  expect((await get("/assets/other-0123abcd.js")).status).toBe(404);
});

describe("pictures", () => {
  test("a screen comes as it was recorded, may be kept for ever, and is not sent twice", async () => {
    const answer = await get(`/screens/${hash}.png`);
    expect(answer.headers.get("content-type")).toBe("image/png");
    expect(answer.headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
    const again = await get(`/screens/${hash}.png`, { ...authorization(test_.core.address), "if-none-match": answer.headers.get("etag")! });
    expect([again.status, (await again.arrayBuffer()).byteLength]).toEqual([304, 0]);
  });

  test.each(["/thumbnails/HASH.webp", "/sprites/EPISODE/0.webp"])("%s is a small picture", async (path) => {
    const answer = await get(path.replace("HASH", hash).replace("EPISODE", episode));
    expect(answer.headers.get("content-type")).toBe("image/webp");
    expect(Buffer.from(await answer.arrayBuffer()).toString("latin1", 8, 12)).toBe("WEBP");
  });

  test.each(["/screens/unknown.png", "/thumbnails/unknown.webp", "/sprites/unknown/0.webp", "/screens/", "/screens/%00.png"])(
    "%s is not there",
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );
});

describe("an episode as a file", () => {
  test.each([
    ["html", "text/html", "&#60;b&#62;Click"],
    ["json", "application/json", '"instruction": "<b>Click</b> OK"'],
    ["playwright", "text/javascript", 'await page.keyboard.type("*/ `${process}`\\nx");'],
  ])("%s says what was done and can do nothing", async (format, type, text) => {
    const answer = await get(`/files/episodes/${episode}.${format}`);
    expect(answer.headers.get("content-type")).toContain(type);
    expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="click-text-\w{8}\./);
    expect(answer.headers.get("content-security-policy")).toContain("sandbox");
    const body = await answer.text();
    expect(body).toContain(text);
    if (format === "html") expect(body).not.toContain("<script");
  });

  test("gif is an animation", async () => {
    const body = Buffer.from(await (await get(`/files/episodes/${episode}.gif`)).arrayBuffer());
    expect(body.toString("latin1", 0, 6)).toBe("GIF89a");
  });

  test("an unknown one, or in an unknown format, is not there", async () => {
    expect((await get("/files/episodes/unknown.html")).status).toBe(404);
    expect((await get(`/files/episodes/${episode}.exe`)).status).toBe(404);
  });
});

test("no two cores open one workspace", async () => {
  await expect(Core.open({ ...test_.core.options, log: () => undefined })).rejects.toMatchObject({ code: "workspace-locked" });
});

test("a second reader in the same process sees what is recorded meanwhile", async () => {
  const { asOf } = await test_.call.episodes.list({ filter: {} });
  record(test_.core.workspace, { seed: 4711 });
  expect(await test_.call.episodes.list({ filter: {}, asOf })).toMatchObject({ count: 1, newer: 1, total: 2 });
});
