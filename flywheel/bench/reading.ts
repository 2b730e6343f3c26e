/**
 * Section `reading`: how long a new screen takes (words and elements, one screen at a time), how long the next screen of the same
 * episode takes when only a part of it changed, and how much of the page's visible text is read right.
 */
import { evaluateWords, type WordScores } from "../../agent/perception/evaluateWords.ts";
import { PerceptionService } from "../../agent/perception/perceptionService.ts";
import type { Environment } from "../../env/environment.ts";
import type { Observation } from "../../env/observation.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import type { Task } from "../../env/task.ts";
import { benchSeeds, percent, type Bench, type SectionReport } from "./section.ts";
import { spread, spreadText, timed, type Spread } from "./timing.ts";
import { readPageWords } from "./trueWords.ts";

/** Read first and not counted: it starts the workers. Of no split that the others are drawn from. */
const WARM_UP_SEED = 0;

/** One screen, perceived. */
interface Reading {
  readonly ms: number;
  /** The part that is not reading: elements, found with the words given. */
  readonly elementsMs: number;
  readonly words: WordScores;
}

interface TaskReading {
  readonly task: string;
  readonly viewport: string;
  readonly newScreen: Spread;
  readonly nextScreen: Spread;
  readonly elements: Spread;
  readonly recall: number;
  readonly precision: number;
  readonly words: number;
  /** What went wrong most often, for whoever improves the reader. */
  readonly missed: readonly string[];
  readonly wrong: readonly string[];
}

export async function readingSection(bench: Bench): Promise<SectionReport> {
  const { tasks, signal, tick } = bench;
  const service = new PerceptionService();
  await using pool = new EnvironmentPool(1);
  const rows: TaskReading[] = [];
  try {
    await pool.run(
      tasks,
      async (environment, task) => {
        const seeds = benchSeeds(bench, task, 10, 1);
        if (rows.length === 0) await readEpisode(service, environment, task, WARM_UP_SEED);
        const first: Reading[] = [];
        const next: Reading[] = [];
        for (const seed of seeds) {
          signal.throwIfAborted();
          const [start, second] = await readEpisode(service, environment, task, seed);
          if (start !== undefined) first.push(start);
          if (second !== undefined) next.push(second);
        }
        rows.push(summarise(task, first, next));
        tick(rows.length, tasks.length, task.id);
      },
      signal,
    );
  } finally {
    await service.close();
  }
  signal.throwIfAborted();
  return { data: { perception: service.version, tasks: rows }, lines: [HEAD, ...rows.map(describe)], limits: [] };
}

/** The start screen, and the screen after one step of the oracle unless that is the same. */
async function readEpisode(service: PerceptionService, environment: Environment, task: Task, seed: number): Promise<(Reading | undefined)[]> {
  const { observation } = await environment.reset(task, seed);
  const start = await readScreen(service, environment, observation);
  if (task.oracle === undefined) return [start];
  const after = await environment.step(await task.oracle(environment.oracleContext()));
  if (after.verdict !== null || after.observation.screenHash === observation.screenHash) return [start];
  return [start, await readScreen(service, environment, after.observation)];
}

async function readScreen(service: PerceptionService, environment: Environment, observation: Observation): Promise<Reading | undefined> {
  const truth = await readPageWords(environment);
  const { ms, value } = await timed(() => service.perceive(observation));
  const { words } = value;
  const elements = await timed(() => service.perceive(observation, { words }));
  return { ms, elementsMs: elements.ms, words: evaluateWords(words, truth) };
}

function summarise({ id, viewport }: Task, first: readonly Reading[], next: readonly Reading[]): TaskReading {
  const all = [...first, ...next];
  const sum = (of: (words: WordScores) => number): number => all.reduce((total, { words }) => total + of(words), 0);
  return {
    task: id,
    viewport: `${viewport.width}×${viewport.height}`,
    newScreen: spread(first.map(({ ms }) => ms)),
    nextScreen: spread(next.map(({ ms }) => ms)),
    elements: spread(all.map(({ elementsMs }) => elementsMs)),
    recall: sum((words) => words.matched) / sum((words) => words.truths),
    precision: sum((words) => words.matched) / sum((words) => words.predictions),
    words: Math.round(sum((words) => words.truths) / all.length),
    missed: mostFrequent(all.flatMap(({ words }) => words.missed)),
    wrong: mostFrequent(all.flatMap(({ words }) => words.wrong)),
  };
}

function mostFrequent(words: readonly string[]): string[] {
  const groups = [...Map.groupBy(words, (word) => word)].toSorted((a, b) => b[1].length - a[1].length);
  return groups.slice(0, 8).map(([word]) => word);
}

const columns = (cells: readonly string[]): string =>
  cells.map((cell, i) => (i < 2 ? cell.padEnd(i === 0 ? 18 : 10) : cell.padStart(i < 5 ? 16 : 10))).join("");
const HEAD = columns(["median / p95", "viewport", "new screen", "next screen", "elements alone", "words", "recall", "precision"]);

function describe({ task, viewport, newScreen, nextScreen, elements, words, recall, precision }: TaskReading): string {
  return columns([
    task,
    viewport,
    spreadText(newScreen),
    spreadText(nextScreen),
    spreadText(elements),
    String(words),
    percent(recall),
    percent(precision),
  ]);
}
