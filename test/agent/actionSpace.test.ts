import { describe, expect, test } from "vitest";
import { click, type Action } from "../../env/action.ts";
import { rng } from "../../env/random.ts";
import { decode, encode, firstChoice, MODEL_KINDS, PRESSES, snap, targetText } from "../../agent/model/actionSpace.ts";
import { choose, GREEDY, ON_POLICY, type Logits } from "../../agent/model/choose.ts";
import { LARGEST, layoutFor } from "../../agent/model/layout.ts";
import { buildScene, instructionTokens } from "../../agent/model/scene.ts";
import { withoutInstruction } from "../../agent/perception/withoutInstruction.ts";
import { SIDES } from "../../agent/model/sides.ts";
import { FORMS, inForm, numberIndex, NUMBERS, numberText, quantityOf } from "../../agent/model/typing.ts";
import { twoButtons } from "./sceneFixtures.ts";

const scene = buildScene('Enter "blue whale" in Name, then press Save.', twoButtons, []);

describe("instruction tokens", () => {
  test("leave quotes and closing punctuation out, and know what was quoted", () => {
    const tokens = instructionTokens('Type "blue whale" into Name.');
    expect(tokens.map(({ text, quoted }) => [text, quoted])).toEqual([
      ["Type", false],
      ["blue", true],
      ["whale", true],
      ["into", false],
      ["Name", false],
    ]);
  });

  test("keep punctuation inside a word", () => {
    expect(instructionTokens("Log in as ann@mail.org.")[3]!.text).toBe("ann@mail.org");
  });
});

test("scenes take the smallest layout that holds all their tokens and elements, however full they are", () => {
  const many = { ...twoButtons, words: Array.from({ length: 50 }, () => twoButtons.words[0]!) };
  const full = { ...many, words: Array.from({ length: 900 }, () => many.words[0]!), elements: Array.from({ length: 900 }, () => many.elements[0]!) };
  const tokens = (...screens: (typeof twoButtons)[]) => layoutFor(screens.map((screen) => buildScene("Save it", screen, []))).tokens;
  expect([tokens(twoButtons), tokens(many), tokens(twoButtons, many), tokens(full)]).toEqual([20, 64, 64, LARGEST.tokens]);
});

describe("actions and tokens", () => {
  test("a click in a button means the button and the word on it", () => {
    const targets = encode(click({ x: 45, y: 29 }), scene, "wide")!;
    expect(targets.points.map((index) => scene.tokens[index]!.type).toSorted()).toEqual(["element", "word"]);
  });

  test("a click between the words of a label means the button and both words", () => {
    const targets = encode(click({ x: 164, y: 29 }), scene, "wide")!;
    expect(targets.points).toHaveLength(3);
  });

  test("every kind of action that can be pointed at survives encode and decode", () => {
    const at = { x: 45, y: 29 };
    const actions: Action[] = [
      click(at),
      { kind: "click", at, count: 2, button: "left", modifiers: [] },
      { kind: "click", at, count: 1, button: "right", modifiers: [] },
      { kind: "click", at, count: 1, button: "left", modifiers: ["Control"] },
      { kind: "hover", at },
      { kind: "scroll", at, dx: 0, dy: 100 },
      { kind: "drag", path: [at, { x: 90, y: 92 }] },
      { kind: "key", chord: "Enter", count: 1 },
      { kind: "key", chord: "ArrowUp", count: 16 },
      { kind: "type", text: "blue whale" },
      { kind: "done" },
    ];
    for (const action of actions) expect(decode(firstChoice(encode(action, scene, "wide")!), scene), action.kind).toEqual(action);
  });

  test("things can be dragged by their edges and corners, and to a place beside where they were", () => {
    const save = scene.tokens.findIndex((token) => token.type === "element" && token.words.includes("Save"));
    for (const [grip] of SIDES.entries()) {
      const choice = {
        kind: "drag" as const,
        point: save,
        to: save,
        start: -1,
        end: -1,
        form: -1,
        number: -1,
        grip,
        drop: SIDES.length - 1 - grip,
        presses: -1,
      };
      const action = decode(choice, scene);
      expect(decode(firstChoice(encode(action, scene, "exact")!), scene), SIDES[grip]).toEqual(action);
    }
  });

  test("a drag is snapped to the side that is nearest to where it begins and ends", () => {
    const box = scene.tokens.find((token) => token.type === "element" && token.words.includes("Save"))!;
    if (box.type !== "element") throw new Error("a button");
    const { x, y, width, height } = box.box;
    const middle = y + height / 2;
    const marked = snap(
      {
        kind: "drag",
        path: [
          { x: x + 2, y: middle },
          { x: x + width - 2, y: middle },
        ],
      },
      scene,
    );
    expect(marked).toEqual({
      kind: "drag",
      path: [
        { x: x + 1, y: box.anchor.y },
        { x: x + width - 1, y: box.anchor.y },
      ],
    });
    const moved = encode({ kind: "drag", path: [box.anchor, { x: box.anchor.x, y: y + height + 15 }] }, scene, "wide")!;
    expect(moved.to[0]).toBe(moved.points[0]);
    expect([SIDES[moved.grip!], SIDES[moved.drop!]]).toEqual(["middle", "below"]);
  });

  test("keys that move something are pressed several times at once, never too often; others once", () => {
    const presses = (chord: string, count: number) => snap({ kind: "key", chord, count }, scene);
    expect(presses("ArrowUp", 13)).toEqual({ kind: "key", chord: "ArrowUp", count: 8 });
    expect(presses("Enter", 3)).toEqual({ kind: "key", chord: "Enter", count: 1 });
    expect(encode({ kind: "key", chord: "ArrowUp", count: 13 }, scene, "exact")).toBeNull();
  });

  test("text that stands nowhere cannot be typed", () => {
    expect(encode({ kind: "type", text: "green whale" }, scene, "wide")).toBeNull();
  });

  test("text may be typed in another form than it is written in", () => {
    const dates = buildScene("Enter 10/11/2011 and 8:04 PM, then SHOUT Save", twoButtons, []);
    for (const text of ["10112011", "0804PM", "shout", "SAVE"])
      expect(decode(firstChoice(encode({ kind: "type", text }, dates, "wide")!), dates)).toEqual({ kind: "type", text });
  });

  test("a number can be copied or worked out, and both ways are the same action", () => {
    const sum = buildScene("Type 12 or the sum of 4 and 9.", twoButtons, []);
    expect(encode({ kind: "type", text: "12" }, sum, "exact")).toMatchObject({ kind: "type", number: numberIndex("12") });
    expect(encode({ kind: "type", text: "13" }, sum, "exact")).toMatchObject({ kind: "type-number", starts: [] });
    expect(decode(firstChoice(encode({ kind: "type", text: "-13" }, sum, "exact")!), sum)).toEqual({ kind: "type", text: "-13" });
    expect(encode({ kind: "type", text: "1300" }, sum, "exact")).toBeNull();
  });

  test("an unknown key and a question have no equal", () => {
    expect(encode({ kind: "key", chord: "F13", count: 1 }, scene, "exact")).toBeNull();
    expect(encode({ kind: "ask", question: "?" }, scene, "exact")).toBeNull();
  });

  test("snapping a click into a button moves it to a token's anchor", () => {
    expect(snap(click({ x: 20, y: 20 }), scene)).toEqual(click({ x: 45, y: 29 }));
  });

  test("the words under the pointer are remembered", () => {
    expect(targetText(click({ x: 164, y: 29 }), scene)).toBe("Open file");
  });
});

describe("typing", () => {
  test("numbers are those that are written as numbers are", () => {
    expect(["7", "-3", "199", "200", "07", "-0", "4.5", ""].map(numberIndex)).toEqual([106, 96, 298, null, null, null, null, null]);
    expect(numberText(numberIndex("-99")!)).toBe("-99");
  });

  test("segmented fields get two digits per segment", () => {
    expect(inForm("10/11/2011", "compact")).toBe("10112011");
    expect(inForm("8:04 PM", "compact")).toBe("0804PM");
  });

  test("quantities are read with signs, currency, thousands, percent and as ordinals, and never from words", () => {
    const read = (word: string) => quantityOf([word]);
    expect(["$1,299.50", "−12", "7%", "3rd", "12h", "x", "10/11"].map((word) => read(word)?.value)).toEqual([
      1299.5,
      -12,
      7,
      3,
      12,
      undefined,
      undefined,
    ]);
    expect(["$1,299.50", "−12", "7%", "3rd", "12h"].map((word) => read(word)?.unit)).toEqual(["$", "", "%", "rd", "h"]);
    expect(quantityOf(["4", "of", "9"])).toBeNull();
  });
});

describe("choosing", () => {
  const layout = layoutFor([scene]);
  const flat = (size: number): Float32Array => new Float32Array(size);
  const logits = (kind: string, point = -1): Logits => {
    const out = {
      kind: flat(MODEL_KINDS.length),
      point: flat(layout.tokens).fill(-1e9),
      to: flat(layout.tokens),
      start: flat(layout.tokens),
      end: flat(layout.tokens),
      form: flat(FORMS.length),
      number: flat(NUMBERS),
      grip: flat(SIDES.length),
      drop: flat(SIDES.length),
      presses: flat(PRESSES.length),
      value: flat(1),
    };
    out.kind[MODEL_KINDS.indexOf(kind as "click")] = 9;
    for (const [i, token] of scene.tokens.entries()) if (token.type === "word" || token.type === "element") out.point[i] = 0;
    if (point >= 0) out.point[point] = 9;
    return out;
  };

  test("greedy takes the most likely kind and token", () => {
    const save = scene.tokens.findIndex((token) => token.type === "word" && token.text === "Save");
    expect(choose(logits("click", save), scene, GREEDY, rng("x")).action).toEqual(click({ x: 45, y: 29 }));
  });

  test("the logged log-probability is that of all tokens that mean the action", () => {
    const decision = choose(logits("click"), scene, GREEDY, rng("x"));
    const kind = Math.exp(9) / (Math.exp(9) + MODEL_KINDS.length - 1);
    const same = scene.tokens.filter(
      (token) =>
        "anchor" in token && decision.action.kind === "click" && token.anchor.x === decision.action.at.x && token.anchor.y === decision.action.at.y,
    ).length;
    expect(decision.logProb).toBeCloseTo(Math.log(kind) + Math.log(same / 6), 4);
  });

  test("the same generator gives the same action, and sampling reaches several", () => {
    const draw = (key: number) => JSON.stringify(choose(logits("click"), scene, ON_POLICY, rng("draw", key)).action);
    expect(draw(3)).toBe(draw(3));
    expect(new Set(Array.from({ length: 40 }, (_, key) => draw(key))).size).toBeGreaterThan(2);
  });
});

test("nothing in the strip where a page repeats its instruction can be pointed at", () => {
  const { words, elements } = withoutInstruction(twoButtons, { x: 0, y: 0, width: 240, height: 50 });
  expect([words.length, elements.map(({ anchor }) => anchor)]).toEqual([0, [{ x: 90, y: 92 }]]);
  expect(withoutInstruction(twoButtons, null)).toEqual(twoButtons);
});
