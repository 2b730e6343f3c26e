import { expect, test } from "vitest";
import { knobChanges } from "../../flywheel/knobChanges.ts";

test("knobs are named by their path, also those that only one side has", () => {
  const before = JSON.stringify({ rollout: { episodes: 480, trials: 1 }, tasks: ["a", "b"], old: true });
  const now = JSON.stringify({ tasks: ["a"], rollout: { trials: 1, episodes: 432 }, reload: null });
  expect(knobChanges(before, now)).toEqual([
    { path: "old", before: "true", now: null },
    { path: "reload", before: null, now: "null" },
    { path: "rollout.episodes", before: "480", now: "432" },
    { path: "tasks", before: '["a","b"]', now: '["a"]' },
  ]);
});

test("the same configuration in another order has no changes", () => {
  expect(knobChanges('{"a":1,"b":{"c":[]}}', '{"b":{"c":[]},"a":1}')).toEqual([]);
});
