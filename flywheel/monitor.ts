/**
 * The monitor: watches one cycle's numbers for the ways a self-training loop goes wrong, and stops the wheel with a reason.
 * In: numbers of this cycle and the one before. Out: alarms, empty when all is well. Pure.
 */
import { wilson } from "./statistics.ts";

/** Pass counts of one bucket in training rollouts and on gate seeds, this cycle and the last (null: not seen then). */
export interface BucketRates {
  readonly task: string;
  readonly bucket: string;
  readonly train: Rate;
  readonly gate: Rate | null;
  readonly trainBefore: Rate | null;
  readonly gateBefore: Rate | null;
}

export interface Rate {
  readonly passes: number;
  readonly attempts: number;
}

export interface CycleNumbers {
  readonly cycle: number;
  /** Mean action entropy in nats; null when the actor reports none. */
  readonly entropy: number | null;
  readonly verified: number;
  /** Verified episodes turned away as duplicates. */
  readonly duplicates: number;
  /** SFT pool by origin. */
  readonly selfSft: number;
  readonly demonstrationSft: number;
  /** (task, bucket) pairs visited, of those open. */
  readonly bucketsVisited: number;
  readonly bucketsOpen: number;
  /** Different screens reached per episode. */
  readonly screensPerEpisode: number;
  readonly screensPerEpisodeBefore: number | null;
  readonly rates: readonly BucketRates[];
  /** Passes whose recorded states were verified a second time, and how many of those did not pass again. */
  readonly audited: number;
  readonly auditFailures: number;
}

/** A limit crossed gives an alarm of that level; null switches the level off. */
interface Limit {
  readonly warn: number | null;
  readonly stop: number | null;
}

export interface MonitorConfig {
  /** Lowest entropy, nats. */
  readonly entropy: Limit;
  /** Highest share of duplicates among verified episodes. */
  readonly duplicates: Limit;
  /** Highest self : demonstration ratio in the SFT pool. */
  readonly selfRatio: Limit;
  /** Lowest share of open buckets visited. */
  readonly coverage: Limit;
  /** Lowest ratio of screens per episode to the cycle before. */
  readonly screens: Limit;
  /** Highest training pass rate above the gate's, where the intervals do not overlap. */
  readonly trainGateGap: Limit;
  /** Highest rise of a bucket's training pass rate that the gate does not see. */
  readonly passRateJump: Limit;
  /** Highest share of audited passes that do not pass again. */
  readonly auditFailures: Limit;
}

export const DEFAULT_MONITOR: MonitorConfig = {
  entropy: { warn: 0.05, stop: 0.005 },
  duplicates: { warn: 0.5, stop: 0.9 },
  selfRatio: { warn: 100, stop: null },
  coverage: { warn: 0.8, stop: 0.25 },
  screens: { warn: 0.5, stop: 0.2 },
  trainGateGap: { warn: 0.2, stop: null },
  passRateJump: { warn: 0.3, stop: null },
  auditFailures: { warn: 0, stop: 0.1 },
};

export type Alarm = {
  readonly level: "warn" | "stop";
  readonly name: keyof MonitorConfig;
  readonly value: number;
  readonly limit: number;
  /** One sentence for a person. */
  readonly message: string;
};

/** All alarms of a cycle, stops first. */
export function monitor(numbers: CycleNumbers, config: MonitorConfig = DEFAULT_MONITOR): Alarm[] {
  const above = (name: keyof MonitorConfig, value: number, message: string): Alarm[] =>
    crossed(name, value, config[name], message, (v, limit) => v > limit);
  const below = (name: keyof MonitorConfig, value: number, message: string): Alarm[] =>
    crossed(name, value, config[name], message, (v, limit) => v < limit);
  const { entropy, verified, duplicates, selfSft, demonstrationSft, bucketsVisited, bucketsOpen, audited, auditFailures } = numbers;
  const alarms = [
    ...(entropy === null ? [] : below("entropy", entropy, "actions have become almost deterministic")),
    ...(verified === 0 ? [] : above("duplicates", duplicates / verified, "verified episodes repeat what is already kept")),
    ...(selfSft === 0 ? [] : above("selfRatio", selfSft / Math.max(1, demonstrationSft), "the agent learns almost only from itself")),
    ...(bucketsOpen === 0 ? [] : below("coverage", bucketsVisited / bucketsOpen, "open buckets are not visited")),
    ...(numbers.screensPerEpisodeBefore
      ? below("screens", numbers.screensPerEpisode / numbers.screensPerEpisodeBefore, "episodes reach far fewer different screens")
      : []),
    ...(audited === 0 ? [] : above("auditFailures", auditFailures / audited, "verdicts do not hold when the recorded states are verified again")),
    ...numbers.rates.flatMap((rates) => verifierAlarms(rates, above)),
  ];
  return alarms.toSorted((a, b) => Number(b.level === "stop") - Number(a.level === "stop"));
}

type Check = (name: keyof MonitorConfig, value: number, message: string) => Alarm[];

/** Passes in training that unseen seeds do not confirm point to a verifier that can be fooled, or to wrong verdicts. */
function verifierAlarms({ task, bucket, train, gate, trainBefore, gateBefore }: BucketRates, above: Check): Alarm[] {
  if (gate === null || gate.attempts === 0 || train.attempts === 0) return [];
  const here = `${task} ${bucket}`;
  const apart = wilson(train.passes, train.attempts).low > wilson(gate.passes, gate.attempts).high;
  const gap = apart ? above("trainGateGap", rate(train) - rate(gate), `${here}: passes in training are not confirmed on gate seeds`) : [];
  if (!trainBefore?.attempts || !gateBefore?.attempts) return gap;
  const jump = rate(train) - rate(trainBefore) - Math.max(0, rate(gate) - rate(gateBefore));
  const sudden = wilson(train.passes, train.attempts).low > wilson(trainBefore.passes, trainBefore.attempts).high;
  return [...gap, ...(sudden ? above("passRateJump", jump, `${here}: the pass rate jumped in training only`) : [])];
}

function rate({ passes, attempts }: Rate): number {
  return passes / attempts;
}

function crossed(
  name: keyof MonitorConfig,
  value: number,
  { warn, stop }: Limit,
  what: string,
  beyond: (value: number, limit: number) => boolean,
): Alarm[] {
  const level = stop !== null && beyond(value, stop) ? "stop" : warn !== null && beyond(value, warn) ? "warn" : null;
  if (level === null) return [];
  const limit = (level === "stop" ? stop : warn)!;
  return [{ level, name, value, limit, message: `${what} (${value.toPrecision(3)}, limit ${limit})` }];
}
