/**
 * Section `reading`: how long a new screen takes (words and elements, one screen at a time), how long the next screen of the same
 * episode takes when only a part of it changed, and how much of the page's visible text is read right. One screen of each task is
 * also read by Tesseract as it comes, for comparison.
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

/** A reader on the first screen of every task. */
interface ReaderScore {
  readonly version: string;
  readonly screen: Spread;
  readonly recall: number;
  readonly precision: number;
}

export async function readingSection(bench: Bench): Promise<SectionReport> {
  const { tasks, signal, tick } = bench;
  const service = new PerceptionService();
  const other = new PerceptionService({ reader: "whole-screen", workers: 1 });
  await using pool = new EnvironmentPool(1);
  const rows: TaskReading[] = [];
  const sample: Reading[] = [];
  const otherSample: Reading[] = [];
  try {
    await pool.run(
      tasks,
      async (environment, task) => {
        const seeds = benchSeeds(bench, task, 10, 1);
        if (rows.length === 0) {
          await readEpisode(service, environment, task, WARM_UP_SEED);
          await readStart(other, environment, task, WARM_UP_SEED);
        }
        const first: Reading[] = [];
        const next: Reading[] = [];
        for (const seed of seeds) {
          signal.throwIfAborted();
          const [start, second] = await readEpisode(service, environment, task, seed);
          first.push(start);
          if (second !== undefined) next.push(second);
          if (seed !== seeds[0]) continue;
          sample.push(start);
          otherSample.push(await readStart(other, environment, task, seed));
        }
        rows.push(summarise(task, first, next));
        tick(rows.length, tasks.length, task.id);
      },
      { signal },
    );
  } finally {
    await service.close();
    await other.close();
  }
  signal.throwIfAborted();
  const readers = [score(service, sample), score(other, otherSample)];
  return {
    data: { perception: service.version, tasks: rows, readers },
    lines: [HEAD, ...rows.map(describe), `readers, first screen of each task (${sample.length})`, ...readers.map(describeReader)],
    limits: [],
  };
}

async function readStart(service: PerceptionService, environment: Environment, task: Task, seed: number): Promise<Reading> {
  const { observation } = await environment.reset(task, seed);
  return readScreen(service, environment, observation);
}

function score({ version }: PerceptionService, readings: readonly Reading[]): ReaderScore {
  return { version, screen: spread(readings.map(({ ms }) => ms)), ...rates(readings) };
}

/** The start screen, and the screen after one step of the oracle unless that is the same. */
async function readEpisode(service: PerceptionService, environment: Environment, task: Task, seed: number): Promise<[Reading, Reading?]> {
  const { observation } = await environment.reset(task, seed);
  const start = await readScreen(service, environment, observation);
  if (task.oracle === undefined) return [start];
  const after = await environment.step(await task.oracle(environment.oracleContext()));
  if (after.verdict !== null || after.observation.screenHash === observation.screenHash) return [start];
  return [start, await readScreen(service, environment, after.observation)];
}

async function readScreen(service: PerceptionService, environment: Environment, observation: Observation): Promise<Reading> {
  const truth = await readPageWords(environment);
  const { ms, value } = await timed(() => service.perceive(observation));
  const { words } = value;
  const elements = await timed(() => service.perceive(observation, { words }));
  return { ms, elementsMs: elements.ms, words: evaluateWords(words, truth) };
}

function summarise({ id, viewport }: Task, first: readonly Reading[], next: readonly Reading[]): TaskReading {
  const all = [...first, ...next];
  return {
    task: id,
    viewport: `${viewport.width}×${viewport.height}`,
    newScreen: spread(first.map(({ ms }) => ms)),
    nextScreen: spread(next.map(({ ms }) => ms)),
    elements: spread(all.map(({ elementsMs }) => elementsMs)),
    ...rates(all),
    words: Math.round(sum(all, (words) => words.truths) / all.length),
    missed: mostFrequent(all.flatMap(({ words }) => words.missed)),
    wrong: mostFrequent(all.flatMap(({ words }) => words.wrong)),
  };
}

function sum(readings: readonly Reading[], of: (words: WordScores) => number): number {
  return readings.reduce((total, { words }) => total + of(words), 0);
}

function rates(readings: readonly Reading[]): { recall: number; precision: number } {
  const matched = sum(readings, (words) => words.matched);
  return { recall: matched / sum(readings, (words) => words.truths), precision: matched / sum(readings, (words) => words.predictions) };
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

function describeReader({ version, screen, recall, precision }: ReaderScore): string {
  return `  ${version.padEnd(42)} ${spreadText(screen).padStart(18)}   recall ${percent(recall)}   precision ${percent(precision)}`;
}
