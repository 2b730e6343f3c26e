import { expect, test } from "vitest";
import { bareWord } from "../../agent/model/bareWord.ts";
import { hashWords } from "../../agent/model/hashing.ts";

const cosine = (a: string, b: string): number => hashWords([a]).reduce((sum, value, i) => sum + value * hashWords([b])[i]!, 0);

test("a word is bare without brackets, quotes and the end of its sentence", () => {
  expect(['"nam.".', "(Ada)", "Name:", "what?!", "e-mail", "@ben", "$4.50", "x."].map(bareWord)).toEqual([
    "nam",
    "Ada",
    "Name",
    "what",
    "e-mail",
    "@ben",
    "$4.50",
    "x",
  ]);
});

test("a number is bare without leading zeros", () => {
  expect(["02", "007", "0", "10", "0.5", "00"].map(bareWord)).toEqual(["2", "7", "0", "10", "0.5", "0"]);
});

test("what is nothing but punctuation stays", () => {
  expect(["...", "?", ">", ""].map(bareWord)).toEqual(["...", "?", ">", ""]);
});

test("capitals tell single letters apart, not words", () => {
  expect(cosine("o", "O")).toBeLessThan(0.92);
  for (const [one, other] of [
    ["ok", "OK"],
    ["Go", "go"],
    ["SUBMIT", "submit"],
  ] as const)
    expect(cosine(one, other)).toBeGreaterThan(0.92);
});
