import { describe, expect, test } from "vitest";
import { charactersOf, wordsOf, type Character } from "../../agent/perception/decodePiece.ts";
import { isIconShaped, isSolid, isTooFlat, mayBeIcon } from "../../agent/perception/iconShape.ts";
import { LruMap } from "../../agent/perception/lruMap.ts";
import type { InkRange, Piece } from "../../agent/perception/pieces.ts";
import type { Strip } from "../../agent/perception/textLines.ts";

/** Characters every 10 px, each 8 px wide; `gaps` are wider gaps, by the index of the character after them. */
function pieceOf(text: string, gaps: Readonly<Record<number, number>> = {}): { characters: Character[]; piece: Piece } {
  const ink: InkRange[] = [];
  const characters: Character[] = [];
  for (const character of text.split("")) {
    const start = ink.length === 0 ? 0 : ink.at(-1)!.end + (gaps[ink.length] ?? 2);
    ink.push({ start, end: start + 8, dot: false });
    characters.push({ text: character, step: start + 4, confidence: 0.99 });
  }
  return { characters, piece: { picture: { grey: new Uint8Array(), width: 0 }, ink, letterGap: 2, origin: 0, stride: 1 } };
}

const read = ({ characters, piece }: ReturnType<typeof pieceOf>): string[] => wordsOf(characters, piece, 20).map(({ text }) => text);

describe("from characters to words", () => {
  test("a wide gap parts words although no space was heard", () => {
    expect(read(pieceOf("openfile", { 4: 8 }))).toEqual(["open", "file"]);
  });

  test("letters and digits part at a smaller gap than letters", () => {
    expect(read(pieceOf("Fri3", { 3: 5 }))).toEqual(["Fri", "3"]);
    expect(read(pieceOf("Frid", { 3: 5 }))).toEqual(["Frid"]);
  });

  test("a digit before a small letter is the letter it may be as well, and else stays", () => {
    const { characters, piece } = pieceOf("0ily");
    expect(read({ characters: [{ ...characters[0]!, letter: "O" }, ...characters.slice(1)], piece })).toEqual(["Oily"]);
    expect(read(pieceOf("5th"))).toEqual(["5th"]);
  });

  test("two equal strokes heard as one are two", () => {
    const { characters, piece } = pieceOf("11");
    expect(read({ characters: characters.slice(0, 1), piece })).toEqual(["11"]);
  });

  test("a speck between digits is a decimal point", () => {
    const { characters, piece } = pieceOf("150");
    const point = { start: 9, end: 10, dot: true };
    expect(read({ characters, piece: { ...piece, ink: [piece.ink[0]!, point, ...piece.ink.slice(1)] } })).toEqual(["1.50"]);
  });

  test("a word is as sure as its least sure character", () => {
    const { characters, piece } = pieceOf("go");
    expect(wordsOf([characters[0]!, { ...characters[1]!, confidence: 0.5 }], piece, 20)).toMatchObject([{ text: "go", confidence: 0.5 }]);
  });

  test("a character is heard once however many steps it lasts, and a digit keeps its second reading", () => {
    const alphabet = ["", "0", "o"];
    const steps = [
      [0.9, 0.1, 0],
      [0.1, 0.8, 0.1],
      [0.1, 0.7, 0.2],
      [1, 0, 0],
    ];
    const reading = { steps: 4, classes: 3, probabilities: Float32Array.from(steps.flat()) };
    expect(charactersOf(reading, alphabet)).toEqual([{ text: "0", step: 1, confidence: expect.closeTo(0.8), letter: "o" }]);
  });
});

describe("shapes of letters and icons", () => {
  const strip = (rows: readonly string[]): Strip => ({
    grey: Uint8Array.from(rows.join(""), (mark) => (mark === "#" ? 0 : 255)),
    width: rows[0]!.length,
    height: rows.length,
    left: 0,
    top: 0,
  });
  const whole = { left: 0, top: 0, right: 6, bottom: 6 };

  test("a filled triangle is solid, an A is drawn in strokes", () => {
    expect(isSolid(strip(["..##..", "..##..", ".####.", ".####.", "######", "######"]), whole)).toBe(true);
    expect(isSolid(strip(["..##..", "..##..", ".#..#.", ".####.", "#....#", "#....#"]), whole)).toBe(false);
  });

  test("no font draws a v or an M as flat as a chevron or an envelope, but a w", () => {
    const flat = { x: 0, y: 0, width: 15, height: 10 };
    expect(["v", "M", "w", "m", "-", "vw"].map((text) => isTooFlat({ text, box: flat }))).toEqual([true, true, false, false, false, false]);
  });

  test("an icon is about square and larger than a letter of running text", () => {
    const square = { x: 0, y: 0, width: 16, height: 16 };
    expect([isIconShaped(square), isIconShaped({ ...square, width: 8 }), isIconShaped({ ...square, width: 40 })]).toEqual([true, false, false]);
    expect([mayBeIcon({ text: "x", box: square }), mayBeIcon({ text: "ok", box: square })]).toEqual([true, false]);
  });
});

test("a full memory forgets what was used least recently", () => {
  const memory = new LruMap<string, number>(2);
  memory.set("a", 1);
  memory.set("b", 2);
  memory.get("a");
  memory.set("c", 3);
  expect([memory.get("a"), memory.get("b"), memory.get("c")]).toEqual([1, undefined, 3]);
});
