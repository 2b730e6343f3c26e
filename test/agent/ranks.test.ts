import { expect, test } from "vitest";
import { ranksAmongAlike } from "../../agent/model/ranks.ts";
import { buildScene } from "../../agent/model/scene.ts";
import { twoButtons } from "./sceneFixtures.ts";

const [model] = twoButtons.elements;
const fieldAt = (x: number, y: number, width = 60) => ({ ...model!, box: { x, y, width, height: 20 }, anchor: { x: x + width / 2, y: y + 10 } });
const numbers = (elements: ReturnType<typeof fieldAt>[]): (string | null)[] => {
  const scene = buildScene("Go", { ...twoButtons, words: [], elements }, []);
  const ranks = ranksAmongAlike(scene);
  return scene.tokens.flatMap((token) => {
    const rank = ranks.get(token);
    return token.type === "element" ? [rank === undefined ? null : `${rank.number}/${rank.of}`] : [];
  });
};

test("things drawn alike are counted in reading order: rows first, then along the row", () => {
  expect(numbers([fieldAt(90, 12), fieldAt(10, 50), fieldAt(10, 10)])).toEqual(["2/3", "3/3", "1/3"]);
});

test("what has not its like is not counted", () => {
  expect(numbers([fieldAt(10, 10), fieldAt(10, 50), fieldAt(10, 90, 120)])).toEqual(["1/2", "2/2", null]);
  expect(numbers([])).toEqual([]);
});
