import { expect, test } from "vitest";
import { curve, decisionsByCycle, groupsOf, lastMinusFirst, scoreOf, yieldPerThousand } from "../../flywheel/score.ts";
import { results } from "./results.ts";

const GROUPS = groupsOf({ tasks: ["a", "b"], demonstrated: ["a"] }, []);

test("a task counts as requested when a request was answered, unless it was demonstrated at the start", () => {
  const requests = [
    { task: "a", answered: 8 },
    { task: "b", answered: 0 },
    { task: "c", answered: 3 },
  ];
  expect(groupsOf({ tasks: ["d", "c", "b", "a"], demonstrated: ["a"] }, requests)).toEqual({
    all: ["d", "c", "b", "a"],
    demonstrated: ["a"],
    requested: ["c"],
    never: ["d", "b"],
  });
});

test("every task weighs the same, whatever its number of episodes", () => {
  const score = scoreOf([...results("a", "p".repeat(30)), ...results("b", "f".repeat(8) + "pp")], "key")!;
  expect(score.estimate).toBeCloseTo(0.6);
  expect(score).toMatchObject({ passes: 32, n: 40, tasks: 2 });
  expect(score.low).toBeLessThan(0.6);
  expect(score.high).toBeGreaterThan(0.6);
});

test("environment errors count for nobody, and nothing at all is no score", () => {
  expect(scoreOf(results("a", "peeef"), "key")).toMatchObject({ passes: 1, n: 2, estimate: 0.5 });
  expect(scoreOf(results("a", "ee"), "key")).toBeNull();
});

test("an interval has width even where every episode passed, or where a task has a single episode", () => {
  const perfect = scoreOf([...results("a", "p".repeat(20)), ...results("b", "p".repeat(20))], "key")!;
  expect(perfect.estimate).toBe(1);
  expect(perfect.high).toBeCloseTo(1);
  expect(perfect.low).toBeLessThan(0.95);
  const thin = scoreOf([...results("a", "p"), ...results("b", "f")], "key")!;
  expect(thin.high - thin.low).toBeGreaterThan(0.5);
});

test("equal results give equal intervals", () => {
  const some = [...results("a", "ppfpfpppff"), ...results("b", "ffpfpfffpp")];
  expect(scoreOf(some, "key")).toEqual(scoreOf(some, "key"));
});

test("last minus first pairs by task and seed and leaves out what is not fair on both sides", () => {
  const first = [...results("a", "ffffpfffe"), ...results("b", "ffffffffff")];
  const last = [...results("a", "pppppfffpp"), ...results("b", "fppfffffff")].toReversed();
  const gain = lastMinusFirst(first, last, "key")!;
  expect(gain.counts).toEqual({ both: 1, onlyA: 6, onlyB: 0, neither: 11 });
  expect(gain.n).toBe(18);
  expect(gain.estimate).toBeCloseTo((4 / 8 + 2 / 10) / 2);
  expect(gain.low).toBeGreaterThan(0);
  expect(gain.high).toBeLessThan(1);
  expect(gain.p).toBeCloseTo(1 / 64);
});

test("two equal checkpoints differ by nothing, with doubt", () => {
  const same = [...results("a", "pfpfpfpfpf"), ...results("b", "pfpfpfpfpf")];
  const gain = lastMinusFirst(same, same, "key")!;
  expect(gain.estimate).toBe(0);
  expect(gain.low).toBeLessThan(-0.05);
  expect(gain.high).toBeGreaterThan(0.05);
  expect(lastMinusFirst(same, [], "key")).toBeNull();
});

test("a held candidate leaves the curve where it was, a rollback takes it back", () => {
  const scored = ["f".repeat(10), "p".repeat(10), "pf".repeat(5), "ppppppppff"].map((letters, cycle) => ({
    cycle,
    checkpoint: `k${cycle}`,
    results: results("a", letters),
  }));
  const promotions = [
    { checkpoint: "k0", action: "promote", previous: null },
    { checkpoint: "k1", action: "promote", previous: "k0" },
    { checkpoint: "k2", action: "hold", previous: "k1" },
    { checkpoint: "k1", action: "rollback", previous: "k1" },
    { checkpoint: "k3", action: "promote", previous: "k0" },
  ] as const;
  const points = curve(scored, GROUPS, promotions);
  expect(points.map(({ fate, acting }) => [fate, acting])).toEqual([
    ["promoted", "k0"],
    ["rolled back", "k1"],
    ["held", "k0"],
    ["promoted", "k3"],
  ]);
  expect(points.map(({ actingScores }) => actingScores.all?.estimate)).toEqual([0, 1, 0, 0.8]);
  expect(points.map(({ scores }) => scores.all?.estimate)).toEqual([0, 1, 0.5, 0.8]);
});

test("a candidate nobody has judged yet is undecided and whoever acted goes on", () => {
  const rows = decisionsByCycle(
    [{ checkpoint: "k0", action: "promote", previous: null }],
    [
      { id: "k0", cycle: 0 },
      { id: "k1", cycle: 1 },
    ],
  );
  expect(rows[1]).toEqual({ cycle: 1, candidate: "k1", fate: "undecided", acting: "k0" });
});

test("while a gate waits for a person the incumbent acts, and whoever the person promotes afterwards does", () => {
  const candidates = ["k0", "k1", "k2"].map((id, cycle) => ({ id, cycle }));
  const first = { checkpoint: "k0", action: "promote" as const, previous: null };
  const held = { checkpoint: "k2", action: "hold" as const, previous: "k0" };
  const byPerson = { checkpoint: "k1", action: "promote" as const, previous: "k0" };
  expect(decisionsByCycle([first], candidates.slice(0, 2)).at(-1)!.acting).toBe("k0");
  expect(decisionsByCycle([first, held], candidates).at(-1)!.acting).toBe("k0");
  expect(decisionsByCycle([first, held, byPerson], candidates).at(-1)!.acting).toBe("k1");
});

type Trial = Parameters<typeof yieldPerThousand>[0][number];

function trials(cycle: number, seed: number, passes: number, fails: number, role: Trial["role"] = "rollout"): Trial[] {
  return Array.from({ length: passes + fails }, (_, i) => ({
    cycle,
    role,
    task: "a",
    seed,
    verdict: i < passes ? "pass" : "fail",
    stepCount: i < passes ? 3 : 6,
  }));
}

test("yield counts the steps of failures too, and only the agent's own work", () => {
  const [point] = yieldPerThousand([
    ...trials(1, 1, 2, 0),
    ...trials(1, 2, 0, 2),
    ...trials(1, 3, 1, 1, "rl"),
    ...trials(1, 4, 9, 0, "demonstration"),
  ]);
  expect(point).toMatchObject({ cycle: 1, passes: 3, episodes: 6, steps: 27, seeds: 3 });
  expect(point?.estimate).toBeCloseTo(3000 / 27);
  expect(yieldPerThousand([])).toEqual([]);
});

test("trials of one seed are not independent: the interval is wider than that of as many seeds", () => {
  const together = Array.from({ length: 20 }, (_, seed) => trials(1, seed, seed % 2 === 0 ? 3 : 0, seed % 2 === 0 ? 0 : 3)).flat();
  const apart = together.map((trial, i) => ({ ...trial, seed: i }));
  const width = (all: readonly Trial[]): number => yieldPerThousand(all).map(({ low, high }) => high - low)[0]!;
  expect(width(together)).toBeGreaterThan(1.5 * width(apart));
});

test("a yield of zero still has an upper end", () => {
  const [point] = yieldPerThousand([...trials(1, 1, 0, 3), ...trials(1, 2, 0, 3)]);
  expect(point?.estimate).toBe(0);
  expect(point?.high).toBeGreaterThan(0);
});
