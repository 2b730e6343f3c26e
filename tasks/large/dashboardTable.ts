/** dashboard-table: find an order by two criteria in a table with pages, then submit one of its values or approve or delete it. The page ends the episode. */
import type { Action } from "../../env/action.ts";
import type { Rng } from "../../env/random.ts";
import type { OracleContext } from "../../env/task.ts";
import { defineTask } from "../defineTask.ts";
import { givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickOn, fail, stateOf, typeInto } from "../oracle.ts";
import { capitalised } from "../phrases.ts";
import { between, pickApart, type Words } from "../words.ts";
import { appPage } from "./appPage.ts";

const COLUMNS = ["Order", "Customer", "City", "Product", "Payment", "Cost"] as const;
type Column = (typeof COLUMNS)[number];
type Quest = { readonly kind: "read"; readonly column: Column } | { readonly kind: "approve" } | { readonly kind: "delete" };
/** By which an order is found: customer and city, or city and the highest or lowest cost in it. */
type Criterion = { readonly customer: string } | { readonly extreme: "highest" | "lowest" };
/** `rows[r][c]` are texts; `target` is the row to find, -1 when the table has none that fits. */
type Params = {
  readonly name: string;
  readonly user: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly pageSize: number;
  readonly target: number;
  readonly city: string;
  readonly criterion: Criterion;
  readonly quest: Quest;
};

const BUCKETS = ["1 page", "3 pages", "highest or lowest"] as const;
const PAGE_SIZE = 10;
/** A text of a row; empty for the row of no order. */
const cell = (row: readonly string[] | undefined, column: Column): string => row?.[COLUMNS.indexOf(column)] ?? "";
const cost = (row: readonly string[] | undefined): number => Number(cell(row, "Cost").slice(1));

/** Rows whose pairs of customer and city, products, numbers and costs all differ. */
function drawRows(rng: Rng, words: Words, customers: readonly string[], cities: readonly string[], count: number): string[][] {
  const pairs = rng.sample(
    customers.flatMap((customer) => cities.map((city) => [customer, city] as const)),
    count,
  );
  const products = pickApart(rng, words.products, count, [...customers, ...cities], 9);
  const numbers = rng.sample(
    Array.from({ length: 8000 }, (_, index) => String(index + 1100)),
    count,
  );
  const dollars = rng.sample(
    Array.from({ length: 900 }, (_, index) => index + 20),
    count,
  );
  return pairs.map(([customer, city], index) => {
    const cents = String(rng.pick([0, 25, 40, 50, 75, 95])).padStart(2, "0");
    return [numbers[index]!, customer, city, products[index]!, rng.pick(["Pending", "Paid", "Unpaid"]), `$${dollars[index]}.${cents}`];
  });
}

/** Rows of the city, the one with the highest (or lowest) cost first. */
function ranked({ rows, city }: Pick<Params, "rows" | "city">, extreme: "highest" | "lowest"): number[] {
  const sign = extreme === "highest" ? -1 : 1;
  const own = rows.flatMap((row, index) => (cell(row, "City") === city ? [index] : []));
  return own.toSorted((a, b) => sign * (cost(rows[a]) - cost(rows[b])));
}

/** The order in which the table shows its rows. */
function shownOrder({ rows }: Params, sort: Column | null, up: boolean): number[] {
  const order = rows.map((_, index) => index);
  if (sort !== "Cost") return order;
  return order.toSorted((a, b) => (up ? 1 : -1) * (cost(rows[a]) - cost(rows[b])));
}

/** Sorts by cost (for a highest or lowest one) and turns to the target's page; fails on the last page when there is no target. Null when it is shown. */
async function turnTo(context: OracleContext<Params>): Promise<Action | null> {
  const { params } = context.instance;
  const { page, sort, up } = stateOf(context);
  const extreme = "extreme" in params.criterion ? params.criterion.extreme : null;
  const sorted = extreme === null ? sort === null || sort === "Cost" : sort === "Cost" && up === (extreme === "lowest");
  if (!sorted) return clickOn(context, "sort-Cost");
  const last = Math.ceil(params.rows.length / params.pageSize) - 1;
  if (params.target === -1 && page === last) return fail("There is no such order.");
  const wanted = params.target === -1 ? last : Math.floor(shownOrder(params, sort, up).indexOf(params.target) / params.pageSize);
  return wanted === page ? null : clickOn(context, wanted > page ? "next" : "previous");
}

const answerOf = ({ rows, target }: Params, column: Column): string => cell(rows[target], column);
const bare = (text: string): string => text.trim().replace(/^\$/, "").toLowerCase();

/** Another row that fits one of the criteria. */
function decoy({ rows, target, city, criterion }: Params, same: "customer" | "city"): number {
  if ("extreme" in criterion) return same === "city" ? (ranked({ rows, city }, criterion.extreme).at(-1) ?? -1) : -1;
  return rows.findIndex(
    (row, index) => index !== target && (same === "city" ? cell(row, "City") === city : cell(row, "Customer") === criterion.customer),
  );
}

const describe = ({ quest, city, criterion }: Params): string => {
  const order = "customer" in criterion ? `the order of ${criterion.customer} in ${city}` : `the order in ${city} with the ${criterion.extreme} cost`;
  if (quest.kind !== "read") return `${quest.kind} ${order}`;
  const what = quest.column === "Order" ? "number" : quest.column.toLowerCase();
  return `find the ${what} of ${order} and submit it as the answer`;
};

export const dashboardTable = defineTask<Params>({
  id: "dashboard-table",
  family: "read",
  summary: "Find an order by two criteria in a table with pages; submit one of its values, approve it or delete it.",
  viewport: { width: 1280, height: 800 },
  maxSteps: 16,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "page",
  looks: true,
  templates: ["{Deed}.", "Please {deed}.", "In the table, {deed}.", "Look through the orders and {deed}."],
  heldOut: "This is your job: {deed}.",
  draw: ({ rng, words, bucket, feasible }) => {
    const [missing, ...cities] = pickApart(rng, words.cities, between(rng, 5, 6) + 1, [], 9) as [string, ...string[]];
    const customers = pickApart(rng, words.firstNames, 9, cities, 8);
    const rows = drawRows(rng, words, customers, cities, bucket === "1 page" ? between(rng, 8, PAGE_SIZE) : between(rng, 21, 28));
    const reads: Quest = { kind: "read", column: rng.pick(["Order", "Product", "Cost"]) };
    const quest: Quest = bucket === "1 page" ? reads : rng.pick<Quest>([reads, { kind: "approve" }, { kind: "delete" }]);
    const given = { name: rng.pick(words.labels), user: rng.pick(words.firstNames), columns: COLUMNS, rows, pageSize: PAGE_SIZE, quest };
    if (bucket === "highest or lowest") {
      const extreme = rng.pick(["highest", "lowest"] as const);
      const city = rng.pick(cities.filter((one) => ranked({ rows, city: one }, extreme).length > 1));
      return { ...given, city: feasible ? city : missing, criterion: { extreme }, target: feasible ? ranked({ rows, city }, extreme)[0]! : -1 };
    }
    const target = rng.int(rows.length);
    if (feasible) return { ...given, target, city: cell(rows[target], "City"), criterion: { customer: cell(rows[target], "Customer") } };
    const absent = customers
      .flatMap((customer) => cities.map((city) => ({ customer, city })))
      .filter(({ customer, city }) => !rows.some((row) => cell(row, "Customer") === customer && cell(row, "City") === city));
    const { customer, city } = rng.pick(absent);
    return { ...given, target: -1, city, criterion: { customer } };
  },
  slots: (params) => {
    const deed = describe(params);
    return { deed, Deed: capitalised(deed) };
  },
  ...appPage("dashboard-table"),
  check: (state, params) => {
    const { quest, target, rows } = params;
    const { acted, answer } = state;
    if (quest.kind === "read") {
      if (acted !== null) return `Order ${cell(rows[acted.row], "Order")} was changed (${acted.deed}); asked for was an answer.`;
      const want = answerOf(params, quest.column);
      return bare(answer) === bare(want) ? null : `The answer is "${answer}"; it should be "${want}".`;
    }
    if (acted === null) return "No order was changed.";
    if (acted.row === target && acted.deed === quest.kind) return null;
    return `The deed was "${acted.deed}" on order ${cell(rows[acted.row], "Order")}; it should be "${quest.kind}" on order ${cell(rows[target], "Order")}.`;
  },
  oracle: async (context) => {
    const { params } = context.instance;
    const { quest, target } = params;
    const { asking, answer } = stateOf(context);
    if (asking !== null) return clickOn(context, asking.row === target && asking.deed === quest.kind ? "confirm" : "cancel");
    if (quest.kind === "read" && target !== -1 && answer === answerOf(params, quest.column)) return clickOn(context, "submit");
    const step = await turnTo(context);
    if (step !== null) return step;
    if (quest.kind !== "read") return clickOn(context, `${quest.kind}-${target}`);
    return (await typeInto(context, "answer", answer, answerOf(params, quest.column))) ?? clickOn(context, "submit");
  },
  nearMisses: [
    wrongGoal("takes another order of the same city", (params) =>
      decoy(params, "city") === -1 ? null : { ...params, target: decoy(params, "city") },
    ),
    wrongGoal("takes another order of the same customer", (params) =>
      decoy(params, "customer") === -1 ? null : { ...params, target: decoy(params, "customer") },
    ),
    wrongGoal("reads another column", (params, { feasible }) =>
      params.quest.kind === "read" && feasible
        ? { ...params, quest: { kind: "read", column: params.quest.column === "Product" ? "Cost" : "Product" } }
        : null,
    ),
    wrongGoal("does something else to the order", (params, { feasible }) =>
      params.quest.kind !== "read" && feasible ? { ...params, quest: { kind: params.quest.kind === "approve" ? "delete" : "approve" } } : null,
    ),
    () => ({ name: "submits no answer", applies: () => true, act: async (context) => clickOn(context, "submit") }),
    stopEarly("says done without submitting or confirming", (_, context) => stateOf(context)["answer"] !== "" || stateOf(context)["asking"] !== null),
    givesUp(),
  ],
});
