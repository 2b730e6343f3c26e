import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser } from "playwright";
import { click, type Action } from "../../env/action.ts";
import { Environment } from "../../env/environment.ts";
import { launchBrowser } from "../../env/launch.ts";
import type { Task } from "../../env/task.ts";
import { TASKS } from "../../tasks/index.ts";
import { misbehaving } from "./misbehavingTask.ts";

const task = (id: string): Task => TASKS.find((one) => one.id === id)!;
const corner = click({ x: 5, y: 5 });

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser({ deviceScaleFactor: 2 });
});
afterAll(() => browser.close());

/** A page of one's own with this in its body. */
function page(body: string, files: Readonly<Record<string, string>> = {}): Task {
  const html = `<!doctype html><body style="margin:0"><script>state = null</script>${body}`;
  const served: Readonly<Record<string, string>> = { "/": html, ...files };
  return {
    ...misbehaving("dialog"),
    id: "page-of-ones-own",
    resource: (path) =>
      served[path] === undefined ? undefined : { body: served[path], contentType: path.endsWith("svg") ? "image/svg+xml" : "text/html" },
  };
}

/** Hashes of the first screen of each seed, and of those after one click each. */
async function screens(environment: Environment, of: Task, seeds: readonly number[]): Promise<string[]> {
  const hashes: string[] = [];
  for (const seed of seeds) {
    hashes.push((await environment.reset(of, seed)).observation.screenHash);
    hashes.push((await environment.step(click({ x: 60, y: 60 }))).observation.screenHash);
  }
  return hashes;
}

test("pages of one browser that are all drawn at once show the screens that each shows alone", async () => {
  const ids = ["click-text", "click-tab", "inbox", "log-in", "enter-text", "read-table"];
  const seeds = [34, 35, 36, 37];
  const environments = ids.map(() => new Environment(async () => browser));
  const together = await Promise.all(ids.map((id, i) => screens(environments[i]!, task(id), seeds)));
  const alone: string[][] = [];
  for (const [i, id] of ids.entries()) alone.push(await screens(environments[i]!, task(id), seeds));
  expect(together).toEqual(alone);
  for (const environment of environments) await environment.close();
});

test("a browser that draws by itself shows the same screens", async () => {
  await using other = await launchBrowser({ deviceScaleFactor: 2, resolveNames: true });
  await using selfDrawn = new Environment(async () => other);
  await using drawn = new Environment(async () => browser);
  expect(await screens(selfDrawn, task("inbox"), [34, 35])).toEqual(await screens(drawn, task("inbox"), [34, 35]));
});

test("a page that hangs under the mouse is lost alone", async () => {
  await using hanging = new Environment(async () => browser);
  await using other = new Environment(async () => browser);
  await hanging.reset(page(`<p style="height:100px" onmousemove="for (;;);">do not touch</p>`), 34);
  await other.reset(task("click-text"), 34);
  const hang = hanging.step({ kind: "hover", at: { x: 50, y: 50 } });
  for (let step = 0; step < 3; step++) expect((await other.step({ kind: "hover", at: { x: 9, y: 9 + step } })).verdict).toBeNull();
  expect((await hang).verdict).toMatchObject({ verdict: "env-error", triage: "environment" });
});

test("pictures that a page asks for are on its first screen", async () => {
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60"><rect width="60" height="60" fill="red"/></svg>`;
  const late = page(`<div id="here"></div>`, { "/red.svg": picture });
  const asking: Task = {
    ...late,
    setup: () => `void (document.getElementById("here").innerHTML = '<img src="/red.svg">')`,
  };
  for (let load = 0; load < 3; load++) {
    await using environment = new Environment(async () => browser);
    const { data, width } = await (await environment.reset(asking, 34)).observation.pixels();
    expect([...data.subarray(4 * (20 * width + 20), 4 * (20 * width + 20) + 3)]).toEqual([255, 0, 0]);
  }
});

test("a lazy picture far below is not waited for", async () => {
  await using environment = new Environment(async () => browser);
  await environment.reset(page(`<p style="height:9000px">long</p><img loading="lazy" src="/red.svg">`), 34);
  expect((await environment.step(corner)).verdict).toBeNull();
});

test.each<[string, Action]>([
  ["a click on its sign", click({ x: 185, y: 10 })],
  ["the space bar", { kind: "key", chord: "Space", count: 1 }],
  ["Alt and an arrow", { kind: "key", chord: "Alt+ArrowDown", count: 1 }],
])("the window in which dates are picked is not opened by %s: it is on no screenshot", async (_, action) => {
  await using environment = new Environment(async () => browser);
  await environment.reset(page(`<input type="date" style="width:200px;height:22px;box-sizing:border-box">`), 34);
  await environment.step(click({ x: 20, y: 10 }));
  expect((await environment.step(action)).verdict).toBeNull();
  const { verdict, incidents } = await environment.step(corner);
  expect(verdict?.verdict).toBe("truncated");
  expect(incidents).toEqual([]);
});

test("what a page's scripts see of a scroll, they see before time passes and before they are asked", async () => {
  const scrolled = `<div id="pane" style="height:100px;overflow:auto"><p style="height:900px">long</p></div>
    <script>pane.addEventListener("scroll", () => setTimeout(() => (state = pane.scrollTop), 100))</script>`;
  await using environment = new Environment(async () => browser);
  await environment.reset(page(scrolled), 34);
  const { state } = await environment.step({ kind: "scroll", at: { x: 50, y: 50 }, dx: 0, dy: 120 });
  expect(state).toBe(120);
});

test("a page that is loaded by a click goes on from the time of the one before, and lives through its step", async () => {
  const linked = (to: string) => `<a href="${to}" style="display:block;height:60px">on</a>
    <script>state = { loaded: Date.now() }; setTimeout(() => (state.waited = Date.now() - state.loaded), 300)</script>`;
  await using environment = new Environment(async () => browser);
  await environment.reset(page(linked("/second"), { "/second": linked("/third"), "/third": linked("/") }), 34);
  const second = (await environment.step(click({ x: 20, y: 20 }))).state as { loaded: number; waited: number };
  const third = (await environment.step(click({ x: 20, y: 20 }))).state as { loaded: number; waited: number };
  expect(third.loaded - second.loaded).toBe(500);
  expect([second.waited, third.waited]).toEqual([300, 300]);
});
