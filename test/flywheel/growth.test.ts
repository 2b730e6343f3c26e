/** How yield grows over cycles, on points whose shape is known. */
import { describe, expect, test } from "vitest";
import { growthOf, growthOverRuns } from "../../flywheel/growth.ts";
import type { Estimate } from "../../flywheel/statistics.ts";

const points = (values: readonly number[], half = 1): (Estimate & { cycle: number })[] =>
  values.map((estimate, cycle) => ({ cycle, estimate, low: estimate - half, high: estimate + half }));

describe("growth", () => {
  test.each([
    ["linear", [10, 20, 30, 40, 50], 10, 0],
    ["accelerates", [0, 1, 4, 9, 16], 4, 2],
    ["saturates", [0, 7, 12, 15, 16], 4, -2],
    ["level", [10, 10, 10, 10, 10], 0, 0],
    ["dips", [14, 11, 10, 11, 14], 0, 2],
    ["peaks", [10, 13, 14, 13, 10], 0, -2],
    ["falls", [50, 40, 30, 20, 10], -10, 0],
  ] as const)("%s", (shape, values, slope, bend) => {
    const growth = growthOf(points(values))!;
    expect(growth.shape).toBe(shape);
    expect(growth.slope.estimate).toBeCloseTo(slope);
    expect(growth.bend.estimate).toBeCloseTo(bend);
  });

  test("claims no bend that the intervals leave open", () => {
    expect(growthOf(points([0, 1, 4, 9, 16], 4))!.shape).toBe("linear");
    expect(growthOf(points([0, 1, 4, 9, 16], 40))!.shape).toBe("level");
  });

  test("of a straight line has the error that the sum of squares around the middle gives", () => {
    const { slope } = growthOf(points([10, 20, 30, 40, 50]))!;
    expect(slope.high - slope.estimate).toBeCloseTo(1 / Math.sqrt(10));
  });

  test("hears sure cycles more than unsure ones", () => {
    const last = { cycle: 4, estimate: 500, low: -9500, high: 10500 };
    expect(growthOf([...points([10, 20, 30, 40]), last])!.slope.estimate).toBeCloseTo(10, 1);
  });

  test("has wider intervals where the cycles do not lie on what is fitted", () => {
    const width = (values: readonly number[]): number => growthOf(points(values))!.slope.high - growthOf(points(values))!.slope.estimate;
    expect(width([10, 30, 20, 50, 40])).toBeGreaterThan(5 * width([10, 20, 30, 40, 50]));
  });

  test("a cycle without a width says nothing, and fewer than four cycles say nothing", () => {
    const four = points([10, 20, 30, 40]);
    expect(growthOf([...four, { cycle: 4, estimate: 0, low: 0, high: 0 }])).toEqual(growthOf(four));
    expect(growthOf(points([1, 2, 3]))).toBeNull();
  });

  test("over training seeds goes by how far they differ", () => {
    const runs = [growthOf(points([10, 20, 30, 40])), growthOf(points([10, 21, 32, 43])), growthOf(points([10, 22, 34, 46])), null];
    expect(growthOverRuns(runs)).toMatchObject({ shape: "linear", slope: { estimate: expect.closeTo(11) as number } });
    expect(growthOverRuns([...runs.slice(0, 1), growthOf(points([40, 30, 20, 10]))])!.shape).toBe("level");
    expect(growthOverRuns(runs.slice(3))).toBeNull();
  });
});
