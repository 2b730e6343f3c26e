/** The pages in a real Chromium, served by a real core on a recorded run: a new user's walk by mouse and by keyboard, and every page in both themes. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "playwright";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { NEWEST_FIRST } from "../../app/api/query.ts";
import { thumbnailUrl } from "../../app/api/urls.ts";
import { Core } from "../../app/core/core.ts";
import { connectCore } from "../../app/coreClient.ts";
import { buildPages } from "../../app/renderer/build.ts";
import { launchBrowser } from "../../env/launch.ts";
import { chatServer, json, says } from "../agent/chatServer.ts";
import { buildSnapshot } from "../../flywheel/buildSnapshot.ts";
import { openWorkspace } from "../../flywheel/store/workspace.ts";
import { RUN, SMALL, writeRun } from "../app/reportWorkspace.ts";
import { temporaryFolder } from "../flywheel/storeFixtures.ts";

const folder = temporaryFolder();
const log: string[] = [];
let core: Core;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** What the page complained about: nothing, when all is well. */
let complaints: string[];

beforeAll(async () => {
  const [dir, pages] = [join(folder.path, "ws"), join(folder.path, "pages")];
  await buildPages(pages);
  await writeRun(dir, SMALL);
  await freeze(dir);
  core = await Core.open({ dir, pages, log: (line) => log.push(line) });
  browser = await launchBrowser({ resolveNames: true });
});

afterAll(async () => {
  await browser.close();
  await core.close();
  folder[Symbol.dispose]();
  expect(log).toEqual([]);
});

beforeEach(async () => {
  complaints = [];
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce", acceptDownloads: true });
  page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(core.entrance);
});

afterEach(async () => {
  await context.close();
  expect(complaints).toEqual([]);
});

/** A snapshot of everything, to be exported. */
async function freeze(dir: string): Promise<void> {
  await using workspace = await openWorkspace(dir);
  buildSnapshot(workspace, { run: RUN, cycle: SMALL.cycles + 1, stage: "sft" });
}

/** Presses Tab until something of this name has the focus. */
async function tabTo(name: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < 60; i++) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement & { labels?: NodeListOf<HTMLLabelElement> | null };
      return element.getAttribute("aria-label") ?? element.labels?.[0]?.querySelector("span")?.textContent ?? element.textContent ?? "";
    });
    if (name.test(focused)) return;
    passed.push(focused.slice(0, 20));
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never came to ${name}: ${passed.join(", ")}`);
}

async function saved(download: Promise<{ path(): Promise<string> }>): Promise<{ readonly episode?: unknown }> {
  return JSON.parse(readFileSync(await (await download).path(), "utf8")) as { episode?: unknown };
}

test("a new user runs a session, watches it, replays it, labels it and exports it", async () => {
  const started = performance.now();
  await page.getByRole("button", { name: /New session/ }).click();
  await page.getByRole("combobox", { name: /^Task/ }).selectOption("click-text");
  await page.getByRole("combobox", { name: /^Agent/ }).selectOption("oracle");
  await page.getByRole("button", { name: "Start 1 session" }).click();
  await page.getByRole("link", { name: "Replay it" }).click();
  await page.getByRole("heading", { name: /^Step 1 of/ }).waitFor();
  await page.getByRole("button", { name: "+ label" }).click();
  await page.getByRole("textbox", { name: "Label" }).fill("first walk");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Remove label first walk" }).waitFor();
  await page.getByRole("button", { name: /^Export/ }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: /^Data everything/ }).click();
  expect(JSON.stringify(await saved(download))).toContain("first walk");
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(`A new user's walk by mouse: ${seconds.toFixed(1)} s\n`);
  expect(seconds).toBeLessThan(180);
});

test("the same walk by keyboard alone", async () => {
  const started = performance.now();
  await page.getByRole("heading", { name: "Home" }).waitFor();
  await page.keyboard.press("n");
  await page.getByRole("dialog", { name: "New session" }).waitFor();
  await page.getByRole("option", { name: /^log-in/ }).waitFor({ state: "attached" });
  await tabTo(/^Task/);
  await page.keyboard.type("log-in");
  await tabTo(/^Agent/);
  await page.keyboard.type("oracle");
  await tabTo(/^Start 1 session/);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Replay it" }).waitFor();
  await tabTo(/^Replay it/);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /^Step 1 of/ }).waitFor();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("heading", { name: /^Step 2 of/ }).waitFor();
  await page.keyboard.press("l");
  await page.getByRole("textbox", { name: "Label" }).waitFor();
  await tabTo(/^Label$/);
  await page.keyboard.type("by keys");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Remove label by keys" }).waitFor();
  await page.keyboard.press("e");
  await page.getByRole("link", { name: /^Data everything/ }).waitFor();
  await tabTo(/^Data everything/);
  const download = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  expect(JSON.stringify(await saved(download))).toContain("by keys");
  process.stdout.write(`The same by keyboard: ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
});

test("episodes are found by words, and their address shows the same list again", async () => {
  await page.goto(`${new URL(core.entrance).origin}/episodes?verdict=fail`);
  // Before the counts are there, the page says nothing of parts.
  const counts = page
    .locator(".episodes")
    .getByText(/^of [1-9]\S* episodes, [1-9]/)
    .first();
  const counted = await counts.textContent();
  await page.reload();
  await expect.poll(() => counts.textContent(), { timeout: 15_000 }).toBe(counted);
});

test("every row shows the first screen of its own episode, also when others come in its place", async () => {
  await using client = await connectCore(core.address);
  await page.goto(`${core.address.origin}/episodes`);
  const shown = page.locator(".episode-row canvas");
  for (const verdict of ["pass", "fail", "pass"] as const) {
    await page.evaluate((to) => history.pushState({}, "", to), `/episodes?verdict=${verdict}`);
    const { rows } = await client.call.episodes.list({ filter: { verdict: [verdict] }, sort: NEWEST_FIRST, from: 0, limit: 8 });
    const expected = rows.map(({ screen }) => thumbnailUrl(screen));
    const look = async (): Promise<unknown[]> =>
      (await shown.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset["shown"]))).slice(0, 8);
    await expect.poll(look, { timeout: 15_000 }).toEqual(expected);
  }
});

test("a field in the query bar offers its own values, and Enter takes the first of them", async () => {
  await page.goto(`${new URL(core.entrance).origin}/episodes`);
  const bar = page.getByRole("combobox", { name: "Query" });
  const offered = page.getByRole("option");
  for (const [field, values] of [
    ["task:", /^task is\s*[a-z]+-[a-z]+/],
    ["role:", /^role is\s*(?:demonstration|rollout|rl|evaluation|session|boot)/],
  ] as const) {
    await bar.click();
    await page.keyboard.insertText(field);
    await offered
      .filter({ hasText: field.replace(":", " is") })
      .first()
      .waitFor();
    expect(await offered.filter({ hasNotText: values }).allTextContents()).toEqual([]);
    await page.keyboard.press("Enter");
  }
  await expect.poll(() => page.url()).toMatch(/\?task=[a-z-]+&role=/);
});

test("what a new run would be is said before it begins", async () => {
  await page.getByRole("button", { name: /^New run/ }).waitFor();
  await page.keyboard.press("t");
  await page.getByText("Without a break").click();
  await page
    .getByRole("dialog")
    .getByText(/^Run s\d+-\w+ on 12 tasks/)
    .waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
});

test("a model on a server is added from a preset, tested, and acts in a session that shows what asking it took", async () => {
  let isDown = false;
  const finished = '{"thought":"There is nothing left to do.","action":{"kind":"done"}}';
  /** The connection test, then the session: its first answer is no action. */
  const texts = [finished, "I would rather not.", finished];
  await using server = await chatServer((response) => {
    if (isDown) return json(response, 500, { error: { message: "out of memory" } });
    says(response, texts.shift()!, { usage: { prompt_tokens: 1204, completion_tokens: 21, cost: 0.0042 } });
  });
  await page.goto(`${new URL(core.entrance).origin}/settings/agents`);
  await page.getByRole("combobox", { name: /^Add an agent on/ }).selectOption("llama.cpp");
  await page.getByRole("textbox", { name: "Name" }).fill("mine");
  await page.getByRole("textbox", { name: /^Address/ }).fill(server.baseUrl);
  await page.getByRole("combobox", { name: /^Spoken to in/ }).selectOption("flywheel-json");
  await page.getByText("Limits and sampling").click();
  await page.getByRole("textbox", { name: "Retries of a request" }).fill("0");
  isDown = true;
  await page.getByRole("button", { name: "Save and test" }).click();
  await page.getByText(/^Server fails, just now: .*out of memory/).waitFor();
  isDown = false;
  await page.getByRole("button", { name: "Test mine" }).click();
  await page.getByText(/^Tested, just now: default answered in/).waitFor();
  await page.goto(`${new URL(core.entrance).origin}/sessions?new=1`);
  await page.getByRole("combobox", { name: /^Agent/ }).selectOption("agent mine");
  await page
    .getByRole("dialog")
    .getByText(/^Tested/)
    .waitFor();
  await page.getByRole("button", { name: "Start 1 session" }).click();
  const model = page.getByRole("region", { name: "The model" });
  await model.getByText(/^1, .* each$/).waitFor();
  await page.getByText("There is nothing left to do.").waitFor();
  await page.getByText(/^tokens 1.204 in, 21 out, .*\$0\.0042; 1 unreadable answer before it$/).waitFor();
  await model.getByText(/^1; the last: /).waitFor();
  await page.getByRole("link", { name: "Replay it" }).click();
  await page.getByText(/^1.204 in, 21 out; \$0\.0042$/).waitFor();
});

test("a snapshot is counted and written for trainers, the folder is checked and looked into", async () => {
  const set = join(folder.path, "set");
  // What gate and final seeds ask is left out; this is not.
  const [session] = await core.sessions.start({
    what: { kind: "task", task: "click-text", seed: 4711 },
    agent: { kind: "scripted", name: "oracle" },
    count: 1,
    mode: "run",
    ask: { kind: "never" },
  });
  await core.sessions.get(session!).untilEnded();
  await page.goto(`${new URL(core.entrance).origin}/datasets?for=trainers`);
  await page.getByRole("heading", { name: "Export sft-4" }).waitFor();
  await page.getByRole("button", { name: /^Freeze snapshot/ }).click();
  await page.getByRole("heading", { name: /^Export rl-/ }).waitFor();
  await page.getByRole("checkbox", { name: "All formats" }).click();
  await page.getByRole("button", { name: /^Count exactly/ }).click();
  await page.getByRole("heading", { name: /row 1 of \d+ shown/ }).waitFor();
  await page.getByText(/^\S+ of \S+ \(\S+ steps\), \S+ of them for validation$/).waitFor();
  await page.getByRole("textbox", { name: /^Empty folder/ }).fill(set);
  await page.getByRole("button", { name: /^Export \S+ rows/ }).click();
  await expect.poll(() => existsSync(join(set, "manifest.json")), { timeout: 60_000 }).toBe(true);
  await page.getByRole("button", { name: /^Check or import/ }).click();
  await page.getByRole("textbox", { name: /^Folder on/ }).fill(set);
  await page.getByRole("button", { name: "Verify export" }).click();
  await page.getByText(/files and \S+ rows are as they were exported/).waitFor();
  await page.getByRole("button", { name: "Look what it holds" }).click();
  await page.getByText(/^An own export: would make 0 episodes .*are here already\. Nothing is written yet\.$/).waitFor();
});

const PAGES: readonly (readonly [path: string, seen: string])[] = [
  ["/", "Verified success per cycle"],
  ["/episodes", "Replay"],
  ["/episodes?q=harbour&verdict=pass", "episodes,"],
  ["/checkpoints", "What k"],
  ["/datasets", "Ledger"],
  ["/datasets?for=trainers", "Count exactly"],
  ["/datasets?folder=1", "Look what it holds"],
  ["/tasks/click-text", "Verifier"],
  ["/tasks?from=miniwob", "miniwob/click-button"],
  ["/sessions", "session"],
  ["/sessions?new=1", "Start 1 session"],
  ["/settings", "Add an agent on"],
];

test.for(["light", "dark"] as const)("no page has a barrier that axe finds, nor scrolls sideways, in the %s theme", async (colorScheme) => {
  await page.emulateMedia({ colorScheme });
  const episode = core.workspace.episodes.list({ run: RUN, role: "rollout" })[0]!.id;
  for (const [path, seen] of [...PAGES, [`/episodes/${episode}?step=2&in=all`, "Verdict"] as const]) {
    await page.goto(new URL(path, core.entrance).href);
    await page.getByText(seen).first().waitFor();
    // Only colours differ in the second theme.
    const all = new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]);
    const { violations } = await (colorScheme === "light" ? all : new AxeBuilder({ page }).withRules(["color-contrast"])).analyze();
    expect(
      violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
      path,
    ).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), path).toBe(true);
  }
});
