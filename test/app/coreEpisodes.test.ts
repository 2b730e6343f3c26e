/** Lists, bulk changes and undo through the real core: counts that agree with each other, and with what was done. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EpisodeFilter, Selection } from "../../app/api/query.ts";
import type { VerdictName } from "../../env/verdict.ts";
import { routeEpisodes } from "../../flywheel/routeEpisodes.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { at, done, record, SOLVED } from "../flywheel/storeFixtures.ts";
import { openCore, until, type TestCore } from "./openCore.ts";

const VERDICTS: readonly VerdictName[] = ["pass", "fail", "pass", "truncated", "unverified", "env-error"];

/** 24 training episodes of two tasks in three cycles, 4 gate episodes, and one with things to search for. */
function fill(workspace: Workspace): void {
  workspace.runs.open("r", {}, 1);
  for (let i = 0; i < 24; i++) {
    const facts = { seed: 100 + i, cycle: 1 + (i % 3), task: i % 2 === 0 ? "click-text" : "log-in", instruction: `Press button ${i}` };
    record(workspace, { ...facts, verdict: VERDICTS[i % 6]!, moves: i % 4 === 0 ? [{ action: at(2), to: "wrong" }, ...SOLVED] : SOLVED });
  }
  for (let i = 0; i < 4; i++) record(workspace, { seed: 600_000 + i, purpose: "gate", role: "evaluation", checkpoint: "r.c1", cycle: 1 });
  record(workspace, {
    seed: 900,
    cycle: 3,
    task: "shop",
    instruction: "Buy the café lamp under 40",
    moves: [
      { action: { kind: "type", text: "reading light" }, to: "typed", decision: { thought: "The cheapest one is second." } },
      { action: done, to: "typed" },
    ],
  });
  routeEpisodes(workspace);
}

let core: TestCore;
beforeAll(async () => {
  core = await openCore(fill);
});
afterAll(async () => {
  expect(core.log).toEqual([]);
  await core[Symbol.asyncDispose]();
});

const list = (filter: EpisodeFilter, more: object = {}) => core.call.episodes.list({ filter, limit: 500, ...more });
const count = async (filter: EpisodeFilter): Promise<number> => (await list(filter)).count;
const everything = async (filter: EpisodeFilter = {}): Promise<Selection> => ({ kind: "query", filter, asOf: (await list({})).asOf, except: [] });

describe("a list", () => {
  test("has every ended episode once, newest first, in pages that fit together", async () => {
    const whole = await list({});
    expect([whole.count, whole.total, whole.rows.length]).toEqual([29, 29, 29]);
    expect(whole.rows.map(({ number }) => number)).toEqual(Array.from({ length: 29 }, (_, i) => 29 - i));
    const parts = await Promise.all([0, 10, 20].map((from) => list({}, { from, limit: 10 })));
    expect(parts.flatMap(({ rows }) => rows)).toEqual(whole.rows);
  });

  const filters: [EpisodeFilter, number][] = [
    [{ verdict: ["fail", "truncated"] }, 8],
    [{ task: ["log-in"], cycle: [1, 2] }, 8],
    [{ not: { task: ["log-in"] } }, 17],
    [{ steps: { from: 3 } }, 6],
    [{ purpose: ["gate"] }, 4],
    [{ route: ["none"] }, 4],
    [{ checkpoint: ["r.c1"] }, 4],
    [{ role: ["rollout"], verdict: ["pass"], not: { cycle: [3] } }, 4],
    [{ is: ["human"] }, 0],
    [{ check: ["verified"] }, 16],
    [{ not: { route: ["none"], verdict: ["pass"] } }, 16],
  ];
  test.each(filters)("%j", async (filter, expected) => {
    const { rows, count: counted } = await list(filter);
    expect([counted, rows.length]).toEqual([expected, expected]);
    const facets = await core.call.episodes.facets({ filter });
    expect(facets.count).toBe(expected);
    for (const bars of [facets.steps, facets.seconds]) expect(bars.reduce((sum, bar) => sum + bar.count, 0)).toBe(expected);
    expect(Object.values(facets.verdicts).reduce((a, b) => a + b)).toBe(expected);
  });

  test("counts of the facets open exactly what they count", async () => {
    const { verdicts, routes } = await core.call.episodes.facets({ filter: { task: ["click-text"] } });
    for (const [verdict, n] of Object.entries(verdicts)) expect(await count({ task: ["click-text"], verdict: [verdict as VerdictName] })).toBe(n);
    for (const [route, n] of Object.entries(routes)) expect(await count({ task: ["click-text"], route: [route as "SFT"] })).toBe(n);
  });

  test("leads from one episode to the next", async () => {
    const { rows } = await list({ verdict: ["fail"] });
    const at2 = await core.call.episodes.neighbours({ filter: { verdict: ["fail"] }, id: rows[2]!.id });
    expect(at2).toEqual({ position: 2, count: 4, previous: rows[1]!.id, next: rows[3]!.id });
    const elsewhere = await core.call.episodes.neighbours({ filter: { verdict: ["pass"] }, id: rows[2]!.id });
    expect(elsewhere.position).toBeNull();
  });

  test("sorts by any column in both directions", async () => {
    for (const by of ["steps", "task", "seed", "verdict", "instruction", "started"] as const) {
      const up = await list({}, { sort: { by, descending: false } });
      const down = await list({}, { sort: { by, descending: true } });
      expect(down.rows.map(({ id }) => id)).toEqual(up.rows.map(({ id }) => id).toReversed());
    }
  });

  test("offers the values there are", async () => {
    expect(await core.call.episodes.values({ field: "task" })).toEqual([
      { value: "click-text", count: 16 },
      { value: "log-in", count: 12 },
      { value: "shop", count: 1 },
    ]);
    expect(await core.call.episodes.values({ field: "task", starts: "lo%" })).toEqual([]);
  });
});

describe("text", () => {
  beforeAll(() => until(async () => ((await core.call.workspace.status()).unindexed === 0 ? true : null)));

  test.each([
    ["lamp", "instruction"],
    ["cafe", "instruction"],
    ["chea", "thought"],
    ["typed:light", "typed"],
    ['"reading light"', "typed"],
  ])("%s is found in the %s", async (q, field) => {
    const { rows } = await list({ q });
    expect(rows.map(({ task, match }) => [task, match?.fields])).toEqual([["shop", [field]]]);
  });

  test.each(["zebra", "lamp zebra", '"light reading"', "read:lamp"])("%s is found nowhere", async (q) => expect(await count({ q })).toBe(0));

  test("without a word changes nothing and says so", async () => {
    expect(await list({ q: "!?" })).toMatchObject({ count: 29, unreadable: "There is no word in it to search for." });
  });
});

describe("a change", () => {
  test("does what its preview counted, names the rest, and undoes as one", async () => {
    const selection = await everything();
    const change = { kind: "route", route: "quarantine", reason: "a test" } as const;
    const before = (await core.call.episodes.facets({ filter: {} })).routes;
    const preview = await core.call.episodes.preview({ selection, change });
    const result = await core.call.episodes.change({ selection, change });
    expect([result.done, result.refused]).toEqual([preview.done, preview.refused]);
    expect(result.refused).toEqual([{ reason: "gate and final episodes are never learned from", count: 4 }]);
    expect(await count({ route: ["quarantine"] })).toBe(25);
    expect(await core.call.acts.undo({})).toMatchObject({ id: result.act, summary: "25 episodes: moved to quarantine" });
    expect((await core.call.episodes.facets({ filter: {} })).routes).toEqual(before);
  });

  test("of labels is seen at once, and taking them away can be undone too", async () => {
    const selection = await everything({ verdict: ["fail"] });
    await core.call.episodes.change({ selection, change: { kind: "label", label: "slow" } });
    expect((await list({ label: ["slow"] })).rows[0]?.labels).toEqual(["slow"]);
    expect(await core.call.episodes.change({ selection, change: { kind: "label", label: "slow" } })).toMatchObject({ act: null, done: 0 });
    await core.call.episodes.change({ selection, change: { kind: "unlabel", label: "slow" } });
    expect(await count({ is: ["labelled"] })).toBe(0);
    await core.call.acts.undo({});
    expect(await count({ label: ["slow"] })).toBe(4);
    await core.call.acts.undo({});
    expect(await count({ is: ["labelled"] })).toBe(0);
  });

  test("cannot put what nobody has verified where it would be learned from", async () => {
    const selection = await everything({ verdict: ["unverified", "env-error"] });
    const result = await core.call.episodes.change({ selection, change: { kind: "route", route: "SFT" } });
    expect(result).toMatchObject({ done: 0, refused: [{ count: 8 }] });
  });

  test("that retracts is left out of what is learned from, until it is undone", async () => {
    const pool = async (): Promise<number> => (await core.call.datasets.pools({})).ct;
    const before = await pool();
    await core.call.episodes.change({ selection: await everything({ route: ["CT"] }), change: { kind: "retract", reason: "wrong page" } });
    expect([await pool(), await count({ is: ["retracted"] })]).toEqual([0, before]);
    await core.call.acts.undo({});
    expect([await pool(), await count({ is: ["retracted"] })]).toEqual([before, 0]);
  });

  test("that was overtaken by another cannot be undone, and says why", async () => {
    const selection = await everything({ task: ["shop"] });
    const first = await core.call.episodes.change({ selection, change: { kind: "route", route: "CT" } });
    await core.call.episodes.change({ selection, change: { kind: "route", route: "quarantine" } });
    await expect(core.call.acts.undo({ id: first.act! })).rejects.toMatchObject({ message: "All of them were moved again since.", code: "REFUSED" });
  });
});

describe("one episode", () => {
  test("shows its steps, its history, and a person's verdict that routes it; all of it undone", async () => {
    const [row] = (await list({ verdict: ["fail"], task: ["log-in"] })).rows;
    const id = row!.id;
    await core.call.episode.judge({ id, verdict: "pass", reason: "it was right" });
    expect((await core.call.episode.get({ id })).row).toMatchObject({ verdict: "pass", judgedByPerson: true, route: "SFT" });
    await core.call.episode.label({ id, step: 0, label: "first wrong step" });
    await core.call.episode.mask({ id, step: 0, masked: true, reason: "detour" });
    const seen = await core.call.episode.get({ id });
    expect(seen.labels).toMatchObject([{ label: "first wrong step", step: 0 }]);
    expect(seen.steps[0]).toMatchObject({ masked: { reason: "detour" }, sentence: "click at (1, 1)" });
    expect(seen.history.map(({ what }) => what)).toEqual(expect.arrayContaining(["fail", "pass", "label “first wrong step” at step 1"]));
    for (let i = 0; i < 3; i++) await core.call.acts.undo({});
    const undone = await core.call.episode.get({ id });
    expect([undone.row.verdict, undone.row.route, undone.labels, undone.steps[0]!.masked]).toEqual(["fail", "CT", [], null]);
  });

  test("that is not there is refused in words", async () => {
    await expect(core.call.episode.get({ id: "nothing" })).rejects.toMatchObject({
      code: "REFUSED",
      data: { code: "unknown-episode", hint: expect.any(String) },
    });
    await expect(core.call.episode.label({ id: "nothing", step: null, label: "x" })).rejects.toMatchObject({ code: "REFUSED" });
  });

  test("inputs that are none are refused before anything is done", async () => {
    await expect(core.call.episodes.list({ filter: { colour: ["red"] } as EpisodeFilter })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    await expect(core.call.episodes.list({ filter: {}, limit: 100_000 })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });
});

describe("while others record", () => {
  test("a list is frozen and says how many came since; a change leaves those out, and what was taken out of the selection", async () => {
    const { asOf, rows } = await list({ task: ["log-in"] });
    record(core.core.workspace, { seed: 5000, task: "log-in" });
    expect(await list({ task: ["log-in"] }, { asOf })).toMatchObject({ count: 12, newer: 1 });
    expect(await list({ task: ["shop"] }, { asOf })).toMatchObject({ count: 1, newer: 0 });
    const selection: Selection = { kind: "query", filter: { task: ["log-in"] }, asOf, except: [rows[0]!.id] };
    expect(await core.call.episodes.change({ selection, change: { kind: "label", label: "odd" } })).toMatchObject({ done: 11 });
    expect(await count({ label: ["odd"] })).toBe(11);
  });
});

test("topics tell who watches what changed, whoever changed it", async () => {
  const abort = new AbortController();
  const watching = await core.call.workspace.watch(undefined, { signal: abort.signal });
  expect((await watching.next()).value).toEqual({ topics: [] });
  record(core.core.workspace, { seed: 5001 });
  const { value } = await watching.next();
  expect(value).toMatchObject({ topics: expect.arrayContaining(["episodes"]) });
  abort.abort();
});

test("settings and views are kept, wrong ones are refused", async () => {
  await core.call.settings.set({ sessions: { approvalSeconds: 60 }, appearance: { theme: "dark" } });
  expect(await core.call.settings.get()).toMatchObject({
    sessions: { approvalSeconds: 60, freeSteps: 60 },
    appearance: { theme: "dark", density: "regular" },
  });
  await expect(core.call.settings.set({ sessions: { approvalSeconds: -1 } })).rejects.toMatchObject({ data: { code: "bad-config" } });
  await expect(core.call.settings.set({ colour: "red" })).rejects.toMatchObject({ message: 'There is no setting "colour".' });
  const view = await core.call.views.save({ name: "Fails", search: { verdict: "fail" } });
  await core.call.views.save({ ...view, name: "All fails" });
  expect(await core.call.views.list()).toEqual([{ ...view, name: "All fails" }]);
  await core.call.views.remove({ id: view.id });
  expect(await core.call.views.list()).toEqual([]);
});
