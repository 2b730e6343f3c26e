/** Vocabularies and themes of the splits must not overlap, and text must be readable. */
import { describe, expect, test } from "vitest";
import { rng } from "../../env/random.ts";
import { contrast } from "../../tasks/colour.ts";
import { drawTheme, FONTS, HUES } from "../../tasks/theme.ts";
import { apart, editDistance, pickApart, pickLookAlikes, placeGoal, wordsOf, type Words } from "../../tasks/words.ts";

const allWords = (words: Words): string[] => Object.values(words).flatMap((list: readonly string[]) => list.map((word) => word.toLowerCase()));

describe("vocabularies", () => {
  test.each([
    ["train", "gate"],
    ["train", "final"],
    ["gate", "final"],
  ] as const)("no word of %s, in any list, is a word of %s", (one, other) => {
    const known = new Set(allWords(wordsOf(one)));
    expect(allWords(wordsOf(other)).filter((word) => known.has(word))).toEqual([]);
  });

  test("published seeds use the gate words", () => {
    expect(wordsOf("published")).toBe(wordsOf("gate"));
  });

  test("every list of every split is plain ASCII of 3 to 10 letters and large enough to draw from", () => {
    for (const split of ["train", "gate", "final"] as const) {
      for (const [name, list] of Object.entries(wordsOf(split)) as [string, readonly string[]][]) {
        expect(list.length, `${split} ${name}`).toBeGreaterThanOrEqual(50);
        expect(list.filter((word) => !/^[A-Za-z]{3,10}$/.test(word))).toEqual([]);
      }
    }
  });

  test("edit distance counts insertions, deletions and changes and ignores case", () => {
    expect(editDistance("lamp", "Lamp")).toBe(0);
    expect(editDistance("lamp", "lamps")).toBe(1);
    expect(editDistance("kitten", "sitting")).toBe(3);
  });

  test("labels drawn for one screen are at least two letters apart from each other and from taken ones", () => {
    const drawn = pickApart(rng("apart"), wordsOf("final").labels, 12, ["Lamp"]);
    const pairs = drawn.flatMap((a, i) => drawn.slice(i + 1).map((b) => apart(a, b)));
    expect(pairs).not.toContain(false);
    expect(drawn.every((label) => apart(label, "Lamp"))).toBe(true);
  });

  test("drawing more words than a list can give is an error, not an endless loop", () => {
    expect(() => pickApart(rng("few"), ["one", "two"], 3)).toThrow(RangeError);
  });

  test("look-alikes are different labels that share words", () => {
    const labels = pickLookAlikes(rng("alike"), wordsOf("gate"), 8);
    expect(new Set(labels).size).toBe(8);
    expect(new Set(labels.flatMap((label) => label.split(" "))).size).toBeLessThan(16);
  });

  test("the goal is shown exactly when the instance is feasible", () => {
    expect(placeGoal(rng("goal"), ["a", "b", "c"], true).shown.toSorted()).toEqual(["a", "b"]);
    expect(placeGoal(rng("goal"), ["a", "b", "c"], false).shown.toSorted()).toEqual(["b", "c"]);
  });
});

describe("themes", () => {
  test("fonts and accent hues of train, gate and final are disjoint", () => {
    const fonts = Object.values(FONTS).flat();
    expect(new Set(fonts).size).toBe(fonts.length);
    const hues = Object.values(HUES)
      .flat()
      .flatMap(([from, to]) => Array.from({ length: to - from }, (_, n) => (from + n) % 360));
    expect(new Set(hues).size).toBe(hues.length);
  });

  test("a theme uses fonts of its split only, and 20 to 40 % are dark", () => {
    for (const split of ["train", "gate", "final"] as const) {
      const themes = Array.from({ length: 400 }, (_, n) => drawTheme(rng("theme", split, n), split));
      expect(themes.every(({ font }) => FONTS[split].includes(font))).toBe(true);
      const dark = themes.filter((theme) => theme.dark).length / themes.length;
      expect(dark).toBeGreaterThan(0.2);
      expect(dark).toBeLessThan(0.4);
    }
  });

  test("all text of 1200 themes reads at 4.5:1 or better on what it is drawn on", () => {
    const themes = (["train", "gate", "final"] as const).flatMap((split) =>
      Array.from({ length: 400 }, (_, n) => drawTheme(rng("contrast", split, n), split)),
    );
    const worst = themes.map((theme) =>
      Math.min(
        ...[theme.text, theme.muted, theme.accent].flatMap((ink) => [contrast(ink, theme.background), contrast(ink, theme.surface)]),
        contrast(theme.onAccent, theme.accent),
        contrast(theme.button.text, theme.button.background),
        contrast(theme.pressed.text, theme.pressed.background),
      ),
    );
    expect(Math.min(...worst)).toBeGreaterThanOrEqual(4.5);
  });

  test("contrast is 21:1 for black on white and 1:1 for equal colours", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrast("#336699", "#336699")).toBe(1);
  });
});
