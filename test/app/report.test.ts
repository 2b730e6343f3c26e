import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gatherReport } from "../../app/report/gatherReport.ts";
import { renderReport } from "../../app/report/renderReport.ts";
import type { ReportData } from "../../app/report/reportData.ts";
import { launchBrowser } from "../../env/launch.ts";
import { openWorkspace } from "../../flywheel/store/workspace.ts";
import { temporaryFolder } from "../flywheel/storeFixtures.ts";
import { RUN, SMALL, writeRun } from "./reportWorkspace.ts";

const folder = temporaryFolder();
const path = join(folder.path, "report.html");
let data: ReportData;
let browser: Browser;

async function gathered(dir: string): Promise<ReportData> {
  await using workspace = await openWorkspace(dir, { readOnly: true });
  return gatherReport(workspace, RUN);
}

beforeAll(async () => {
  await writeRun(join(folder.path, "whole"), SMALL);
  data = await gathered(join(folder.path, "whole"));
  writeFileSync(path, await renderReport(data));
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  folder[Symbol.dispose]();
});

async function openReport(options: Parameters<Browser["newPage"]>[0] = {}, file = path): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  await page.goto(pathToFileURL(file).href);
  return page;
}

test("the data is plain JSON", () => {
  expect(JSON.parse(JSON.stringify(data))).toEqual(data);
});

test("an unknown run is refused with the runs there are", async () => {
  await using workspace = await openWorkspace(join(folder.path, "whole"), { readOnly: true });
  expect(() => gatherReport(workspace, "s9-ffffffff")).toThrow(expect.objectContaining({ code: "usage", hint: `Runs: ${RUN}.` }));
});

test("the curve has a point per cycle, and its end is what the headline compares", () => {
  expect(data.curve.map(({ cycle }) => cycle)).toEqual([0, 1, 2, 3]);
  expect(data.curve[3]).toMatchObject({ fate: "held", acting: `${RUN}.c2` });
  expect(data.curve[3]?.actingScores).toEqual(data.curve[2]?.scores);
  expect(data.finals).toMatchObject({ first: `${RUN}.c0`, last: `${RUN}.c2`, leftOut: 2 });
  expect(data.gain.all!.low).toBeGreaterThan(0);
});

test("demonstrations are counted by where they came from, and the groups follow", () => {
  expect(data.demonstrations).toMatchObject({ atStart: 24, onRequest: 8, byPeople: 0 });
  expect(data.groups).toMatchObject({ demonstrated: ["click-text"], requested: ["read-table"], never: ["enter-text", "drag-card"] });
});

test("the ledger adds up: what was judged is what was routed", () => {
  for (const row of data.ledger) {
    expect(row.pass + row.fail + row.truncated + row.envError + row.unverified).toBe(row.episodes);
    expect(row.sft + row.ct + row.quarantine).toBe(row.episodes);
    expect(row.pass - row.filtered).toBe(row.sft);
  }
  expect(data.ledger[2]?.rl).toMatchObject({ groups: 4, episodes: 32 });
  expect(data.ledger.flatMap(({ rejections }) => rejections).map(({ check }) => check)).toContain("not-duplicate");
});

test("film strips show the same seed early and late, learned ones first, and one that still fails", () => {
  const main = data.strips.filter(({ kind }) => kind === "main");
  expect(main.map(({ task }) => task)).toEqual(SMALL.tasks);
  for (const { early, late } of main) expect([early.verdict !== "pass", late.verdict]).toEqual([true, "pass"]);
  const failing = data.strips.filter(({ kind }) => kind === "late failure");
  expect(failing.length).toBeGreaterThan(0);
  for (const { late } of failing) expect(late.verdict).not.toBe("pass");
});

test("with a hundred tasks names fold up, and each task's film strips open by themselves", async () => {
  const many = Array.from({ length: 25 }, (_, i) => ({ ...data.strips[0]!, task: `task-${i}` }));
  const groups = { ...data.groups, all: many.map(({ task }) => task) };
  const file = join(folder.path, "many.html");
  writeFileSync(file, await renderReport({ ...data, strips: many, groups }));
  const page = await openReport({}, file);
  const strip = page.getByRole("region", { name: "task-7", exact: true });
  expect(await page.getByText("25 tasks", { exact: true }).isVisible()).toBe(true);
  expect(await strip.isVisible()).toBe(false);
  await page.locator("summary", { hasText: "task-7:" }).click();
  expect(await strip.isVisible()).toBe(true);
  await page.close();
});

test("every id behind a number is an episode of the workspace with that verdict", async () => {
  await using workspace = await openWorkspace(join(folder.path, "whole"), { readOnly: true });
  const sets = data.index.flatMap((one) => one.sets).filter(({ id }) => id.startsWith("final-2-"));
  expect(sets).toHaveLength(SMALL.tasks.length);
  for (const { name, ids } of sets.flatMap(({ episodes }) => episodes)) {
    for (const id of ids) expect(workspace.episodes.get(id)).toMatchObject({ verdict: name, checkpoint: `${RUN}.c2`, purpose: "final" });
  }
});

test("the page is one small file that asks the network for nothing and has no error", async () => {
  expect(readFileSync(path).length).toBeLessThan(6_000_000);
  const page = await browser.newPage();
  const seen: string[] = [];
  page.on("request", (request) => seen.push(request.url()));
  page.on("console", (message) => seen.push(message.text()));
  page.on("pageerror", (error) => seen.push(error.message));
  await page.goto(pathToFileURL(path).href, { waitUntil: "networkidle" });
  expect(seen.filter((url) => !url.startsWith("data:"))).toEqual([pathToFileURL(path).href]);
  await page.close();
});

test("nothing on the page is unknown to the program, and what tasks say stays text", async () => {
  const page = await openReport();
  const text = await page.evaluate(() => document.documentElement.textContent);
  expect(text).not.toMatch(/NaN|undefined|\[object/);
  expect(await page.locator(".reason", { hasText: "<only>" }).count()).toBeGreaterThan(0);
  await page.close();
});

test.each([1280, 1024])("at %i px nothing needs horizontal scrolling", async (width) => {
  const page = await openReport({ viewport: { width, height: 800 } });
  const [scrollWidth, clientWidth] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  expect(scrollWidth).toBe(clientWidth);
  await page.close();
});

test("every chart says its conclusion in words, and every link leads somewhere", async () => {
  const page = await openReport();
  const labels = await page.$$eval("svg.plot", (all) => all.map((svg) => [svg.getAttribute("role"), svg.getAttribute("aria-label") ?? ""]));
  expect(labels.length).toBeGreaterThan(9);
  for (const [role, label] of labels) expect([role, label!.length > 10]).toEqual(["img", true]);
  const lost = await page.$$eval('a[href^="#"], use', (all) =>
    all.map((link) => link.getAttribute("href")!.slice(1)).filter((id) => document.getElementById(id) === null),
  );
  expect(lost).toEqual([]);
  await page.close();
});

test("the theme follows the system and the button changes it", async () => {
  const page = await openReport({ colorScheme: "dark" });
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.querySelector("main")!).backgroundColor);
  expect(await ground()).toBe("rgb(20, 23, 27)");
  await page.click("#theme");
  expect(await ground()).toBe("rgb(255, 255, 255)");
  await page.close();
});

test("a frame opens large and closes again", async () => {
  const page = await openReport();
  await page.click("button.frame >> nth=0");
  expect(await page.locator("#frame svg").getAttribute("aria-label")).toMatch(/^step 1: click at/);
  await page.click("#frame button");
  expect(await page.locator("#frame").isVisible()).toBe(false);
  await page.close();
});

test("without its script the page still opens every table", async () => {
  const page = await openReport({ javaScriptEnabled: false });
  const table = page.locator("#success .numbers table").first();
  expect(await table.isVisible()).toBe(false);
  await page.locator("#success .numbers summary").first().click();
  expect(await table.isVisible()).toBe(true);
  await page.close();
});

test("an unfinished run has a report too, and a stage of another shape is left out", async () => {
  const dir = join(folder.path, "unfinished");
  await writeRun(dir, { ...SMALL, cycles: 1 }, { scored: false });
  {
    await using workspace = await openWorkspace(dir);
    workspace.stages.begin(RUN, 2, "train");
    workspace.stages.finish(RUN, 2, "train", { kind: "of another time" });
  }
  const unfinished = await gathered(dir);
  expect(unfinished).toMatchObject({ curve: [], strips: [], gain: { all: null } });
  expect(unfinished.training.map(({ cycle }) => cycle)).toEqual([0, 1]);
  const file = join(folder.path, "unfinished.html");
  writeFileSync(file, await renderReport(unfinished));
  const page = await openReport({}, file);
  expect(await page.locator(".statement").textContent()).toContain("not scored yet");
  expect(await page.evaluate(() => document.documentElement.textContent)).not.toMatch(/NaN|undefined|Infinity/);
  await page.close();
});

test("a run that was only begun has a report", async () => {
  const dir = join(folder.path, "begun");
  await using workspace = await openWorkspace(dir);
  const config = JSON.parse(readFileSync(new URL("../../flywheel/presets/tour.json", import.meta.url), "utf8"));
  workspace.runs.open(RUN, config, 1);
  expect(await renderReport(gatherReport(workspace, RUN))).toContain("0 of 5 cycles done");
});
