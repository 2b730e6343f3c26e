import { expect, test } from "vitest";
import { anotherCycleFits } from "../../flywheel/benchmark/timeBudget.ts";

const minutes = (cycle: number, ...all: number[]) => all.map((one) => ({ cycle, seconds: one * 60 }));

test("cycles go on while one as long as the longer of the last two fits into three quarters of the budget", () => {
  const stages = [...minutes(0, 5, 5), ...minutes(1, 4, 6), ...minutes(2, 3, 4)];
  expect(anotherCycleFits(stages, 0, 20)).toBe(true);
  expect(anotherCycleFits(stages, 1, 40)).toBe(true);
  expect(anotherCycleFits(stages, 2, 50)).toBe(true);
  expect(anotherCycleFits(stages, 2, 49)).toBe(false);
  const later = [...stages, ...minutes(3, 2, 2), ...minutes(4, 3, 2)];
  expect(anotherCycleFits(later, 4, 55)).toBe(true);
  expect(anotherCycleFits(later, 4, 54)).toBe(false);
});

test("asked again about an earlier cycle, the answer is the same", () => {
  const [before, after] = [minutes(0, 5), [...minutes(0, 5), ...minutes(1, 100), { cycle: 2, seconds: null }]];
  expect(anotherCycleFits(after, 0, 10)).toBe(anotherCycleFits(before, 0, 10));
});
