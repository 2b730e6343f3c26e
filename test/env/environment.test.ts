import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { click, endsEpisode } from "../../env/action.ts";
import { Environment } from "../../env/environment.ts";
import { judge } from "../../env/judge.ts";
import { launchBrowser } from "../../env/launch.ts";
import type { Browser } from "playwright";
import { loadTaskModule, TASKS } from "../../tasks/index.ts";
import type { Task } from "../../env/task.ts";
import { misbehaving, scrolling } from "./misbehavingTask.ts";

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

const task = (id: string): Task => TASKS.find((one) => one.id === id)!;

/** Plays the oracle to the end. */
async function playOracle(of: Task, seed: number) {
  await environment.reset(of, seed);
  for (;;) {
    const result = await environment.step(await of.oracle!(environment.oracleContext()));
    if (result.verdict !== null) return result;
  }
}

describe("reset and step", () => {
  test("an oracle's episode terminates with a pass and its evidence", async () => {
    const result = await playOracle(task("log-in"), 34);
    expect(result.terminated).toBe(true);
    expect(result.verdict).toMatchObject({ verdict: "pass", verifier: `log-in@${task("log-in").version}`, triage: null });
  });

  test("the step budget truncates and is not a failure of its own kind", async () => {
    const long = task("click-text");
    await environment.reset(long, 34);
    for (let step = 1; step < long.maxSteps; step++) expect((await environment.step({ kind: "wait" })).verdict).toBeNull();
    const last = await environment.step({ kind: "wait" });
    expect(last).toMatchObject({ terminated: false, truncated: true, verdict: { verdict: "truncated" } });
  });

  test("the same seed gives the same pixels on a fresh page and on a used one", async () => {
    for (const id of ["click-text", "enter-text", "inbox"]) {
      const other = new Environment(async () => browser);
      const fresh = await other.reset(task(id), 41);
      await playOracle(task(id), 35);
      const used = await environment.reset(task(id), 41);
      expect(used.how).toBe("in-place");
      expect(used.observation.screenHash).toBe(fresh.observation.screenHash);
      await other.close();
    }
  });

  test.each([true, false])(
    "what is scrolled is known to the page's scripts, timers among them, within the same step (pictures: %s)",
    async (screenshots) => {
      await using other = new Environment(async () => browser, { screenshots });
      await other.reset(scrolling, 34);
      for (let step = 1; step <= 12; step++) {
        const { state } = await other.step({ kind: "scroll", at: { x: 60, y: 60 }, dx: 0, dy: 40 });
        expect(state).toEqual({ top: 40 * step, heard: 40 * step });
      }
    },
  );

  test("a step after the end is refused", async () => {
    await environment.reset(task("click-text"), 34);
    await environment.step({ kind: "done" });
    await expect(environment.step({ kind: "done" })).rejects.toMatchObject({ code: "internal" });
  });

  test("reserved seeds are never run", async () => {
    await expect(environment.reset(task("click-text"), 700_000)).rejects.toMatchObject({ code: "bad-seed" });
  });

  test("points outside the viewport are clipped, and the clipped action is what is recorded", async () => {
    await environment.reset(task("click-text"), 34);
    const { action } = await environment.step(click({ x: -50, y: 9999 }));
    expect(action).toMatchObject({ at: { x: 0, y: task("click-text").viewport.height - 1 } });
    expect(endsEpisode(action)).toBe(false);
  });

  test("small viewports are seen at device scale factor 2", async () => {
    const { observation } = await environment.reset(task("click-text"), 34);
    expect(observation.deviceScaleFactor).toBe(2);
    expect((await observation.pixels()).width).toBe(2 * task("click-text").viewport.width);
  });
});

describe("what no agent could see coming", () => {
  test.each(["dialog", "popup", "download", "file-chooser", "page-error"] as const)(
    "a %s is handled and reported as an environment error",
    async (kind) => {
      await environment.reset(misbehaving(kind), 34);
      await environment.step(click({ x: 60, y: 30 }));
      const result = await environment.step({ kind: "done" });
      expect(result.verdict).toMatchObject({ verdict: "env-error", triage: "environment" });
      expect(result.verdict!.reason).toContain(kind);
    },
  );

  test("an error that a suite's own page throws excuses nobody", async () => {
    const instance = misbehaving("page-error").instance(34);
    const incidents = [{ kind: "page-error", detail: "x is undefined", fatal: false }] as const;
    const ending = { states: [null, null], actions: [{ kind: "done" }] as const, truncated: false, incidents };
    expect(judge(misbehaving("page-error"), instance, ending).verdict).toBe("env-error");
    expect(judge({ ...misbehaving("page-error"), suite: "theirs" }, instance, ending).verdict).toBe("fail");
  });

  test("a crashed page ends the episode, and the next reset works", async () => {
    const crashing = misbehaving("crash");
    await environment.reset(crashing, 34);
    const page = await environment.step({ kind: "key", chord: "Enter", count: 1 });
    expect(page.verdict?.verdict ?? "env-error").toBe("env-error");
    expect((await playOracle(task("click-text"), 36)).verdict!.verdict).toBe("pass");
  });

  test("requests beyond the task's own pages are blocked", async () => {
    const result = await environment.reset(misbehaving("fetch"), 34);
    expect(result.state).toEqual({ fetched: "blocked" });
  });
});

test("a user's task module that is no task says what is wrong", async () => {
  await expect(loadTaskModule("/nonexistent/task.ts")).rejects.toMatchObject({ code: "bad-task-module" });
});
