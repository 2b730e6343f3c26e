/** The bigger tasks on their real pages: oracles and near misses, resets in place, and what their widgets do. */
import { afterAll, describe, expect, test } from "vitest";
import { click, type Action } from "../../env/action.ts";
import { Environment, EnvironmentPool } from "../../env/index.ts";
import { launchBrowser } from "../../env/launch.ts";
import { centre, type Instance, type Task } from "../../env/task.ts";
import { checkTask } from "../../flywheel/checkTasks.ts";
import { findTasks } from "../../tasks/index.ts";

const IDS = ["pick-date", "drag-to-bin", "shop", "settings-form", "mail-app", "dashboard-table", "calendar-event"];
const SEEDS = [34, 41, 600_000, 600_007, 690_000, 690_007];
const tasks = findTasks(IDS);
const taskOf = (id: string): Task<any> => findTasks([id])[0]!;

const pool = new EnvironmentPool(1, { screenshots: false });
afterAll(() => pool.close());

/** First train seed whose instance suits. */
function seedOf(task: Task<any>, suits: (instance: Instance<any>) => boolean): number {
  return Array.from({ length: 2000 }, (_, n) => 34 + n).find((seed) => suits(task.instance(seed)))!;
}

/** State after the given actions; an action may be the data-id of what to click. */
async function stateAfter(id: string, seed: number, actions: readonly (Action | string)[]): Promise<any> {
  const [state] = await pool.run([seed], async (environment) => {
    await environment.reset(taskOf(id), seed);
    for (const action of actions) {
      const box = typeof action === "string" ? await environment.oracleContext().box(`[data-id="${action}"]`) : null;
      if (typeof action === "string") expect(box, action).not.toBeNull();
      await environment.step(typeof action === "string" ? click(centre(box!)) : action);
    }
    return environment.oracleContext().state;
  });
  return state;
}

describe.each(tasks.map((task) => [task.id, task] as const))("%s", (_, task) => {
  test("is passed by its oracle and by nothing else", async () => {
    const [report] = await pool.run([task], (environment) => checkTask(environment, task, SEEDS));
    expect(report?.problems).toEqual([]);
    expect(report?.rows.find(({ policy }) => policy === "random")?.feasible.passes).toBe(0);
  });

  test("never asks for more than 24 words, which is what a model reads", () => {
    const longest = [34, 600_000, 690_000].flatMap((from) =>
      Array.from({ length: 300 }, (_, n) => task.instance(from + n).instruction.split(" ").length),
    );
    expect(Math.max(...longest)).toBeLessThanOrEqual(24);
  });

  test("shows the same first screen after another episode as on a fresh page", async () => {
    const browser = await launchBrowser();
    await using warm = new Environment(async () => browser);
    await using fresh = new Environment(async () => browser);
    await warm.reset(task, 36);
    for (let step = 0; step < 3; step++) {
      const { verdict } = await warm.step(await task.oracle!(warm.oracleContext()));
      if (verdict !== null) break;
    }
    const [again, first] = [await warm.reset(task, 37), await fresh.reset(task, 37)];
    await browser.close();
    expect(again.how).toBe("in-place");
    expect(again.observation.screenHash).toBe(first.observation.screenHash);
  });
});

describe("the widgets of the pages", () => {
  test("a closed day of a date picker cannot be chosen, an open one can", async () => {
    const seed = seedOf(taskOf("pick-date"), ({ params }) => !params.closed.includes(10));
    const { closed, start } = taskOf("pick-date").instance(seed).params;
    expect(await stateAfter("pick-date", seed, ["date", `day-${closed[0]}`])).toMatchObject({ open: true, chosen: null });
    expect(await stateAfter("pick-date", seed, ["date", "next", "day-10"])).toMatchObject({ open: false, chosen: { month: start + 1, day: 10 } });
  });

  test("a card that is dropped outside every column, or only clicked, stays where it was", async () => {
    const { bins } = taskOf("drag-to-bin").instance(34).params;
    const start = bins.map(({ cards }: { cards: number[] }) => cards);
    const out: Action = {
      kind: "drag",
      path: [
        { x: 60, y: 110 },
        { x: 300, y: 12 },
      ],
    };
    expect(await stateAfter("drag-to-bin", 34, [out, "card-0"])).toMatchObject({ bins: start, held: null });
  });

  test("a shop finds products by a part of their name and counts what is in the cart", async () => {
    const seed = seedOf(taskOf("shop"), ({ params }) => !params.products[4].soldOut);
    const { products } = taskOf("shop").instance(seed).params;
    const typed: Action = { kind: "type", text: products[4].name.slice(0, -1).toUpperCase() };
    const { cart } = await stateAfter("shop", seed, ["search", typed, "add-4", "add-4", "cart", "more-4", "less-4"]);
    expect(cart).toEqual(products.map((_: unknown, index: number) => (index === 4 ? 2 : 0)));
  });

  test("a click beside an open list closes it and chooses nothing", async () => {
    const state = await stateAfter("shop", 34, ["category", click({ x: 30, y: 440 })]);
    expect(state).toMatchObject({ open: null, category: null });
  });

  test("Reset undoes all changes of settings, also in other sections", async () => {
    const task = taskOf("settings-form");
    const { settings } = task.instance(34).params;
    const first = settings.findIndex(({ kind }: { kind: string }) => kind === "switch");
    const changed = await stateAfter("settings-form", 34, [`set-${first}`]);
    expect(changed.values[first]).not.toBe(settings[first].value);
    const { values } = await stateAfter("settings-form", 34, [`set-${first}`, "section-1", "reset"]);
    expect(values).toEqual(settings.map(({ value }: { value: string }) => value));
  });

  test("a discarded answer is not sent, and opening mails changes nothing that is judged", async () => {
    const task = taskOf("mail-app");
    const seed = seedOf(task, ({ params }) => params.mails[0].folder === "Inbox");
    const { sent, places } = await stateAfter("mail-app", seed, ["mail-0", "reply", "body", { kind: "type", text: "hello" }, "discard"]);
    expect(sent).toEqual([]);
    expect(places).toEqual(task.instance(seed).params.mails.map(({ folder }: { folder: string }) => folder));
  });

  test("an order is only changed once the dialog is confirmed", async () => {
    const cancelled = await stateAfter("dashboard-table", 34, ["delete-0", "cancel"]);
    expect(cancelled).toMatchObject({ asking: null, acted: null, ended: false });
    expect(await stateAfter("dashboard-table", 34, ["delete-0", "confirm"])).toMatchObject({ acted: { deed: "delete", row: 0 }, ended: true });
  });

  test("a click on an hour of a calendar opens the form with that day and hour", async () => {
    const task = taskOf("calendar-event");
    const seed = seedOf(task, ({ params }) => params.events.every(({ day }: { day: number }) => day !== 2));
    const hour = task.instance(seed).params.hours[3];
    const { form } = await stateAfter("calendar-event", seed, [`cell-2-${hour}`]);
    expect(form).toMatchObject({ title: "", day: "Wednesday", start: `${hour}:00` });
  });
});

describe("what is judged", () => {
  const wait: Action = { kind: "wait" };

  test("an answer from the table passes with and without its dollar sign, and not beside a changed order", () => {
    const task = taskOf("dashboard-table");
    const instance = task.instance(seedOf(task, ({ feasible, params }) => feasible && params.quest.column === "Cost"));
    const cost: string = instance.params.rows[instance.params.target].at(-1);
    const judged = (answer: string, acted: unknown = null): boolean =>
      task.verify([{ ended: false }, { ended: true, answer, acted: acted as null }], instance, [wait]).pass;
    expect([judged(cost), judged(` ${cost.slice(1)}`), judged(""), judged(`${cost}0`), judged(cost, { deed: "delete", row: 0 })]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  test("an answer to a mail fails with another text, another receiver, or when it is sent twice", () => {
    const task = taskOf("mail-app");
    const instance = task.instance(seedOf(task, ({ feasible, params }) => feasible && params.deed.kind === "reply"));
    const { mails, target, deed } = instance.params;
    const right = { kind: "reply", mail: target, to: mails[target].from, subject: `Re: ${mails[target].subject}`, body: deed.text };
    const places = mails.map(({ folder }: { folder: string }) => folder);
    const starred = mails.map((mail: { starred: boolean }) => mail.starred);
    const judged = (...sent: readonly (typeof right)[]): boolean => task.verify([{}, { places, starred, sent }], instance, [{ kind: "done" }]).pass;
    expect(judged(right)).toBe(true);
    expect([judged(), judged(right, right), judged({ ...right, body: "no" }), judged({ ...right, to: "nobody" })]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test("giving up on a mail that is not there fails after another one was starred", () => {
    const task = taskOf("mail-app");
    const instance = task.instance(seedOf(task, ({ feasible }) => !feasible));
    const start = { places: ["Inbox"], starred: [false], sent: [], mail: null };
    const verdict = (end: object): boolean => task.verify([start, { ...start, ...end }], instance, [{ kind: "fail", reason: "" }]).pass;
    expect([verdict({}), verdict({ mail: 0 }), verdict({ starred: [true] })]).toEqual([true, true, false]);
  });
});
