import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser } from "playwright";
import { click } from "../../env/action.ts";
import { Environment } from "../../env/environment.ts";
import { launchBrowser } from "../../env/launch.ts";
import type { Task } from "../../env/task.ts";
import { misbehaving } from "./misbehavingTask.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser({ deviceScaleFactor: 2 });
});
afterAll(() => browser.close());

/** A page of one's own that is set up by this. */
function page(body: string, setup: string): Task {
  return {
    ...misbehaving("dialog"),
    resource: (path) => (path === "/" ? { body: `<!doctype html><body><script>state = null</script>${body}`, contentType: "text/html" } : undefined),
    setup: () => setup,
    clear: () => undefined,
  };
}

test("the time of the first screen passes on frames that the setup makes, too", async () => {
  await using environment = new Environment(async () => browser);
  const setup = `new Promise((done) => {
    const frame = document.createElement("iframe");
    frame.srcdoc = "<script>setTimeout(() => (parent.state = 'waited'), 300)</" + "script>";
    frame.onload = () => done();
    document.body.append(frame);
  })`;
  expect((await environment.reset(page("", setup), 34)).state).toBe("waited");
});

test("what the page lacked is told by its setup", async () => {
  await using environment = new Environment(async () => browser);
  const { instance } = await environment.reset(page("", `({ instruction: "press " + 7 })`), 34);
  expect(instance.instruction).toBe("press 7");
});

test.each(["<p>here</p>", "<iframe></iframe>"])(
  "a timer that fails in the first half second is an incident, and the first screen is there (%s)",
  async (body) => {
    await using environment = new Environment(async () => browser);
    const broken = page(body, `void setTimeout(() => { throw new Error("broken timer"); }, 100)`);
    const { observation } = await environment.reset(broken, 34);
    expect(observation.png.length).toBeGreaterThan(0);
    const { verdict } = await environment.step({ kind: "done" });
    expect(verdict).toMatchObject({ verdict: "env-error", reason: expect.stringContaining("broken timer") });
  },
);

test("a setup that fails says why", async () => {
  await using environment = new Environment(async () => browser);
  await expect(environment.reset(page("", `(() => { throw new Error("no such thing"); })()`), 34)).rejects.toThrow("no such thing");
  expect((await environment.reset(page("", "undefined"), 34)).state).toBeNull();
});

test("a page that leaves while it is set up is lost, and the next one is not", async () => {
  await using environment = new Environment(async () => browser);
  const leaving = page("", `new Promise(() => (location.href = "/?elsewhere"))`);
  await expect(environment.reset(leaving, 34)).rejects.toMatchObject({ incident: { detail: "the page was left while it was set up" } });
  expect((await environment.reset(page("", "undefined"), 34)).state).toBeNull();
});

test.each([
  ["a cookie", "document.cookie = 'left=over'", "loaded"],
  ["something stored", "localStorage.setItem('left', 'over')", "loaded"],
  ["nothing", "", "in-place"],
])("a page on which an episode left %s is used again only when it is like a fresh one", async (_, script, how) => {
  await using environment = new Environment(async () => browser);
  const leaving = page(`<p style="height:60px" onclick="${script}">leave</p>`, "undefined");
  await environment.reset(leaving, 34);
  await environment.step(click({ x: 40, y: 30 }));
  expect((await environment.reset(leaving, 35)).how).toBe(how);
});
