/** What travels in URLs and over the live socket: read back as it was written, whatever was typed. */
import { describe, expect, test } from "vitest";
import { decodeFrame, encodeFrame } from "../../app/api/frames.ts";
import { episodeFilter, filterFromSearch, filterToSearch, type EpisodeFilter } from "../../app/api/query.ts";
import { settingsSchema } from "../../app/api/settings.ts";
import { textQuery } from "../../app/core/reading/textQuery.ts";

describe("a query in a URL", () => {
  const filter: EpisodeFilter = {
    q: 'lamp "under 40"',
    verdict: ["fail", "truncated"],
    cycle: [6, 7],
    bucket: ["a, b", "c"],
    steps: { from: 3, to: 16 },
    seconds: { from: 0.5 },
    not: { task: ["log-in"], is: ["retracted"] },
  };

  test("is read back as it was", () => {
    expect(filterToSearch(filter)).toEqual({
      q: 'lamp "under 40"',
      verdict: "fail,truncated",
      cycle: "6,7",
      bucket: "a\\, b,c",
      steps: "3..16",
      seconds: "0.5..",
      "not.task": "log-in",
      "not.is": "retracted",
    });
    expect(filterFromSearch(filterToSearch(filter))).toEqual({ filter, broken: [] });
  });

  test("keeps what is right and names what is not", () => {
    const { filter: read, broken } = filterFromSearch({ verdict: "green", cycle: "x", steps: "3..16", sort: "-steps", colour: "red" });
    expect(read).toEqual({ steps: { from: 3, to: 16 } });
    expect(broken.map(({ name, text }) => [name, text])).toEqual([
      ["verdict", "green"],
      ["cycle", "x"],
    ]);
  });

  test("of an unknown field is refused by the API", () => {
    expect(episodeFilter.safeParse({ colour: ["red"] }).success).toBe(false);
  });
});

describe("a text search", () => {
  test.each([
    ["lamp", '"lamp"*'],
    ["lamp ", '"lamp"'],
    ["red lamp", '"red" AND "lamp"*'],
    ['"red lamp"', '"red lamp"'],
    ['"red lamp', '"red lamp"'],
    ["read:lamp typed:42", '{read} : "lamp" AND {typed} : "42"*'],
    ["price:9", '"price 9"*'],
    ['a"b', '"a" AND "b"'],
    ["x OR (y) NOT z*", '"x" AND "OR" AND "y" AND "NOT" AND "z"*'],
    ["Ä 漢字", '"Ä" AND "漢字"*'],
  ])("%s", (typed, expression) => expect(textQuery(typed)).toBe(expression));

  test.each(["", "   ", "!?", '""', "--"])("%j has no word in it", (typed) => expect(textQuery(typed)).toBeNull());
});

test("a frame is read back as it was; other bytes are no frame", () => {
  const frame = { number: 7, captured: 1_795_000_000_123.5, width: 1280, height: 800, step: 3, jpeg: Uint8Array.of(255, 216, 1, 2) };
  expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
  expect(decodeFrame(Uint8Array.of(1, 2, 3))).toBeNull();
  expect(decodeFrame(new Uint8Array(64))).toBeNull();
});

test("settings of nothing are all defaults, and a session asks before it sends, buys or deletes", () => {
  expect(settingsSchema.parse({})).toMatchObject({ gate: { promote: "auto" }, sessions: { approvalSeconds: 300, ask: { kind: "some" } } });
});
