import { expect, test } from "vitest";
import { instructionTokens } from "../../agent/model/scene.ts";

const tokens = (instruction: string): (readonly [string, number])[] =>
  instructionTokens(instruction).map(({ text, index }) => [text, Math.round(100 * index) / 100]);
const texts = (instruction: string): string[] => tokens(instruction).map(([text]) => text);

test("a date is also its parts, which stand between it and the next word", () => {
  expect(tokens("Select 12/11/2016 as the date.")).toEqual([
    ["Select", 0],
    ["12/11/2016", 1],
    ["12", 1.25],
    ["11", 1.5],
    ["2016", 1.75],
    ["as", 2],
    ["the", 3],
    ["date", 4],
  ]);
});

test("what is joined by signs comes apart, one number and a shortened word do not", () => {
  expect(texts("Select File>Open")).toEqual(["Select", "File>Open", "File", "Open"]);
  expect(texts("Go to (0,1)")).toEqual(["Go", "to", "0,1", "0", "1"]);
  expect(texts("it isn't $1,299.50 or −3.5 %")).toEqual(["it", "isn't", "$1,299.50", "or", "−3.5", "%"]);
});

test("parts know where they stand in the text, so that they can be typed", () => {
  const instruction = 'Call "463-293-4700" now';
  for (const { text, from, to } of instructionTokens(instruction)) expect(instruction.slice(from, to)).toBe(text);
  expect(instructionTokens(instruction).filter(({ quoted }) => quoted)).toHaveLength(4);
});

test("quoted is what stands between quotes, also with spaces inside them, and nothing behind", () => {
  const quoted = (instruction: string): string[] => instructionTokens(instruction).flatMap((token) => (token.quoted ? [token.text] : []));
  expect(quoted('Enter "Ann Lee" into "Name".')).toEqual(["Ann", "Lee", "Name"]);
  expect(quoted('Enter " Laurel " into the field')).toEqual(["Laurel"]);
  expect(quoted('Type "" now')).toEqual([]);
  expect(quoted('Pick the 5" screen please')).toEqual([]);
});
