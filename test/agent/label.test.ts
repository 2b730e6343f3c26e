/** What stands beside an element and names it. */
import { describe, expect, test } from "vitest";
import { click } from "../../env/action.ts";
import type { Box } from "../../env/task.ts";
import { labelOf, rowLabelOf } from "../../agent/model/label.ts";
import { buildScene, type Token } from "../../agent/model/scene.ts";
import type { Perception, UiElement, Word } from "../../agent/perception/perception.ts";

const at = (x: number, y: number, width: number, height = 12): Box => ({ x, y, width, height });
const word = (text: string, box: Box): Word => ({ text, box, confidence: 1, ink: [0, 0, 0], paper: [255, 255, 255] });

describe("a label", () => {
  const field = at(100, 40, 120, 22);

  test("is what stands to the left on the same row", () => {
    expect(labelOf(field, [word("First", at(20, 45, 26)), word("name", at(50, 45, 28)), word("Other", at(20, 80, 30))])).toEqual(["First", "name"]);
  });

  test("is else the line right above, however much is written further up", () => {
    expect(labelOf(field, [word("City", at(100, 24, 24)), word("Form", at(100, 4, 30)), word("aside", at(10, 24, 30))])).toEqual(["City"]);
  });

  test("of a small box is what stands to its right", () => {
    const words = [word("Before", at(10, 42, 60)), word("Stay", at(118, 42, 24)), word("here", at(146, 42, 24)), word("far", at(240, 42, 20))];
    expect(labelOf(at(100, 40, 14, 14), words)).toEqual(["Stay", "here"]);
  });

  test("does not come from afar, nor from within", () => {
    expect(labelOf(field, [word("far", at(100, -20, 24)), word("below", at(100, 70, 30)), word("typed", at(104, 45, 30))])).toEqual([]);
    expect(labelOf(field, [])).toEqual([]);
  });
});

describe("the label of a row", () => {
  const cell = word("Oslo", at(120, 40, 30));

  test("names the word that begins the next column", () => {
    expect(rowLabelOf(cell, [word("Home", at(20, 40, 30)), word("town:", at(54, 40, 30)), cell])).toEqual(["Home", "town:"]);
  });

  test("is the head of the row, however many columns stand between", () => {
    const row = [word("Rome", at(20, 40, 30)), word("12", at(90, 40, 14)), word("Laurel", at(160, 40, 36)), word("4", at(240, 40, 8))];
    expect(row.map((each) => rowLabelOf(each, row).join(" "))).toEqual(["", "Rome", "Rome", "Rome"]);
  });

  test("is the same beyond a cell as narrow as a one, which has it too", () => {
    const row = [word("Rome", at(20, 40, 30)), word("1", at(90, 40, 2)), word("Laurel", at(160, 40, 36))];
    expect(row.map((each) => rowLabelOf(each, row).join(" "))).toEqual(["", "Rome", "Rome"]);
  });

  test("does not come from further away than a label from its field", () => {
    const row = [word("Menu", at(20, 40, 30)), word("Rome", at(200, 40, 30)), word("4", at(260, 40, 8))];
    expect(row.map((each) => rowLabelOf(each, row).join(" "))).toEqual(["", "", "Rome"]);
  });

  test("is none for the next word of a sentence, nor for what stands first", () => {
    expect(rowLabelOf(cell, [word("near", at(86, 40, 30)), cell])).toEqual([]);
    expect(rowLabelOf(cell, [cell, word("Bergen", at(120, 60, 40))])).toEqual([]);
  });
});

describe("scenes", () => {
  const element = (box: Box): UiElement => {
    const anchor = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    return { box, anchor, source: "frame", colour: [0, 0, 0], fill: 0.1, crop: new Uint8Array(768), names: [], nameConfidence: 0 };
  };
  const [field, button, empty] = [at(100, 40, 120, 22), at(10, 80, 60, 22), at(80, 80, 60, 22)];
  const words = [word("City", at(20, 45, 24)), word("Save", at(20, 85, 30))];
  const perception: Perception = {
    version: "test",
    screenHash: "s",
    viewport: { width: 320, height: 240 },
    words,
    elements: [field, button, empty].map(element),
    patches: [],
  };
  const labels = (tokens: readonly Token[]) => tokens.flatMap((token) => ("label" in token ? [token.label.join(" ")] : []));

  test("label what has no words of its own; the words on a button name nothing else", () => {
    expect(labels(buildScene("Go", perception, []).tokens)).toEqual(["City", "", "", "", ""]);
  });

  test("remember what a click was aimed at by its label, also when the field is full", () => {
    const full = { ...perception, words: [...words, word("Rome", at(106, 45, 30))] };
    const past = { action: click({ x: 160, y: 51 }), target: "", changed: true };
    expect(labels(buildScene("Go", full, [past]).tokens)).toEqual(["", "", "", "", "", "City", "City"]);
  });
});
