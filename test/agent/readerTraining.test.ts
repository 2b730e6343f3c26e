/** Pages, labels and training of the reader on real parts: Chromium draws, the project's own trainer learns. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BLANK, CLASSES, SPACE } from "../../agent/reader/alphabet.ts";
import { FrameNetwork, frameGap, initialFrameWeights, SCORES, type FrameInputs, type FrameNetworkConfig } from "../../agent/reader/frameNetwork.ts";
import { FrameTrainer } from "../../agent/reader/frameTrainer.ts";
import { lineGeometry, writeLine } from "../../agent/reader/lineFrames.ts";
import { labelLines } from "../../agent/reader/lineLabel.ts";
import { fontPackages, TRAINING_FONTS, UNSEEN_FONTS } from "../../agent/reader/pages/fonts.ts";
import { PageRenderer, type ReadingScreen } from "../../agent/reader/pages/pageRenderer.ts";
import { samplePage } from "../../agent/reader/pages/samplePages.ts";
import { trainingPage } from "../../agent/reader/pages/trainingPage.ts";
import { wordingOf } from "../../agent/reader/pages/wording.ts";
import { StripPool } from "../../agent/reader/stripPool.ts";
import { textStrips } from "../../agent/perception/textLines.ts";
import { rng } from "../../env/random.ts";

const CONFIG: FrameNetworkConfig = { width: 16, hidden: 24, window: 1, reach: [1, 2] };
const FONTS = fontPackages(["inter", "merriweather"]);
const viewport = { width: 380, height: 300 };

let renderer: PageRenderer;
let screen: ReadingScreen;
const pool = new StripPool();

beforeAll(async () => {
  renderer = await PageRenderer.open(2, FONTS);
  screen = await renderer.render(trainingPage(5, 3, { fonts: FONTS, words: "known", viewport }));
  const strips = textStrips(screen.pixels, 2);
  labelLines(strips, 2, screen.words).forEach((label, at) => pool.add({ strip: strips[at]!, deviceScaleFactor: 2, label }));
});
afterAll(() => renderer.close());

describe("pages to learn from", () => {
  test("are the same for the same keys, and others for others", () => {
    const make = (page: number): string => trainingPage(5, page, { fonts: FONTS, words: "known", viewport }).body;
    expect(make(1)).toBe(make(1));
    expect(make(1)).not.toBe(make(2));
  });

  test("use words that pages to test on never use, and fonts as well", () => {
    const words = (share: "known" | "unseen"): Set<string> => {
      const say = wordingOf(rng("words", share), share);
      return new Set(Array.from({ length: 3000 }, () => say.word().toLowerCase()).filter((word) => /^[a-z]{6,}$/.test(word)));
    };
    // Made-up words may meet by chance; words of the lists never do.
    const [known, unseen] = [words("known"), words("unseen")];
    const both = [...known].filter((word) => unseen.has(word));
    expect(both.length).toBeLessThan(5);
    expect(TRAINING_FONTS.filter((font) => UNSEEN_FONTS.includes(font))).toEqual([]);
  });

  test("tell where each character stands, in text as in fields", async () => {
    const body = `<p style="font:20px inter">Łódź <b>Fix</b>ed</p><input value="typed here" style="font:16px inter"><button style="font:16px inter">Go</button>`;
    const { words } = await renderer.render({ viewport, body });
    expect(words.map(({ text }) => text)).toEqual(["Łódź", "Fixed", "typed", "here", "Go"]);
    for (const { text, edges, box } of words) {
      expect(edges).toHaveLength(2 * text.length);
      expect(edges![0]).toBeCloseTo(box.x, 0);
      expect(edges!.at(-1)).toBeCloseTo(box.x + box.width, 0);
    }
  });

  test("give labels that spell what the page says", () => {
    const spelled = Array.from({ length: pool.size }, (_, at) =>
      pool
        .get(at)
        .label.characters.map(({ character }) => CLASSES[character])
        .join(""),
    );
    const read = spelled.join(" ").split(" ").filter(Boolean);
    const said = screen.words.filter(({ certain }) => certain).map(({ text }) => text);
    expect(read.length).toBeGreaterThan(20);
    expect(read.filter((word) => said.includes(word)).length / said.length).toBeGreaterThan(0.9);
  });

  test("of the test sets are whole sites or widgets, of one face each", () => {
    const page = samplePage(1, 0, { families: ["inter"], viewport });
    expect(page).toEqual(samplePage(1, 0, { families: ["inter"], viewport }));
    expect(page.body).toContain("'inter'");
  });
});

/** All lines of the pool one after the other, `from` the first row on. */
function inputsOf(lines: readonly number[]): { inputs: FrameInputs<Float32Array>; rows: number[]; frames: number[] } {
  const gap = frameGap(CONFIG);
  const places = lines.map((line) => ({ ...pool.get(line), geometry: lineGeometry(pool.get(line).strip, 2) }));
  const total = places.reduce((sum, { geometry }) => sum + geometry.frames + gap, gap);
  const inputs = { pixels: new Float32Array(total * 96), facts: new Float32Array(total * 2), valid: new Float32Array(total) };
  const rows: number[] = [];
  let row = gap;
  for (const { strip, geometry } of places) {
    writeLine(strip, geometry, inputs, row);
    rows.push(row);
    row += geometry.frames + gap;
  }
  return { inputs, rows, frames: places.map(({ geometry }) => geometry.frames) };
}

describe("the network", () => {
  test("says the same of a line whatever stands beside it, bit by bit", async () => {
    await using network = await FrameNetwork.open(CONFIG, initialFrameWeights(CONFIG, 1));
    const scoresOf = async (lines: readonly number[], at: number): Promise<Float32Array> => {
      const { inputs, rows, frames } = inputsOf(lines);
      const scores = await network.read(inputs);
      return scores.slice(rows[at]! * SCORES, (rows[at]! + frames[at]!) * SCORES);
    };
    const alone = await scoresOf([4], 0);
    expect(alone.some((value) => value !== 0)).toBe(true);
    expect(await scoresOf([2, 4, 7], 1)).toEqual(alone);
    expect(await scoresOf([4, 1], 0)).toEqual(alone);
  });
});

describe("training", () => {
  const open = (): Promise<FrameTrainer> =>
    FrameTrainer.open({ config: CONFIG, weights: initialFrameWeights(CONFIG, 1), pool, seed: 1, learningRate: 0.01, threads: 1, rows: 512 });

  test("lowers the loss", async () => {
    await using trainer = await open();
    const losses: number[] = [];
    while (trainer.steps < 150) losses.push((await trainer.step(trainer.steps / 150)).loss);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(losses.slice(-15))).toBeLessThan(0.7 * mean(losses.slice(0, 15)));
  });

  test("that was stopped goes on as if it had not been", async () => {
    await using through = await open();
    await using first = await open();
    for (let step = 0; step < 8; step++) await through.step(step / 8);
    for (let step = 0; step < 3; step++) await first.step(step / 8);
    await using second = await open();
    second.restore(first.save());
    for (let step = 3; step < 8; step++) await second.step(step / 8);
    expect(second.average()).toEqual(through.average());
  });

  test("has lines to learn from in which all kinds of things occur", () => {
    const kinds = new Set(
      Array.from({ length: pool.size }, (_, at) => pool.get(at)).flatMap(({ label }) => label.characters.map(({ character }) => character)),
    );
    expect([kinds.has(SPACE), kinds.has(BLANK)]).toEqual([true, false]);
    expect(kinds.size).toBeGreaterThan(30);
  });
});
