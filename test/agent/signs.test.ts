/** Names of signs on real parts: Chromium draws, the detector finds, the shipped network names; a tiny training of the project's own trainer. */
import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emptyInputs, FEATURES, HASH_COLUMNS, writeScene } from "../../agent/model/features.ts";
import { hashWords } from "../../agent/model/hashing.ts";
import { layoutFor } from "../../agent/model/layout.ts";
import { buildScene } from "../../agent/model/scene.ts";
import { findElements } from "../../agent/perception/elements.ts";
import type { Perception, UiElement } from "../../agent/perception/perception.ts";
import { PageRenderer } from "../../agent/reader/pages/pageRenderer.ts";
import { decodeSafetensors, encodeSafetensors } from "../../agent/safetensors.ts";
import { iconClass } from "../../agent/signs/pages/iconNames.ts";
import type { IconShelf } from "../../agent/signs/pages/iconFiles.ts";
import { labelSigns } from "../../agent/signs/pages/labelSigns.ts";
import { signPage } from "../../agent/signs/pages/signPage.ts";
import { maySign, signCrop } from "../../agent/signs/signCrop.ts";
import { classOf, NO_SIGN } from "../../agent/signs/signNames.ts";
import { SignNamer } from "../../agent/signs/signNamer.ts";
import { initialSignWeights } from "../../agent/signs/signNetwork.ts";
import { SignPool } from "../../agent/signs/signPool.ts";
import { SignTrainer } from "../../agent/signs/signTrainer.ts";
import { loadSignWeights, SHIPPED_SIGNS } from "../../agent/signs/signWeights.ts";
import { continualSamples } from "../../agent/training/continual.ts";
import type { TrainingEpisode } from "../../agent/training/sample.ts";
import { rng } from "../../env/random.ts";
import { chooseThresholds, scoreSigns, type JudgedGuess } from "../../flywheel/signs/evaluateSigns.ts";
import { draw } from "./perceptionFixtures.ts";

const TRASH = `<path d="M3 6h18M8 6V3h8v3M5 6l1 15h12l1-15M10 11v6M14 11v6"/>`;
const ICONS: IconShelf = {
  byClass: Object.assign(
    Array.from({ length: classOf("trash") + 1 }, () => []),
    {
      [NO_SIGN]: [{ sign: NO_SIGN, package: "none", svg: `<svg viewBox="0 0 24 24" fill="currentColor"><path d="M2 20L9 4l3 9 5-9 5 16z"/></svg>` }],
      [classOf("trash")]: [
        {
          sign: classOf("trash"),
          package: "none",
          svg: `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2">${TRASH}</svg>`,
        },
      ],
    },
  ),
  releases: [],
};
const viewport = { width: 390, height: 300 };
const page = (number: number, share: "known" | "unseen" = "known") => signPage(4, number, { icons: ICONS, share, viewport, fonts: ["inter"] });

let namer: SignNamer;
let pool: SignPool;
beforeAll(async () => {
  namer = await SignNamer.open();
  await using renderer = await PageRenderer.open(2, []);
  const drawn = [];
  for (let number = 0; number < 3; number++) {
    const { page: body, signs } = page(number);
    const { pixels } = await renderer.render(body);
    drawn.push(...labelSigns(findElements(pixels, 2), signs).map(({ element, placed }) => ({ pixels, element, placed })));
  }
  pool = SignPool.of(
    drawn
      .filter(({ element }) => maySign(element))
      .map(({ pixels, element, placed: { sign, kind } }) => ({ sign, kind, crop: signCrop(pixels, 2, element) })),
  );
});
afterAll(() => namer.close());

/** Names of the elements of a drawing, in reading order. */
async function namesOf(svg: string): Promise<(readonly string[])[]> {
  const pixels = await draw(svg);
  return (await namer.name(pixels, 2, findElements(pixels, 2), [])).map(({ names }) => names);
}

describe("names", () => {
  test("of forms do not depend on colours", async () => {
    const forms = (ink: string, x: number) =>
      `<g fill="${ink}"><circle cx="${x}" cy="30" r="15"/><path d="M${x} 60l18 30h-36z"/><rect x="${x - 14}" y="108" width="28" height="28"/></g>`;
    const found = (await namesOf(forms("#2255cc", 50) + forms("#d03030", 150))).map(([first]) => first);
    expect(found).toEqual(["circle", "circle", "triangle", "triangle", "square", "square"]);
  });

  test("of an icon are what people say for it, and so of a button with nothing but that icon in it", async () => {
    const icon = (x: number, ink: string) => `<g fill="none" stroke="${ink}" stroke-width="2" transform="translate(${x} 40) scale(1.2)">${TRASH}</g>`;
    const found = await namesOf(`${icon(30, "#222")}<rect x="110" y="30" width="48" height="48" rx="6" fill="#224488"/>${icon(120, "#fff")}`);
    expect(found.filter(([first]) => first === "trash").length).toBeGreaterThanOrEqual(2);
    expect(found.flat()).toContain("delete");
  });

  test("are given to nothing that holds words, that is large, or that is no sign", async () => {
    const svg = `<rect x="20" y="20" width="30" height="30" fill="#c33"/><rect x="70" y="10" width="160" height="140" fill="#dde"/>`;
    const pixels = await draw(svg);
    const elements = findElements(pixels, 2);
    const word = [{ x: 25, y: 30, width: 18, height: 8 }];
    expect((await namer.name(pixels, 2, elements, [])).map(({ names }) => names[0])).toEqual(["square", undefined]);
    expect((await namer.name(pixels, 2, elements, word)).flatMap(({ names }) => names)).toEqual([]);
    expect((await namesOf(`<path d="M20 90Q60 10 90 60T150 30L120 120Z" fill="#346"/>`)).flat()).toEqual([]);
  });
});

describe("the model", () => {
  const sign = (colour: [number, number, number], x: number, ...names: string[]): UiElement => {
    const box = { x, y: 20, width: 30, height: 30 };
    const anchor = { x: x + 15, y: 35 };
    return { box, anchor, source: "region", colour, fill: 0.9, crop: new Uint8Array(768), names, nameConfidence: 0.9 };
  };
  const elements = [sign([30, 60, 200], 10, "diamond", "rhombus"), sign([30, 60, 200], 60, "trash", "delete", "bin"), sign([200, 30, 30], 110)];
  const perception: Perception = { version: "test", screenHash: "s", viewport: { width: 240, height: 160 }, words: [], elements, patches: [] };

  test("sees the name of a sign that the instruction uses, beside its colour", () => {
    const textsFor = (instruction: string): Float32Array[] => {
      const scene = buildScene(instruction, perception, []);
      const layout = layoutFor([scene]);
      const inputs = emptyInputs(layout, 1);
      writeScene(inputs, layout, 0, scene);
      const at = [...scene.tokens.keys()].filter((index) => scene.tokens[index]!.type === "element");
      return at.map((index) => inputs.features.slice(index * FEATURES + HASH_COLUMNS[0], index * FEATURES + HASH_COLUMNS[1]));
    };
    const [diamond, trash, plain] = textsFor("Click the blue diamond.");
    expect([diamond, trash, plain]).toEqual([hashWords(["blue", "diamond"]), hashWords(["blue", "trash"]), hashWords(["red"])]);
    expect(textsFor("Press Delete.")[1]).toEqual(hashWords(["blue", "delete"]));
  });

  test("sees which of two equal signs is the larger; one without its equal is compared with all signs", () => {
    const at = (colour: [number, number, number], x: number, side: number): UiElement => ({
      ...sign(colour, x, "star"),
      box: { x, y: 20, width: side, height: side },
    });
    const stars = [
      at([200, 30, 30], 10, 24),
      at([200, 30, 30], 60, 48),
      at([30, 60, 200], 120, 90),
      at([200, 30, 30], 10, 25),
      at([30, 200, 60], 10, 70),
    ];
    const { tokens } = buildScene("Click the small red star.", { ...perception, elements: stars }, []);
    const twins = tokens.flatMap((token) => (token.type === "element" ? [[token.twins.larger, token.twins.smaller]] : []));
    expect(twins).toEqual([
      [true, false],
      [false, true],
      [false, true],
      [true, false],
      [false, true],
    ]);
  });

  test("is asked for signs by their names, where these mean one element alone", () => {
    const step = { perception, action: { kind: "back" } as const, next: null, changed: false, masked: false, logProb: null };
    const episode: TrainingEpisode = {
      id: "e",
      task: "t",
      bucket: "b",
      seed: 34,
      cycle: 0,
      source: "self",
      instruction: "Go back.",
      success: 0,
      steps: [{ ...step }],
    };
    const asked = continualSamples([episode], rng("signs"), 8).map(({ sample }) => sample);
    expect(asked).toHaveLength(8);
    for (const { scene, targets } of asked) {
      const pointed = targets!.points.map((at) => scene.tokens[at]!);
      expect(pointed.some((token) => token.type === "element" && token.names.some((name) => scene.instruction.includes(name)))).toBe(true);
    }
  });
});

describe("pages to learn from", () => {
  test("are the same for the same keys, and draw other proportions to measure", () => {
    expect(page(1)).toEqual(page(1));
    expect(page(1).page.body).not.toBe(page(2).page.body);
    expect(page(1).page.body).not.toBe(page(1, "unseen").page.body);
  });

  test("tell what icons show by their names, variants aside", () => {
    const classes = ["trash-2", "delete_outline", "user-plus", "anchor"].map((name) => iconClass("any", name));
    expect(classes).toEqual([classOf("trash"), classOf("trash"), null, NO_SIGN]);
    expect(iconClass("feather", "delete")).toBeNull();
  });

  test("give pictures of forms, icons and things that are none", () => {
    const all = Array.from({ length: pool.size }, (_, at) => pool.get(at));
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(["form", "icon", "other"]));
    expect(all.filter(({ sign }) => sign === NO_SIGN).length).toBeGreaterThan(5);
    expect(new Set(all.map(({ sign }) => sign)).size).toBeGreaterThan(15);
    expect(new SignPool(pool.bytes).get(3)).toEqual(pool.get(3));
    expect(() => new SignPool(pool.bytes.subarray(1))).toThrow("cannot be read");
  });
});

describe("training", () => {
  const config = { window: 8, joined: 12, whole: 24 };
  const open = (): Promise<SignTrainer> =>
    SignTrainer.open({ config, weights: initialSignWeights(config, 1), pool, seed: 1, learningRate: 0.01, threads: 1 });

  test("lowers the loss, and the same steps give the same weights", async () => {
    await using trainer = await open();
    await using again = await open();
    const losses: number[] = [];
    while (trainer.steps < 60) losses.push(await trainer.step(trainer.steps / 60));
    while (again.steps < 60) await again.step(again.steps / 60);
    expect(losses.at(-1)!).toBeLessThan(0.6 * losses[0]!);
    expect(again.average()).toEqual(trainer.average());
  });

  test("asks for as much certainty as makes names precise", () => {
    const guess = (confidence: number, right: boolean): JudgedGuess => ({ sign: 1, truth: right ? 1 : 2, kind: "form", confidence });
    const guesses = [...Array.from({ length: 40 }, () => guess(0.9, true)), ...Array.from({ length: 8 }, () => guess(0.6, false))];
    const thresholds = chooseThresholds(guesses);
    expect(thresholds.form).toBeGreaterThan(0.6);
    expect(scoreSigns(guesses, thresholds).forms).toMatchObject({ precision: 1, recall: 40 / 48, signs: 48, others: 0 });
  });
});

describe("weights", () => {
  test("take half the room and lose a thousandth", () => {
    const shapes = new Map([["a", [2, 2]]]);
    const bytes = encodeSafetensors({ a: Float32Array.of(1.234567, -3, 0, 1e-4) }, shapes, "F16");
    expect(bytes.length).toBeLessThan(encodeSafetensors({ a: new Float32Array(4) }, shapes).length);
    const { a } = decodeSafetensors(bytes, shapes, "here");
    expect(a![0]).toBeCloseTo(1.234567, 3);
    expect(a!.slice(1, 3)).toEqual(Float32Array.of(-3, 0));
  });

  test("that are not those of their manifest are refused, and so are other signs", () => {
    const folder = mkdtempSync(join(tmpdir(), "signs-"));
    cpSync(SHIPPED_SIGNS, folder, { recursive: true });
    expect(loadSignWeights(folder).version).toBe(namer.version);
    writeFileSync(join(folder, "signs.safetensors"), "broken");
    expect(() => loadSignWeights(folder)).toThrow(expect.objectContaining({ code: "checkpoint-corrupt" }));
    writeFileSync(join(folder, "manifest.json"), "{}");
    expect(() => loadSignWeights(folder)).toThrow(expect.objectContaining({ code: "checkpoint-corrupt" }));
  });
});
