/** enter-text: type the given texts into the named fields and send the form. The page ends the episode. */
import { defineTask } from "../defineTask.ts";
import { givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickOn, firstOf, stateOf, typeInto } from "../oracle.ts";
import { SEND_LABELS } from "../phrases.ts";
import { pageFile } from "../resources.ts";
import type { Rng } from "../../env/random.ts";
import { between, pickApart, type Words } from "../words.ts";

/** `values[f]` is what field f must hold at the end ("" = left empty); `asked` is [text, field label] as the instruction says it. */
type Params = {
  readonly fields: readonly string[];
  readonly values: readonly string[];
  readonly asked: readonly (readonly [string, string])[];
  readonly send: string;
  readonly side: boolean;
};

const BUCKETS = ["1 field", "3 fields", "two values"] as const;

/** One word, two words or a number. */
function drawText(rng: Rng, words: Words, taken: readonly string[]): string {
  const kind = rng.int(10);
  if (kind < 2) return String(between(rng, 10, 9999));
  if (kind < 5) return pickApart(rng, rng.pick([words.firstNames, words.cities]), 1, taken)[0]!;
  if (kind < 8) return pickApart(rng, words.nouns, 1, taken)[0]!;
  return `${rng.pick(words.adjectives)} ${pickApart(rng, words.nouns, 1, taken)[0]}`;
}

export const enterText = defineTask<Params>({
  id: "enter-text",
  family: "type",
  summary: "Type the given texts into the named fields and send the form.",
  viewport: { width: 280, height: 220 },
  maxSteps: 12,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "page",
  templates: [
    "Type {parts} and press {send}.",
    "Enter {parts}, then click {send}.",
    "Please put {parts} and press {send}.",
    "Write {parts}. Finish with {send}.",
  ],
  heldOut: "Press {send} after you have typed {parts}.",
  draw: ({ rng, words, bucket, feasible }) => {
    const count = bucket === "1 field" ? 1 : 3;
    const labels = pickApart(rng, words.labels, count + 1);
    const fields = labels.slice(0, count);
    const wanted = rng.sample(fields, bucket === "two values" ? 2 : 1);
    const texts: string[] = [];
    for (const _ of wanted) texts.push(drawText(rng, words, [...labels, ...texts]));
    const values = fields.map((field) => texts[wanted.indexOf(field)] ?? "");
    // An infeasible instruction names a field that the form does not have.
    const named = feasible ? wanted : [...wanted.slice(1), labels.at(-1)!];
    return { fields, values, asked: texts.map((text, index) => [text, named[index]!] as const), send: rng.pick(SEND_LABELS), side: rng.chance(0.4) };
  },
  slots: ({ asked, send }) => ({ send, parts: asked.map(([text, field]) => `"${text}" into ${field}`).join(" and ") }),
  page: pageFile("enter-text.js"),
  check: (state, { fields, values }) => {
    const wrong = fields.findIndex((_, f) => state["values"][f] !== values[f]);
    return wrong === -1 ? null : `The field "${fields[wrong]}" holds "${state["values"][wrong]}"; it should hold "${values[wrong]}".`;
  },
  oracle: async (context) => {
    const { fields, values } = context.instance.params;
    const now: readonly string[] = stateOf(context)["values"];
    return firstOf(...fields.map((_, f) => () => typeInto(context, `field-${f}`, now[f]!, values[f]!)), () => clickOn(context, "send"));
  },
  nearMisses: [
    wrongGoal("types into the wrong field", (params) =>
      params.fields.length === 1 ? null : { ...params, values: [...params.values.slice(1), params.values[0]!] },
    ),
    wrongGoal("leaves the last letter out", (params) => ({ ...params, values: params.values.map((value) => value.slice(0, -1)) })),
    wrongGoal("writes in capitals", (params) =>
      params.values.every((value) => value === value.toUpperCase()) ? null : { ...params, values: params.values.map((value) => value.toUpperCase()) },
    ),
    () => ({ name: "sends the empty form", applies: () => true, act: async (context) => clickOn(context, "send") }),
    stopEarly("says done without sending", (_, context) => stateOf(context)["values"].join("") !== ""),
    givesUp(),
  ],
});
