import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluateWords } from "../../agent/perception/evaluateWords.ts";
import { perceive } from "../../agent/perception/perceive.ts";
import type { Word } from "../../agent/perception/perception.ts";
import { WholeScreenReader } from "../../agent/perception/wholeScreenReader.ts";
import { FrameReader } from "../../agent/reader/frameReader.ts";
import { SignNamer } from "../../agent/signs/signNamer.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import { draw, openPage, screenOf } from "./perceptionFixtures.ts";

const pool = new EnvironmentPool(1);
let reader: FrameReader;
let signs: SignNamer;
beforeAll(async () => {
  [reader, signs] = [await FrameReader.open(), await SignNamer.open()];
});
afterAll(async () => {
  await Promise.all([reader.close(), signs.close(), pool.close()]);
});

const texts = (words: readonly Word[]): string[] => words.map(({ text }) => text);

async function read(body: string): Promise<Word[]> {
  const { observation } = await openPage(pool, body);
  return reader.read(await observation.pixels(), observation.deviceScaleFactor);
}

const button = (label: string, background: string, colour: string): string =>
  `<button style="font:700 14px Inter;padding:6px 14px;border:0;border-radius:6px;background:${background};color:${colour}">${label}</button> `;

describe("the reader of lines", () => {
  test("reads white text on coloured buttons and tells both colours", async () => {
    const [save, cancel, help] = await read(
      button("Save", "#1155cc", "#fff") + button("Cancel", "#b3261e", "#fff") + button("Help", "#ffd54f", "#222"),
    );
    expect(texts([save!, cancel!, help!])).toEqual(["Save", "Cancel", "Help"]);
    expect(save).toMatchObject({ paper: [0x11, 0x55, 0xcc] });
    expect(Math.min(...save!.ink)).toBeGreaterThan(220);
  });

  test("reads large and small text on one page, and light text on dark", async () => {
    const body = `<h1 style="margin:0;font:700 30px Merriweather">Harvest</h1><p style="font-size:12px">twelve quiet baskets</p>
      <p style="background:#14161a;color:#e6e6e6;padding:6px">Night <span style="color:#8ab4f8">owls</span> return</p>`;
    expect(texts(await read(body))).toEqual(["Harvest", "twelve", "quiet", "baskets", "Night", "owls", "return"]);
  });

  test("reads numbers beside words, and words in the order of a table", async () => {
    const body = `<table cellpadding="4"><tr><td>Fri 3</td><td>1 of 3</td></tr><tr><td>Cart (2)</td><td>$121.50</td></tr><tr><td>Only 11</td><td>910</td></tr></table>`;
    expect(texts(await read(body))).toEqual(["Fri", "3", "1", "of", "3", "Cart", "(2)", "$121.50", "Only", "11", "910"]);
  });

  test("reads numbers in the small boxes of a calendar", async () => {
    const cell = (day: number) =>
      `<td style="border:1px solid #aaa;background:#f6f6f6;width:12px;height:10px;padding:1px;font:6px Arimo,Arial,sans-serif;text-align:right">${day}</td>`;
    const week = (first: number) => `<tr>${[0, 1, 2, 3, 4, 5, 6].map((day) => cell(first + day)).join("")}</tr>`;
    const words = await read(`<table style="border-spacing:2px">${week(11)}${week(18)}</table>`);
    expect(words.map(({ text }) => text).join(" ")).toBe("11 12 13 14 15 16 17 18 19 20 21 22 23 24");
  });

  test("takes check boxes, stars, triangles and chevrons for no letters", async () => {
    const shapes = `<svg width="120" height="40"><path d="M20 5 l15 28 h-30 z" fill="#c00"/><path d="M60 3 l5 12 13 1 -10 8 3 13 -11 -7 -11 7 3 -13 -10 -8 13 -1 z" fill="#e90"/>
      <path d="M95 15 l6 6 6 -6" fill="none" stroke="#333" stroke-width="2"/></svg>`;
    expect(texts(await read(`${shapes}<br><label><input type="checkbox"> Agree</label>`))).toEqual(["Agree"]);
  });

  test("places words where the page has them, at either device scale factor", async () => {
    const body = Array.from(
      { length: 5 },
      (_, row) => `<p style="margin:6px 0;font-size:${12 + row}px">Gather seven lanterns near the harbour</p>`,
    ).join("");
    for (const viewport of [
      { width: 380, height: 200 },
      { width: 640, height: 200 },
    ]) {
      const { observation, truth } = await openPage(pool, body, viewport);
      const scores = evaluateWords(await reader.read(await observation.pixels(), observation.deviceScaleFactor), truth);
      expect(scores).toMatchObject({ recall: 1, precision: 1, truths: 30 });
    }
  });

  test("gives equal words for equal pixels, whatever was read before", async () => {
    const [one, other] = [await openPage(pool, "<p>Copper kettle</p>"), await openPage(pool, "<p>Copper lantern</p>")];
    const fresh = await FrameReader.open();
    const first = await reader.read(await one.observation.pixels(), 2);
    await reader.read(await other.observation.pixels(), 2);
    expect(await reader.read(await one.observation.pixels(), 2)).toEqual(first);
    expect(await fresh.read(await one.observation.pixels(), 2)).toEqual(first);
    await fresh.close();
  });

  test("reads accents, currencies and punctuation, and says nothing of letters it does not know", async () => {
    const body = `<p style="font-size:18px">Größe: 12,50 € (café)</p><p style="font-size:18px">ЖЦШЩ garçon Łódka</p>`;
    expect(texts(await read(body))).toEqual(["Größe:", "12,50", "€", "(café)", "garçon", "Łódka"]);
  });

  test("reads the same whatever else is on the screen, at once or one after the other", async () => {
    const line = `<p>Seven copper kettles</p>`;
    const screens = [await openPage(pool, line), await openPage(pool, `${line}<p>and 18 more things</p>`)];
    const fresh = await FrameReader.open();
    const [alone, among] = await Promise.all(screens.map(async ({ observation }) => fresh.read(await observation.pixels(), 2)));
    expect(among!.slice(0, 3)).toEqual(alone);
    await fresh.close();
  });

  test("finds nothing on a blank screen, and nothing in a screen of one pixel", async () => {
    expect(await reader.read(await draw(""), 2)).toEqual([]);
    expect(await reader.read({ data: new Uint8Array(4).fill(255), width: 1, height: 1 }, 1)).toEqual([]);
  });
});

describe("the reader of whole screens", () => {
  test("reads print in reading order, with places and confidences of the same kind", async () => {
    const whole = await WholeScreenReader.open();
    const { observation, truth } = await openPage(pool, "<p>Gather seven lanterns</p><p>behind the harbour</p>");
    const words = await whole.read(await observation.pixels(), observation.deviceScaleFactor);
    expect(texts(words)).toEqual(["Gather", "seven", "lanterns", "behind", "the", "harbour"]);
    expect(evaluateWords(words, truth)).toMatchObject({ recall: 1, precision: 1 });
    expect(words.every(({ confidence }) => confidence > 0.6 && confidence <= 1)).toBe(true);
    expect(await whole.read(await observation.pixels(), observation.deviceScaleFactor)).toEqual(words);
    expect(await whole.read(await draw(""), 2)).toEqual([]);
    await whole.close();
  });
});

describe("a perception", () => {
  test("holds words and elements of a page; patches only where neither is", async () => {
    const { observation } = await openPage(pool, `${button("Open", "#1155cc", "#fff")}<p>Choose a file</p>`);
    const { words, elements, patches, version } = await perceive({ reader, signs }, await screenOf(observation));
    expect(texts(words)).toEqual(["Open", "Choose", "a", "file"]);
    expect(elements).toMatchObject([{ source: "region", colour: [0x11, 0x55, 0xcc] }]);
    expect(patches.length).toBeGreaterThan(0);
    expect(patches.every(({ box }) => box.y >= 50 || box.x >= 90)).toBe(true);
    expect(version).toContain(reader.version);
    expect(version).toContain(signs.version);
  });

  test("of given words has these words", async () => {
    const { observation } = await openPage(pool, "<p>Choose a file</p>");
    const given: Word[] = [{ text: "Other", box: { x: 8, y: 20, width: 40, height: 12 }, confidence: 1, ink: [0, 0, 0], paper: [255, 255, 255] }];
    expect((await perceive({ reader, signs }, await screenOf(observation), given)).words).toEqual(given);
  });
});

describe("scores of a reader", () => {
  const at = (text: string, x: number, certain = true) => ({ text, box: { x, y: 0, width: 30, height: 10 }, certain });

  test("count a word as right when its text is equal and its place near", () => {
    const truth = [at("one", 0), at("two", 50), at("three", 100)];
    const scores = evaluateWords([at("one", 2), at("two", 80), at("tree", 100)], truth);
    expect(scores).toMatchObject({ matched: 1, missed: ["two", "three"], wrong: ["two", "tree"] });
  });

  test("forgive kinds of quotes and dashes, and leave out what cannot be told", () => {
    const truth = [at("it’s", 0), at("9–17", 50), at("hidden", 100, false)];
    expect(evaluateWords([at("it's", 0), at("9-17", 50), at("hid", 100)], truth)).toMatchObject({ recall: 1, precision: 1, truths: 2 });
  });
});
