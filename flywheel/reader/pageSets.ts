/**
 * Named sets of screens with the words that a person can see on them, for measuring readers. In: a name. Out: screens, one after the other.
 * What a set shows is fixed by a hash that was written down before any reader was trained. `development` may be looked at while a reader
 * is made, the others only when it is done.
 */
import { createHash } from "node:crypto";
import { fontPackages, SYSTEM_FONTS, UNSEEN_FONTS } from "../../agent/reader/pages/fonts.ts";
import { PageRenderer, type ReadingScreen } from "../../agent/reader/pages/pageRenderer.ts";
import { samplePage } from "../../agent/reader/pages/samplePages.ts";
import { trainingPage, type ReaderPage } from "../../agent/reader/pages/trainingPage.ts";
import type { Environment } from "../../env/environment.ts";
import { deviceScaleFactorFor, type Observation, type Viewport } from "../../env/observation.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import type { Task } from "../../env/task.ts";
import { TASKS } from "../../tasks/index.ts";
import { readPageWords } from "../bench/trueWords.ts";
import { drawSeeds } from "../seeds.ts";

/** A screen of a set. */
export interface NamedScreen extends ReadingScreen {
  readonly id: string;
}

export interface PageSet {
  readonly name: string;
  readonly summary: string;
  /** SHA-256 of what the pages are made of: their HTML, or tasks and seeds. */
  readonly hash: () => string;
  readonly screens: () => AsyncIterable<NamedScreen>;
}

const SITE: Viewport = { width: 1280, height: 800 };
const NARROW: Viewport = { width: 380, height: 600 };
const WIDGET: Viewport = { width: 320, height: 240 };
const TINY: Viewport = { width: 160, height: 210 };

/** Fonts that the project's own tasks train with. */
const USUAL_FONTS = ["inter", "roboto", "open-sans", "noto-sans", "merriweather"];

interface Drawn {
  readonly id: string;
  readonly page: ReaderPage;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A set of pages that are drawn for it. */
function drawnSet(name: string, summary: string, fonts: readonly string[], pages: () => readonly Drawn[]): PageSet {
  return {
    name,
    summary,
    hash: () => sha256(JSON.stringify(pages())),
    async *screens() {
      const groups = Map.groupBy(pages(), ({ page }) => deviceScaleFactorFor(page.viewport));
      for (const [scale, group] of groups) {
        await using renderer = await PageRenderer.open(scale, fontPackages(fonts));
        for (const { id, page } of group) yield { id, ...(await renderer.render(page)) };
      }
    },
  };
}

function samples(seed: number, families: readonly string[], counts: readonly (readonly [Viewport, number])[]): Drawn[] {
  return counts.flatMap(([viewport, count]) =>
    Array.from({ length: count }, (_, at) => ({
      id: `${viewport.width}x${viewport.height}-${at}`,
      page: samplePage(seed, at, { families, viewport }),
    })),
  );
}

const COUNTS = [
  [SITE, 20],
  [WIDGET, 15],
  [TINY, 15],
] as const;

/** Start screens of tasks, and the screens after the oracle's first step. */
function taskSet(name: string, summary: string, tasks: readonly Task[], seedsOf: (task: Task) => readonly number[]): PageSet {
  const jobs = (): { readonly task: Task; readonly seed: number }[] => tasks.flatMap((task) => seedsOf(task).map((seed) => ({ task, seed })));
  return {
    name,
    summary,
    hash: () => sha256(JSON.stringify(jobs().map(({ task, seed }) => [task.id, task.version, seed]))),
    async *screens() {
      await using pool = new EnvironmentPool(1);
      for (const job of jobs()) {
        const [found] = await pool.run([job], async (environment, { task, seed }) => {
          const { observation } = await environment.reset(task, seed);
          const shown = [await named(`${task.id}-${seed}`, observation, environment)];
          if (task.oracle === undefined) return shown;
          const after = await environment.step(await task.oracle(environment.oracleContext()));
          if (after.verdict === null && after.observation.screenHash !== observation.screenHash) {
            shown.push(await named(`${task.id}-${seed}-next`, after.observation, environment));
          }
          return shown;
        });
        yield* found!;
      }
    },
  };
}

async function named(id: string, observation: Observation, environment: Environment): Promise<NamedScreen> {
  return { ...observation, id, pixels: await observation.pixels(), words: await readPageWords(environment) };
}

const seedsFor =
  (key: string, count: number) =>
  (task: Task): readonly number[] => [
    ...drawSeeds(task, "train", null, count, ["reader", key]),
    ...drawSeeds(task, "gate", null, count, ["reader", key]),
  ];

/** Screens of any tasks, `seeds` of each: half from train, half from gate. */
export function chosenTasksSet(tasks: readonly Task[], seeds: number): PageSet {
  const seedsOf = (task: Task): number[] => [
    ...drawSeeds(task, "train", null, Math.ceil(seeds / 2), ["reader", "chosen"]),
    ...drawSeeds(task, "gate", null, Math.floor(seeds / 2), ["reader", "chosen"]),
  ];
  return taskSet("chosen-tasks", `screens of ${tasks.length} tasks`, tasks, seedsOf);
}

/** All sets, `development` first. */
export const PAGE_SETS: readonly PageSet[] = [
  drawnSet("development", "random pages like those of training, in words that training never shows", USUAL_FONTS, () => {
    const fonts = fontPackages(USUAL_FONTS);
    const draw = (viewport: Viewport, from: number, count: number): Drawn[] =>
      Array.from({ length: count }, (_, at) => ({
        id: `random-${from + at}`,
        page: trainingPage(-1, from + at, { fonts, words: "unseen", viewport }),
      }));
    return [...draw({ width: 900, height: 900 }, 0, 12), ...draw(NARROW, 100, 12)];
  }),
  taskSet("development-tasks", "screens of the built-in tasks", TASKS, seedsFor("development", 1)),
  taskSet("tasks", "screens of the built-in tasks", TASKS, seedsFor("test", 3)),
  drawnSet("samples", "whole sites and small widgets in usual fonts", USUAL_FONTS, () =>
    samples(1, [...USUAL_FONTS, ...SYSTEM_FONTS.slice(0, 6)], COUNTS),
  ),
  drawnSet("unseen-fonts", "the same layouts in fonts that training never shows", UNSEEN_FONTS, () => samples(2, UNSEEN_FONTS, COUNTS)),
];
