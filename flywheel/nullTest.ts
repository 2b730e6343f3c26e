/**
 * Null test of the gate: candidates that differ by luck alone. How often would one be promoted over another?
 * In: a checkpoint whose supervised training is repeated with new random numbers on the same snapshot. Out: the gate's decision on every
 * ordered pair, on gate seeds nobody has looked at. Trained candidates and played episodes are kept, so a killed test goes on.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readManifest } from "../agent/checkpoint.ts";
import { GREEDY } from "../agent/model/choose.ts";
import { WheelError } from "../env/errors.ts";
import { rng, type Rng } from "../env/random.ts";
import { evaluate, type TaskSeeds } from "./evaluate.ts";
import { drawSeeds } from "./seeds.ts";
import { judge } from "./stages/gate.ts";
import { wilson, type Estimate } from "./statistics.ts";
import { train } from "./train.ts";
import type { Wheel } from "./wheel.ts";

export interface NullTestOptions {
  /** Checkpoint of the run whose training is repeated; of one that ends with RL, its supervised part. */
  readonly checkpoint: string;
  readonly candidates: number;
  /** Independent sets of gate seeds on which all pairs are judged. */
  readonly rounds: number;
}

export interface NullDecision {
  readonly round: number;
  readonly incumbent: string;
  readonly candidate: string;
  readonly decision: "promote" | "hold" | "discard";
  readonly p: number;
}

export interface NullTestResult {
  readonly snapshot: string;
  readonly candidates: readonly string[];
  readonly decisions: readonly NullDecision[];
  readonly promoted: number;
  /** Rate of promotion over all ordered pairs, with a 95 % interval from drawing the candidates anew. */
  readonly rate: Estimate;
}

/** Trains, plays, judges. Throws `usage` for a checkpoint without supervised training on a snapshot. */
export async function nullTest(wheel: Wheel, options: NullTestOptions): Promise<NullTestResult> {
  const { id, snapshot, order } = await repeatable(wheel, options.checkpoint);
  const candidates: string[] = [];
  for (let number = 1; number <= options.candidates; number++) candidates.push(await retrain(wheel, id, snapshot, order, number));
  const decisions: NullDecision[] = [];
  for (let round = 0; round < options.rounds; round++) {
    const seeds = freshSeeds(wheel, id, round);
    await play(wheel, candidates, seeds, round, options.rounds);
    for (const [incumbent, candidate] of orderedPairs(candidates)) {
      const { decision, p } = await judge(wheel, order.cycle, incumbent, candidate, seeds);
      decisions.push({ round, incumbent, candidate, decision, p });
    }
  }
  return { snapshot, candidates, decisions, promoted: decisions.filter(promotes).length, rate: promotionRate(candidates, decisions) };
}

interface Repeatable {
  readonly cycle: number;
  readonly base: string | null;
  readonly ctSteps: number;
  readonly sftSteps: number;
}

async function repeatable(wheel: Wheel, id: string): Promise<{ readonly id: string; readonly snapshot: string; readonly order: Repeatable }> {
  const { workspace, host } = wheel;
  if (host !== null)
    throw new WheelError("usage", `${id} is a version of ${host.endpoint.name}, which is trained outside.`, "Name one of the built-in model.");
  const { path, parents, snapshot, cycle } = workspace.checkpoints.get(id);
  const { training } = (await readManifest(join(workspace.dir, path))) as { training: { kind?: string; ctSteps?: number; sftSteps?: number } };
  if (training.kind === "reinforce" && parents.length === 1) return repeatable(wheel, parents[0]!);
  if (training.kind !== "supervised" || snapshot === null)
    throw new WheelError("usage", `${id} was not trained on a snapshot.`, "Name a checkpoint of a cycle: `flywheel checkpoints list`.");
  const { ctSteps = 0, sftSteps = 0 } = training;
  return { id, snapshot, order: { cycle, base: parents[0] ?? null, ctSteps, sftSteps } };
}

/** The same order with another seed: as many steps, without an early stop. */
async function retrain(wheel: Wheel, like: string, snapshot: string, order: Repeatable, number: number): Promise<string> {
  const id = `${like}~${number}`;
  const target = wheel.checkpointDir(id);
  if (existsSync(join(target, "manifest.json"))) return id;
  const stage = `retrain ${number}`;
  const seed = rng("null test", wheel.config.seed, like, number).int(2 ** 31);
  const { cycle, ctSteps, sftSteps } = order;
  const started = performance.now();
  wheel.onProgress({ kind: "stage", cycle: null, stage, total: ctSteps + sftSteps });
  await train(
    {
      kind: "supervised",
      workspace: wheel.workspace.dir,
      snapshot: join(wheel.workspace.dir, "snapshots", snapshot),
      config: { ...wheel.config, seed },
      cycle,
      round: 0,
      base: order.base === null ? null : wheel.checkpointDir(order.base),
      perceptionVersion: wheel.perception.version,
      target,
      ctSteps,
      sftSteps,
      patience: 0,
      facts: {
        id,
        perceptionVersion: wheel.perception.version,
        parents: order.base === null ? [] : [order.base],
        snapshot,
        cycle,
        seed,
        demonstrations: (await readManifest(wheel.checkpointDir(like))).demonstrations,
        sampling: GREEDY,
      },
    },
    wheel.signal,
    ({ step, steps, stage: part, loss }) =>
      wheel.onProgress({ kind: "progress", cycle: null, stage, done: step, total: steps, note: `${part} loss ${loss.toFixed(3)}` }),
  );
  wheel.onProgress({ kind: "stage-done", cycle: null, stage, seconds: (performance.now() - started) / 1000, resumed: false });
  return id;
}

/** Gate seeds of this test alone. */
function freshSeeds({ tasks, config }: Wheel, id: string, round: number): TaskSeeds[] {
  return tasks.map((task) => ({ task: task.id, seeds: drawSeeds(task, "gate", null, config.gate.seedsPerTask, ["null test", id, round]) }));
}

/** Plays every candidate on the seeds; `judge` then reads the episodes back. */
async function play(wheel: Wheel, candidates: readonly string[], seeds: readonly TaskSeeds[], round: number, rounds: number): Promise<void> {
  const stage = `play ${round + 1} of ${rounds}`;
  const total = candidates.length * seeds.reduce((sum, own) => sum + own.seeds.length, 0);
  const started = performance.now();
  let done = 0;
  wheel.onProgress({ kind: "stage", cycle: null, stage, total });
  for (const candidate of candidates) {
    const actor = await wheel.actor(candidate);
    await evaluate(wheel, actor, "gate", 0, seeds, () =>
      wheel.onProgress({ kind: "progress", cycle: null, stage, done: ++done, total, note: candidate }),
    );
  }
  wheel.onProgress({ kind: "stage-done", cycle: null, stage, seconds: (performance.now() - started) / 1000, resumed: false });
}

const orderedPairs = (ids: readonly string[]): (readonly [string, string])[] =>
  ids.flatMap((a) => ids.filter((b) => b !== a).map((b) => [a, b] as const));

const promotes = ({ decision }: NullDecision): boolean => decision === "promote";

const RESAMPLES = 2000;

/**
 * Pairs share candidates, so candidates are the unit that is drawn anew; pairs of one with itself say nothing and are left out.
 * Without any promotion there is nothing to draw from: Wilson's interval over unordered pairs, of which at most one side can win.
 */
export function promotionRate(candidates: readonly string[], decisions: readonly NullDecision[]): Estimate {
  const promoted = decisions.filter(promotes).length;
  const estimate = promoted / decisions.length;
  if (promoted === 0) return { ...wilson(0, decisions.length / 2), estimate: 0 };
  const cells = new Map<string, { promoted: number; judged: number }>();
  for (const one of decisions) {
    const key = `${one.incumbent} ${one.candidate}`;
    const cell = cells.get(key) ?? { promoted: 0, judged: 0 };
    cells.set(key, { promoted: cell.promoted + Number(promotes(one)), judged: cell.judged + 1 });
  }
  const random = rng("null test interval", ...candidates);
  const rates = Array.from({ length: RESAMPLES }, () => resampledRate(candidates, cells, random)).toSorted((a, b) => a - b);
  return { estimate, low: rates[Math.floor(0.025 * RESAMPLES)]!, high: rates[Math.ceil(0.975 * RESAMPLES) - 1]! };
}

function resampledRate(candidates: readonly string[], cells: ReadonlyMap<string, { promoted: number; judged: number }>, random: Rng): number {
  const drawn = candidates.map(() => random.pick(candidates));
  let [promoted, judged] = [0, 0];
  for (const [a, b] of orderedPairs([...drawn.keys()].map(String))) {
    const cell = cells.get(`${drawn[Number(a)]} ${drawn[Number(b)]}`);
    promoted += cell?.promoted ?? 0;
    judged += cell?.judged ?? 0;
  }
  return judged === 0 ? 0 : promoted / judged;
}
