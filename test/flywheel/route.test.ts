import { expect, test } from "vitest";
import type { VerdictName } from "../../env/verdict.ts";
import { DEFAULT_FILTER } from "../../flywheel/filter.ts";
import { chooseRoute, DEFAULT_ROUTING } from "../../flywheel/route.ts";
import { routeByHand, routeEpisodes } from "../../flywheel/routeEpisodes.ts";
import { maskedSteps } from "../../flywheel/stepMasks.ts";
import { at, done, record, SOLVED, stepsOf, temporaryWorkspace, verdict, type Move } from "./storeFixtures.ts";

const good = { good: true, checks: [] };
const bad = { good: false, checks: [{ check: "length", passed: false, reason: "9 steps" }] };
const masks = (moves: readonly Move[], shortest: number | null) => Object.fromEntries(maskedSteps({ startState: "start" }, stepsOf(moves), shortest));

test("verified work goes to SFT, failures to CT, what nobody can judge to quarantine", () => {
  const route = (name: VerdictName | null, outcome = bad) => chooseRoute(name, outcome, { enabled: true }).route;
  expect(route("pass", good as typeof bad)).toBe("SFT");
  expect([route("pass"), route("fail"), route("truncated")]).toEqual(["CT", "CT", "CT"]);
  expect([route("env-error", good as typeof bad), route("unverified"), route(null)]).toEqual(["quarantine", "quarantine", "quarantine"]);
  expect(chooseRoute("pass", bad, { enabled: false }).reason).toMatch(/dropped.*length: 9 steps/);
});

test("no-ops are masked, waiting, ending and clicks before typing are not", () => {
  const typed: Move = { action: { kind: "type", text: "a" }, to: "typed" };
  expect(masks([{ action: at(9), to: "start" }, ...SOLVED], 2)).toEqual({ 0: "no-op" });
  expect(masks([{ action: { kind: "wait" }, to: "start" }, ...SOLVED], 2)).toEqual({});
  expect(masks([{ action: at(9), to: "start" }, typed, { action: done, to: "typed" }], 2)).toEqual({});
});

test("a detour is masked when a shorter way is known", () => {
  const detour: Move[] = [{ action: at(5), to: "wrong" }, { action: { kind: "back" }, to: "start" }, ...SOLVED];
  expect(masks(detour, 2)).toEqual({ 0: "detour", 1: "detour" });
  expect(masks(detour, 4)).toEqual({});
  expect(masks(detour, null)).toEqual({});
});

test("episodes are filtered, masked and routed once", async () => {
  await using workspace = await temporaryWorkspace();
  const pass = record(workspace, { seed: 100, moves: [{ action: at(9), to: "start" }, ...SOLVED] });
  const fail = record(workspace, { seed: 101, verdict: "fail" });
  record(workspace, { seed: 600_000, purpose: "gate", role: "evaluation" });
  expect(routeEpisodes(workspace).map(({ episode, route }) => [episode, route])).toEqual([
    [pass.id, "SFT"],
    [fail.id, "CT"],
  ]);
  expect(routeEpisodes(workspace)).toEqual([]);
  expect(workspace.filterChecks.of(fail.id)).toContainEqual({ check: "verified", passed: false, reason: "the verdict is fail" });
  expect(workspace.masks.of(pass.id)).toMatchObject([{ step: 0, masked: true, reason: "no-op" }]);
  expect(workspace.ledger.rows("r")).toMatchObject([{ episodes: 2, steps: 5, pass: 1, fail: 1, filtered: 0, sft: 1, ct: 1, quarantine: 0 }]);
});

test("of equal successes the first is kept, whenever it was routed", async () => {
  await using workspace = await temporaryWorkspace();
  record(workspace, { trial: 0 });
  routeEpisodes(workspace);
  record(workspace, { trial: 1 });
  record(workspace, { trial: 0, seed: 101 });
  expect(routeEpisodes(workspace).map(({ route }) => route)).toEqual(["CT", "SFT"]);
  expect(workspace.ledger.measures("r", 1)).toMatchObject({ verified: 3, duplicates: 1 });
});

test("later batches do not change how earlier ones were judged", async () => {
  await using workspace = await temporaryWorkspace();
  const long = Array.from({ length: 6 }, (_, i) => ({ action: at(i), to: `s${i}` }));
  record(workspace, { moves: long, cycle: 1 });
  routeEpisodes(workspace);
  record(workspace, { role: "rl", cycle: 1, seed: 101 });
  record(workspace, { moves: long, cycle: 2, seed: 102 });
  expect(routeEpisodes(workspace, { again: true }).map(({ route }) => route)).toEqual(["SFT", "CT"]);
  expect(routeEpisodes(workspace, { again: true })).toEqual([]);
});

test("without the filter failed episodes are imitated whole, but errors of the environment are not", async () => {
  await using workspace = await temporaryWorkspace();
  record(workspace, { verdict: "fail", moves: [{ action: at(9), to: "start" }] });
  record(workspace, { verdict: "env-error", seed: 101 });
  const config = { ...DEFAULT_ROUTING, filter: { ...DEFAULT_FILTER, enabled: false } };
  const routed = routeEpisodes(workspace, { config });
  expect(routed.map(({ route }) => route)).toEqual(["SFT", "quarantine"]);
  expect(workspace.masks.of(routed[0]!.episode)).toEqual([]);
});

test("a person's route is not overruled when the wheel looks again", async () => {
  await using workspace = await temporaryWorkspace();
  const { id } = record(workspace);
  routeEpisodes(workspace);
  routeByHand(workspace, id, { route: "quarantine", author: "ada", reason: "shows a secret" });
  expect(routeEpisodes(workspace, { again: true })).toEqual([]);
  expect(workspace.routes.history(id).map(({ route, author }) => [route, author])).toEqual([
    ["SFT", "flywheel"],
    ["quarantine", "ada"],
  ]);
  expect(() => routeByHand(workspace, "nobody", { route: "SFT", author: "ada", reason: "" })).toThrow(/no episode nobody/);
});

test("an episode judged anew by a newer verifier is routed anew", async () => {
  await using workspace = await temporaryWorkspace();
  const { id } = record(workspace);
  routeEpisodes(workspace);
  workspace.verdicts.add(id, { ...verdict("fail"), verifier: "click-text@2" }, { source: "verifier", routing: true });
  expect(routeEpisodes(workspace)).toEqual([]);
  expect(routeEpisodes(workspace, { again: true })).toMatchObject([{ episode: id, route: "CT" }]);
  expect(workspace.episodes.get(id)).toMatchObject({ verifier: "click-text@2", route: "CT" });
});
