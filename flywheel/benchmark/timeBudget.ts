/**
 * Turning the wheel for as long as a budget allows. In: seconds of the stages done. Out: whether another cycle fits. Pure; the answer to the
 * same cycle stays the same after a stop, as only what was done until then counts.
 */

/** What is left is for final seeds and the contest. */
const TURNING = 0.75;

export interface TimedStage {
  readonly cycle: number;
  /** Null while it runs. */
  readonly seconds: number | null;
}

/**
 * True when a cycle as long as the longer of the last two ends within three quarters of `minutes`. One that the computer was busy during says little
 * of those to come, and what is left was twice what final seeds needed.
 */
export function anotherCycleFits(stages: readonly TimedStage[], cycle: number, minutes: number): boolean {
  const seconds = (of: number): number => stages.reduce((sum, stage) => sum + (stage.cycle === of ? (stage.seconds ?? 0) : 0), 0);
  const cycles = Array.from({ length: cycle + 1 }, (_, of) => seconds(of));
  const spent = cycles.reduce((sum, one) => sum + one, 0);
  return spent + Math.max(0, ...cycles.slice(1).slice(-2)) <= TURNING * 60 * minutes;
}
