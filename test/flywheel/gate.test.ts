import { expect, test } from "vitest";
import type { VerdictName } from "../../env/verdict.ts";
import { promotionRate, type NullDecision } from "../../flywheel/nullTest.ts";
import { gate, rollback, type GateDecision, type GatePair } from "../../flywheel/gate.ts";

/** `count` pairs in which the candidate and the incumbent fare like this. */
function pairs(count: number, candidate: VerdictName, incumbent: VerdictName, bucket = "easy"): GatePair[] {
  return Array.from({ length: count }, (_, i) => ({ task: "login", bucket, seed: 600_000 + i, candidate, incumbent }));
}

/** both, only the candidate, only the incumbent, neither */
function mixed(both: number, onlyA: number, onlyB: number, neither: number, bucket = "easy"): GatePair[] {
  return [
    ...pairs(both, "pass", "pass", bucket),
    ...pairs(onlyA, "pass", "fail", bucket),
    ...pairs(onlyB, "fail", "pass", bucket),
    ...pairs(neither, "fail", "fail", bucket),
  ];
}

const decide = (all: GatePair[]): GateDecision => gate({ pairs: all, mastered: [], recheck: null }) as GateDecision;
const MASTERED = [{ task: "login", bucket: "easy" }];

test("a clearly better candidate is promoted with its reasons", () => {
  const decision = decide(mixed(50, 20, 5, 25));
  expect(decision).toMatchObject({ kind: "decided", decision: "promote", counts: { both: 50, onlyA: 20, onlyB: 5, neither: 25 }, regressions: [] });
  expect(decision.p).toBeCloseTo(0.00204, 4);
  expect(decision.difference.estimate).toBeCloseTo(0.15);
  expect(decision.reasons.map(({ name, passed }) => [name, passed])).toEqual([
    ["better", true],
    ["no regression", true],
    ["not worse", true],
  ]);
});

test("a candidate that is not clearly better or worse is held", () => {
  expect(decide(mixed(50, 6, 4, 40)).decision).toBe("hold");
  expect(decide(mixed(50, 4, 6, 40)).decision).toBe("hold");
  expect(decide(mixed(100, 0, 0, 0)).decision).toBe("hold");
});

test("promotion begins exactly where the sign test falls below .05", () => {
  expect(decide(mixed(0, 5, 0, 95)).decision).toBe("promote");
  expect(decide(mixed(0, 4, 0, 96)).decision).toBe("hold");
});

test("a candidate whose difference lies below 0 is discarded", () => {
  const decision = decide(mixed(50, 3, 20, 27));
  expect(decision.decision).toBe("discard");
  expect(decision.interval90.high).toBeLessThan(0);
});

test("pairs with an environment error on either side are left out", () => {
  const all = [...mixed(10, 6, 0, 4), ...pairs(3, "env-error", "pass"), ...pairs(2, "fail", "unverified"), ...pairs(1, "truncated", "truncated")];
  expect(decide(all)).toMatchObject({ leftOut: 5, counts: { both: 10, onlyA: 6, onlyB: 0, neither: 5 } });
});

test("without a single fair pair the candidate is held", () => {
  expect(decide([]).decision).toBe("hold");
  expect(decide(pairs(5, "env-error", "pass")).decision).toBe("hold");
});

test("a mastered bucket that is down asks for a recheck before promotion", () => {
  const all = [...mixed(7, 0, 3, 0), ...mixed(0, 30, 0, 10, "hard")];
  expect(gate({ pairs: all, mastered: MASTERED, recheck: null })).toEqual({ kind: "recheck", buckets: MASTERED, seeds: 60 });
  expect(gate({ pairs: all, mastered: [], recheck: null })).toMatchObject({ decision: "promote" });
});

test("a confirmed regression holds the candidate, one that was chance does not", () => {
  const all = [...mixed(7, 0, 3, 0), ...mixed(0, 30, 0, 10, "hard")];
  const after = (recheck: GatePair[]) => gate({ pairs: all, mastered: MASTERED, recheck });
  expect(after(mixed(42, 0, 18, 0))).toMatchObject({ decision: "hold", regressions: [{ confirmed: true, recheckedDrop: 0.3 }] });
  expect(after(mixed(43, 0, 17, 0))).toMatchObject({ decision: "promote", regressions: [{ confirmed: false }] });
  expect(after([])).toMatchObject({ decision: "hold", regressions: [{ confirmed: true, recheckedDrop: null }] });
});

test("no recheck is asked for when the candidate would not be promoted anyway", () => {
  expect(gate({ pairs: mixed(7, 0, 3, 0), mastered: MASTERED, recheck: null })).toMatchObject({ kind: "decided" });
});

test("a promotion is undone only when the one it replaced is clearly better", () => {
  expect(rollback(mixed(10, 2, 12, 5))).toMatchObject({ rollBack: true });
  expect(rollback(mixed(10, 6, 8, 5))).toMatchObject({ rollBack: false });
  expect(rollback(mixed(10, 12, 2, 5))).toMatchObject({ rollBack: false });
});

const CANDIDATES = "abcdefghij".split("");
const nullDecisions = (promoted: (incumbent: string, candidate: string) => boolean): NullDecision[] =>
  CANDIDATES.flatMap((incumbent) =>
    CANDIDATES.filter((candidate) => candidate !== incumbent).map((candidate) => ({
      round: 0,
      incumbent,
      candidate,
      decision: promoted(incumbent, candidate) ? "promote" : "hold",
      p: 0.5,
    })),
  );

test("without any promotion the rate is 0, with room above it", () => {
  const rate = promotionRate(
    CANDIDATES,
    nullDecisions(() => false),
  );
  expect(rate).toMatchObject({ estimate: 0, low: 0 });
  expect(rate.high).toBeGreaterThan(0.05);
});

test("one lucky candidate widens the interval of the rate more than as many scattered promotions", () => {
  const width = ({ low, high }: { low: number; high: number }): number => high - low;
  const lucky = promotionRate(
    CANDIDATES,
    nullDecisions((_, candidate) => candidate === "a"),
  );
  const follows = (incumbent: string, candidate: string): boolean => CANDIDATES.indexOf(candidate) === CANDIDATES.indexOf(incumbent) + 1;
  const scattered = promotionRate(CANDIDATES, nullDecisions(follows));
  expect([lucky.estimate, scattered.estimate]).toEqual([0.1, 0.1]);
  expect(width(lucky)).toBeGreaterThan(width(scattered));
});
