import { expect, test } from "vitest";
import {
  allocate,
  allocateRl,
  blendPassRate,
  DEFAULT_CURRICULUM,
  demonstrationsGiven,
  isUnsolved,
  rlWeight,
  startCurriculum,
  updateCurriculum,
  type BucketState,
} from "../../flywheel/curriculum.ts";

const LADDERS = [
  { task: "click", buckets: ["easy", "hard"] },
  { task: "login", buckets: ["one"] },
];

/** Several cycles in which a bucket of `click` and `login` pass this many of twenty. */
function after(cycles: readonly (readonly [easy: number, hard: number, login: number])[], config = DEFAULT_CURRICULUM): BucketState[] {
  return cycles.reduce<BucketState[]>((states, [easy, hard, login]) => {
    const results = [
      { task: "click", bucket: "easy", passes: easy, attempts: 20 },
      ...(states[1]?.status === "locked" ? [] : [{ task: "click", bucket: "hard", passes: hard, attempts: 20 }]),
      { task: "login", bucket: "one", passes: login, attempts: 20 },
    ];
    return updateCurriculum(states, results, config);
  }, startCurriculum(LADDERS));
}

const statuses = (states: readonly BucketState[]) => states.map(({ status }) => status);

test("at first the easiest bucket of each task is open", () => {
  expect(statuses(startCurriculum(LADDERS))).toEqual(["active", "locked", "active"]);
});

test("a bucket above 0.9 opens the next harder one, which stays open", () => {
  expect(statuses(after([[18, 0, 10]]))[1]).toBe("locked");
  expect(statuses(after([[19, 0, 10]]))[1]).toBe("active");
  expect(
    statuses(
      after([
        [19, 0, 10],
        [2, 5, 10],
      ]),
    )[1],
  ).toBe("active");
});

test("a bucket opens after so many cycles of practice on the easier one, where the configuration says so", () => {
  const patient = { ...DEFAULT_CURRICULUM, opensAfter: 2 };
  expect(statuses(after([[10, 0, 10]], patient))[1]).toBe("locked");
  expect(
    statuses(
      after(
        [
          [10, 0, 10],
          [11, 0, 10],
        ],
        patient,
      ),
    )[1],
  ).toBe("active");
});

test("several buckets may be open from the start", () => {
  expect(statuses(startCurriculum(LADDERS, 2))).toEqual(["active", "active", "active"]);
});

test("a mastered bucket is only monitored, and practised again when it drops", () => {
  expect(statuses(after([[20, 0, 10]]))[0]).toBe("monitoring");
  expect(
    statuses(
      after([
        [20, 0, 10],
        [12, 5, 10],
      ]),
    )[0],
  ).toBe("active");
});

test("two cycles near zero ask for demonstrations, one does not", () => {
  expect(statuses(after([[10, 0, 0]]))[2]).toBe("active");
  expect(
    statuses(
      after([
        [10, 0, 0],
        [10, 0, 1],
      ]),
    )[2],
  ).toBe("needs-demonstrations");
  expect(
    statuses(
      after([
        [10, 0, 0],
        [10, 0, 9],
      ]),
    )[2],
  ).toBe("active");
  expect(
    statuses(
      after(
        [
          [10, 0, 0],
          [10, 0, 0],
        ],
        { ...DEFAULT_CURRICULUM, requests: false },
      ),
    )[2],
  ).toBe("monitoring");
});

test("cycles with too few attempts say nothing about being stuck", () => {
  const few = [{ task: "login", bucket: "one", passes: 0, attempts: 3 }];
  const states = [1, 2, 3, 4].reduce((before) => updateCurriculum(before, few), startCurriculum(LADDERS));
  expect(states[2]).toMatchObject({ status: "active", stuckCycles: 0, attempts: 12 });
});

test("what nobody can show at once is practised at rates at which others ask", () => {
  const eager = { ...DEFAULT_CURRICULUM, stuckBelow: 0.5, stuckAloneBelow: 0.02, stuckCycles: 1 };
  const fifth = [
    { task: "click", bucket: "easy", passes: 4, attempts: 20 },
    { task: "login", bucket: "one", passes: 4, attempts: 20 },
  ];
  const states = updateCurriculum(startCurriculum(LADDERS), fifth, eager, new Set(["login"]));
  expect([states[0]!.status, states[2]!.status]).toEqual(["needs-demonstrations", "active"]);
  const never = [{ task: "login", bucket: "one", passes: 0, attempts: 20 }];
  expect(updateCurriculum(startCurriculum(LADDERS), never, eager, new Set(["login"]))[2]!.status).toBe("needs-demonstrations");
});

test("demonstrations bring a stuck bucket back", () => {
  const stuck = after([
    [10, 0, 0],
    [10, 0, 0],
  ]);
  const given = demonstrationsGiven(stuck, "login", "one");
  expect(given[2]).toMatchObject({ status: "active", stuckCycles: 0 });
  expect(given.slice(0, 2)).toEqual(stuck.slice(0, 2));
});

test("the running pass rate moves by alpha per four episodes and starts at the first rate", () => {
  expect(blendPassRate(null, 3, 4, DEFAULT_CURRICULUM)).toBe(0.75);
  expect(blendPassRate(0.5, 4, 4, DEFAULT_CURRICULUM)).toBeCloseTo(0.6);
  expect(blendPassRate(0, 40, 40, DEFAULT_CURRICULUM)).toBeGreaterThan(0.89);
});

test("episodes go where passes are rare, all of them, and the same way every time", () => {
  const states = after([[18, 0, 2]]);
  const shares = allocate(states, 100, 1);
  expect(shares).toEqual([
    { task: "click", bucket: "easy", seeds: 20, trials: 1 },
    { task: "login", bucket: "one", seeds: 80, trials: 1 },
  ]);
  expect(allocate(states, 100, 1)).toEqual(shares);
});

test("buckets that are mastered or wait for demonstrations get a few probes", () => {
  const states = after([
    [20, 6, 0],
    [20, 6, 0],
  ]);
  expect(statuses(states)).toEqual(["monitoring", "active", "needs-demonstrations"]);
  expect(allocate(states, 60, 2).map(({ seeds, trials }) => seeds * trials)).toEqual([4, 52, 4]);
});

test("an allocation never exceeds its budget, however small", () => {
  const states = after([
    [20, 6, 0],
    [20, 6, 0],
  ]);
  for (const episodes of [0, 1, 2, 3, 5, 9, 40]) {
    const total = allocate(states, episodes, 2).reduce((sum, { seeds, trials }) => sum + seeds * trials, 0);
    expect(total).toBe(episodes - (episodes % 2));
  }
});

test("RL groups go to buckets near one half, none to hopeless, mastered, locked or untried ones", () => {
  const state = (bucket: string, passRate: number | null, status: BucketState["status"] = "active"): BucketState => ({
    task: "t",
    bucket,
    passRate,
    status,
    passes: 0,
    attempts: 0,
    stuckCycles: 0,
    practised: 1,
  });
  const states = [state("a", 0.5), state("b", 0.2), state("c", 0.05), state("d", 0.95, "monitoring"), state("e", null), state("f", 0.5, "locked")];
  const groups = allocateRl(states, 30);
  expect(groups).toEqual([
    { task: "t", bucket: "a", groups: 20 },
    { task: "t", bucket: "b", groups: 10 },
  ]);
  expect(allocateRl(states.slice(2), 30)).toEqual([]);
  expect([rlWeight(0.5), rlWeight(0.1) > 0, rlWeight(0.09), rlWeight(0.91)]).toEqual([1, true, 0, 0]);
});

test("unsolved is what was tried and never passed", () => {
  const fresh = startCurriculum([{ task: "t", buckets: ["easy", "hard", "untried"] }], 3);
  const states = updateCurriculum(fresh, [
    { task: "t", bucket: "easy", passes: 1, attempts: 8 },
    { task: "t", bucket: "hard", passes: 0, attempts: 8 },
  ]);
  expect(["easy", "hard", "untried"].filter((bucket) => isUnsolved(states, "t", bucket))).toEqual(["hard"]);
});
