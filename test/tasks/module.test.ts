/** A user's task in one file outside the project, and what is said about broken ones. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadTaskModule } from "../../tasks/module.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "task-module-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const GOOD = `
type Params = { readonly target: string; readonly shown: readonly string[] };

export default (kit) =>
  kit.defineTask({
    id: "my-lights",
    family: "mine",
    summary: "Switch on the named light.",
    viewport: { width: 240, height: 200 },
    maxSteps: 5,
    buckets: ["3 lights", "5 lights"],
    infeasible: 0.15,
    ends: "done",
    templates: ['Switch on "{target}".', "Turn {target} on."],
    draw: ({ rng, words, bucket, feasible }): Params => {
      const { goal, shown } = kit.placeGoal(rng, kit.pickApart(rng, words.labels, Number(bucket[0]) + 1), feasible);
      return { target: goal, shown };
    },
    page: \`flywheel.page({
      state: () => ({ on: [] }),
      render: ({ shown }, { on }) => shown.map((label) => flywheel.ui.button(label, { id: label, pressed: on.includes(label), press: () => flywheel.change((state) => state.on.push(label)) })),
    })\`,
    check: (state, { target }) => kit.exactly(state.on, [target], "switched on"),
    oracle: async (context) => (kit.stateOf(context).on.length > 0 ? kit.done() : kit.clickOn(context, context.instance.params.target)),
    nearMisses: [kit.stopEarly("says done at once"), kit.givesUp()],
  });
`;

test("a task file outside the project needs no import and gives a whole task", async () => {
  const [task] = await loadTaskModule(write("good.ts", GOOD));
  const instance = task!.instance(36);
  const { target } = instance.params as { target: string };
  expect(task!.id).toBe("my-lights");
  expect(instance.instruction).toContain(target);
  expect(task!.resource("/page.js")?.body).toContain("flywheel.page");
  expect(task!.nearMisses.map(({ name }) => name)).toEqual(["says done at once", "gives up at once"]);
});

test("its verifier judges states like those of built-in tasks", async () => {
  const [task] = await loadTaskModule(write("again.ts", GOOD));
  const seed = Array.from({ length: 50 }, (_, n) => 34 + n).find((n) => task!.instance(n).feasible)!;
  const instance = task!.instance(seed);
  const { target } = instance.params as { target: string };
  expect(task!.verify([{ on: [] }, { on: [target] }], instance, [{ kind: "done" }]).pass).toBe(true);
  expect(task!.verify([{ on: [] }, { on: [] }], instance, [{ kind: "done" }]).pass).toBe(false);
});

test.each([
  ["missing.ts", null, "cannot be loaded"],
  ["syntax.ts", "export default (kit) => {", "cannot be loaded"],
  ["no-default.ts", "export const task = 1;", "not a function"],
  ["throws.ts", "export default () => { throw new Error('oh no'); };", "oh no"],
  ["nothing.ts", "export default () => undefined;", "did not return a task"],
  ["empty.ts", "export default () => [];", "no task"],
  ["lacks.ts", "export default (kit) => kit.defineTask({ id: 'x', family: 'f', templates: [] });", "lacks summary"],
  ["bare.ts", "export default () => ({ id: 'bare' });", 'no function "instance"'],
  ["id.ts", "export default () => ({ id: 'Bad Id' });", "Bad Id"],
  ["slot.ts", GOOD.replace('Switch on "{target}".', "Switch on {nothing}.").replace('"Turn {target} on."', ""), "{nothing}"],
])("%s is refused with what is wrong with it", async (name, text, problem) => {
  const path = text === null ? join(folder, name) : write(name, text);
  await expect(loadTaskModule(path)).rejects.toThrow(expect.objectContaining({ code: "bad-task-module", message: expect.stringContaining(problem) }));
});

test("README shows the very task that the tests turn the wheel on", () => {
  const [readme, task] = ["../../README.md", "../fixtures/userTask.ts"].map((path) => readFileSync(new URL(path, import.meta.url), "utf8"));
  expect(readme).toContain(`\`\`\`ts\n${task}\`\`\``);
});
