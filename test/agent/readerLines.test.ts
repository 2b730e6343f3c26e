/** From strips of text to frames and labels, and from scores back to words: everything about the reader but its weights. */
import { describe, expect, test } from "vitest";
import { CLASSES, classOf, SPACE, UNKNOWN } from "../../agent/reader/alphabet.ts";
import { decodeLine } from "../../agent/reader/decodeLine.ts";
import { FRAME_PIXELS, FRAME_WIDTH, SCORES } from "../../agent/reader/frameNetwork.ts";
import { lineGeometry, toFrames, toStrip, writeLine } from "../../agent/reader/lineFrames.ts";
import { labelLines, writeTargets } from "../../agent/reader/lineLabel.ts";
import { StripPool } from "../../agent/reader/stripPool.ts";
import type { PageWord } from "../../agent/perception/pageWords.ts";
import type { Strip } from "../../agent/perception/textLines.ts";

/** A strip of black bars: from column, to column, from row, to row. */
function bars(width: number, height: number, places: readonly (readonly [number, number, number, number])[]): Strip {
  const grey = new Uint8Array(width * height).fill(255);
  for (const [left, right, top, bottom] of places) for (let y = top; y < bottom; y++) grey.fill(0, y * width + left, y * width + right);
  return { grey, width, height, left: 0, top: 0 };
}

const inputs = (rows: number) => ({
  pixels: new Float32Array(rows * FRAME_PIXELS),
  facts: new Float32Array(rows * 2),
  valid: new Float32Array(rows),
});

describe("the alphabet", () => {
  test("has every character once, and one class for quotes and for dashes", () => {
    expect(new Set(CLASSES).size).toBe(CLASSES.length);
    expect([classOf("’"), classOf("”"), classOf("—")]).toEqual([classOf("'"), classOf('"'), classOf("-")]);
    expect(["é", "Ł", "ß", "€", "…"].every((character) => classOf(character) > UNKNOWN)).toBe(true);
    expect([classOf("Ж"), classOf("中"), classOf("🙂")]).toEqual([UNKNOWN, UNKNOWN, UNKNOWN]);
  });
});

describe("a line in frames", () => {
  test("is scaled by its height above the baseline, so a descender changes nothing but adds its ink", () => {
    const plain = lineGeometry(bars(60, 20, [[2, 6, 0, 20], [12, 16, 0, 20], [22, 26, 6, 20]]), 2); // prettier-ignore
    const deep = lineGeometry(bars(60, 25, [[2, 6, 0, 20], [12, 16, 0, 20], [22, 26, 6, 25]]), 2); // prettier-ignore
    expect(deep.scaleY).toBeCloseTo(plain.scaleY, 2);
    expect(deep.facts[0]).toBe(plain.facts[0]);
  });

  test("keeps its ink where it was, and columns lead back to the strip", () => {
    const strip = bars(40, 20, [[30, 34, 0, 20]]);
    const geometry = lineGeometry(strip, 2);
    const rows = inputs(geometry.frames);
    writeLine(strip, geometry, rows, 0);
    const x = Math.floor(toFrames(geometry, 32));
    const at = (column: number): number => rows.pixels[(column >> 2) * FRAME_PIXELS + 10 * FRAME_WIDTH + (column & 3)]!;
    expect([at(x), at(x - 8), at(x + 8)]).toEqual([1, 0, 0]);
    expect(toStrip(geometry, toFrames(geometry, 17))).toBeCloseTo(17);
    expect(rows.valid.every((value) => value === 1)).toBe(true);
  });

  test("of one pixel fits, too", () => {
    const strip = bars(1, 1, [[0, 1, 0, 1]]);
    const geometry = lineGeometry(strip, 1);
    const rows = inputs(geometry.frames);
    writeLine(strip, geometry, rows, 0);
    expect(rows.pixels.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});

/** A word with characters 10 CSS px wide. */
const word = (text: string, x: number, y: number, certain = true): PageWord => ({
  text,
  box: { x, y, width: 10 * text.length, height: 20 },
  edges: Array.from(text).flatMap((_, at) => [x + 10 * at, x + 10 * at + 10]),
  certain,
});

describe("the label of a line", () => {
  const strips = [
    { ...bars(200, 14, []), top: 3 },
    { ...bars(200, 14, []), top: 33 },
  ];
  const spelled = (words: readonly PageWord[]): string[] =>
    labelLines(strips, 1, words).map(({ characters }) => characters.map(({ character }) => CLASSES[character]).join(""));

  test("has the characters of the words on it and the spaces between, each on one line alone", () => {
    expect(spelled([word("on", 0, 0), word("top", 28, 0), word("far", 120, 0), word("below", 0, 30)])).toEqual(["on topfar", "below"]);
  });

  test("leaves out what the page does not tell, and what stands one below the other", () => {
    const [first] = labelLines(strips, 1, [word("sure", 0, 0), word("veil", 60, 0, false)]);
    expect(first!.unknown).toEqual([{ left: 60, right: 100 }]);
    expect(labelLines(strips, 1, [word("one", 0, 0), word("two", 5, 1)])[0]!.unknown).not.toEqual([]);
  });

  test("becomes targets: a class for each frame, a peak at each middle, nothing where it is unknown", () => {
    const [label] = labelLines(strips, 1, [word("ab", 10, 0), word("x", 60, 0, false)]);
    const geometry = { ...lineGeometry(bars(100, 20, []), 1), scaleX: 1, left: 0, frames: 25 };
    const targets = { classes: new Float32Array(25 * CLASSES.length), middles: new Float32Array(100), middlesWeight: new Float32Array(25) };
    writeTargets(label!, geometry, targets, 0);
    const classAt = (frame: number): number =>
      targets.classes.subarray(frame * CLASSES.length, (frame + 1) * CLASSES.length).findIndex((value) => value > 0);
    expect([classAt(0), classAt(3), classAt(5), classAt(16)]).toEqual([0, classOf("a"), classOf("b"), -1]);
    expect([targets.middles[14]! > 0.7, targets.middles[20]]).toEqual([true, 0]);
    expect([targets.middlesWeight[3], targets.middlesWeight[16]]).toEqual([1, 0]);
  });
});

/** Scores that say: these characters, with their middles at these columns; empty elsewhere. */
function scoresOf(frames: number, characters: readonly (readonly [text: string, x: number, width?: number])[]): Float32Array {
  const scores = new Float32Array(frames * SCORES).fill(-9);
  for (let frame = 0; frame < frames; frame++) scores[frame * SCORES] = 3;
  for (const [text, x, width = 8] of characters) {
    for (let column = x - width / 2; column < x + width / 2; column++) scores[(column >> 2) * SCORES + classOf(text)] = 9;
    scores[(x >> 2) * SCORES + CLASSES.length + (x & 3)] = 4;
  }
  return scores;
}

describe("from scores to words", () => {
  const read = (...characters: Parameters<typeof scoresOf>[1]): string[] => decodeLine(scoresOf(40, characters), 0, 40).map(({ text }) => text);

  test("characters stand where the columns peak; a space or an empty frame parts words", () => {
    expect(read(["g", 10], ["o", 18], [" ", 25, 4], ["u", 32], ["p", 40])).toEqual(["go", "up"]);
    expect(read(["g", 10], ["o", 18], ["u", 50], ["p", 58])).toEqual(["go", "up"]);
  });

  test("a wide character seen twice is one, two narrow ones are two", () => {
    expect(read(["m", 20, 16], ["m", 26, 4])).toEqual(["m"]);
    expect(read(["l", 10, 4], ["l", 15, 4])).toEqual(["ll"]);
  });

  test("a word is as sure as its least sure character, and not at all when one is of no known alphabet", () => {
    const scores = scoresOf(40, [["g", 10], ["o", 18]]); // prettier-ignore
    for (const frame of [4, 5]) scores[frame * SCORES + classOf("c")] = 9;
    expect(decodeLine(scores, 0, 40)[0]!.confidence).toBeCloseTo(0.5 ** 2); // sobered
    expect(decodeLine(scoresOf(40, [["g", 10], ["Ж", 18]]), 0, 40)[0]!.confidence).toBe(0); // prettier-ignore
  });

  test("nothing is read where nothing peaks", () => {
    expect(read()).toEqual([]);
  });
});

describe("a pool of lines", () => {
  const strip = bars(30, 12, [[3, 9, 0, 12]]);
  const label = { characters: [{ character: classOf("A"), left: 2.125, right: 10 }, { character: SPACE, left: 10, right: 14.5 }], unknown: [{ left: 20, right: 30 }] }; // prettier-ignore

  test("gives back what was added, also after it was joined to another one and read from bytes", () => {
    const [one, other] = [new StripPool(), new StripPool()];
    one.add({ strip: bars(5, 5, []), deviceScaleFactor: 1, label: { characters: [], unknown: [] } });
    other.add({ strip, deviceScaleFactor: 2, label });
    one.addAll(other);
    for (const pool of [one, new StripPool(one.bytes())]) {
      expect(pool.size).toBe(2);
      const found = pool.get(1);
      expect(found).toMatchObject({ deviceScaleFactor: 2, label });
      expect([...found.strip.grey]).toEqual([...strip.grey]);
    }
  });

  test("that is damaged is refused", () => {
    const pool = new StripPool();
    pool.add({ strip, deviceScaleFactor: 2, label });
    expect(() => new StripPool(pool.bytes().subarray(0, -3))).toThrow("ends in the middle");
    expect(() => new StripPool(Buffer.from("something else"))).toThrow("does not begin");
  });
});
