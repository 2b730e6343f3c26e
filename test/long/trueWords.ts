/**
 * What misreading costs: a checkpoint plays the same seeds with the reader's words and with the page's own, everything else being equal.
 * Run: node test/long/trueWords.ts --workspace DIR [--checkpoint ID] [--seeds 40]
 * In: a workspace with a checkpoint (default: the acting one); gate seeds of the run's tasks. Out: both success rates and the paired difference with its
 * interval, as JSON. Exit status 1 when the reader's success lies more than .03 below.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { GREEDY } from "../../agent/model/choose.ts";
import { Inference } from "../../agent/model/inference.ts";
import { modelPolicy } from "../../agent/modelPolicy.ts";
import { inkAndPaper } from "../../agent/perception/wordColours.ts";
import type { Perception, Word } from "../../agent/perception/perception.ts";
import { PerceptionService } from "../../agent/perception/perceptionService.ts";
import { withoutInstruction } from "../../agent/perception/withoutInstruction.ts";
import { isDecision, type PastStep } from "../../agent/policy.ts";
import { actingCheckpoint } from "../../app/actingCheckpoint.ts";
import type { Environment } from "../../env/environment.ts";
import type { Observation } from "../../env/observation.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import { rng } from "../../env/random.ts";
import type { Task } from "../../env/task.ts";
import { loadActor } from "../../flywheel/actor.ts";
import { asWords, readPageWords } from "../../flywheel/bench/trueWords.ts";
import { storedConfig } from "../../flywheel/config.ts";
import { drawSeeds } from "../../flywheel/seeds.ts";
import { bootstrapMean, bootstrapPairedDifference } from "../../flywheel/statistics.ts";
import { openWorkspace } from "../../flywheel/store/workspace.ts";
import { TASKS } from "../../tasks/index.ts";

const { values: options } = parseArgs({
  options: { workspace: { type: "string" }, checkpoint: { type: "string" }, seeds: { type: "string", default: "40" } },
});
const ALLOWED = 0.03;

type Perceive = (observation: Observation) => Promise<Perception>;

await using workspace = await openWorkspace(options.workspace!);
const id = options.checkpoint ?? actingCheckpoint(workspace);
const { tasks: ids } = storedConfig(workspace.runs.get(workspace.checkpoints.get(id).run)!);
const tasks = TASKS.filter((task) => ids.includes(task.id));
await using perception = new PerceptionService();
await using inference = new Inference();
await loadActor(id, join(workspace.dir, "checkpoints", id), "ema", { inference, perception });
await using pool = new EnvironmentPool(4);

/** The page's words, in the colours that the screenshot has there. */
async function trueWords(environment: Environment, observation: Observation): Promise<Word[]> {
  const pixels = await observation.pixels();
  const inside = (value: number, end: number): number => Math.max(0, Math.min(end, Math.round(value * observation.deviceScaleFactor)));
  return asWords(await readPageWords(environment)).flatMap((word) => {
    const { x, y, width, height } = word.box;
    const [left, right] = [inside(x, pixels.width), inside(x + width, pixels.width)];
    const [top, bottom] = [inside(y, pixels.height), inside(y + height, pixels.height)];
    return right > left && bottom > top ? [{ ...word, ...inkAndPaper(pixels, { left, top, right, bottom }) }] : [];
  });
}

async function play(environment: Environment, task: Task, seed: number, perceive: Perceive): Promise<boolean> {
  const policy = modelPolicy({ id: `${id}/ema`, inference, perceive, sampling: GREEDY });
  const { instance, ...start } = await environment.reset(task, seed);
  const history: PastStep[] = [];
  for (let { observation } = start; ;) {
    const decision = await policy.decide({ task, instruction: instance.instruction, observation, history, rng: rng("eyes", seed) } as never);
    if (!isDecision(decision)) throw new Error(`no decision on ${task.id}, seed ${seed}`);
    const { observation: next, verdict } = await environment.step(decision.action);
    if (verdict !== null) return verdict.verdict === "pass";
    history.push({ action: decision.action, target: decision.target, changed: next.screenHash !== observation.screenHash });
    observation = next;
  }
}

const pairs = new Map<string, (readonly [reader: number, page: number])[]>(tasks.map((task) => [task.id, []]));
const jobs = tasks.flatMap((task) => drawSeeds(task, "gate", null, Number(options.seeds), ["eyes"]).map((seed) => ({ task, seed })));
await pool.run(
  jobs,
  async (environment, { task, seed }) => {
    const byReader = await play(environment, task, seed, async (seen) => withoutInstruction(await perception.perceive(seen), seen.instructionBox));
    const byPage = await play(environment, task, seed, async (seen) =>
      withoutInstruction(await perception.perceive(seen, { words: await trueWords(environment, seen) }), seen.instructionBox),
    );
    pairs.get(task.id)!.push([Number(byReader), Number(byPage)]);
  },
  { pageOf: ({ task }) => task.id },
);
const strata = [...pairs.values()];
const random = rng("eyes", "bootstrap");
const of = (side: 0 | 1) =>
  bootstrapMean(
    strata.map((own) => own.map((pair) => pair[side])),
    random,
  );
const difference = bootstrapPairedDifference(strata, random);
process.stdout.write(`${JSON.stringify({ checkpoint: id, pairs: jobs.length, reader: of(0), page: of(1), difference })}\n`);
if (difference.estimate < -ALLOWED) process.exitCode = 1;
