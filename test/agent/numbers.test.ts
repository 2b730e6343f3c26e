import { expect, test } from "vitest";
import { emptyInputs, FEATURES, writeScene } from "../../agent/model/features.ts";
import { layoutFor } from "../../agent/model/layout.ts";
import { besideNearest, comparisonOf, quantitiesOf, rankAmong } from "../../agent/model/numbers.ts";
import { buildScene } from "../../agent/model/scene.ts";
import { labelWords } from "../../agent/model/tokenWords.ts";
import { quantityOf } from "../../agent/model/typing.ts";
import { twoButtons } from "./sceneFixtures.ts";

test("a number is compared with the nearest of others", () => {
  expect(besideNearest(31, [27, 90])).toBe(4);
  expect(besideNearest(5, [5, 6])).toBe(0);
  expect(besideNearest(5, [])).toBeNull();
});

test("the rank of a number is the share of others below it, and nothing where all are equal", () => {
  expect([3, 1, 9].map((value) => rankAmong(value, [3, 1, 9]))).toEqual([0.5, 0, 1]);
  expect(rankAmong(4, [4, 4])).toBeNull();
});

test("several words state the only number among them", () => {
  expect(quantityOf(["Book", "for", "$82"])).toEqual({ value: 82, unit: "$" });
  expect(quantityOf(["3", "of", "5"])).toBeNull();
  expect(quantityOf(["none"])).toBeNull();
});

test("what says which one is not what says how much", () => {
  const { tokens } = buildScene("Select 27 with the slider, click the 3rd checkbox", { ...twoButtons, words: [] }, []);
  const texts = tokens.map((token) => (token.type === "instruction" ? [token.text] : []));
  expect(quantitiesOf(tokens, texts)).toEqual({ stated: [27], ordinals: [3], shown: [] });
  expect(comparisonOf("instruction", ["3rd"], { stated: [27], ordinals: [3], shown: [{ value: 5, unit: "" }] })).toBeNull();
});

test("prices are ranked among prices, and hours among hours", () => {
  const shown = ["$167", "12h", "$900", "1h"].map((text) => quantityOf([text])!);
  const isLowest = (text: string): boolean => comparisonOf("word", [text], { stated: [], ordinals: [], shown })!.at(-2) === 1;
  expect(["$167", "12h", "$900", "1h"].map(isLowest)).toEqual([true, false, false, true]);
});

test("a month on the screen is also its number", () => {
  const named = (text: string): readonly string[] => {
    const { tokens } = buildScene("Go", { ...twoButtons, words: [{ ...twoButtons.words[0]!, text }] }, []);
    return labelWords(tokens.find(({ type }) => type === "word")!);
  };
  expect(["December", "Mar", "May", "may"].map(named)).toEqual([["12"], ["3"], ["5"], named("perhaps")]);
});

test("of two screens that differ in one number, the model is told which is too large and which too small", () => {
  const showing = (text: string): Float32Array => {
    const screen = { ...twoButtons, words: [{ ...twoButtons.words[0]!, text }, ...twoButtons.words.slice(1)] };
    const scene = buildScene("Select 27 with the slider.", screen, []);
    const layout = layoutFor([scene]);
    const inputs = emptyInputs(layout, 1);
    writeScene(inputs, layout, 0, scene);
    const token = scene.tokens.findIndex((one) => one.type === "word" && one.text === text);
    return inputs.features.subarray(token * FEATURES, (token + 1) * FEATURES);
  };
  const [above, below, there] = [showing("31"), showing("23"), showing("27")];
  const differing = [...above.keys()].filter((column) => above[column] === 1 && below[column] === 0 && there[column] === 0);
  expect(differing.length).toBeGreaterThan(0);
  expect([...there.keys()].filter((column) => there[column] === 1 && above[column] === 0 && below[column] === 0).length).toBeGreaterThan(0);
});
