/**
 * The whole wheel on one page: act, verify, filter, route, snapshot, train, test against the old, promote or not, reload, act again.
 * Turn by turn, or (`continuous`) with acting and learning side by side.
 * In: an open wheel. Out: checkpoints, decisions and data in its workspace. Every stage is a resume unit.
 */
import { startCurriculum } from "./curriculum.ts";
import { decideByGate, evaluateCandidate } from "./stages/gate.ts";
import { announceCollected, announceCycle, announceResult } from "./stages/announce.ts";
import { answerRequests, crawl, demonstrate } from "./stages/demonstrate.ts";
import { poisonVerdicts } from "./stages/poison.ts";
import { planCycle, planRequests, type CyclePlan } from "./stages/plan.ts";
import { routeStage } from "./stages/route.ts";
import { reinforceStage } from "./stages/reinforce.ts";
import { rollOutPlan } from "./stages/rollout.ts";
import { scoreFinal } from "./stages/score.ts";
import { sideBySide } from "./stages/sideBySide.ts";
import { snapshotStage } from "./stages/snapshot.ts";
import { trainFirst, trainNext } from "./stages/train.ts";
import { watch } from "./stages/watch.ts";
import type { Wheel } from "./wheel.ts";

type GoOn = (cycle: number) => boolean;

/**
 * Runs cycle 0, all cycles of the configuration, and the final scoring. Everything that is already done is skipped. `goOn` is asked after
 * each cycle; the first no ends it there without scoring, to be gone on with later. False: it was ended on the way.
 */
export async function turnWheel(wheel: Wheel, goOn: GoOn = () => true): Promise<boolean> {
  await cycleZero(wheel);
  const turn = wheel.config.continuous ? keepTurning : turnByTurn;
  if (!goOn(0) || !(await turn(wheel, goOn))) return false;
  await scoreAll(wheel);
  return true;
}

/** Plays final seeds with every cycle's candidate, and says what came of it. */
export async function scoreAll(wheel: Wheel): Promise<void> {
  await scoreFinal(wheel);
  announceResult(wheel);
}

/** A first checkpoint: random screens for CT, demonstrations for SFT (or an agent as its server has it), promoted because nobody acts yet. */
async function cycleZero(wheel: Wheel): Promise<void> {
  await crawl(wheel);
  await demonstrate(wheel);
  await routeStage(wheel, 0, "sft");
  const snapshot = await snapshotStage(wheel, 0, "sft");
  await test(wheel, 0, await trainFirst(wheel, snapshot));
}

/** One after the other: what a cycle brought is learned before the next one acts. False: it was ended on the way. */
async function turnByTurn(wheel: Wheel, goOn: GoOn): Promise<boolean> {
  for (let cycle = 1; cycle <= wheel.config.cycles; cycle++) {
    await learn(wheel, cycle, await act(wheel, cycle));
    if (!goOn(cycle)) return false;
  }
  return true;
}

/**
 * While a cycle is rolled out, what the cycle before brought is learned and tested: nothing waits longer than one turn. A gate that waits for
 * a person holds nothing up: whoever acted goes on acting. False: it was ended on the way.
 */
async function keepTurning(wheel: Wheel, goOn: GoOn): Promise<boolean> {
  let plan = await act(wheel, 1);
  for (let cycle = 1; cycle < wheel.config.cycles; cycle++) {
    const acting = { name: `acting in cycle ${cycle + 1}`, work: act(wheel, cycle + 1) };
    const learning = { name: `learning from cycle ${cycle}`, work: learn(wheel, cycle, plan) };
    plan = await sideBySide(wheel, acting, learning);
    if (!goOn(cycle)) return false;
  }
  await learn(wheel, wheel.config.cycles, plan);
  return goOn(wheel.config.cycles);
}

/** Chooses tasks, acts with the best checkpoint so far, and has stuck buckets shown. Verifying is part of acting. */
async function act(wheel: Wheel, cycle: number): Promise<CyclePlan> {
  const plan = await planCycle(wheel, cycle, startCurriculum(ladders(wheel), wheel.config.curriculum.openAtStart));
  await rollOutPlan(wheel, cycle, plan);
  await poisonVerdicts(wheel, cycle);
  await answerRequests(wheel, cycle, await planRequests(wheel, cycle, plan));
  return plan;
}

/** Makes a candidate of what a cycle brought, and lets it act when it is better. */
async function learn(wheel: Wheel, cycle: number, plan: CyclePlan): Promise<void> {
  // Filter, route, and freeze what training may read.
  await routeStage(wheel, cycle, "sft");
  const snapshot = await snapshotStage(wheel, cycle, "sft");

  // Learn: CT and SFT on the snapshot, then RL on fresh groups of its own; or have the user's trainer learn. Without one, this was collecting.
  const tuned = await trainNext(wheel, cycle, snapshot);

  // Test against the old; promote, hold or discard. Whoever acts next is loaded without a restart.
  if (tuned === null) announceCollected(wheel, cycle);
  else await test(wheel, cycle, await reinforceStage(wheel, cycle, plan, tuned));
  await watch(wheel, cycle, plan);
}

/** Lets a candidate act when it is better. */
async function test(wheel: Wheel, cycle: number, candidate: string): Promise<void> {
  await evaluateCandidate(wheel, cycle, candidate);
  await decideByGate(wheel, cycle, candidate);
  announceCycle(wheel, cycle, candidate);
}

function ladders({ tasks }: Wheel): { task: string; buckets: readonly string[] }[] {
  return tasks.map(({ id, buckets }) => ({ task: id, buckets }));
}
