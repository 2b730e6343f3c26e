/** MiniWoB++ through the task contract: which tasks there are, where their pages come from, and how they begin, go on and end. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { click } from "../../env/action.ts";
import { Environment } from "../../env/environment.ts";
import type { StepResult } from "../../env/episode.ts";
import { launchBrowser } from "../../env/launch.ts";
import type { Task } from "../../env/task.ts";
import { findTasks, MINIWOB_TASKS, TASKS } from "../../tasks/index.ts";
import { CATALOGUE } from "../../tasks/miniwob/catalogue.ts";
import { ORACLES } from "../../tasks/miniwob/oracles/index.ts";
import { findPages, requirePages } from "../../tasks/miniwob/pages.ts";
import { withoutPages } from "../fixtures/miniwobPages.ts";

const task = (name: string): Task<any> => findTasks([`miniwob/${name}`])[0]!;

describe("the catalogue", () => {
  test("has the 125 tasks of BrowserGym, and similarity groups lie in one part only", () => {
    expect(MINIWOB_TASKS).toHaveLength(125);
    expect(Map.groupBy(CATALOGUE, ({ part }) => part).get("train")).toHaveLength(62);
    const parts = Map.groupBy(CATALOGUE, ({ group }) => group);
    for (const entries of parts.values()) expect(new Set(entries.map(({ part }) => part)).size).toBe(1);
  });

  test("every solution is for a task that may be demonstrated", () => {
    const train = CATALOGUE.filter(({ part }) => part === "train").map(({ name }) => name);
    expect(Object.keys(ORACLES).filter((name) => !train.includes(name))).toEqual([]);
    expect(MINIWOB_TASKS.filter(({ oracle }) => oracle !== undefined)).toHaveLength(60);
  });

  test("a suite is asked for by its prefix and is no part of everything", () => {
    expect(findTasks(["miniwob/*"])).toEqual(MINIWOB_TASKS);
    expect(findTasks(["*"])).toEqual(TASKS);
    expect(findTasks(["miniwob/click-t*-2"]).map(({ id }) => id)).toEqual(["miniwob/click-tab-2", "miniwob/click-test-2"]);
  });
});

describe("the pages", () => {
  const folder = mkdtempSync(join(tmpdir(), "miniwob-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(() => void vi.unstubAllEnvs());

  test("a path without them is refused, whatever is there", () => {
    writeFileSync(join(folder, "broken.whl"), "not an archive");
    for (const path of [folder, join(folder, "broken.whl"), join(folder, "nothing")]) {
      vi.stubEnv("FLYWHEEL_MINIWOB", path);
      expect(findPages).toThrow(expect.objectContaining({ code: "pages-missing", message: expect.stringContaining(path) }));
    }
  });

  test("where they are nowhere, a task says what to do before it is played, and is known all the same", () => {
    vi.stubEnv("FLYWHEEL_MINIWOB", "");
    for (const name of ["XDG_CACHE_HOME", "LOCALAPPDATA", "HOME", "PATH"]) vi.stubEnv(name, folder);
    expect(task("click-test").instance(34)).toMatchObject({ seed: 34, split: "train" });
    expect(task("click-test").requirements).toThrow(
      expect.objectContaining({ code: "pages-missing", hint: expect.stringContaining("tasks miniwob --fetch") }),
    );
  });

  test.skipIf(withoutPages !== null)("are the same from a wheel and from any folder around them, and nothing outside is read", () => {
    const { read } = requirePages();
    const core = Buffer.from(read("core/core.js")!).toString("utf8");
    const root = join(folder, "checkout", "miniwob", "html");
    mkdirSync(join(root, "core"), { recursive: true });
    writeFileSync(join(root, "core", "core.js"), core);
    writeFileSync(join(folder, "secret.js"), "secret");
    cpSync(root, join(folder, "html"), { recursive: true });
    for (const path of [join(folder, "checkout"), join(folder, "checkout", "miniwob"), root]) {
      vi.stubEnv("FLYWHEEL_MINIWOB", path);
      expect(Buffer.from(requirePages().read("core/core.js")!).toString("utf8")).toBe(core);
      expect(requirePages().read("../secret.js")).toBeUndefined();
    }
  });
});

describe.skipIf(withoutPages !== null)("an episode", () => {
  let browser: Browser;
  let environment: Environment;
  beforeAll(async () => {
    browser = await launchBrowser({ deviceScaleFactor: 2 });
    environment = new Environment(async () => browser);
  });
  afterAll(async () => {
    await environment.close();
    await browser.close();
  });

  async function playOracle(of: Task<any>, seed: number): Promise<StepResult> {
    await environment.reset(of, seed, of.longBudget);
    for (;;) {
      const result = await environment.step(await of.oracle!(environment.oracleContext()));
      if (result.verdict !== null) return result;
    }
  }

  test.each([
    ["enter-text", /^Enter "\w+" into the text field and press Submit\.$/],
    ["email-inbox-forward-nl", /\w/],
  ])("%s: the page says what to do, and where it says so", async (name, wording) => {
    const { instance, observation } = await environment.reset(task(name), 40);
    expect(instance.instruction).toMatch(wording);
    expect(observation.instructionBox).toEqual({ x: 0, y: 0, width: 160, height: 50 });
  });

  test.each(["click-tab-2", "stock-market", "click-pie", "use-spinner", "text-editor", "terminal"])(
    "%s: a page that was used begins again as a fresh one",
    async (name) => {
      const fresh = await environment.reset(task(name), 41);
      await environment.reset(task(name), 42);
      for (const point of [
        { x: 60, y: 70 },
        { x: 20, y: 90 },
        { x: 90, y: 130 },
      ]) {
        if ((await environment.step(click(point))).verdict !== null) break;
      }
      const used = await environment.reset(task(name), 41);
      expect([fresh.how, used.how]).toEqual(["loaded", "in-place"]);
      expect(used.instance.instruction).toBe(fresh.instance.instruction);
      expect(used.observation.screenHash).toBe(fresh.observation.screenHash);
    },
  );

  test("that is over still shows how it ended", async () => {
    const before = await environment.reset(task("click-test-2"), 34);
    const { observation } = await playOracle(task("click-test-2"), 34);
    const cover = await environment.readPage(() => getComputedStyle(document.getElementById("sync-task-cover")!).display);
    expect(cover).toBe("none");
    const corner = async ({ pixels }: typeof observation): Promise<Uint8Array> => (await pixels()).data.subarray(0, 400);
    expect(await corner(observation)).toEqual(await corner(before.observation));
  });

  test("full reward passes; less is a failure whose reward is recorded, and counts where any reward does", async () => {
    expect((await playOracle(task("click-dialog"), 34)).verdict).toMatchObject({ verdict: "pass", rewardRaw: 1, evidence: { strict: true } });
    const { verdict } = await playOracle(task("circle-center"), 34);
    expect(verdict).toMatchObject({ verdict: "fail", triage: "model", evidence: { strict: false, positive: true, done: true } });
    expect(verdict!.rewardRaw).toBeGreaterThan(0.9);
  });

  test("that the agent ends before the page does has failed", async () => {
    await environment.reset(task("click-test-2"), 34);
    const { verdict } = await environment.step({ kind: "done" });
    expect(verdict).toMatchObject({ verdict: "fail", rewardRaw: 0, reason: "The page did not end the episode." });
  });

  test("has BrowserGym's ten steps, or as many as are asked for", async () => {
    for (const [budget, asked] of [
      [10, undefined],
      [12, 12],
    ] as const) {
      await environment.reset(task("click-test-2"), 34, asked);
      for (let step = 1; step < budget; step++) expect((await environment.step({ kind: "wait" })).verdict).toBeNull();
      expect((await environment.step({ kind: "wait" })).verdict).toMatchObject({ verdict: "truncated" });
    }
  });

  test.each([
    "book-flight-nodelay",
    "daily-calendar",
    "drag-shapes-2",
    "draw-line",
    "enter-time",
    "login-user-popup",
    "navigate-tree",
    "text-editor",
    "use-slider",
  ])("%s can be solved by mouse and keyboard", async (name) => {
    expect((await playOracle(task(name), 45)).verdict).toMatchObject({ verdict: "pass" });
  });
});
