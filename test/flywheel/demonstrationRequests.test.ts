import { expect, test } from "vitest";
import { startCurriculum, type BucketState } from "../../flywheel/curriculum.ts";
import { demonstrationsLeft, requestsOf, type AskedEarlier } from "../../flywheel/demonstrationRequests.ts";

const LIMITS = { demonstrated: ["shown"], perTask: 8, perRequest: 12, mostPerTask: 20, most: 10 };

const earlier = (over: Partial<AskedEarlier>): AskedEarlier => ({ task: "shown", bucket: "one", source: "oracle", asked: 12, answered: 12, ...over });

function stuck(...tasks: readonly (readonly [task: string, ...buckets: string[]])[]): BucketState[] {
  const states = startCurriculum(
    tasks.map(([task, ...buckets]) => ({ task, buckets })),
    9,
  );
  return states.map((state, i) => ({ ...state, status: "needs-demonstrations", passRate: 0.5 - i / 10 }));
}

test("stuck buckets ask, the worst first, and no more than may ask in one go", () => {
  const states = [...stuck(["a", "one"], ["b", "one"], ["c", "one"]), ...startCurriculum([{ task: "fine", buckets: ["one"] }])];
  expect(requestsOf(states, [], { ...LIMITS, most: 2 }).map(({ task }) => task)).toEqual(["c", "b"]);
});

test("a task is never shown more often than it may be, those at the start counted", () => {
  expect(requestsOf(stuck(["shown", "one"], ["other", "one"]), [], LIMITS)).toEqual([
    { task: "other", bucket: "one", count: 12 },
    { task: "shown", bucket: "one", count: 12 },
  ]);
  expect(requestsOf(stuck(["shown", "one", "two"]), [], LIMITS)).toEqual([{ task: "shown", bucket: "two", count: 12 }]);
  expect(requestsOf(stuck(["other", "one", "two"]), [], LIMITS).map(({ count }) => count)).toEqual([12, 8]);
  expect(requestsOf(stuck(["shown", "one"]), [earlier({})], LIMITS)).toEqual([]);
  expect(demonstrationsLeft("shown", [earlier({ asked: 5 })], LIMITS)).toBe(7);
  expect(demonstrationsLeft("shown", [earlier({ asked: 50 })], { ...LIMITS, mostPerTask: Infinity })).toBe(Infinity);
});

test("people are asked once until they answered", () => {
  const states = stuck(["alone", "one"]);
  const waiting = earlier({ task: "alone", source: "person", asked: 5, answered: 4 });
  expect(requestsOf(states, [waiting], LIMITS)).toEqual([]);
  expect(requestsOf(states, [{ ...waiting, answered: 5 }], LIMITS)).toEqual([{ task: "alone", bucket: "one", count: 12 }]);
});
