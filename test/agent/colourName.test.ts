import { describe, expect, test } from "vitest";
import { colourName, colourWords } from "../../agent/model/colourName.ts";
import type { Colour } from "../../agent/perception/perception.ts";

/** What people who name web colours call them. */
const CALLED: Readonly<Record<string, readonly Colour[]>> = {
  red: [
    [255, 0, 0],
    [139, 0, 0],
    [220, 20, 60],
    [255, 99, 71],
  ],
  orange: [
    [255, 165, 0],
    [255, 140, 0],
  ],
  brown: [
    [139, 69, 19],
    [101, 67, 33],
  ],
  yellow: [
    [255, 255, 0],
    [255, 215, 0],
    [240, 230, 140],
  ],
  green: [
    [0, 128, 0],
    [0, 255, 0],
    [34, 139, 34],
  ],
  blue: [
    [0, 0, 255],
    [0, 0, 128],
    [135, 206, 235],
    [65, 105, 225],
  ],
  purple: [
    [128, 0, 128],
    [75, 0, 130],
    [147, 112, 219],
  ],
  pink: [
    [255, 192, 203],
    [255, 105, 180],
    [255, 20, 147],
  ],
  black: [
    [0, 0, 0],
    [30, 30, 30],
  ],
  gray: [
    [128, 128, 128],
    [192, 192, 192],
  ],
  white: [
    [255, 255, 255],
    [245, 245, 245],
  ],
};

describe("a colour's name", () => {
  test.for(Object.entries(CALLED))("is %s for what people call so", ([name, colours]) => {
    expect(colours.map(colourName)).toEqual(colours.map(() => name));
  });

  test("goes around the circle: reds lie at both of its ends", () => {
    expect([colourName([255, 0, 60]), colourName([255, 60, 0])]).toEqual(["red", "red"]);
  });

  test("needs some chroma: a tinted grey is grey, one step more has a hue", () => {
    expect(colourName([130, 130, 170])).toBe("gray");
    expect(colourName([128, 128, 170])).toBe("blue");
  });

  test("turns with lightness: light red is pink, dark orange is brown, anything nearly dark is black", () => {
    expect([colourName([255, 150, 150]), colourName([110, 60, 10]), colourName([60, 0, 0])]).toEqual(["pink", "brown", "black"]);
  });

  test("is one of the eleven basic terms for every colour", () => {
    const steps = [0, 32, 64, 96, 128, 160, 192, 224, 255];
    const names = steps.flatMap((red) => steps.flatMap((green) => steps.map((blue) => colourName([red, green, blue]))));
    expect(new Set(names)).toEqual(new Set(Object.keys(CALLED)));
  });

  test("comes with those of its shades, and first of all the basic term", () => {
    expect(colourWords([0, 255, 255])).toEqual(["blue", "cyan", "aqua", "turquoise"]);
    expect(colourWords([255, 0, 255])).toEqual(["purple", "violet", "indigo", "magenta", "fuchsia"]);
    expect([colourWords([0, 255, 0]), colourWords([0, 0, 128]), colourWords([128, 0, 0])]).toEqual([
      ["green", "lime"],
      ["blue", "navy"],
      ["red", "maroon"],
    ]);
    expect([colourWords([192, 192, 192]), colourWords([255, 255, 255])]).toEqual([["gray", "grey", "silver"], ["white"]]);
  });
});
