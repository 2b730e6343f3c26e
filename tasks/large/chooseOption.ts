/** Oracle steps for the drop-down lists of the bigger pages, of which one at a time is open (its id is `state.open`). */
import { click, type Action } from "../../env/action.ts";
import type { OracleContext } from "../../env/task.ts";
import { byId, fail, stateOf } from "../oracle.ts";

/** A click on the text of a wide element, which starts `at` CSS px from its left: people click words, not the empty middle of a box. */
export async function clickText(context: OracleContext<any>, id: string, at = 18): Promise<Action> {
  const box = await context.box(byId(id));
  return box === null ? fail(`"${id}" cannot be seen.`) : click({ x: box.x + at, y: box.y + box.height / 2 });
}

/** Opens list `id` and clicks `wanted`; fails when the open list does not offer it. Null when it is chosen already. */
export async function chooseOption(
  context: OracleContext<any>,
  id: string,
  options: readonly string[],
  chosen: string | null,
  wanted: string,
): Promise<Action | null> {
  if (chosen === wanted) return null;
  if (stateOf(context)["open"] !== id) return clickText(context, id);
  const index = options.indexOf(wanted);
  return index === -1 ? fail(`"${wanted}" is not in the list.`) : clickText(context, `${id}-${index}`);
}

/** Closes the list that is open, which may hide what comes next, unless it is one of `needed`. Null when there is nothing to close. */
export async function closeList(context: OracleContext<any>, ...needed: readonly string[]): Promise<Action | null> {
  const open: string | null = stateOf(context)["open"];
  return open === null || needed.includes(open) ? null : clickText(context, open);
}
