/** calendar-event: create an event with title, day, time and length in a week view, maybe of another week. The page ends the episode. */
import type { Rng } from "../../env/random.ts";
import { defineTask } from "../defineTask.ts";
import { givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickOn, firstOf, stateOf, typeInto } from "../oracle.ts";
import { between, pickApart } from "../words.ts";
import { appPage } from "./appPage.ts";
import { chooseOption, closeList } from "./chooseOption.ts";

/** `week` counts from the one shown first; `length` in hours. */
type Event = { readonly title: string; readonly week: number; readonly day: number; readonly start: number; readonly length: number };
/** What the form must say when it is saved; a day, start or length that its lists do not offer makes the instance infeasible. */
type Goal = { readonly title: string; readonly week: number; readonly day: string; readonly start: string; readonly length: string };
/** `monday` is the day of the year 2026 (1 = 1 January) on which week 0 starts. */
type Params = {
  readonly name: string;
  readonly monday: number;
  readonly days: readonly string[];
  readonly hours: readonly number[];
  readonly lengths: readonly string[];
  readonly events: readonly Event[];
  readonly goal: Goal;
  /** What the instruction calls the event. */
  readonly request: string;
};

const BUCKETS = ["title, day and time", "length too", "another week"] as const;
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
const LENGTHS = ["30 minutes", "1 hour", "2 hours", "3 hours"] as const;
/** What the form says unless it is changed. */
const USUAL = LENGTHS[1];
const HOURS = 10;
/** Weeks of the other events, in turn. */
const WEEKS = [0, 0, 0, 1, -1, 2] as const;

/** Other events, none over another. */
function drawEvents(rng: Rng, titles: readonly string[], days: number, first: number): Event[] {
  const taken = new Set<string>();
  return titles.flatMap((title, index) => {
    const event = { title, week: WEEKS[index % WEEKS.length]!, day: rng.int(days), start: first + rng.int(HOURS - 2), length: between(rng, 1, 2) };
    const slots = Array.from({ length: event.length }, (_, hour) => `${event.week} ${event.day} ${event.start + hour}`);
    if (slots.some((slot) => taken.has(slot))) return [];
    slots.forEach((slot) => taken.add(slot));
    return [event];
  });
}

const dateText = (monday: number, week: number, day: number): string =>
  new Date(Date.UTC(2026, 0, monday + 7 * week + day)).toLocaleString("en-US", { month: "long", day: "numeric", timeZone: "UTC" });

const other = <T>(list: readonly T[], value: T): T => list[(list.indexOf(value) + 1) % list.length]!;

/** A near miss that saves an event with one field wrong; `wrong` returns that field, or null where it cannot be wrong. */
const slip = (name: string, wrong: (params: Params) => Partial<Goal> | null): ReturnType<typeof wrongGoal<Params>> =>
  wrongGoal(name, (params, { feasible }) => {
    const fields = feasible ? wrong(params) : null;
    return fields && { ...params, goal: { ...params.goal, ...fields } };
  });

export const calendarEvent = defineTask<Params>({
  id: "calendar-event",
  family: "app",
  summary: "Create an event with title, day, time and length in a calendar.",
  viewport: { width: 1280, height: 800 },
  maxSteps: 22,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "page",
  looks: true,
  templates: [
    "Add {event} to the calendar.",
    "Create {event} and save it.",
    "Please put {event} into the calendar.",
    "Please enter {event} in the calendar.",
  ],
  heldOut: "The calendar lacks {event}: enter it there.",
  draw: ({ rng, words, bucket, feasible }) => {
    const days = DAYS.slice(0, rng.pick([5, 5, 7]));
    const first = between(rng, 7, 9);
    const hours = Array.from({ length: HOURS }, (_, index) => first + index);
    const titles = pickApart(rng, words.labels, 13, [], 9);
    const name = titles.pop()!;
    const title = [titles.pop()!, ...(rng.chance(0.5) ? [titles.pop()!.toLowerCase()] : [])].join(" ");
    const monday = 5 + 7 * between(rng, 3, 45);
    const week = bucket === "another week" ? rng.pick([-2, -1, 1, 1, 2, 3]) : 0;
    const absentDay = days.length < 7 && rng.chance(0.5) && !feasible;
    const day = absentDay ? rng.pick(DAYS.slice(days.length)) : rng.pick(days);
    const start = feasible || absentDay ? rng.pick(hours) : rng.pick([first - 1, first + HOURS, first + HOURS + 1]);
    const length = bucket === "length too" ? rng.pick(LENGTHS.filter((one) => one !== USUAL)) : USUAL;
    const when = week === 0 ? `on ${day}` : `on ${day}, ${dateText(monday, week, DAYS.indexOf(day))},`;
    const long = length === USUAL ? "" : ` for ${length}`;
    return {
      name,
      monday,
      days,
      hours,
      lengths: LENGTHS,
      events: drawEvents(rng, titles, days.length, first),
      goal: { title, week, day, start: `${start}:00`, length },
      request: `"${title}" ${when} at ${start}:00${long}`,
    };
  },
  slots: ({ request }) => ({ event: request }),
  ...appPage("calendar-event"),
  check: (state, { goal }) => {
    const saved: Goal | null = state["saved"];
    if (saved === null) return "No event was saved.";
    const wrong = (["title", "week", "day", "start", "length"] as const).find((field) => String(saved[field]).trim() !== String(goal[field]));
    return wrong === undefined ? null : `The ${wrong} of the event is "${saved[wrong]}"; it should be "${goal[wrong]}".`;
  },
  oracle: async (context) => {
    const { days, hours, lengths, goal } = context.instance.params;
    const { week, form } = stateOf(context);
    if (week !== goal.week) return clickOn(context, form !== null ? "cancel" : week < goal.week ? "next" : "previous");
    if (form === null) return clickOn(context, "new");
    const starts = hours.map((hour) => `${hour}:00`);
    // What the lists may not offer comes first, so that nothing is typed in vain.
    return firstOf(
      () => closeList(context, ...(["day", "start", "length"] as const).filter((field) => form[field] !== goal[field])),
      () => chooseOption(context, "day", days, form.day, goal.day),
      () => chooseOption(context, "start", starts, form.start, goal.start),
      () => chooseOption(context, "length", lengths, form.length, goal.length),
      () => typeInto(context, "title", form.title, goal.title),
      () => clickOn(context, "save"),
    );
  },
  nearMisses: [
    slip("takes another day", ({ days, goal }) => ({ day: other(days, goal.day) })),
    slip("takes another hour", ({ hours, goal }) => ({ start: `${other(hours, parseInt(goal.start, 10))}:00` })),
    slip("takes another length", ({ lengths, goal }) => ({ length: other(lengths, goal.length) })),
    slip("gets the title wrong", ({ goal }) => ({ title: goal.title.slice(1) })),
    slip("stays in the week shown first", ({ goal }) => (goal.week === 0 ? null : { week: 0 })),
    wrongGoal("settles for a day and hour that are offered", ({ goal, ...params }, { feasible }) =>
      feasible ? null : { ...params, goal: { ...goal, day: params.days[0]!, start: `${params.hours[0]}:00` } },
    ),
    stopEarly("says done without saving", (_, context) => stateOf(context)["form"]?.title === context.instance.params.goal.title),
    givesUp(),
  ],
});
