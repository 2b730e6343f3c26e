/** The pure verifiers on hand-made states: the shared rules of ending, and what each task asks for. */
import { describe, expect, test } from "vitest";
import type { Action } from "../../env/action.ts";
import type { Json } from "../../env/json.ts";
import type { Instance, Task } from "../../env/task.ts";
import { findTasks, TASKS } from "../../tasks/index.ts";

const done: Action = { kind: "done" };
const fail: Action = { kind: "fail", reason: "not there" };
const wait: Action = { kind: "wait" };

/** First train instance with these properties. */
function instanceOf(task: Task<any>, suits: (instance: Instance<any>) => boolean): Instance<any> {
  for (let seed = 34; seed < 2034; seed++) {
    const instance = task.instance(seed);
    if (suits(instance)) return instance;
  }
  throw new RangeError(`${task.id}: no such instance`);
}
const feasible = (instance: Instance<any>): boolean => instance.feasible;
const taskOf = (id: string): Task<any> => findTasks([id])[0]!;

/** Verdict on [start, end] after one action. */
function passes(id: string, instance: Instance<any>, start: Json, end: Json, action: Action): boolean {
  return taskOf(id).verify([start, end], instance, [action]).pass;
}

describe("shared rules, on click-text", () => {
  const task = taskOf("click-text");
  const start = { pressed: [], focus: null, ended: false };
  const good = instanceOf(task, feasible);
  const missing = instanceOf(task, ({ feasible: yes }) => !yes);
  const pressed = (...labels: string[]): Json => ({ pressed: labels, focus: "button-0", ended: false });

  test("pressing exactly the target and saying done passes", () => {
    expect(passes("click-text", good, start, pressed(good.params.target), done)).toBe(true);
  });

  test.each([
    ["nothing pressed", []],
    ["another one pressed", ["Other"]],
  ])("%s fails", (_, labels) => {
    expect(passes("click-text", good, start, pressed(...labels), done)).toBe(false);
  });

  test("pressing the target twice, or another one as well, fails", () => {
    expect(passes("click-text", good, start, pressed(good.params.target, good.params.target), done)).toBe(false);
    expect(passes("click-text", good, start, pressed("Other", good.params.target), done)).toBe(false);
  });

  test("the right state without done does not pass", () => {
    expect(passes("click-text", good, start, pressed(good.params.target), wait)).toBe(false);
  });

  test("giving up passes exactly when the goal is missing and nothing was touched", () => {
    expect(passes("click-text", good, start, start, fail)).toBe(false);
    expect(passes("click-text", missing, start, start, fail)).toBe(true);
    expect(passes("click-text", missing, start, { ...start, focus: "button-1" }, fail)).toBe(true);
    expect(passes("click-text", missing, start, pressed("Other"), fail)).toBe(false);
  });

  test("done on an instance whose goal is missing fails", () => {
    expect(passes("click-text", missing, start, start, done)).toBe(false);
  });

  test("a page that was left, and no states at all, fail with a reason", () => {
    const left = task.verify([start, { lost: true }], good, [done]);
    expect(left).toMatchObject({ pass: false, reason: "The page was left." });
    expect(task.verify([], good, []).pass).toBe(false);
  });

  test("a verdict carries a sentence and the state it judged", () => {
    const verdict = task.verify([start, pressed("Other")], good, [done]);
    expect(verdict.reason).toBe(`"Other" was pressed; asked for "${good.params.target}".`);
    expect(verdict.evidence).toEqual(pressed("Other"));
    expect(verdict.rewardRaw).toBe(0);
  });
});

describe("a form must be sent by the page", () => {
  const instance = instanceOf(taskOf("click-checkboxes"), (given) => feasible(given) && given.bucket === "2 boxes");
  const [one, two] = instance.params.targets as string[];
  const state = (ticked: Json, ended: boolean): Json => ({ ticked, focus: null, ended });

  test("the named boxes in any order pass once the form is sent", () => {
    expect(passes("click-checkboxes", instance, state([], false), state([two!, one!], true), wait)).toBe(true);
  });

  test("the named boxes without sending fail, with done or without", () => {
    expect(passes("click-checkboxes", instance, state([], false), state([one!, two!], false), done)).toBe(false);
  });

  test("a box too few and a box too many fail", () => {
    const extra = instance.params.boxes.find((box: string) => box !== one && box !== two);
    expect(passes("click-checkboxes", instance, state([], false), state([one!], true), wait)).toBe(false);
    expect(passes("click-checkboxes", instance, state([], false), state([one!, two!, extra], true), wait)).toBe(false);
  });
});

describe("what single tasks ask for", () => {
  test("enter-text wants the exact text in the named field and the others empty", () => {
    const instance = instanceOf(taskOf("enter-text"), (given) => feasible(given) && given.bucket === "3 fields");
    const end = (values: readonly string[]): Json => ({ values, focus: null, ended: true });
    const { values } = instance.params;
    const start = { values: ["", "", ""], focus: null, ended: false };
    expect(passes("enter-text", instance, start, end(values), wait)).toBe(true);
    expect(passes("enter-text", instance, start, end(values.map((value: string) => `${value} `)), wait)).toBe(false);
    expect(passes("enter-text", instance, start, end(values.toReversed().map((value: string) => value || "x")), wait)).toBe(false);
  });

  test("log-in wants user, password, tick box and the right button", () => {
    const instance = instanceOf(taskOf("log-in"), ({ params }) => params.stay === true);
    const { user, password } = instance.params;
    const right = { values: { user, password }, stay: true, pressed: "main", focus: null, ended: true };
    const start = { values: { user: "", password: "" }, stay: false, pressed: null, focus: null, ended: false };
    expect(passes("log-in", instance, start, right, wait)).toBe(true);
    expect(passes("log-in", instance, start, { ...right, stay: false }, wait)).toBe(false);
    expect(passes("log-in", instance, start, { ...right, pressed: "other" }, wait)).toBe(false);
    expect(passes("log-in", instance, start, { ...right, values: { user: password, password: user } }, wait)).toBe(false);
  });

  test("inbox wants the deed on the named mail only, and no other mail opened", () => {
    const task = taskOf("inbox");
    const instance = instanceOf(task, (given) => feasible(given) && given.params.deed === "delete");
    const { target, mails } = instance.params;
    const starred = mails.flatMap((mail: { starred: boolean }, index: number) => (mail.starred ? [index] : []));
    const start = { starred, deleted: [], read: [], open: null, focus: null, ended: false };
    const other = (target + 1) % mails.length;
    expect(passes("inbox", instance, start, { ...start, deleted: [target] }, done)).toBe(true);
    expect(passes("inbox", instance, start, { ...start, deleted: [target], read: [target] }, done)).toBe(true);
    expect(passes("inbox", instance, start, { ...start, deleted: [target], read: [other] }, done)).toBe(false);
    expect(passes("inbox", instance, start, { ...start, deleted: [other] }, done)).toBe(false);
    expect(passes("inbox", instance, start, { ...start, deleted: [target], starred: [...starred, other] }, done)).toBe(false);
  });

  test("click-dialog wants the answer to the named dialog, not the same button of the other one", () => {
    const instance = instanceOf(taskOf("click-dialog"), (given) => feasible(given) && given.bucket === "two dialogs");
    const { dialog, button, dialogs } = instance.params;
    const other = dialogs.find(({ title }: { title: string }) => title !== dialog).title;
    const start = { answers: [], focus: null, ended: false };
    expect(passes("click-dialog", instance, start, { ...start, answers: [`${dialog}: ${button}`] }, done)).toBe(true);
    expect(passes("click-dialog", instance, start, { ...start, answers: [`${other}: ${button}`] }, done)).toBe(false);
  });

  test("every task judges the same episode the same way twice", () => {
    for (const task of TASKS) {
      const instance = instanceOf(task, ({ feasible: yes }) => yes);
      const states = [{ ended: false }, { lost: true }];
      expect(task.verify(states, instance, [fail])).toEqual(task.verify(states, instance, [fail]));
    }
  });
});
