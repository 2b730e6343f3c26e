import { expect, test } from "vitest";
import { emptyInputs, FEATURES, HASH_COLUMNS, writeScene } from "../../agent/model/features.ts";
import { foldWord, hashWords, HASH_SIZE } from "../../agent/model/hashing.ts";
import { layoutFor } from "../../agent/model/layout.ts";
import { buildScene } from "../../agent/model/scene.ts";
import { singularOf } from "../../agent/model/singular.ts";
import { wordsOf } from "../../agent/model/tokenWords.ts";
import { usedNames } from "../../agent/model/usage.ts";
import { drawDistortion } from "../../agent/training/augment.ts";
import { click } from "../../env/action.ts";
import { rng } from "../../env/random.ts";
import type { UiElement } from "../../agent/perception/perception.ts";
import { twoButtons } from "./sceneFixtures.ts";

test("plurals have a singular, and what only ends like one has none", () => {
  expect(["boxes", "entries", "4s", "triangles"].map(singularOf)).toEqual(["box", "entry", "4", "triangle"]);
  expect(["is", "class", "status", "this", "word", ""].map(singularOf)).toEqual([null, null, null, null, null, null]);
});

test("letters and digits that look alike are the same in codes, not in words", () => {
  expect(foldWord("ma0U")).toBe(foldWord("maOU"));
  expect(foldWord("cw0Ieiy")).toBe(foldWord("cw0leiy"));
  expect(["Ill", "12PM", "10"].map(foldWord)).toEqual(["ill", "12pm", "10"]);
});

test("of several names for a form counts what the instruction says, else what the screen says, else the usual one", () => {
  const names = ["oval", "ellipse"];
  expect(usedNames(names, { spoken: new Set(["ellipse"]), shown: new Set(["oval"]) })).toEqual(["ellipse"]);
  expect(usedNames(names, { spoken: new Set(), shown: new Set(["ellipse"]) })).toEqual(["ellipse"]);
  expect(usedNames(names, { spoken: new Set(), shown: new Set() })).toEqual(["oval"]);
});

test("a square is what is meant by a rectangle, unless it is called a square", () => {
  const [square] = buildScene("Go", { ...twoButtons, words: [], elements: [{ ...triangle, names: ["square"] }] }, []).tokens.slice(1);
  const names = wordsOf(square!).slice(1);
  const meant = (...spoken: string[]): readonly string[] => usedNames(names, { spoken: new Set(spoken), shown: new Set() });
  expect([meant("rectangle"), meant("square"), meant("circle")]).toEqual([["rectangle"], ["square"], ["square"]]);
});

const triangle: UiElement = { ...twoButtons.elements[0]!, names: ["triangle"], colour: [0, 0, 255] };

test("a plural of the instruction is matched with each thing that it speaks of", () => {
  const scene = buildScene("Drag all triangles away", { ...twoButtons, words: [], elements: [triangle] }, []);
  const layout = layoutFor([scene]);
  const inputs = emptyInputs(layout, 1);
  writeScene(inputs, layout, 0, scene);
  const plural = scene.tokens.findIndex((token) => token.type === "instruction" && token.text === "triangles");
  expect(inputs.labels.subarray(plural * HASH_SIZE, (plural + 1) * HASH_SIZE)).toEqual(hashWords(["triangle"]));
  const element = scene.tokens.findIndex(({ type }) => type === "element");
  expect(inputs.features.subarray(element * FEATURES + HASH_COLUMNS[0], element * FEATURES + HASH_COLUMNS[1])).toEqual(
    hashWords(["blue", "triangle"]),
  );
});

test("in training a thing and its plural are renamed alike", () => {
  const scene = buildScene("Drag all triangles away", { ...twoButtons, words: [], elements: [triangle] }, []);
  const pairs = Array.from({ length: 20 }, (_, seed) => {
    const { remap } = drawDistortion({ scene, targets: null }, new Set(), rng("renamed", seed));
    return [remap("triangle"), remap("triangles")] as const;
  });
  const renamed = pairs.filter(([one]) => one !== "triangle");
  expect(renamed.length).toBeGreaterThan(5);
  // A word may also be misread, now and then.
  expect(renamed.filter(([one, several]) => several !== `${one}s`).length).toBeLessThan(3);
});

test("the model is told which words of the instruction were clicked already", () => {
  const history = [{ action: click({ x: 45, y: 29 }), target: "Save", changed: true }];
  const { tokens } = buildScene('Select Save, Open and click "Save".', twoButtons, history);
  expect(tokens.flatMap((token) => (token.type === "instruction" && token.clicked ? [token.text] : []))).toEqual(["Save", "Save"]);
});
