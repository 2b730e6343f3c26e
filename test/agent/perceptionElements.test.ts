import { describe, expect, test } from "vitest";
import { findElements } from "../../agent/perception/elements.ts";
import { findPatches } from "../../agent/perception/patches.ts";
import type { UiElement } from "../../agent/perception/perception.ts";
import { inReadingOrder } from "../../agent/perception/readingOrder.ts";
import { rng } from "../../env/random.ts";
import type { Pixels } from "../../env/observation.ts";
import type { Box } from "../../env/task.ts";
import { draw } from "./perceptionFixtures.ts";

const elementsOf = async (svg: string, words: readonly Box[] = []): Promise<UiElement[]> => findElements(await draw(svg), 2, words);
const rounded = ({ x, y, width, height }: Box) => [x, y, width, height].map(Math.round);

function colourAt({ data, width }: Pixels, x: number, y: number): number[] {
  const at = (Math.floor(y * 2) * width + Math.floor(x * 2)) * 4;
  return [...data.subarray(at, at + 3)];
}

/** The screen with a pattern of small squares, their channels `range` levels apart at most, in its first columns. */
function withPattern(screen: Pixels, columns: number, range: number): Pixels {
  const random = rng("pattern");
  const colours = Array.from({ length: 64 * 64 }, () => [random.int(range), random.int(range), random.int(range)] as const);
  const data = screen.data.slice();
  for (let pixel = 0; pixel * 4 < data.length; pixel++) {
    const [x, y] = [pixel % screen.width, Math.floor(pixel / screen.width)];
    if (x < columns) data.set(colours[64 * (y >> 4) + (x >> 4)]!, pixel * 4);
  }
  return { ...screen, data };
}

describe("elements", () => {
  test("a filled button is one region of its colour, clicked in its middle", async () => {
    const [button, ...others] = await elementsOf(`<rect x="20" y="30" width="80" height="28" rx="5" fill="#2255cc"/>`);
    expect(others).toEqual([]);
    expect(button).toMatchObject({ source: "region", colour: [0x22, 0x55, 0xcc], anchor: { x: 60, y: 44 } });
    expect(rounded(button!.box)).toEqual([20, 30, 80, 28]);
  });

  test("a bordered field is a frame, whatever stands in it", async () => {
    const [field] = await elementsOf(`<rect x="20.5" y="30.5" width="120" height="24" fill="#fff" stroke="#999"/>`);
    expect(field).toMatchObject({ source: "frame", colour: [255, 255, 255] });
    expect(rounded(field!.box)).toEqual([20, 30, 121, 25]);
  });

  test("a frame around a coloured area takes the area's colour", async () => {
    const found = await elementsOf(`<rect x="20" y="30" width="90" height="30" fill="#ffd700" stroke="#000" stroke-width="2"/>`);
    expect(found).toMatchObject([{ source: "frame", colour: [255, 215, 0] }]);
  });

  test("a check box is found, small as it is, and its label's letters are not", async () => {
    const box = `<rect x="20.5" y="30.5" width="13" height="13" fill="#fff" stroke="#777"/>`;
    const letters = `<rect x="42" y="32" width="6" height="10" fill="#222"/><rect x="50" y="32" width="6" height="10" fill="#222"/>`;
    const found = await elementsOf(box + letters, [{ x: 41, y: 31, width: 16, height: 12 }]);
    expect(found.map((element) => rounded(element.box))).toEqual([[20, 30, 14, 14]]);
  });

  test("without a word over them, the same letters are things to click", async () => {
    expect(await elementsOf(`<rect x="42" y="32" width="6" height="10" fill="#222"/>`)).toHaveLength(1);
  });

  test("an open ring is clicked on its drawn part, a closed one in its middle, like a radio button", async () => {
    const open = await draw(`<path d="M 100 50 a 30 30 0 1 0 30 30" fill="none" stroke="#c02020" stroke-width="12"/>`);
    const ring = findElements(open, 2).find(({ box }) => box.width > 60)!;
    expect(colourAt(open, ring.anchor.x, ring.anchor.y)).toEqual([0xc0, 0x20, 0x20]);
    const closed = await elementsOf(`<circle cx="100" cy="80" r="30" fill="none" stroke="#c02020" stroke-width="12"/>`);
    expect(closed.find(({ box }) => box.width > 60)!.anchor).toEqual({ x: 100, y: 80 });
  });

  test("what rounding leaves over at a button's corners is not an element, also at the screen's edge", async () => {
    for (const x of [20, 0]) {
      const corners = `<rect x="${x}" y="40" width="90" height="30" fill="#3366cc"/>`;
      const found = await elementsOf(`${corners}<rect x="${x}" y="40" width="90" height="30" rx="8" fill="#e8f0ff"/>`);
      expect(found.map(({ box }) => rounded(box))).toEqual([[x, 40, 90, 30]]);
    }
  });

  test("parts that stand close together are one icon, clicked between them", async () => {
    const pause = `<rect x="30" y="30" width="5" height="16" fill="#333"/><rect x="38" y="30" width="5" height="16" fill="#333"/>`;
    const icon = (await elementsOf(pause)).find(({ source }) => source === "icon")!;
    expect([...rounded(icon.box), icon.anchor]).toEqual([30, 30, 13, 16, { x: 36.5, y: 38 }]);
  });

  test("rows between separator lines are bands", async () => {
    const rules = [20, 50, 80].map((y) => `<rect x="10" y="${y}" width="220" height="1" fill="#ccc"/>`).join("");
    const found = await elementsOf(rules);
    expect(found.filter(({ source }) => source === "band").map(({ box }) => rounded(box))).toEqual([
      [10, 21, 220, 29],
      [10, 51, 220, 29],
    ]);
  });

  test("a soft texture, like a photograph, is no heap of candidates; a garish one is capped; the button beside them stays", async () => {
    const screen = await draw(`<rect x="160" y="60" width="60" height="28" fill="#2255cc"/>`);
    for (const [range, most] of [
      [13, 40],
      [256, 192],
    ] as const) {
      const found = findElements(withPattern(screen, 288, range), 2);
      expect(found.length).toBeLessThanOrEqual(most);
      expect(found.map(({ box }) => rounded(box))).toContainEqual([160, 60, 60, 28]);
    }
  });

  test("an empty screen has none", async () => {
    expect(await elementsOf("")).toEqual([]);
  });

  test("each has a picture of itself: 16 × 16 RGB", async () => {
    const [button] = await elementsOf(`<rect x="20" y="30" width="80" height="28" fill="#2255cc"/>`);
    expect(button!.crop).toHaveLength(16 * 16 * 3);
    expect([...button!.crop.subarray((8 * 16 + 8) * 3, (8 * 16 + 9) * 3)]).toEqual([0x22, 0x55, 0xcc]);
  });

  test("a picture at the screen's corner repeats the edge instead of reading beyond it", async () => {
    const [corner] = await elementsOf(`<rect x="200" y="130" width="40" height="30" fill="#118833"/>`);
    expect([...corner!.crop.subarray(-3)]).toEqual([0x11, 0x88, 0x33]);
  });
});

describe("reading order", () => {
  const at = (name: string, x: number, y: number, height = 12) => ({ name, box: { x, y, width: 30, height } });

  test("is by rows, then from left to right, although a row is never quite even", () => {
    const items = [at("d", 90, 61), at("b", 50, 13), at("c", 10, 60), at("a", 10, 15)];
    expect(inReadingOrder(items).map(({ name }) => name)).toEqual(["a", "b", "c", "d"]);
  });

  test("gives a tall panel no row of its own", () => {
    const items = [at("panel", 0, 0, 150), at("top", 40, 10), at("bottom", 40, 130)];
    expect(inReadingOrder(items).map(({ name }) => name)).toEqual(["top", "panel", "bottom"]);
  });

  test("of elements is that order", async () => {
    const square = (x: number, y: number) => `<rect x="${x}" y="${y}" width="30" height="20" fill="#333"/>`;
    const found = await elementsOf(square(150, 100) + square(20, 101) + square(150, 20) + square(20, 21));
    expect(found.map(({ box }) => rounded(box).slice(0, 2))).toEqual([
      [20, 21],
      [150, 20],
      [20, 101],
      [150, 100],
    ]);
  });
});

describe("patches", () => {
  const touches = (a: Box, b: Box): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

  test("lie only where nothing else is", async () => {
    const things = [
      { x: 10, y: 10, width: 60, height: 30 },
      { x: 150, y: 100, width: 50, height: 40 },
    ];
    const patches = findPatches(await draw(""), 2, things);
    expect(patches.length).toBeGreaterThan(4);
    expect(patches.filter((patch) => things.some((thing) => touches(thing, patch.box)))).toEqual([]);
  });

  test("are at most sixteen, spread over the whole screen, with the colour beneath", async () => {
    const patches = findPatches(await draw(`<rect width="240" height="160" fill="#102030"/>`), 2, []);
    expect(patches).toHaveLength(16);
    expect(patches[0]!.anchor.y).toBeLessThan(40);
    expect(patches.at(-1)!.anchor.y).toBeGreaterThan(120);
    expect(patches[0]!.colour).toEqual([0x10, 0x20, 0x30]);
  });

  test("lie also on a surface, such as a drawing area", async () => {
    expect(findPatches(await draw(""), 2, [{ x: 0, y: 0, width: 240, height: 160 }])).toHaveLength(16);
  });
});
