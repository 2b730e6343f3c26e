/** Configurations: those given now must be whole, those of old runs are completed. */
import { expect, test } from "vitest";
import type { Json } from "../../env/json.ts";
import { parseConfig, presetConfig, PRESETS, storedConfig } from "../../flywheel/config.ts";

const tour = (): Record<string, Json> => presetConfig("tour") as Record<string, Json>;

test.each(PRESETS)("the preset %s is whole", (name) => {
  expect(parseConfig(presetConfig(name), name)).toEqual(presetConfig(name));
});

test("a configuration that lacks a knob is refused by name when it is given", () => {
  const { cycles: _, ...rest } = tour();
  expect(() => parseConfig(rest, "mine.json")).toThrow("mine.json is not a valid configuration: cycles");
});

test("a run that was started before a knob existed can still be read, with all it had", () => {
  const { ct, cycles: _, ...rest } = tour();
  const { newestPerBucket: __, ...oldCt } = ct as Record<string, Json>;
  const stored = storedConfig({ id: "s1-old", config: { ...rest, seed: 7, ct: { ...oldCt, steps: 3 } } });
  expect(stored).toMatchObject({ seed: 7, cycles: 5, ct: { steps: 3, newestPerBucket: 40 } });
});

test("what an old run says wrongly is not repaired", () => {
  expect(() => storedConfig({ id: "s1-old", config: { ...tour(), cycles: "five" } })).toThrow("Run s1-old is not a valid configuration: cycles");
});
