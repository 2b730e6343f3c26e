import { expect, test } from "vitest";
import { rng } from "../../env/random.ts";
import { binomialTail, bootstrapMean, bootstrapPairedDifference, countPairs, pairedDifference, signTest, wilson } from "../../flywheel/statistics.ts";

test("the Wilson interval matches published values", () => {
  // Newcombe (1998), table I, method 3.
  const cases = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const;
  for (const [passes, trials, low, high] of cases) {
    const interval = wilson(passes, trials);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  }
  expect(wilson(0, 0)).toEqual({ estimate: NaN, low: 0, high: 1 });
  expect(wilson(20, 20).high).toBe(1);
});

test("the binomial tail is exact, also far out", () => {
  expect(binomialTail(8, 10, 0.5)).toBeCloseTo(56 / 1024, 12);
  expect(binomialTail(0, 10, 0.5)).toBe(1);
  expect(binomialTail(11, 10, 0.5)).toBe(0);
  expect(binomialTail(1, 3, 0.1)).toBeCloseTo(1 - 0.9 ** 3, 12);
  expect(binomialTail(1000, 1000, 0.5) / 2 ** -1000).toBeCloseTo(1, 8);
  expect([binomialTail(1, 4, 0), binomialTail(4, 4, 1)]).toEqual([0, 1]);
});

test("the sign test needs five pairs without a loss, or ten with one", () => {
  expect(signTest(5, 0)).toBeCloseTo(1 / 32, 12);
  expect(signTest(4, 0)).toBeGreaterThan(0.05);
  expect(signTest(9, 1)).toBeCloseTo(11 / 1024, 12);
  expect(signTest(0, 0)).toBe(1);
});

test("the paired interval is the adjusted one of Agresti and Min", () => {
  // Approval ratings of Agresti (2002), table 10.1: 150 and 86 discordant of 1600; plain Wald gives .0213 to .0587.
  const counts = { both: 794, onlyA: 150, onlyB: 86, neither: 570 };
  const difference = pairedDifference(counts);
  expect(difference.estimate).toBeCloseTo(0.04, 6);
  expect(difference.low).toBeCloseTo(0.0211, 3);
  expect(difference.high).toBeCloseTo(0.0588, 3);
  // By hand, ten pairs: (5.5 − 0.5)/12 ± 1.96·√(6/12 − (5/12)²)/√12.
  const few = pairedDifference({ both: 3, onlyA: 5, onlyB: 0, neither: 2 });
  expect([few.estimate, few.low, few.high].map((value) => value.toFixed(3))).toEqual(["0.500", "0.093", "0.740"]);
  const narrow = pairedDifference(counts, 0.9);
  expect(narrow.high - narrow.low).toBeLessThan(difference.high - difference.low);
});

test("the paired interval covers the truth about as often as it says", () => {
  const random = rng("coverage");
  let covered = 0;
  for (let i = 0; i < 2000; i++) {
    const pairs = Array.from({ length: 60 }, () => [random.chance(0.7), random.chance(0.5)] as const);
    const { low, high } = pairedDifference(countPairs(pairs));
    if (low <= 0.2 && 0.2 <= high) covered += 1;
  }
  expect(covered / 2000).toBeGreaterThan(0.93);
  expect(covered / 2000).toBeLessThan(0.975);
});

test("pairs are counted by who passed", () => {
  const pairs = [
    [true, true],
    [true, false],
    [true, false],
    [false, true],
    [false, false],
  ] as const;
  expect(countPairs(pairs)).toEqual({ both: 1, onlyA: 2, onlyB: 1, neither: 1 });
});

test("the bootstrap stays within strata and repeats with the same generator", () => {
  const strata = [[1, 1, 1, 1], [0, 0], []];
  expect(bootstrapMean(strata, rng(1))).toEqual({ estimate: 0.5, low: 0.5, high: 0.5 });
  const noisy = [Array.from({ length: 50 }, (_, i) => i % 2)];
  const interval = bootstrapMean(noisy, rng("a"));
  expect(interval).toEqual(bootstrapMean(noisy, rng("a")));
  // √(¼ / 50) · 1.96 ≈ 0.139
  expect(interval.high - interval.estimate).toBeCloseTo(0.139, 1);
  expect(bootstrapMean([], rng(1)).estimate).toBe(NaN);
});

test("the paired bootstrap is narrower than the two rates apart when they agree", () => {
  const pairs = Array.from({ length: 100 }, (_, i) => [i % 2, i < 10 ? 0 : i % 2] as const);
  const { estimate, low, high } = bootstrapPairedDifference([pairs], rng("b"));
  expect(estimate).toBeCloseTo(0.05);
  expect([low > -0.01, high < 0.12]).toEqual([true, true]);
});
