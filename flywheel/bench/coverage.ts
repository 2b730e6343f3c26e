/**
 * Section `coverage`: how far the model's action space reaches. The oracle plays, but every action goes through what the model could
 * point at: encoded to tokens, decoded to a click. Once with the page's own words, once with the reader's.
 */
import type { PastStep } from "../../agent/policy.ts";
import { PerceptionService } from "../../agent/perception/perceptionService.ts";
import { withoutInstruction } from "../../agent/perception/withoutInstruction.ts";
import type { Perception } from "../../agent/perception/perception.ts";
import { decode, encode, firstChoice, targetText } from "../../agent/model/actionSpace.ts";
import { buildScene } from "../../agent/model/scene.ts";
import { describeAction, type Action, type Point } from "../../env/action.ts";
import type { Environment } from "../../env/environment.ts";
import type { Observation } from "../../env/observation.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import type { Task } from "../../env/task.ts";
import { benchSeeds, percent, type Bench, type Limit, type SectionReport } from "./section.ts";
import { asWords, readPageWords } from "./trueWords.ts";

/** Share of episodes the oracle must solve with the page's words, and should solve with the reader's, per task. */
const CONTRACT = 0.995;
const AIM = 0.95;
/** Failures shown per task on the terminal; --json has all. */
const SHOWN = 3;

type Eyes = "page" | "reader";

interface Outcome {
  readonly eyes: Eyes;
  readonly task: string;
  readonly seed: number;
  /** Null when the episode was solved. */
  readonly failure: string | null;
}

export async function coverageSection(bench: Bench): Promise<SectionReport> {
  const { tasks, signal, tick, config } = bench;
  const service = new PerceptionService();
  await using pool = new EnvironmentPool(config.contexts);
  const jobs = tasks.filter(({ oracle }) => oracle !== undefined).flatMap((task) => benchSeeds(bench, task, 40, 2).map((seed) => ({ task, seed })));
  const outcomes: Outcome[] = [];
  try {
    await pool.run(
      jobs,
      async (environment, { task, seed }) => {
        for (const eyes of ["page", "reader"] as const) {
          signal.throwIfAborted();
          const failure = await playThroughTokens(environment, task, seed, perceiver(service, environment, eyes));
          outcomes.push({ eyes, task: task.id, seed, failure });
        }
        tick(outcomes.length / 2, jobs.length, task.id);
      },
      { signal, pageOf: ({ task }) => task.id },
    );
  } finally {
    await service.close();
  }
  signal.throwIfAborted();
  return report(service.version, tasks, outcomes);
}

type Perceive = (observation: Observation) => Promise<Perception>;

function perceiver(service: PerceptionService, environment: Environment, eyes: Eyes): Perceive {
  const look = async (observation: Observation): Promise<Perception> =>
    eyes === "reader" ? service.perceive(observation) : service.perceive(observation, { words: asWords(await readPageWords(environment)) });
  return async (observation) => withoutInstruction(await look(observation), observation.instructionBox);
}

/** Plays the oracle through the action space of the model. Null when solved, else why not. */
async function playThroughTokens(environment: Environment, task: Task, seed: number, perceive: Perceive): Promise<string | null> {
  const history: PastStep[] = [];
  const detours: string[] = [];
  const { instance, ...start } = await environment.reset(task, seed);
  const { instruction } = instance;
  let { observation } = start;
  for (;;) {
    const wanted = await task.oracle!(environment.oracleContext());
    const scene = buildScene(instruction, await perceive(observation), history);
    const targets = encode(wanted, scene, "wide");
    if (targets === null) return `step ${history.length}: nothing to point at or copy for ${describeAction(wanted)}`;
    const action = decode(firstChoice(targets), scene);
    const { verdict, observation: next } = await environment.step(action);
    const changed = next.screenHash !== observation.screenHash;
    history.push({ action, target: targetText(action, scene), changed });
    if (distance(wanted, action) > 3)
      detours.push(`step ${history.length - 1}: ${describeAction(wanted)} became ${describeAction(action)}${changed ? "" : ", nothing changed"}`);
    if (verdict !== null) return verdict.verdict === "pass" ? null : [`${verdict.verdict}: ${verdict.reason}`, ...new Set(detours)].join("; ");
    observation = next;
  }
}

/** How far the carried-out action is from the wanted one, CSS px: the largest distance of a point. */
function distance(wanted: Action, done: Action): number {
  const there = pointsOf(done);
  return Math.max(0, ...pointsOf(wanted).map(({ x, y }, i) => Math.hypot(x - there[i]!.x, y - there[i]!.y)));
}

function pointsOf(action: Action): readonly Point[] {
  if (action.kind === "drag") return [action.path[0]!, action.path.at(-1)!];
  return "at" in action ? [action.at] : [];
}

type Row = Readonly<Record<Eyes, number>> & { readonly task: string };

function report(perception: string, tasks: readonly Task[], outcomes: readonly Outcome[]): SectionReport {
  const rows = tasks.map(({ id }): Row => ({ task: id, page: shareOf(outcomes, id, "page"), reader: shareOf(outcomes, id, "reader") }));
  const failures = outcomes.filter(({ failure }) => failure !== null).toSorted((a, b) => a.eyes.localeCompare(b.eyes));
  const lines = rows.flatMap(({ task, page, reader }) => {
    const shown = failures.filter((outcome) => outcome.task === task).slice(0, SHOWN);
    const share = `${task.padEnd(18)} page's words ${percent(page).padStart(7)}   reader ${percent(reader).padStart(7)}`;
    return [share, ...shown.map(({ seed, eyes, failure }) => `    seed ${seed} (${eyes}) ${failure}`)];
  });
  const limits = [lowest(rows, "page", "contract", CONTRACT), lowest(rows, "reader", "aim", AIM)];
  return { data: { perception, tasks: rows, failures }, lines, limits };
}

function shareOf(outcomes: readonly Outcome[], task: string, eyes: Eyes): number {
  const own = outcomes.filter((outcome) => outcome.task === task && outcome.eyes === eyes);
  return own.filter(({ failure }) => failure === null).length / own.length;
}

/** The limit is for every task, so the lowest one is what counts. */
function lowest(rows: readonly Row[], eyes: Eyes, kind: Limit["kind"], atLeast: number): Limit {
  const [row] = rows.filter((one) => Number.isFinite(one[eyes])).toSorted((a, b) => a[eyes] - b[eyes]);
  const words = eyes === "page" ? "page's words" : "reader";
  return { kind, name: `oracle through the action space, ${words}, lowest task (${row?.task ?? "none"})`, measured: row?.[eyes] ?? null, atLeast };
}
