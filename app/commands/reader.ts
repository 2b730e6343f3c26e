/** `flywheel reader …`: trains the reader of screens and measures readers on page sets. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { Reader } from "../../agent/perception/reader.ts";
import { WholeScreenReader } from "../../agent/perception/wholeScreenReader.ts";
import { FrameReader } from "../../agent/reader/frameReader.ts";
import { TRAINING_FONTS } from "../../agent/reader/pages/fonts.ts";
import { loadReaderWeights, MANIFEST_FILE, readReaderManifest, SHIPPED_WEIGHTS } from "../../agent/reader/readerWeights.ts";
import { WheelError } from "../../env/errors.ts";
import { installBrowser } from "../../env/findBrowser.ts";
import { percent } from "../../flywheel/bench/section.ts";
import { spreadText } from "../../flywheel/bench/timing.ts";
import { comparePaired, readScreen, summarise, type PairedScores, type ScreenScores, type SetScores } from "../../flywheel/reader/evaluateReader.ts";
import { programVersion } from "../../flywheel/programVersion.ts";
import { learnReader } from "../../flywheel/reader/learnReader.ts";
import { chosenTasksSet, PAGE_SETS, type NamedScreen, type PageSet } from "../../flywheel/reader/pageSets.ts";
import { trainReader } from "../../flywheel/reader/trainReader.ts";
import { action } from "../context.ts";
import { examples, whole, withTaskModule, withTasks, type TaskChoice } from "../options.ts";
import { progressPrinter } from "../progressPrinter.ts";
import { selectTasks } from "../selectTasks.ts";

/** Adds the commands. */
export function readerCommand(program: Command): void {
  const reader = program.command("reader").description("the reader of screens: train it, measure it");
  trainCommand(reader);
  evaluateCommand(reader);
  learnCommand(reader);
}

interface TrainChoice {
  readonly folder: string;
  readonly seed: number;
  readonly pages: number;
  readonly minutes: number;
  readonly steps?: number;
  readonly threads: number;
}

function trainCommand(reader: Command): void {
  const command = reader
    .command("train")
    .description("draw pages, learn to read them, write weights; the same command goes on where it was stopped")
    .option("--folder <dir>", "where pages, state and weights are kept", "reader-training")
    .option("--seed <n>", "of pages, weights and batches", whole(0), 1)
    .option("--pages <n>", "pages to learn from", whole(1, 100_000), 2000)
    .option("--minutes <n>", "how long to learn once the pages are there", whole(1, 10_000), 30)
    .option("--steps <n>", "instead of --minutes: the same steps give the same weights", whole(1))
    .option("--threads <n>", "threads that learn", whole(1, 64), 2);
  examples(command, "reader train", "reader train --folder mine --seed 2 --pages 200 --minutes 3", "reader train --steps 40000");
  action<TrainChoice>(command, async ({ options, say, emit, signal }) => {
    installBrowser(say);
    const { folder, seed, pages, minutes, steps, threads } = options;
    const length = steps === undefined ? { minutes } : { steps };
    const weights = await trainReader({ folder, seed, pages, length, threads, fonts: TRAINING_FONTS, signal, onProgress: progressPrinter() });
    emit(readReaderManifest(weights));
    say(`Wrote ${weights}. Measure it: flywheel reader evaluate --weights ${weights}`);
  });
}

interface EvaluateChoice extends TaskChoice {
  readonly seeds: number;
  readonly weights: string;
  readonly sets: string;
  readonly tesseract?: true;
  readonly mistakes?: true;
  readonly record?: true;
}

function evaluateCommand(reader: Command): void {
  const command = reader
    .command("evaluate")
    .description("recall, precision and time of the reader on page sets, beside tesseract.js when asked")
    .option("--weights <dir>", "a folder of weights", SHIPPED_WEIGHTS)
    .option("--sets <names>", `some of: ${PAGE_SETS.map(({ name }) => name).join(", ")}`, "development,development-tasks")
    .option("--seeds <n>", "of each task, with --tasks", whole(1, 1000), 5)
    .option("--tesseract", "read the same screens with tesseract.js at its best settings and compare, screen by screen")
    .option("--mistakes", "print what was missed and what was wrong (of development sets only look at these)")
    .option("--record", "write the scores into the manifest of the weights");
  withTaskModule(withTasks(command, "the page sets"));
  examples(
    command,
    "reader evaluate",
    "reader evaluate --sets tasks,samples,unseen-fonts --tesseract",
    "reader evaluate --tasks 'click-*' --seeds 2 --mistakes",
  );
  command.addHelpText("after", `\nPage sets:\n${PAGE_SETS.map(({ name, summary }) => `  ${name.padEnd(18)} ${summary}`).join("\n")}`);
  action<EvaluateChoice>(command, async ({ options, say, emit, signal }) => {
    const sets =
      options.tasks === undefined
        ? options.sets.split(",").map(findSet)
        : [chosenTasksSet(await selectTasks(options.tasks, options.taskModule), options.seeds)];
    installBrowser(say);
    for (const set of sets) {
      const result = await evaluateSet(set, options, signal, say);
      emit(result);
      if (options.record) record(options.weights, result);
    }
  });
}

interface SetResult {
  readonly set: string;
  readonly hash: string;
  readonly reader: SetScores;
  readonly tesseract: (SetScores & { readonly paired: PairedScores }) | null;
}

/** Reads all screens of a set, with one reader or two, and says how well that went. */
async function evaluateSet(set: PageSet, options: EvaluateChoice, signal: AbortSignal, say: (line: string) => void): Promise<SetResult> {
  const printer = progressPrinter();
  const tick = (done: number, total: number, note = set.name): void => printer({ kind: "progress", cycle: null, stage: note, done, total });
  const screens: NamedScreen[] = [];
  for await (const screen of set.screens()) {
    signal.throwIfAborted();
    screens.push(screen);
    tick(screens.length, 0, `${set.name}: screen ${screens.length}`);
  }
  const read = (open: () => Promise<Reader>): Promise<ScreenScores[]> => readAll(open, screens, signal, (done) => tick(done, screens.length));
  const own = await read(() => FrameReader.open(loadReaderWeights(options.weights)));
  const other = options.tesseract ? await read(() => WholeScreenReader.open()) : null;
  printer({ kind: "line", text: "" });
  const reader = summarise(own);
  const tesseract = other && { ...summarise(other), paired: comparePaired(own, other) };
  say(`${set.name}: ${reader.words} words on ${reader.screens} screens`);
  say(describe("reader", reader));
  if (tesseract) say(`${describe("tesseract.js", tesseract)}\n${describePair(tesseract.paired)}`);
  for (const { id, words } of options.mistakes ? own : []) {
    if (words.missed.length + words.wrong.length > 0) say(`  ${id}: missed ${words.missed.join(" | ")}; wrong ${words.wrong.join(" | ")}`);
  }
  return { set: set.name, hash: set.hash(), reader, tesseract };
}

interface LearnChoice {
  readonly weights: string;
  readonly folder: string;
  readonly seed: number;
  readonly screens: number;
  readonly pages: number;
  readonly steps: number;
  readonly threads: number;
}

function learnCommand(reader: Command): void {
  const command = reader
    .command("learn")
    .description("go on learning from recorded train and human episodes; weights that read the untouched pages worse are not taken")
    .option("--weights <dir>", "a folder of weights to go on from", SHIPPED_WEIGHTS)
    .option("--folder <dir>", "where the pool of lines is kept and new weights are written", "reader-learning")
    .option("--seed <n>", "of screens, pages and batches", whole(0), 1)
    .option("--screens <n>", "recorded screens to look at, about a second each", whole(1), 200)
    .option("--pages <n>", "drawn pages that are mixed in", whole(1), 200)
    .option("--steps <n>", "how much to learn", whole(1), 500)
    .option("--threads <n>", "threads that learn", whole(1, 64), 2);
  examples(command, "reader learn", "reader learn --screens 50 --steps 200 -w mine");
  action<LearnChoice>(command, async ({ options, say, emit, signal, openWorkspace }) => {
    await using workspace = await openWorkspace("read");
    installBrowser(say);
    const { weights, folder, seed, screens, pages, steps, threads } = options;
    const guard = findSet("samples");
    const onProgress = progressPrinter();
    const outcome = await learnReader({
      workspace,
      weights,
      folder,
      seed,
      screens,
      pages,
      steps,
      threads,
      fonts: TRAINING_FONTS,
      guard,
      signal,
      onProgress,
    });
    onProgress({ kind: "line", text: "" });
    emit(outcome);
    if (outcome.kind === "nothing") return say(`Nothing learned: ${outcome.reason}.`);
    say([describe("before", outcome.before), describe("after", outcome.after)].join("\n"));
    say(outcome.folder === null ? "Rejected: the untouched pages are read worse." : `Accepted: ${outcome.folder}`);
  });
}

function findSet(name: string): PageSet {
  const found = PAGE_SETS.find((set) => set.name === name.trim());
  if (found !== undefined) return found;
  throw new WheelError("usage", `There is no page set "${name}".`, `Use some of: ${PAGE_SETS.map((set) => set.name).join(", ")}.`);
}

/** Screens read before time is taken, with a reader of their own: the first ones are slow everywhere. */
const WARM_UP = 12;

async function readAll(
  open: () => Promise<Reader>,
  screens: readonly NamedScreen[],
  signal: AbortSignal,
  tick: (done: number) => void,
): Promise<ScreenScores[]> {
  const warming = await open();
  for (const screen of screens.slice(0, WARM_UP)) await readScreen(warming, screen);
  await warming.close();
  const reader = await open();
  const scores: ScreenScores[] = [];
  try {
    for (const screen of screens) {
      signal.throwIfAborted();
      scores.push(await readScreen(reader, screen));
      tick(scores.length);
    }
  } finally {
    await reader.close();
  }
  return scores;
}

function describe(name: string, { recall, plainRecall, precision, sureShare, surePrecision, ms, perceptionMs }: SetScores): string {
  return `  ${name.padEnd(13)} recall ${percent(recall)} (ASCII ${percent(plainRecall)})  precision ${percent(precision)}  sure ${percent(sureShare)}, of these right ${percent(surePrecision)}  read ${spreadText(ms)}  perceive ${spreadText(perceptionMs)}`;
}

function describePair({ recall, precision, timesSlower }: PairedScores): string {
  const interval = ({ estimate, low, high }: PairedScores["recall"]): string => `${estimate.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
  return `  reader − tesseract.js: recall ${interval(recall)}  precision ${interval(precision)}  at 1/${timesSlower.toFixed(0)} of its time`;
}

function record(folder: string, { set, ...result }: SetResult): void {
  const manifest = readReaderManifest(folder);
  const scores = { ...manifest.scores, [set]: { ...result, program: programVersion() } };
  writeFileSync(join(folder, MANIFEST_FILE), `${JSON.stringify({ ...manifest, scores }, null, 2)}\n`);
}
