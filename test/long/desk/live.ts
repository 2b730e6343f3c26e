/**
 * A live session in the page of a browser while a training run goes on in the same core. In: an empty folder. Out: frames per second that are drawn,
 * and the time from an action (a key in one's own hands, Approve for an agent's) to the picture that shows it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright";
import type { SessionView } from "../../../app/api/sessions.ts";
import { launchBrowser } from "../../../env/launch.ts";
import { findTasks } from "../../../tasks/index.ts";
import { until } from "../../app/openCore.ts";
import { watchLive, type Live } from "./inPage.ts";
import type { Meter } from "./meter.ts";
import { closed, noted, ServedApp } from "./servedApp.ts";

const [FRAMES, DELAY] = [10, 200];
/** Tasks on which the oracle types into a field: a small page, and one of 1280 × 800. */
const TASKS = ["log-in", "calendar-event"] as const;
/** An action without a visible answer for so long changes nothing that is seen, ms. */
const PATIENCE = 3000;
const KEYS = 20;
/** Training seeds from here on are looked at for one that can be done: else the oracle gives up instead of typing. */
const FIRST_SEED = 1000;

interface Measured {
  readonly approvals: number[];
  readonly keys: number[];
  readonly framesPerSecond: number[];
  readonly acting: number[];
  /** Stages of the run that went on meanwhile. */
  readonly stages: Set<string>;
}

const nothing = (): Measured => ({ approvals: [], keys: [], framesPerSecond: [], acting: [], stages: new Set() });

export async function measureLive(dir: string, meter: Meter, rounds: number): Promise<void> {
  await using app = await ServedApp.open(dir);
  await using browser = await launchBrowser({ resolveNames: true });
  const idle = new Map(TASKS.map((task) => [task, nothing()]));
  const turning = new Map(TASKS.map((task) => [task, nothing()]));
  const page = await app.page(browser, "/sessions");
  for (const task of TASKS) await measureTask(app, page, task, idle.get(task)!);
  const stage = await turn(app);
  for (let round = 0; round < rounds; round++) {
    for (const task of TASKS) {
      const measured = turning.get(task)!;
      measured.stages.add(stage.now());
      await measureTask(app, page, task, measured);
      measured.stages.add(stage.now());
    }
  }
  if (!stage.isTurning()) throw new Error("The run ended before everything was measured: the numbers say nothing of training.");
  const memory = app.memory();
  await closed(page);
  for (const [when, all] of [["in an idle core", idle] as const, ["while a run goes on", turning] as const])
    for (const [task, measured] of all) report(meter, `${when}, ${task}`, measured, all === turning);
  meter.take("memory of the core with a run and sessions", "MB", [memory.core], { atMost: 500, of: "worst" }, { children: memory.children });
}

function report(meter: Meter, where: string, { approvals, keys, framesPerSecond, acting, stages }: Measured, isBound: boolean): void {
  const more = stages.size === 0 ? {} : { stages: [...stages] };
  const bound = { atMost: DELAY, of: "median" } as const;
  meter.take(`frames while typing ${where}`, "per second", framesPerSecond, isBound ? { atLeast: FRAMES, of: "median" } : null, more);
  meter.take(`from a key to its picture ${where}`, "ms", keys, isBound ? bound : null, { p95: percentile(keys, 0.95) });
  meter.take(`from Approve to the agent's action in the picture ${where}`, "ms", approvals, isBound ? bound : null, {
    p95: percentile(approvals, 0.95),
  });
  meter.take(`frames while an agent acts as fast as it can ${where}`, "per second", acting);
}

function percentile(values: readonly number[], share: number): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN);
}

/** Starts a small run that trains for long, and waits until it trains. */
async function turn({ call }: ServedApp): Promise<{ readonly now: () => string; readonly isTurning: () => boolean }> {
  const set = { training: { sftStepsFirst: 3000, sftSteps: 3000, patience: 3000 } };
  const knobs = Object.fromEntries(Object.entries(set.training).map(([name, value]) => [`training.${name}`, value]));
  const { run } = await call.runs.start({ preset: "smoke", cycles: 20, set: knobs });
  let [now, isTurning] = ["starting", true];
  const learns = Promise.withResolvers<void>();
  void (async () => {
    for await (const event of await call.runs.progress({ run })) {
      if (event.kind === "stage") now = `${event.cycle} ${event.stage}`;
      if (event.kind === "loss") learns.resolve();
      if (event.kind === "end") isTurning = false;
    }
  })().catch(() => (isTurning = false));
  await learns.promise;
  return { now: () => now, isTurning: () => isTurning };
}

async function measureTask(app: ServedApp, page: Page, task: string, measured: Measured): Promise<void> {
  const id = await start(app, page, task, "step");
  await approveUntilTyped(app, page, id, measured);
  await page.getByRole("button", { name: /^Take over/ }).click();
  await page.locator(".live-screen.yours").focus();
  for (let i = 0; i < KEYS; i++) {
    await page.keyboard.press(i % 2 === 0 ? "w" : "Backspace");
    measured.keys.push((await pictureAfter(page)) ?? PATIENCE);
    // Keys of one word go on within 900 ms; when they end, the step is recorded.
    await sleep(150);
  }
  measured.framesPerSecond.push(await typeFor(page, 4000));
  await app.call.sessions.stop({ id });
  measured.acting.push(await actFreely(app, page, task));
}

async function start(app: ServedApp, page: Page, task: string, mode: "step" | "run"): Promise<string> {
  const [known] = findTasks([task]);
  const seed = Array.from({ length: 100 }, (_, i) => FIRST_SEED + i).find((one) => known!.instance(one).feasible)!;
  const what = { kind: "task", task, seed } as const;
  const { ids } = await app.call.sessions.start({ what, agent: { kind: "scripted", name: "oracle" }, mode, ask: { kind: "never" }, maxSteps: 200 });
  const id = ids[0]!;
  await page.evaluate((to) => history.pushState({}, "", to), `/sessions?focus=${id}`);
  if (mode === "run") return id;
  await page.locator(`.live canvas[aria-label="Live picture of ${id}"][data-frame]`).waitFor();
  await page.evaluate(watchLive);
  return id;
}

/** Lets the oracle act step by step until it has typed something, so that a field has the focus. */
async function approveUntilTyped(app: ServedApp, page: Page, id: string, measured: Measured): Promise<void> {
  for (let kind = ""; kind !== "type";) {
    const pending = await until(async () => proposalOf(await app.call.sessions.get({ id })));
    kind = pending.action.kind;
    const isDecided = async () => ((await app.call.sessions.get({ id })).pending?.number === pending.number ? null : true);
    // The card is drawn a moment after the core asks: what was approved on the one before it says nothing of this one.
    for (let decided: true | null = null; decided === null; decided = await isDecided()) {
      await page
        .getByRole("region", { name: "It asks" })
        .getByRole("button", { name: /^Approve/ })
        .click();
      const ms = await pictureAfter(page);
      if (ms !== null) measured.approvals.push(ms);
    }
  }
}

function proposalOf({ state, pending, note }: SessionView) {
  if (state === "ended") throw new Error(`The session ended: ${note}`);
  return state === "asking" ? pending : null;
}

/** From the last event of a person to the next picture that differs. Null: none came. */
async function pictureAfter(page: Page): Promise<number | null> {
  const { actedAt } = await noted(page);
  const seen = page.waitForFunction((since) => (globalThis as unknown as { live: Live }).live.changes.find((at) => at > since), actedAt, {
    timeout: PATIENCE,
    polling: 20,
  });
  const at = await seen.then((handle) => handle.jsonValue()).catch(() => null);
  return at == null ? null : at - actedAt;
}

/** Frames per second that are drawn while somebody types without a pause. */
async function typeFor(page: Page, ms: number): Promise<number> {
  const before = await page.evaluate(() => (globalThis as unknown as { live: Live }).live.frames.length);
  const began = performance.now();
  for (let i = 0; performance.now() - began < ms; i++) {
    await page.keyboard.press(i % 2 === 0 ? "m" : "Backspace");
    await sleep(25);
  }
  const seconds = (performance.now() - began) / 1000;
  const after = await page.evaluate(() => (globalThis as unknown as { live: Live }).live.frames.length);
  return (after - before) / seconds;
}

/** Frames per second that are drawn from the first to the last action of an agent that nobody holds up. */
async function actFreely(app: ServedApp, page: Page, task: string): Promise<number> {
  const id = await start(app, page, task, "step");
  await page.evaluate(() => ((globalThis as unknown as { live: Live }).live.frames.length = 0));
  await until(async () => proposalOf(await app.call.sessions.get({ id })));
  await app.call.sessions.resume({ id });
  await until(async () => ((await app.call.sessions.get({ id })).state === "ended" ? true : null));
  const frames = await page.evaluate(() => (globalThis as unknown as { live: Live }).live.frames);
  return frames.length < 2 ? 0 : ((frames.length - 1) * 1000) / (frames.at(-1)! - frames[0]!);
}
