/** `flywheel signs …`: trains what names signs without words (forms, icons) and measures it on drawn pages. */
import { join } from "node:path";
import type { Command } from "commander";
import { SignPool } from "../../agent/signs/signPool.ts";
import { loadSignWeights, readSignManifest, SHIPPED_SIGNS, writeSignManifest } from "../../agent/signs/signWeights.ts";
import { installBrowser } from "../../env/findBrowser.ts";
import { percent } from "../../flywheel/bench/section.ts";
import { drawSigns } from "../../flywheel/signs/drawSigns.ts";
import { guessAll, mistakesOf, scoreSigns, type SignScores } from "../../flywheel/signs/evaluateSigns.ts";
import { SIGN_SETS, signSetHash } from "../../flywheel/signs/signSets.ts";
import { trainSigns } from "../../flywheel/signs/trainSigns.ts";
import { action } from "../context.ts";
import { examples, oneOf, whole } from "../options.ts";
import { progressPrinter } from "../progressPrinter.ts";

/** Adds the commands. */
export function signsCommand(program: Command): void {
  const signs = program.command("signs").description("what names forms and icons: train it, measure it");
  trainCommand(signs);
  evaluateCommand(signs);
}

interface TrainChoice {
  readonly folder: string;
  readonly seed: number;
  readonly pages: number;
  readonly minutes: number;
  readonly steps?: number;
  readonly threads: number;
}

function trainCommand(signs: Command): void {
  const command = signs
    .command("train")
    .description("draw pages of forms and icons, learn their names, write weights")
    .option("--folder <dir>", "where drawn pictures and weights are kept", "signs-training")
    .option("--seed <n>", "of pages, weights and batches", whole(0), 1)
    .option("--pages <n>", "pages to learn from, about 100 pictures each", whole(1, 100_000), 1600)
    .option("--minutes <n>", "how long to learn once the pages are there", whole(1, 10_000), 5)
    .option("--steps <n>", "instead of --minutes: the same steps give the same weights", whole(1))
    .option("--threads <n>", "threads that learn", whole(1, 64), 2);
  examples(command, "signs train", "signs train --folder mine --seed 2 --pages 100 --minutes 1", "signs train --steps 30000");
  action<TrainChoice>(command, async ({ options, say, emit, signal }) => {
    installBrowser(say);
    const { folder, seed, pages, minutes, steps, threads } = options;
    const length = steps === undefined ? { minutes } : { steps };
    const onProgress = progressPrinter();
    const manifest = await trainSigns({ folder, seed, pages, length, threads, signal, onProgress });
    onProgress({ kind: "line", text: "" });
    emit(manifest);
    const weights = join(folder, "weights");
    say(`Wrote ${weights}. Measure it: flywheel signs evaluate --weights ${weights}`);
  });
}

interface EvaluateChoice {
  readonly weights: string;
  readonly set: keyof typeof SIGN_SETS;
  readonly mistakes?: true;
  readonly record?: true;
}

function evaluateCommand(signs: Command): void {
  const names = Object.keys(SIGN_SETS) as (keyof typeof SIGN_SETS)[];
  const command = signs
    .command("evaluate")
    .description("precision and recall of the names on drawn pages whose icons and proportions never taught")
    .option("--weights <dir>", "a folder of weights", SHIPPED_SIGNS)
    .option("--set <name>", names.join(", "), oneOf(names), "development")
    .option("--mistakes", "print what is confused with what (of the set for development only look at these)")
    .option("--record", "write the scores into the manifest of the weights");
  examples(command, "signs evaluate --mistakes", "signs evaluate --set unseen");
  command.addHelpText("after", `\nSets:\n${names.map((name) => `  ${name.padEnd(12)} ${SIGN_SETS[name].summary}`).join("\n")}`);
  action<EvaluateChoice>(command, async ({ options, say, emit, signal }) => {
    installBrowser(say);
    const { weights: folder, set, mistakes } = options;
    const printer = progressPrinter();
    const onProgress = (done: number, total: number): void => printer({ kind: "progress", cycle: null, stage: set, done, total });
    const pool = SignPool.of(await drawSigns({ ...SIGN_SETS[set], signal, onProgress }));
    printer({ kind: "line", text: "" });
    const weights = loadSignWeights(folder);
    const started = performance.now();
    const guesses = await guessAll(weights, pool);
    const ms = (performance.now() - started) / pool.size;
    const scores = scoreSigns(guesses, weights.thresholds);
    const hash = signSetHash(SIGN_SETS[set]);
    emit({ set, hash, ...scores, ms });
    for (const [name, of] of Object.entries(scores)) say(describe(name, of));
    say(`  ${ms.toFixed(3)} ms an element`);
    if (mistakes) say(mistakesOf(guesses, weights.thresholds).join("  "));
    if (!options.record) return;
    const manifest = readSignManifest(folder);
    writeSignManifest(folder, { ...manifest, scores: { ...manifest.scores, [set]: { hash, ...scores } } });
  });
}

function describe(name: string, { signs, others, precision, recall }: SignScores): string {
  return `  ${name.padEnd(6)} precision ${percent(precision)}  recall ${percent(recall)}  (${signs} signs, ${others} that are none)`;
}
