/** The tasks room: the registry of all tasks and the kit to make more. */
import { WheelError } from "../env/errors.ts";
import type { Task } from "../env/task.ts";
import { calendarEvent } from "./large/calendarEvent.ts";
import { dashboardTable } from "./large/dashboardTable.ts";
import { dragToBin } from "./large/dragToBin.ts";
import { mailApp } from "./large/mailApp.ts";
import { pickDate } from "./large/pickDate.ts";
import { settingsForm } from "./large/settingsForm.ts";
import { shop } from "./large/shop.ts";
import { MINIWOB_TASKS } from "./miniwob/index.ts";
import { chooseList } from "./small/chooseList.ts";
import { clickCheckboxes } from "./small/clickCheckboxes.ts";
import { clickDialog } from "./small/clickDialog.ts";
import { clickIcon } from "./small/clickIcon.ts";
import { clickLink } from "./small/clickLink.ts";
import { clickMenu } from "./small/clickMenu.ts";
import { clickOption } from "./small/clickOption.ts";
import { clickShape } from "./small/clickShape.ts";
import { clickTab } from "./small/clickTab.ts";
import { clickText } from "./small/clickText.ts";
import { enterText } from "./small/enterText.ts";
import { inbox } from "./small/inbox.ts";
import { logIn } from "./small/logIn.ts";
import { readTable } from "./small/readTable.ts";
import { editDistance } from "./words.ts";

export { defineTask, themeFor, type Draw, type PageState, type TaskDefinition } from "./defineTask.ts";
export { loadTaskModule, type Kit } from "./module.ts";
export { MINIWOB_TASKS };

/** The project's own tasks, ordered by family: what "all" means where nothing is said. Suites of others are asked for by their prefix. */
export const TASKS: readonly Task<any>[] = [
  clickText,
  clickLink,
  clickDialog,
  clickTab,
  clickMenu,
  clickOption,
  clickCheckboxes,
  chooseList,
  enterText,
  logIn,
  clickShape,
  clickIcon,
  readTable,
  inbox,
  pickDate,
  dragToBin,
  shop,
  settingsForm,
  mailApp,
  dashboardTable,
  calendarEvent,
];

/** Own tasks and suites: everything that an id may name. */
export const ALL_TASKS: readonly Task<any>[] = [...TASKS, ...MINIWOB_TASKS];

/** Families in the order of `tasks`, each with its tasks. */
export function families(tasks: readonly Task<any>[] = TASKS): ReadonlyMap<string, readonly Task<any>[]> {
  return Map.groupBy(tasks, ({ family }) => family);
}

/**
 * The tasks that `patterns` name, in registry order, each once. A pattern is an id or a glob; its `*` stops at a slash, as in paths:
 * "click-*" are own tasks, "miniwob/*" a suite.
 * Throws `unknown-task` for a pattern that names none.
 */
export function findTasks(patterns: readonly string[], tasks: readonly Task<any>[] = ALL_TASKS): Task<any>[] {
  const stranger = patterns.find((pattern) => matchTasks([pattern], tasks).length === 0);
  if (stranger !== undefined) throw unknownTask(stranger, tasks);
  return matchTasks(patterns, tasks);
}

/** Those of `tasks` that one of the patterns names, perhaps none; see {@link findTasks}. */
export function matchTasks(patterns: readonly string[], tasks: readonly Task<any>[]): Task<any>[] {
  const matchers = patterns.map(
    (pattern) =>
      new RegExp(
        `^${pattern
          .split("*")
          .map((part) => RegExp.escape(part))
          .join("[^/]*")}$`,
      ),
  );
  return tasks.filter(({ id }) => matchers.some((matcher) => matcher.test(id)));
}

function unknownTask(pattern: string, tasks: readonly Task<any>[]): WheelError {
  const near = tasks
    .map(({ id }) => ({ id, distance: editDistance(id, pattern) }))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ id }) => id);
  return new WheelError(
    "unknown-task",
    `There is no task "${pattern}".`,
    `Did you mean ${near.join(", ")}? \`flywheel tasks list\` shows what there is.`,
  );
}
