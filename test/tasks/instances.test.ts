/** Rules every built-in task's instances keep: pure, balanced, one held-out template, words of the right split. */
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../env/json.ts";
import { findTasks, families, TASKS } from "../../tasks/index.ts";
import { wordSetOf, wordsOf } from "../../tasks/words.ts";

const SEEDS = { published: 0, train: 34, gate: 600_000, final: 690_000 } as const;
const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, n) => from + n);
const vocabulary = new Set(
  (["train", "gate", "final"] as const).flatMap((split) =>
    Object.values(wordsOf(split)).flatMap((list: readonly string[]) => list.map((word) => word.toLowerCase())),
  ),
);

/** All strings inside a JSON value, without keys. */
const texts = (value: unknown): string[] =>
  typeof value === "string" ? [value] : value !== null && typeof value === "object" ? Object.values(value).flatMap(texts) : [];

describe.each(TASKS.map((task) => [task.id, task] as const))("%s", (_, task) => {
  test("gives the same instance for the same seed and different ones for different seeds", () => {
    const drawn = range(SEEDS.train, 40).map((seed) => canonicalJson(task.instance(seed).params));
    expect(range(SEEDS.train, 40).map((seed) => canonicalJson(task.instance(seed).params))).toEqual(drawn);
    expect(new Set(drawn).size).toBe(40);
  });

  test("spreads seeds evenly over all its buckets", () => {
    const counts = Map.groupBy(range(SEEDS.train, 300), (seed) => task.instance(seed).bucket);
    expect([...counts.keys()].toSorted()).toEqual(task.buckets.toSorted());
    for (const seeds of counts.values()) expect(seeds.length).toBeGreaterThan((300 / task.buckets.length) * 0.7);
  });

  test("uses at least four templates everywhere and the held-out one only for about a quarter of the final seeds", () => {
    const templates = (from: number): Set<number> => new Set(range(from, 120).map((seed) => task.instance(seed).template));
    const everywhere = templates(SEEDS.train);
    expect(everywhere.size).toBeGreaterThanOrEqual(4);
    expect(templates(SEEDS.gate)).toEqual(everywhere);
    const final = range(SEEDS.final, 300).map((seed) => task.instance(seed));
    const heldOut = final.filter((instance) => instance.heldOut);
    expect(heldOut.every(({ template }) => !everywhere.has(template))).toBe(true);
    expect(heldOut.length / final.length).toBeGreaterThan(0.17);
    expect(heldOut.length / final.length).toBeLessThan(0.33);
    expect(range(SEEDS.train, 300).some((seed) => task.instance(seed).heldOut)).toBe(false);
  });

  test("is infeasible in 10 to 20 % of its instances, or never", () => {
    const share = range(SEEDS.train, 600).filter((seed) => !task.instance(seed).feasible).length / 600;
    if (share > 0) expect(Math.abs(share - 0.15)).toBeLessThan(0.05);
  });

  test("shows and names only vocabulary of the seed's split", () => {
    for (const split of ["published", "train", "gate", "final"] as const) {
      const wanted = split === "published" ? "gate" : split;
      for (const seed of range(SEEDS[split], 30)) {
        const { params, instruction } = task.instance(seed);
        const words = `${texts(params).join(" ")} ${instruction}`.toLowerCase().match(/[a-z]+/g) ?? [];
        const foreign = words.filter((word) => vocabulary.has(word) && wordSetOf(word) !== wanted);
        expect(foreign, `${task.id} seed ${seed}: ${instruction}`).toEqual([]);
      }
    }
  });

  test("has at least three near misses, an oracle, a small viewport and a step budget of five or more", () => {
    expect(task.nearMisses.length).toBeGreaterThanOrEqual(3);
    expect(task.oracle).toBeTypeOf("function");
    expect(task.maxSteps).toBeGreaterThanOrEqual(5);
  });

  test("serves its shell, kit, page script and fonts, and nothing else", () => {
    for (const path of ["/", "/kit.js", "/icons.js", "/widgets.js", "/kit.css", "/fonts.css", "/page.js", "/page.css"])
      expect(task.resource(path)?.contentType).toMatch(/^text\//);
    expect(task.resource("/fonts/inter-400.woff2")?.contentType).toBe("font/woff2");
    for (const path of ["/fonts/inter-500.woff2", "/fonts/../kit.js", "/../package.json", "/toString", "/nothing"])
      expect(task.resource(path)).toBeUndefined();
  });
});

describe("the registry", () => {
  test("has unique ids and at least six families", () => {
    expect(new Set(TASKS.map(({ id }) => id)).size).toBe(TASKS.length);
    expect(families().size).toBeGreaterThanOrEqual(6);
  });

  test("finds tasks by id and glob, in registry order, each once", () => {
    expect(findTasks(["log-in", "click-t*", "click-text"]).map(({ id }) => id)).toEqual(["click-text", "click-tab", "log-in"]);
    expect(findTasks(["*"])).toEqual(TASKS);
  });

  test.each(["clik-text", "", "click-text.", "[", "log-*x"])("names close tasks when %j finds none", (pattern) => {
    expect(() => findTasks([pattern])).toThrow(expect.objectContaining({ code: "unknown-task" }));
  });

  test("suggests the task that was probably meant", () => {
    expect(() => findTasks(["clik-text"])).toThrow(expect.objectContaining({ hint: expect.stringContaining("click-text") }));
  });
});
