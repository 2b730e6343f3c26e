/** pick-date: open a date picker, turn to the month, choose the day and send the form. The page ends the episode. */
import type { Rng } from "../../env/random.ts";
import { defineTask } from "../defineTask.ts";
import { givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickOn, fail, firstOf, stateOf } from "../oracle.ts";
import { SEND_LABELS } from "../phrases.ts";
import { pageFile } from "../resources.ts";
import { between } from "../words.ts";

/** Months are counted as year * 12 + month (January = 0). */
type Day = { readonly month: number; readonly day: number };
/** `closed`: days that cannot be chosen in any month. `start` is the month that the picker shows first. */
type Params = {
  readonly label: string;
  readonly start: number;
  readonly goal: Day;
  readonly closed: readonly number[];
  readonly mondayFirst: boolean;
  readonly dayFirst: boolean;
  readonly send: string;
};

/** Least and greatest distance, in months, between the month shown first and the goal. */
const DISTANCES = { "same month": [0, 0], "1-2 months away": [1, 2], "3-7 months away": [3, 7] } as const;
const BUCKETS = Object.keys(DISTANCES);

const YEAR = 12;
const SHORT_MONTHS = [1, 3, 5, 8, 10] as const;
const utc = (month: number, day: number): Date => new Date(Date.UTC(Math.floor(month / YEAR), month % YEAR, day));
const daysIn = (month: number): number => utc(month + 1, 0).getUTCDate();
const text = ({ month, day }: Day, dayFirst: boolean): string => {
  const name = utc(month, 1).toLocaleString("en-US", { month: "long", timeZone: "UTC" });
  const year = Math.floor(month / YEAR);
  return dayFirst ? `${day} ${name} ${year}` : `${name} ${day}, ${year}`;
};

/** An infeasible day is either closed or beyond the end of its month. */
function drawGoal(rng: Rng, closed: readonly number[], feasible: boolean): Day {
  const year = YEAR * between(rng, 2025, 2027);
  if (!feasible && rng.chance(0.5)) {
    const month = year + rng.pick(SHORT_MONTHS);
    return { month, day: between(rng, daysIn(month) + 1, month % YEAR === 1 ? 30 : 31) };
  }
  const month = year + rng.int(YEAR);
  const days = Array.from({ length: daysIn(month) }, (_, index) => index + 1);
  return { month, day: rng.pick(days.filter((day) => closed.includes(day) !== feasible)) };
}

/** An open day next to the goal. */
const nextDay = ({ goal, closed }: Params): Day => {
  const days = [1, -1, 2, -2, 3, -3, 4, -4, 5, -5].map((by) => goal.day + by);
  return { ...goal, day: days.find((day) => day >= 1 && day <= daysIn(goal.month) && !closed.includes(day))! };
};

/** The same day (or an earlier open one) in another month. */
const inMonth = (params: Params, month: number): Params => {
  const day = Math.min(params.goal.day, daysIn(month));
  const goal = { month, day };
  return { ...params, goal: params.closed.includes(day) ? nextDay({ ...params, goal }) : goal };
};

export const pickDate = defineTask<Params>({
  id: "pick-date",
  family: "choose",
  summary: "Open a date picker, turn to the month, choose the day and send the form.",
  viewport: { width: 320, height: 240 },
  maxSteps: 20,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "page",
  looks: true,
  templates: [
    "Choose {date} and press {send}.",
    "Pick {date} as the {label} date, then click {send}.",
    "Set {label} to {date} and press {send}.",
    "Open the calendar, choose {date} and finish with {send}.",
  ],
  heldOut: "{label} should be on {date}: enter that and press {send}.",
  draw: ({ rng, words, bucket, feasible }) => {
    const closed = rng.sample(
      Array.from({ length: 28 }, (_, index) => index + 1),
      between(rng, 3, 6),
    );
    const goal = drawGoal(rng, closed, feasible);
    const [least, greatest] = DISTANCES[bucket as keyof typeof DISTANCES];
    const distance = between(rng, least, greatest) * (rng.chance(0.6) ? 1 : -1);
    return {
      label: rng.pick(words.labels.filter((word) => word.length <= 8)),
      start: goal.month - distance,
      goal,
      closed,
      mondayFirst: rng.chance(0.5),
      dayFirst: rng.chance(0.5),
      send: rng.pick(SEND_LABELS),
    };
  },
  slots: ({ label, goal, dayFirst, send }) => ({ label, send, date: text(goal, dayFirst) }),
  page: pageFile("pick-date.js"),
  styles: pageFile("pick-date.css"),
  check: (state, { goal, dayFirst }) => {
    const chosen: Day | null = state["chosen"];
    if (chosen === null) return "No date was chosen.";
    return chosen.month === goal.month && chosen.day === goal.day
      ? null
      : `The date is ${text(chosen, dayFirst)}; it should be ${text(goal, dayFirst)}.`;
  },
  oracle: async (context) => {
    const { goal, closed } = context.instance.params;
    const { open, shown, chosen } = stateOf(context);
    const chosenRightly = chosen !== null && chosen.month === goal.month && chosen.day === goal.day;
    if (chosenRightly) return clickOn(context, open ? "date" : "send");
    return firstOf(
      async () => (open ? null : clickOn(context, "date")),
      async () => (shown === goal.month ? null : clickOn(context, shown < goal.month ? "next" : "previous")),
      async () =>
        goal.day > daysIn(goal.month) || closed.includes(goal.day) ? fail("That day cannot be chosen.") : clickOn(context, `day-${goal.day}`),
    );
  },
  nearMisses: [
    wrongGoal("chooses another day", (params) => ({ ...params, goal: nextDay(params) })),
    wrongGoal("stays in the month shown first", (params) => (params.start === params.goal.month ? null : inMonth(params, params.start))),
    wrongGoal("chooses the next month", (params) => inMonth(params, params.goal.month + 1)),
    () => ({ name: "sends without a date", applies: () => true, act: async (context) => clickOn(context, "send") }),
    stopEarly("says done without sending", (_, context) => stateOf(context)["chosen"] !== null),
    givesUp(),
  ],
});
