/** read-table: look up a cell, type it into the answer field and send the form. The page ends the episode. */
import { defineTask } from "../defineTask.ts";
import { givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickOn, firstOf, stateOf, typeInto } from "../oracle.ts";
import { SEND_LABELS } from "../phrases.ts";
import { pageFile } from "../resources.ts";
import type { Rng } from "../../env/random.ts";
import { between, pickApart, type Words } from "../words.ts";

/** `rows[r][c]`; the first column names the row. The question asks for `column` of `row`. */
type Params = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly row: string;
  readonly column: string;
  readonly answer: string;
  readonly send: string;
};

const BUCKETS = ["1 column", "2 columns", "3 columns"] as const;

const NUMBERS = Array.from({ length: 890 }, (_, n) => String(n + 110));

/** Values of one column: all words of one kind, or all numbers. */
function drawColumn(rng: Rng, words: Words, count: number, taken: string[]): string[] {
  const kind = rng.int(4);
  const list = [words.cities, words.products, words.nouns][kind];
  const values = pickApart(rng, list ?? NUMBERS, count, taken, 7);
  taken.push(...values);
  return values;
}

/** The value below (or above) the asked cell, and the one beside it. */
function neighbours({ rows, columns, row, column }: Params): { readonly below: string; readonly beside: string } {
  const c = columns.indexOf(column);
  const r = rows.findIndex(([name]) => name === row);
  const below = rows[(r + 1) % rows.length]!;
  return { below: below[c]!, beside: (rows[r] ?? below)[c === columns.length - 1 ? c - 1 : c + 1]! };
}

export const readTable = defineTask<Params>({
  id: "read-table",
  family: "read",
  summary: "Look up a cell of a table and type it into the answer field.",
  viewport: { width: 320, height: 240 },
  maxSteps: 8,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "page",
  templates: [
    "What is the {column} of {row}? Type it and press {send}.",
    'Look up "{column}" for "{row}", type it as the answer and press {send}.',
    "Find the {column} of {row} in the table, enter it and click {send}.",
    'In the row "{row}", read "{column}". Type what it says, then press {send}.',
  ],
  heldOut: "Which {column} belongs to {row}? Write it down and press {send}.",
  draw: ({ rng, words, bucket, feasible }) => {
    const wide = Number(bucket[0]);
    const count = wide === 1 ? between(rng, 3, 5) : between(rng, 3, 4);
    const columns = pickApart(rng, words.labels, wide + 1, [], 7);
    const names = pickApart(rng, words.firstNames, count + 1, columns, 7);
    const taken = [...columns, ...names];
    const body = columns.slice(1).map(() => drawColumn(rng, words, count, taken));
    const rows = names.slice(0, count).map((name, r) => [name, ...body.map((column) => column[r]!)]);
    const c = between(rng, 1, wide);
    const asked = rng.pick(rows);
    return {
      columns,
      rows,
      row: feasible ? asked[0]! : names[count]!,
      column: columns[c]!,
      answer: feasible ? asked[c]! : "",
      send: rng.pick(SEND_LABELS),
    };
  },
  page: pageFile("read-table.js"),
  check: (state, { answer }) => (state["answer"].trim() === answer ? null : `The answer is "${state["answer"]}"; it should be "${answer}".`),
  oracle: async (context) =>
    firstOf(
      () => typeInto(context, "answer", stateOf(context)["answer"], context.instance.params.answer),
      () => clickOn(context, "send"),
    ),
  nearMisses: [
    wrongGoal("reads the wrong row", (params) => ({ ...params, answer: neighbours(params).below })),
    wrongGoal("reads the wrong column", (params) => ({ ...params, answer: neighbours(params).beside })),
    wrongGoal("types the row's name", (params) => ({ ...params, answer: params.row })),
    () => ({ name: "sends without an answer", applies: () => true, act: async (context) => clickOn(context, "send") }),
    stopEarly("says done without sending", (_, context) => stateOf(context)["answer"] !== ""),
    givesUp(),
  ],
});
