/**
 * Building blocks of oracles. An oracle sees the state and boxes of a page and returns the next action; it keeps no memory, so it
 * can take over in the middle of an episode. In: an `OracleContext`. Out: an `Action`.
 */
import { click, type Action } from "../env/action.ts";
import { centre, type Box, type OracleContext } from "../env/task.ts";

type Context = OracleContext<any>;

/** Selector of an element by its data-id. */
export const byId = (id: string): string => `[data-id="${id}"]`;

export const done = (): Action => ({ kind: "done" });
export const fail = (reason: string): Action => ({ kind: "fail", reason });
/** @public For tasks of a user, see module.ts. */
export const key = (chord: string): Action => ({ kind: "key", chord, count: 1 });

/** The newest state as an object. */
export const stateOf = (context: Context): Record<string, any> => context.state as Record<string, any>;

/** A click on the centre of an element, or `fail` when nothing of it can be seen. */
export async function clickOn(context: Context, id: string): Promise<Action> {
  const box = await context.box(byId(id));
  return box === null ? fail(`"${id}" cannot be seen.`) : click(centre(box));
}

/** Least visible height, in CSS px, for a row to be clicked instead of scrolled into view. */
const ENOUGH = 10;

/** The direction in which row `index` of `rows` is out of sight in its pane: 1 below, -1 above, 0 when it can be clicked. */
async function outOfSight(context: Context, rows: readonly string[], index: number): Promise<number> {
  const seen = (box: Box | null): boolean => box !== null && box.height >= ENOUGH;
  const boxes = await Promise.all(rows.map((row) => context.box(byId(row))));
  if (seen(boxes[index] ?? null)) return 0;
  return boxes.findIndex(seen) > index ? -1 : 1;
}

/**
 * A click on one row of a scrolling pane (or on the part `target` of that row), else a turn of the wheel towards it.
 * `rows` are the ids of all rows from top to bottom.
 */
export async function clickInPane(context: Context, pane: string, rows: readonly string[], index: number, target = rows[index]!): Promise<Action> {
  const direction = await outOfSight(context, rows, index);
  return direction === 0 ? clickOn(context, target) : scrollPane(context, pane, direction);
}

/** A turn of the wheel over a pane by two thirds of its height; `direction` 1 is down. */
export async function scrollPane(context: Context, pane: string, direction: number): Promise<Action> {
  const box = await context.box(byId(pane));
  if (box === null) return fail(`"${pane}" cannot be seen.`);
  return { kind: "scroll", at: centre(box), dx: 0, dy: direction * Math.round((box.height * 2) / 3) };
}

/** True when a row of a pane can be seen well enough to be clicked. */
export async function inSight(context: Context, row: string): Promise<boolean> {
  const box = await context.box(byId(row));
  return box !== null && box.height >= ENOUGH;
}

/** Steps that put `text` into a field whose text is now `current`: click it, empty it when it holds something else, type. Null when done. */
export async function typeInto(context: Context, id: string, current: string, text: string): Promise<Action | null> {
  if (current === text) return null;
  if (stateOf(context)["focus"] !== id) return clickOn(context, id);
  const last = context.actions.at(-1);
  const selected = last?.kind === "key" && last.chord === "Control+A";
  return current === "" || selected ? { kind: "type", text } : key("Control+A");
}

/** The first action that is not null, in order; each step is only worked out when those before it are done. */
export async function firstOf(...steps: readonly (() => Promise<Action | null>)[]): Promise<Action> {
  for (const step of steps) {
    const action = await step();
    if (action !== null) return action;
  }
  return done();
}
