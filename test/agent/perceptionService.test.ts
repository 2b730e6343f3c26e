import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { perceptionVersion, type Sight } from "../../agent/perception/perceive.ts";
import type { Perception, Word } from "../../agent/perception/perception.ts";
import { decodePerception, encodePerception } from "../../agent/perception/perceptionCodec.ts";
import { PerceptionService, type PerceptionCache } from "../../agent/perception/perceptionService.ts";
import { drawScreen } from "./perceptionFixtures.ts";

const BUTTONS = `<rect x="20" y="30" width="80" height="28" fill="#2255cc"/><rect x="120" y="30" width="80" height="28" fill="#118833"/>`;
const word: Word = {
  text: "naïve → “ok”",
  box: { x: 25.5, y: 36, width: 40, height: 12 },
  confidence: 0.913,
  ink: [1, 2, 3],
  paper: [255, 254, 253],
};

/** A cache in memory; `entries` can be looked at and damaged. */
function openCache(): PerceptionCache & { readonly entries: Map<string, Uint8Array> } {
  const entries = new Map<string, Uint8Array>();
  return {
    entries,
    get: (hash, version) => entries.get(`${hash} ${version}`),
    set: (hash, version, bytes) => void entries.set(`${hash} ${version}`, bytes),
  };
}

let screen: Sight;
let service: PerceptionService;
let perception: Perception;
beforeAll(async () => {
  screen = await drawScreen(BUTTONS);
  service = new PerceptionService({ workers: 1 });
  perception = await service.perceive(screen);
});
afterAll(() => service.close());

describe("the codec", () => {
  test("gives back exactly what it was given, crops and accents included", () => {
    const given = { ...perception, words: [word] };
    expect(given.elements).toHaveLength(2);
    expect(decodePerception(encodePerception(given))).toEqual(given);
  });

  test("refuses damaged bytes: cut short, changed in the middle, or none", () => {
    const bytes = encodePerception(perception);
    const changed = bytes.with(bytes.length >> 1, bytes[bytes.length >> 1]! ^ 255);
    for (const damaged of [bytes.subarray(0, -9), changed, new Uint8Array()]) {
      expect(() => decodePerception(damaged)).toThrow(expect.objectContaining({ code: "workspace-corrupt" }));
    }
  });
});

describe("the service", () => {
  test("perceives equal pixels equally, and the second time from memory", async () => {
    const before = service.counters;
    const again = await service.perceive(await drawScreen(BUTTONS));
    expect(again).toEqual(perception);
    expect(service.counters).toEqual({ ...before, memoryHits: before.memoryHits + 1 });
  });

  test("reads a screen once however many ask for it at the same time", async () => {
    const asked = await drawScreen(`<rect x="60" y="30" width="80" height="28" fill="#2255cc"/>`);
    const before = service.counters.read;
    const [one, ...others] = await Promise.all([asked, asked, asked].map((same) => service.perceive(same)));
    expect(others).toEqual([one, one]);
    expect(service.counters.read).toBe(before + 1);
  });

  test("takes given words as they are and remembers nothing of it", async () => {
    const before = service.counters;
    expect((await service.perceive(screen, { words: [word] })).words).toEqual([word]);
    expect((await service.perceive(screen)).words).toEqual([]);
    expect(service.counters).toEqual({ ...before, memoryHits: before.memoryHits + 1 });
  });

  test("refuses pixels that do not fit their size, and reads on", async () => {
    const wrong: Sight = { ...screen, screenHash: "wrong", pixels: async () => ({ data: new Uint8Array(12), width: 10, height: 10 }) };
    await expect(service.perceive(wrong)).rejects.toMatchObject({ code: "internal", message: expect.stringContaining("10 × 10 px has 12 bytes") });
    expect((await service.perceive(screen, { words: [] })).elements).toHaveLength(2);
  });

  test("that is closed gives up what it was reading and takes nothing more", async () => {
    const closing = new PerceptionService({ workers: 1 });
    const underWay = closing.perceive(screen);
    const refused = expect(underWay).rejects.toMatchObject({ code: "interrupted" });
    await new Promise(setImmediate);
    await closing.close();
    await refused;
    await expect(closing.perceive(screen)).rejects.toMatchObject({ code: "internal", message: "The perception service is closed." });
  });
});

describe("the cache", () => {
  test("spares a later service the reading; a damaged or foreign entry is made again", async () => {
    const cache = openCache();
    const key = `${screen.screenHash} ${service.version}`;
    cache.entries.set(key, encodePerception(perception));
    await using kept = new PerceptionService({ workers: 1, cache });
    expect(await kept.perceive(screen)).toEqual(perception);
    expect(kept.counters).toMatchObject({ cacheHits: 1, read: 0 });

    cache.entries.set(key, encodePerception(perception).subarray(0, 50));
    await using later = new PerceptionService({ workers: 1, cache });
    expect(await later.perceive(screen)).toEqual(perception);
    expect(later.counters).toMatchObject({ cacheHits: 0, read: 1 });
    expect(decodePerception(cache.entries.get(key)!)).toEqual(perception);

    const wider = await later.perceive({ ...screen, viewport: { width: 480, height: 320 } });
    expect(wider.viewport).toEqual({ width: 480, height: 320 });
    expect(later.counters).toMatchObject({ cacheHits: 0, read: 2 });
  });

  test("never serves one reader what another has read", async () => {
    const cache = openCache();
    cache.entries.set(`${screen.screenHash} ${service.version}`, encodePerception(perception));
    await using whole = new PerceptionService({ reader: "whole-screen", workers: 1, cache });
    const read = await whole.perceive(screen);
    expect(read.version).toBe(perceptionVersion("tesseract-whole-screen-1"));
    expect(read.elements).toEqual(perception.elements);
    expect(whole.counters).toMatchObject({ cacheHits: 0, read: 1 });
    expect(cache.entries.size).toBe(2);
  });
});
