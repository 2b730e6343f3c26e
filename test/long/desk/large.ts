/**
 * The app on a large workspace: list, filters, sorts, text, scrolling, scrubbing, memory. In: a workspace of `seedEpisodes.ts`. Out: numbers.
 * Every answer that the page shows is compared with what the core says by itself.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import type { Browser, Page } from "playwright";
import { filterFromSearch, NEWEST_FIRST, SORTS, type EpisodeSort } from "../../../app/api/query.ts";
import { episodeName } from "../../../app/renderer/parts/format.ts";
import { launchBrowser } from "../../../env/launch.ts";
import { LONG } from "../seedEpisodes.ts";
import { watchMoves, type Drawn } from "./inPage.ts";
import { median, print, type Meter } from "./meter.ts";
import { closed, noted, ServedApp, waitNoted } from "./servedApp.ts";

const [PAINT, QUERY, FRAMES, MEMORY] = [1000, 300, 30, 500];
/** How long something is dragged, ms. */
const MOVING = 3000;
/** A list that has not changed for so long is taken to be final, ms. */
const QUIET = 250;
const COUNTED = ["task", "bucket", "cycle", "run", "checkpoint", "policy", "purpose", "role", "verdict", "route", "seed", "check"] as const;
/** Fields typed into the query bar with the beginning of a value; the first that is offered is taken. */
const TYPED = [...COUNTED.map((field) => `${field}:`), "is:held", "is:incident", "routedBy:wheel", "steps:3..6", "seconds:2..8"];

interface Asked {
  readonly words: Readonly<Record<"rare" | "frequent" | "second", string>>;
  /** Searches of the URL that the query bar does not offer, or that say what is not. */
  readonly searches: readonly string[];
}

interface Round {
  readonly browser: Browser;
  readonly app: ServedApp;
  readonly page: Page;
  readonly asked: Asked;
  readonly times: Times;
}

/** Filled by what is measured: kind → what was asked → ms, once a round. */
type Times = Map<string, Map<string, number[]>>;

export async function measureLarge(dir: string, meter: Meter, rounds: number): Promise<void> {
  const asked = await prepare(dir, meter);
  const times: Times = new Map();
  const frames = new Map<string, Drawn[]>();
  const memory = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    await using app = await ServedApp.open(dir);
    await using browser = await launchBrowser({ resolveNames: true });
    const page = await app.page(browser, "/episodes");
    note(times, "first paint, core just started", "list", await waitNoted(page, "firstShownAt"));
    const current = { browser, app, page, asked, times };
    await firstQueries(current);
    await paintAgain(current);
    await byControls(current);
    await byUrl(current);
    await sorts(current);
    await texts(current);
    noteMemory(memory, app, "queries");
    add(frames, "scrolling the list", await page.evaluate(watchMoves, { kind: "scroll" as const, ms: MOVING }));
    note(times, "row 70 000 after a jump", "jump", await jump(page));
    noteMemory(memory, app, "scrolling");
    for (const [size, id] of Object.entries(LONG)) {
      await open(page, app, id);
      add(frames, `scrubbing at once, ${size} screens`, await scrub(page));
      add(frames, `scrubbing again, ${size} screens`, await scrub(page));
      add(frames, `arrow held, ${size} screens`, await holdArrow(page));
    }
    noteMemory(memory, app, "all of it");
    add(memory, "JavaScript heap of the page after all of it", await heapOf(page));
    await closed(page);
  }
  report(meter, times, frames, memory);
}

/** Memory of both processes at this moment, MB. */
function noteMemory(memory: Map<string, number[]>, app: ServedApp, after: string): void {
  const { core, children } = app.memory();
  add(memory, `memory of the core after ${after}`, core);
  add(memory, `memory of the page's process after ${after}`, app.rendererMemory());
  if (children.length > 0) print({ what: "processes that the core started", unit: "MB", children });
}

function report(meter: Meter, times: Times, frames: ReadonlyMap<string, readonly Drawn[]>, memory: ReadonlyMap<string, readonly number[]>): void {
  for (const [what, asked] of times) reportTimes(meter, what, asked);
  for (const [what, all] of frames) reportFrames(meter, what, all);
  for (const [what, all] of memory) meter.take(what, "MB", all, what.startsWith("memory") ? { atMost: MEMORY, of: "worst" } : null);
}

/** A question's time is the median of its rounds: other work on the machine hits one or the other. Its best is told, too. */
function reportTimes(meter: Meter, what: string, asked: ReadonlyMap<string, readonly number[]>): void {
  const each = [...asked].map(([name, all]) => ({
    name,
    ms: median(all.toSorted((a, b) => a - b)),
    best: Math.min(...all),
    worst: Math.max(...all),
  }));
  const slowest = each.toSorted((a, b) => b.ms - a.ms).slice(0, 3);
  const bound = /^(?:counts|what the query bar)/.test(what) ? null : { atMost: what.startsWith("first paint") ? PAINT : QUERY, of: "worst" as const };
  meter.take(
    what,
    "ms",
    each.map(({ ms }) => ms),
    bound,
    {
      worstOfBest: Math.round(Math.max(...each.map(({ best }) => best))),
      worstSingle: Math.round(Math.max(...each.map(({ worst }) => worst))),
      slowest: slowest.map(({ name, ms }) => `${name}: ${Math.round(ms)}`),
    },
  );
}

function reportFrames(meter: Meter, what: string, all: readonly Drawn[]): void {
  const perSecond = (of: (drawn: Drawn) => number): number[] => all.map((drawn) => of(drawn) / drawn.seconds);
  // A held key repeats thirty times a second, so that is not for the app to exceed.
  const bound = what.startsWith("arrow") ? null : { atLeast: FRAMES, of: "median" as const };
  meter.take(
    what,
    "pictures per second",
    perSecond(({ pictures }) => pictures),
    bound,
    {
      framesPerSecond: perSecond(({ frames }) => frames).map(Math.round),
      sharpPerSecond: perSecond(({ sharp }) => sharp).map(Math.round),
      blankFrames: all.map(({ blank, frames }) => `${blank} of ${frames}`),
      longestFrameMs: all.map(({ longest }) => Math.round(longest)),
    },
  );
}

function note(times: Times, kind: string, name: string, ms: number): void {
  const asked = times.get(kind) ?? new Map<string, number[]>();
  times.set(kind, asked.set(name, [...(asked.get(name) ?? []), ms]));
}

function add<Value>(all: Map<string, Value[]>, kind: string, value: Value): void {
  all.set(kind, [...(all.get(kind) ?? []), value]);
}

/** Waits until everything can be searched; chooses what to ask for. */
async function prepare(dir: string, meter: Meter): Promise<Asked> {
  await using app = await ServedApp.open(dir);
  const [began, highest] = [performance.now(), [0]];
  const { counts, unindexed } = await app.call.workspace.status();
  for (let left = unindexed; left > 0; { unindexed: left } = await app.call.workspace.status()) {
    highest.push(app.memory().core);
    await sleep(2000);
  }
  print({
    what: "workspace",
    episodes: counts.episodes,
    steps: counts.steps,
    indexed: unindexed,
    indexSeconds: Math.round((performance.now() - began) / 1000),
  });
  if (unindexed > 0) meter.take("memory of the core while it indexes", "MB", [Math.max(...highest)], { atMost: MEMORY, of: "worst" });
  const searches: string[] = [];
  for (const field of COUNTED) {
    const values = await app.call.episodes.values({ field, limit: 200 });
    const [first, last] = [values[0]?.value, values.at(-1)?.value];
    if (last !== undefined) searches.push(`${field}=${encodeURIComponent(last)}`);
    if (first !== undefined && field !== "check") searches.push(`not.${field}=${encodeURIComponent(first)}`);
  }
  const [snapshot] = await app.call.datasets.snapshots({});
  if (snapshot !== undefined) searches.push(`snapshot=${snapshot.hash}`, `not.snapshot=${snapshot.hash}`);
  searches.push(
    "started=..1700000000000",
    "is=labelled,corrected,forked",
    "verdict=fail,truncated&route=CT&steps=5..&sort=-seconds",
    "steps=30..&not.verdict=pass",
  );
  return { words: wordsOf(dir), searches };
}

/** Words by how many episodes hold them. */
function wordsOf(dir: string): Asked["words"] {
  const db = new Sqlite(join(dir, "flywheel.db"), { readonly: true });
  db.exec("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, episode_text, row)");
  const word = (order: string, skip: number): string =>
    db
      .prepare(`SELECT term FROM temp.vocabulary WHERE length(term) > 3 AND term NOT GLOB '*[^a-z]*' ORDER BY doc ${order}, term LIMIT 1 OFFSET ?`)
      .pluck()
      .get(skip) as string;
  const words = { rare: word("ASC", 0), frequent: word("DESC", 0), second: word("DESC", 1) };
  db.close();
  return words;
}

/** What a person meets first: the first filter and the first search since the core was started. */
async function firstQueries(round: Round): Promise<void> {
  const { page, asked, times } = round;
  note(times, "first filter since the core was started", "not.verdict", await shows(round, () => goTo(page, "not.verdict=pass")));
  const search = `q=${asked.words.frequent}%20${asked.words.second}`;
  note(times, "first search since the core was started", search, await shows(round, () => goTo(page, search)));
}

/** Once more from the beginning, with a warm core: the address opened again, and from Home by a click. */
async function paintAgain({ browser, app, page, times }: Round): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await page.goto(`${app.address.origin}/episodes`, { waitUntil: "commit" });
    note(times, "first paint, opened again", "list", await waitNoted(page, "firstShownAt"));
  }
  const other = await app.page(browser, "/");
  await waitNoted(other, "homeAt");
  await other.getByRole("link", { name: /^Episodes/ }).click();
  const shown = await waitNoted(other, "firstShownAt");
  note(times, "first paint, from Home", "list", shown - (await noted(other)).actedAt);
  await closed(other);
}

/** Facets, histograms, and fields in the query bar. */
async function byControls(round: Round): Promise<void> {
  const { page, times } = round;
  const names = await page.locator(".facet").evaluateAll((all) => all.map((one) => (one as HTMLElement).title));
  for (const name of names) {
    note(times, "filter by a facet", name, await shows(round, () => page.locator(`.facet[title="${name}"]`).click()));
    await cleared(round);
  }
  for (const name of ["steps", "seconds"]) {
    const box = (await page.locator(`.histogram[title^="${name}"] svg`).boundingBox())!;
    const drag = async (): Promise<void> => {
      await page.mouse.move(box.x + box.width * 0.2, box.y + 10);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.45, box.y + 10, { steps: 4 });
      await page.mouse.up();
    };
    note(times, "filter by a histogram", name, await shows(round, drag));
    await cleared(round);
  }
  for (const text of TYPED) {
    const offered = page.locator(".popup .menu-item").filter({ hasText: new RegExp(`^${text.split(":")[0]!} is`) });
    await page.getByRole("combobox", { name: "Query" }).click();
    await page.keyboard.insertText(text);
    const before = performance.now();
    await offered.first().waitFor();
    note(times, "what the query bar offers", text, performance.now() - before);
    note(times, "filter by the query bar", text, await shows(round, () => page.keyboard.press("Enter")));
    await page.keyboard.press("Escape");
    await cleared(round);
  }
}

/** As Back and Forward do. */
async function byUrl(round: Round): Promise<void> {
  for (const search of round.asked.searches) {
    note(round.times, "filter by the address", search, await shows(round, () => goTo(round.page, search)));
    await cleared(round);
  }
}

/** Every sortable column, both ways, of everything and of a part. */
async function sorts(round: Round): Promise<void> {
  const { page, times } = round;
  for (const part of ["", "verdict=fail&"]) {
    for (const columns of ["episode,cycle,verdict,route,task,seed", "episode,agent,instruction,started,steps,seconds"]) {
      await goTo(page, `${part}cols=${columns}`);
      await settled(page);
      const titles = await page.locator(".episode-head button").evaluateAll((all) => all.map((one) => one.textContent));
      for (const title of titles) {
        for (let i = 0; i < 2; i++) {
          const head = page.locator(".episode-head button").filter({ hasText: new RegExp(`^${title}$`) });
          note(times, part === "" ? "sort" : "sort of a part", title, await shows(round, () => head.click(), true));
        }
      }
    }
  }
  await cleared(round);
}

/** Words typed as a person does, and confirmed at once; the first counts the pause after which the app asks by itself. */
async function texts(round: Round): Promise<void> {
  const { page, times } = round;
  const { rare, frequent, second } = round.asked.words;
  const queries = [
    rare,
    frequent,
    "zqxjkvw",
    `${frequent} ${second}`,
    `${frequent} ${rare}`,
    frequent.slice(0, 2),
    `"${frequent}"`,
    `read:${second}`,
  ];
  for (const query of queries) {
    const field = page.getByRole("combobox", { name: "Query" });
    await field.click();
    note(times, "full text while typing", query, await shows(round, () => page.keyboard.type(query, { delay: 60 })));
    await field.fill("");
    await field.press("Enter");
    await cleared(round);
  }
  for (const query of queries.map((text) => `${text} ${text.replaceAll('"', "")}`)) {
    const field = page.getByRole("combobox", { name: "Query" });
    await field.click();
    await page.keyboard.insertText(query);
    note(times, "full text by Enter", query, await shows(round, () => page.keyboard.press("Enter")));
    await field.fill("");
    await field.press("Enter");
    await cleared(round);
  }
}

/** Does something and waits until the list shows the answer. Returns ms from the last event of it to the painted list. */
async function shows(round: Round, act: () => Promise<unknown>, mayBeKnown = false): Promise<number> {
  const { page, app, times } = round;
  const before = await noted(page);
  await act();
  await page.waitForFunction(
    ([changed, known]) => {
      const { desk } = globalThis as unknown as { desk: { changedAt: number; actedAt: number } };
      return known || (desk.changedAt > changed && desk.changedAt >= desk.actedAt);
    },
    [before.changedAt, mayBeKnown] as const,
  );
  const { actedAt, changedAt, countedAt, list } = await settled(page);
  await compare(app, page, list);
  if (countedAt > actedAt) note(times, "counts above the list", list.split("|")[0]!, countedAt - actedAt);
  return Math.max(0, changedAt - actedAt);
}

/** Waits until the list stands still, shows its answer, and so do the counts. */
async function settled(page: Page) {
  await page.waitForFunction((quiet) => {
    const { desk } = globalThis as unknown as { desk: { changedAt: number; countedAt: number; actedAt: number; isShown: boolean } };
    return desk.isShown && performance.now() - Math.max(desk.changedAt, desk.countedAt, desk.actedAt) > quiet;
  }, QUIET);
  return noted(page);
}

/** The whole list again; its answer is known to the page, and nobody waits for it. */
async function cleared({ page }: Round): Promise<void> {
  await goTo(page, "");
  await settled(page);
}

/** Another address within the app. */
async function goTo(page: Page, search: string): Promise<void> {
  await page.evaluate(
    (to) => {
      (globalThis as unknown as { desk: { actedAt: number } }).desk.actedAt = performance.now();
      history.pushState({}, "", to);
    },
    `/episodes${search === "" ? "" : `?${search}`}`,
  );
}

/** The page's answer is the core's: how many match, and which comes first. */
async function compare(app: ServedApp, page: Page, list: string): Promise<void> {
  const [search = "", status = ""] = list.split("|");
  const { sort: order, ...rest } = Object.fromEntries(new URLSearchParams(search)) as Record<string, string>;
  const { filter } = filterFromSearch(rest);
  const { count, rows } = await app.call.episodes.list({ filter, sort: sortOf(order), limit: 1 });
  const first = await page
    .locator('.episode-row[aria-rowindex="2"] .mono')
    .first()
    .textContent({ timeout: 5000 })
    .catch(() => null);
  const shown = Number(/^\d+/.exec(status)?.[0]);
  const expected = rows[0] === undefined ? null : episodeName(rows[0].id);
  if (shown !== count || first !== expected) throw new Error(`${search}: the page shows ${shown}, ${first}; the core says ${count}, ${expected}`);
}

function sortOf(text: string | undefined): EpisodeSort {
  const by = SORTS.find((name) => name === text?.replace(/^-/, ""));
  return by === undefined ? NEWEST_FIRST : { by, descending: text!.startsWith("-") };
}

/** The scroll bar dragged far down. Returns ms until the rows there are shown. */
async function jump(page: Page): Promise<number> {
  await page.evaluate(() => {
    const { desk } = globalThis as unknown as { desk: { actedAt: number } };
    desk.actedAt = performance.now();
    document.querySelector(".episode-grid")!.scrollTop = 70_000 * 34;
  });
  const { actedAt, changedAt } = await settled(page);
  return changedAt - actedAt;
}

async function open(page: Page, app: ServedApp, id: string): Promise<void> {
  await page.goto(`${app.address.origin}/episodes/${id}`);
  await page.locator(".stage .screen > .picture").first().waitFor();
  await page.locator(".timeline svg rect").first().waitFor();
}

/** Presses the playhead, drags it for three seconds, and lets go. */
async function scrub(page: Page): Promise<Drawn> {
  const box = (await page.locator(".timeline svg").boundingBox())!;
  await page.mouse.move(box.x + 48, box.y + 30);
  await page.mouse.down();
  const drawn = await page.evaluate(watchMoves, { kind: "drag" as const, ms: MOVING });
  await page.mouse.up();
  return drawn;
}

async function holdArrow(page: Page): Promise<Drawn> {
  await page.keyboard.press("Home");
  return page.evaluate(watchMoves, { kind: "arrow" as const, ms: MOVING });
}

/** MB after a collection. */
async function heapOf(page: Page): Promise<number> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  return usedSize / 2 ** 20;
}
