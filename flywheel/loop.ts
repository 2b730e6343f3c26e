/**
 * The whole wheel on one page: act, verify, filter, route, snapshot, train, test against the old, promote or not, reload, act again.
 * In: an open wheel. Out: checkpoints, decisions and data in its workspace. Every stage is a resume unit.
 */
import { startCurriculum } from "./curriculum.ts";
import { decideByGate, evaluateCandidate } from "./stages/gate.ts";
import { announceCycle, announceResult } from "./stages/announce.ts";
import { answerRequests, crawl, demonstrate } from "./stages/demonstrate.ts";
import { poisonVerdicts } from "./stages/poison.ts";
import { planCycle, planRequests } from "./stages/plan.ts";
import { routeStage } from "./stages/route.ts";
import { reinforceStage } from "./stages/reinforce.ts";
import { rollOutPlan } from "./stages/rollout.ts";
import { scoreFinal } from "./stages/score.ts";
import { snapshotStage } from "./stages/snapshot.ts";
import { trainFirst, trainNext } from "./stages/train.ts";
import { watch } from "./stages/watch.ts";
import type { Wheel } from "./wheel.ts";

/**
 * Runs cycle 0, all cycles of the configuration, and the final scoring. Everything that is already done is skipped. `goOn` is asked after
 * each cycle; the first no ends it there, to be gone on with later.
 */
export async function turnWheel(wheel: Wheel, goOn: (cycle: number) => boolean = () => true): Promise<void> {
  await cycleZero(wheel);
  for (let cycle = 0; cycle <= wheel.config.cycles; cycle++) {
    if (cycle > 0) await turnOnce(wheel, cycle);
    if (!goOn(cycle)) return;
  }
  await scoreFinal(wheel);
  announceResult(wheel);
}

/** A first checkpoint: random screens for CT, demonstrations for SFT, promoted because nobody acts yet. */
async function cycleZero(wheel: Wheel): Promise<void> {
  await crawl(wheel);
  await demonstrate(wheel);
  await routeStage(wheel, 0, "sft");
  const snapshot = await snapshotStage(wheel, 0, "sft");
  const first = await trainFirst(wheel, snapshot);
  await evaluateCandidate(wheel, 0, first);
  await decideByGate(wheel, 0, first);
  announceCycle(wheel, 0, first);
}

/** One turn. */
async function turnOnce(wheel: Wheel, cycle: number): Promise<void> {
  // Choose tasks, and act with the best checkpoint so far.
  const plan = await planCycle(wheel, cycle, startCurriculum(ladders(wheel), wheel.config.curriculum.openAtStart));
  await rollOutPlan(wheel, cycle, plan);
  await poisonVerdicts(wheel, cycle);
  await answerRequests(wheel, cycle, await planRequests(wheel, cycle, plan));

  // Verify was part of acting; filter, route, and freeze what training may read.
  await routeStage(wheel, cycle, "sft");
  const snapshot = await snapshotStage(wheel, cycle, "sft");

  // Learn: CT and SFT on the snapshot, then RL on fresh groups of its own.
  const tuned = await trainNext(wheel, cycle, snapshot);
  const candidate = await reinforceStage(wheel, cycle, plan, tuned);

  // Test against the old; promote, hold or discard. Whoever acts next is loaded without a restart.
  await evaluateCandidate(wheel, cycle, candidate);
  await decideByGate(wheel, cycle, candidate);
  announceCycle(wheel, cycle, candidate);
  await watch(wheel, cycle, plan);
}

function ladders({ tasks }: Wheel): { task: string; buckets: readonly string[] }[] {
  return tasks.map(({ id, buckets }) => ({ task: id, buckets }));
}
