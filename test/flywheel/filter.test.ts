import { expect, test } from "vitest";
import type { Action } from "../../env/action.ts";
import { CHECKS, DEFAULT_FILTER, filterEpisode, fingerprint, type FilterConfig, type FilterInput } from "../../flywheel/filter.ts";
import { at, done, record, SOLVED, stepsOf, temporaryWorkspace, type Recording } from "./storeFixtures.ts";

/** Names of the checks an episode fails. */
async function failed(recording: Recording, known: Partial<FilterInput> = {}, config: FilterConfig = DEFAULT_FILTER): Promise<string[]> {
  await using workspace = await temporaryWorkspace();
  const episode = record(workspace, recording);
  const { checks } = filterEpisode({ episode, steps: workspace.steps.of(episode.id), shortest: null, duplicateOf: null, ...known }, config);
  return checks.filter(({ passed }) => !passed).map(({ check }) => check);
}

const wait: Action = { kind: "wait" };
const explored = { exploration: true };

test("a straight success passes every check", async () => {
  expect(await failed({})).toEqual([]);
});

test("anything but a pass is not verified", async () => {
  for (const verdict of ["fail", "truncated", "env-error", "unverified"] as const) expect(await failed({ verdict })).toEqual(["verified"]);
});

test("a fatal incident or a crash disqualifies, a handled dialog does not", async () => {
  const during = (kind: "dialog" | "crash", fatal: boolean) =>
    failed({ moves: [{ ...SOLVED[0], incidents: [{ kind, detail: "", fatal }] }, SOLVED[1]] });
  expect(await during("dialog", false)).toEqual([]);
  expect(await during("dialog", true)).toEqual(["no-incident"]);
  expect(await during("crash", false)).toEqual(["no-incident"]);
});

test("a success more than twice as long as the shortest one is too long", async () => {
  const long = Array.from({ length: 7 }, (_, i) => ({ action: at(i), to: `s${i}` }));
  expect(await failed({ moves: long }, { shortest: 3 })).toEqual(["length"]);
  expect(await failed({ moves: long.slice(0, 6) }, { shortest: 3 })).toEqual([]);
  expect(await failed({ moves: long.slice(0, 3) }, { shortest: 1 })).toEqual([]);
});

test("the same action without effect three times in a row is a loop", async () => {
  const stuck = (count: number) => [...Array.from({ length: count }, () => ({ action: at(9), to: "start" })), ...SOLVED];
  expect(await failed({ moves: stuck(2) })).toEqual([]);
  expect(await failed({ moves: stuck(3) })).toEqual(["no-loop"]);
  const different = [1, 2, 3].map((x) => ({ action: at(x), to: "start" }));
  expect(await failed({ moves: [...different, ...SOLVED] })).toEqual([]);
});

test("a duplicate names the episode it repeats", async () => {
  expect(await failed({}, { duplicateOf: "abc" })).toEqual(["not-duplicate"]);
});

test("a success drawn by exploration alone is not the agent's", async () => {
  const [first, last] = SOLVED;
  expect(
    await failed({
      moves: [
        { ...first, decision: explored },
        { ...last, decision: explored },
      ],
    }),
  ).toEqual(["own-choice"]);
  expect(await failed({ moves: [{ ...first, decision: explored }, last] })).toEqual([]);
});

test("a pass without any effective action is suspicious", async () => {
  expect(await failed({ moves: [{ action: done, to: "start" }] })).toEqual(["own-work"]);
  expect(
    await failed({
      moves: [
        { action: wait, to: "changed by itself" },
        { action: done, to: "changed by itself" },
      ],
    }),
  ).toEqual(["own-work"]);
  expect(await failed({ moves: [{ action: { kind: "done", answer: "42" }, to: "start" }] })).toEqual([]);
});

test("giving up counts as work only where giving up is right", async () => {
  const moves = [{ action: { kind: "fail", reason: "there is none" } as const, to: "start" }];
  expect(await failed({ moves, feasible: false })).toEqual([]);
  expect(await failed({ moves, feasible: true })).toEqual(["own-work"]);
});

test("each check can be switched off, and so can the whole filter", async () => {
  const without = { ...DEFAULT_FILTER, checks: { ...DEFAULT_FILTER.checks, verified: false } };
  expect(await failed({ verdict: "fail" }, {}, without)).toEqual([]);
  expect(await failed({ verdict: "fail", moves: [] }, { duplicateOf: "x" }, { ...DEFAULT_FILTER, enabled: false })).toEqual([]);
  expect(Object.keys(DEFAULT_FILTER.checks).toSorted()).toEqual(CHECKS.toSorted());
});

test("a fingerprint is the task, the seed and the actions", () => {
  const one = fingerprint({ task: "a", seed: 1 }, stepsOf(SOLVED));
  expect(fingerprint({ task: "a", seed: 1 }, stepsOf(SOLVED.map((move) => ({ ...move, to: "elsewhere" }))))).toBe(one);
  expect(fingerprint({ task: "a", seed: 2 }, stepsOf(SOLVED))).not.toBe(one);
  expect(fingerprint({ task: "a", seed: 1 }, stepsOf(SOLVED.slice(1)))).not.toBe(one);
});
