/** How the core spares memory is its own: what it starts does without. */
import { expect, test } from "vitest";
import { LITTLE_MEMORY, withoutLittleMemory } from "../../app/littleMemory.ts";

test("a process that trains gets everything but the core's ways with memory", () => {
  expect(withoutLittleMemory({ ...LITTLE_MEMORY, PATH: "/bin", FLYWHEEL_BROWSER: "b" })).toEqual({ PATH: "/bin", FLYWHEEL_BROWSER: "b" });
});
