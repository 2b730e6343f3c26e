import { expect, test } from "vitest";
import { compareRuns, compareWithBefore, type RunEnd } from "../../flywheel/compareRuns.ts";
import { growthOf, type Growth } from "../../flywheel/growth.ts";
import { groupsOf } from "../../flywheel/score.ts";
import { meanOverRuns } from "../../flywheel/statistics.ts";
import { results } from "./results.ts";

const groups = groupsOf({ tasks: ["a", "b"], demonstrated: ["a"] }, []);

/** `a` and `b`: one letter per final seed of that task. */
function end(seed: number, controls: string[], a: string, b: string, growth: Growth | null = null): RunEnd {
  const run = `s${seed}-${controls.join("-")}`;
  return { run, seed, controls, setting: '"tour"', programs: ["1"], groups, results: [...results("a", a), ...results("b", b)], growth };
}

test("a control is compared with the default run of its own training seed, instance by instance", () => {
  const [comparison] = compareRuns([
    end(1, [], "pppppppppp", "ppppppffff"),
    end(2, [], "ffffffffff", "ffffffffff"),
    end(1, ["no CT"], "pppppppppp", "ppffffffff"),
  ]);
  expect(comparison!.seeds).toHaveLength(1);
  expect(comparison!.seeds[0]!.difference.never).toMatchObject({ estimate: expect.closeTo(0.4), counts: { onlyA: 4, onlyB: 0 } });
  expect(comparison!.seeds[0]!.difference.demonstrated!.estimate).toBe(0);
  expect(comparison!.overSeeds.all).toBeNull();
});

test("over several training seeds the run is the unit", () => {
  const ends = [1, 2, 3].flatMap((seed) => [
    end(seed, [], "pppppppppp", "p".repeat(4 + seed) + "f".repeat(6 - seed)),
    end(seed, ["no RL"], "pppppppppp", "ppppffffff"),
  ]);
  const { never } = compareRuns(ends)[0]!.overSeeds;
  expect(never!.estimate).toBeCloseTo(0.2);
  expect(never!.low).toBeCloseTo(0.2 - 4.303 * (0.1 / Math.sqrt(3)), 3);
});

test("who differs by more than switches is no control", () => {
  expect(compareRuns([end(1, [], "p", "p"), { ...end(1, ["no CT"], "p", "p"), setting: '"smoke"' }])).toEqual([]);
});

test("where all have a switch, the control is what one has besides", () => {
  const compared = compareRuns([end(1, ["no RL", "frozen actor"], "f", "p"), end(1, ["no RL"], "p", "p")]);
  expect(compared.map(({ names }) => names.control)).toEqual(["frozen actor"]);
  expect(compared[0]!.seeds[0]!.difference.demonstrated!.estimate).toBe(1);
});

test("two runs of a kind are refused, since they would count as two training seeds", () => {
  const twice = [end(1, [], "p", "p"), end(1, ["no CT"], "p", "p"), end(1, ["no CT"], "f", "f")];
  expect(() => compareRuns(twice)).toThrow(expect.objectContaining({ code: "usage", message: expect.stringMatching(/same switches/) as string }));
});

test("runs without a common instance are refused", () => {
  const elsewhere = { ...end(1, ["no CT"], "p", "p"), results: results("z", "p") };
  expect(() => compareRuns([end(1, [], "p", "p"), elsewhere])).toThrow(/share no final instance/);
});

test("how yield grew stands beside it, over the training seeds", () => {
  const grown = (up: number): Growth | null =>
    growthOf([0, 1, 2, 3].map((cycle) => ({ cycle, estimate: up * cycle, low: up * cycle - 1, high: up * cycle + 1 })));
  const ends = [1, 2].flatMap((seed) => [end(seed, [], "p", "p", grown(9 + seed)), end(seed, ["no RL"], "p", "p")]);
  const { growthOverSeeds, seeds } = compareRuns(ends)[0]!;
  expect(growthOverSeeds).toMatchObject({ baseline: { slope: { estimate: expect.closeTo(10.5) as number } }, control: null });
  expect(seeds.map(({ growth }) => growth.baseline!.slope.estimate)).toEqual([expect.closeTo(10), expect.closeTo(11)]);
});

test("a control without a default run beside it is left out", () => {
  expect(compareRuns([end(1, [], "p", "p"), end(2, ["no CT"], "p", "p")])).toEqual([]);
});

test("what is now is compared with what was before by training seed and switches, whatever else changed", () => {
  const before = [end(2, [], "f", "f"), end(1, [], "p", "f"), end(1, ["no CT"], "f", "f"), end(3, [], "p", "p")];
  const now = [end(1, [], "p", "p"), end(1, ["no CT"], "p", "p"), end(2, [], "p", "p")].map((own) => ({ ...own, setting: '{"batch":8}' }));
  const compared = compareWithBefore(
    now,
    before.map((own) => ({ ...own, setting: '{"batch":4}' })),
  );
  expect(compared.map(({ names, seeds }) => [names.baseline, seeds.map(({ seed, difference }) => [seed, difference.all!.estimate])])).toEqual([
    [
      "now",
      [
        [1, 0.5],
        [2, 1],
      ],
    ],
    ["now (no CT)", [[1, 1]]],
  ]);
  expect(compared[0]!.seeds[0]!.changes).toEqual([{ path: "batch", before: "4", now: "8" }]);
  expect(() => compareWithBefore(now, [...before, before[0]!])).toThrow(/same switches/);
});

test("the interval of many runs comes close to the normal one, and one run has none", () => {
  const values = Array.from({ length: 400 }, (_, i) => i % 2);
  expect(meanOverRuns(values).high - 0.5).toBeCloseTo((1.96 * 0.5) / 20, 3);
  expect(() => meanOverRuns([0.3])).toThrow(RangeError);
});
