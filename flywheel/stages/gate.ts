/**
 * Testing the candidate against the incumbent on gate seeds and deciding. In: the cycle's candidate. Out: a promotion row, whoever acts next.
 */
import { evaluate, gateSeeds, resultsJson, type TaskSeeds } from "../evaluate.ts";
import { DEFAULT_GATE, gate, type Bucket, type GateDecision, type GatePair } from "../gate.ts";
import type { EpisodeResult } from "../results.ts";
import { scoreOf } from "../score.ts";
import { drawSeeds } from "../seeds.ts";
import type { Wheel } from "../wheel.ts";

/** Runs candidate and incumbent on the same gate seeds. */
export async function evaluateCandidate(wheel: Wheel, cycle: number, candidate: string): Promise<void> {
  const seeds = gateSeeds(wheel, cycle);
  const incumbent = wheel.workspace.checkpoints.acting(wheel.run)?.id ?? null;
  const sides = incumbent === null || incumbent === candidate ? [candidate] : [incumbent, candidate];
  const total = sides.length * seeds.reduce((sum, own) => sum + own.seeds.length, 0);
  await wheel.stage(cycle, "evaluate", total, async (tick) => {
    let done = 0;
    for (const id of sides) {
      const results = await evaluate(wheel, await wheel.actor(id), "gate", cycle, seeds, () => tick(++done, id));
      const success = scoreOf(results, `gate ${id} ${cycle}`);
      wheel.workspace.evaluations.put({
        checkpoint: id,
        purpose: "gate",
        cycle,
        summary: { ...success, n: results.length, episodes: resultsJson(results) },
      });
    }
    return { sides, seeds: total };
  });
}

/** Decides by the rule of `gate.ts`, rechecking suspected regressions on fresh seeds first, and carries it out. */
export async function decideByGate(wheel: Wheel, cycle: number, candidate: string): Promise<void> {
  const { workspace } = wheel;
  await wheel.stage(cycle, "decide", 0, async () => {
    const incumbent = workspace.checkpoints.acting(wheel.run)?.id ?? null;
    // Killed between the promotion and the end of this stage: it was decided already.
    const known = workspace.checkpoints.promotions(wheel.run).find((one) => one.checkpoint === candidate);
    if (known !== undefined) return known.decision;
    if (incumbent === null) {
      const decision = { kind: "first", decision: "promote", reason: "nobody acts yet" };
      workspace.checkpoints.decide(candidate, "promote", decision, "gate");
      return decision;
    }
    const answer = await judge(wheel, cycle, incumbent, candidate, gateSeeds(wheel, cycle));
    const decision = { ...answer, incumbent, looks: looks(wheel) + 1 };
    // The incumbent goes on acting meanwhile; training goes on from the candidate, as it does from one that is held.
    if (answer.decision === "promote" && wheel.promotion === "ask") return { ...decision, waits: true };
    workspace.checkpoints.decide(candidate, answer.decision, decision, "gate");
    return decision;
  });
}

/** Plays both on `seeds` (what was played before is read back) and applies the gate's rule, with a recheck on fresh seeds where it asks for one. */
export async function judge(wheel: Wheel, cycle: number, incumbent: string, candidate: string, seeds: readonly TaskSeeds[]): Promise<GateDecision> {
  const pairs = pairsOf(await both(wheel, cycle, incumbent, candidate, seeds));
  const mastered = masteredBuckets(pairs);
  const settings = { ...DEFAULT_GATE, recheckSeeds: wheel.config.gate.recheckSeeds };
  const answer = gate({ pairs, mastered, recheck: null }, settings);
  if (answer.kind === "decided") return answer;
  const recheck = pairsOf(await recheckSides(wheel, cycle, incumbent, candidate, answer.buckets, answer.seeds));
  return gate({ pairs, mastered, recheck }, settings) as GateDecision;
}

type Sides = readonly [incumbent: EpisodeResult[], candidate: EpisodeResult[]];

async function both(wheel: Wheel, cycle: number, incumbent: string, candidate: string, seeds: readonly TaskSeeds[]): Promise<Sides> {
  const side = async (id: string): Promise<EpisodeResult[]> => evaluate(wheel, await wheel.actor(id), "gate", cycle, seeds, () => undefined);
  return [await side(incumbent), await side(candidate)];
}

function recheckSides(wheel: Wheel, cycle: number, incumbent: string, candidate: string, buckets: readonly Bucket[], count: number): Promise<Sides> {
  const seeds = buckets.map(({ task, bucket }) => ({
    task,
    seeds: drawSeeds(wheel.task(task), "gate", bucket, count, [wheel.config.seed, "recheck", cycle]),
  }));
  return both(wheel, cycle, incumbent, candidate, seeds);
}

/** Pairs the two sides by task and seed. */
function pairsOf([incumbent, candidate]: Sides): GatePair[] {
  const byKey = new Map(incumbent.map((result) => [`${result.task} ${result.seed}`, result]));
  return candidate.flatMap((result) => {
    const other = byKey.get(`${result.task} ${result.seed}`);
    if (other === undefined) return [];
    return [{ task: result.task, bucket: result.bucket, seed: result.seed, candidate: result.verdict, incumbent: other.verdict }];
  });
}

/** Buckets of which the incumbent passes nine in ten of at least five gate seeds. */
function masteredBuckets(pairs: readonly GatePair[]): Bucket[] {
  const groups = Map.groupBy(pairs, ({ task, bucket }) => `${task}\u001f${bucket}`);
  return [...groups.values()]
    .filter((own) => own.length >= 5 && own.filter(({ incumbent }) => incumbent === "pass").length >= 0.9 * own.length)
    .map(([first]) => ({ task: first!.task, bucket: first!.bucket }));
}

/** How often the gate was looked at so far in this run. */
function looks({ workspace, run }: Wheel): number {
  return workspace.checkpoints.promotions(run).filter(({ author }) => author === "gate").length - 1;
}
