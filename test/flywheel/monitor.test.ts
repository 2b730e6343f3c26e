import { expect, test } from "vitest";
import { DEFAULT_MONITOR, monitor, type BucketRates, type CycleNumbers } from "../../flywheel/monitor.ts";

const HEALTHY: CycleNumbers = {
  cycle: 3,
  entropy: 0.6,
  verified: 100,
  duplicates: 10,
  selfSft: 300,
  demonstrationSft: 80,
  bucketsVisited: 12,
  bucketsOpen: 12,
  screensPerEpisode: 3,
  screensPerEpisodeBefore: 3.2,
  rates: [rates({})],
  audited: 20,
  auditFailures: 0,
};

function rates(part: Partial<BucketRates>): BucketRates {
  const some = { passes: 20, attempts: 40 };
  return { task: "login", bucket: "one", train: some, gate: some, trainBefore: some, gateBefore: some, ...part };
}

const alarms = (part: Partial<CycleNumbers>) => monitor({ ...HEALTHY, ...part }).map(({ level, name }) => `${level} ${name}`);

test("a healthy cycle raises no alarm", () => {
  expect(monitor(HEALTHY)).toEqual([]);
});

test("collapsing entropy first warns, then stops the wheel", () => {
  expect(alarms({ entropy: 0.04 })).toEqual(["warn entropy"]);
  expect(alarms({ entropy: 0.001 })).toEqual(["stop entropy"]);
  expect(alarms({ entropy: null })).toEqual([]);
});

test("an alarm says what, how much and which limit", () => {
  expect(monitor({ ...HEALTHY, duplicates: 95 })).toEqual([
    { level: "stop", name: "duplicates", value: 0.95, limit: 0.9, message: "verified episodes repeat what is already kept (0.950, limit 0.9)" },
  ]);
});

test("learning only from itself, unvisited buckets and narrowing screens are noticed", () => {
  expect(alarms({ selfSft: 5000, demonstrationSft: 20 })).toEqual(["warn selfRatio"]);
  expect(alarms({ bucketsVisited: 6 })).toEqual(["warn coverage"]);
  expect(alarms({ screensPerEpisode: 1 })).toEqual(["warn screens"]);
});

test("passes in training that the gate does not confirm point to the verifier", () => {
  const fooled = rates({ train: { passes: 36, attempts: 40 }, gate: { passes: 4, attempts: 20 }, gateBefore: { passes: 4, attempts: 20 } });
  expect(alarms({ rates: [fooled] })).toEqual(["warn trainGateGap", "warn passRateJump"]);
  const chance = rates({ train: { passes: 3, attempts: 4 }, gate: { passes: 1, attempts: 4 } });
  expect(alarms({ rates: [chance] })).toEqual([]);
});

test("a jump that the gate sees too is progress", () => {
  const better = { passes: 38, attempts: 40 };
  const before = { passes: 4, attempts: 40 };
  expect(alarms({ rates: [rates({ train: better, gate: better, trainBefore: before, gateBefore: before })] })).toEqual([]);
  expect(alarms({ rates: [rates({ gate: null }), rates({ trainBefore: null, gateBefore: null })] })).toEqual([]);
});

test("verdicts that do not hold when verified again stop the wheel, stops coming first", () => {
  expect(alarms({ auditFailures: 1 })).toEqual(["warn auditFailures"]);
  expect(alarms({ auditFailures: 4, entropy: 0.04 })).toEqual(["stop auditFailures", "warn entropy"]);
});

test("a first cycle without anything to compare raises no alarm", () => {
  const first = {
    verified: 0,
    duplicates: 0,
    selfSft: 0,
    demonstrationSft: 0,
    bucketsOpen: 0,
    bucketsVisited: 0,
    screensPerEpisodeBefore: null,
    rates: [],
    audited: 0,
  };
  expect(alarms(first)).toEqual([]);
});

test("a limit can be switched off", () => {
  expect(monitor({ ...HEALTHY, entropy: 0 }, { ...DEFAULT_MONITOR, entropy: { warn: null, stop: null } })).toEqual([]);
});
