/** click-option: choose the named radio button (of one or two groups) and send the form. The page ends the episode. */
import { defineTask } from "../defineTask.ts";
import { givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickOn, firstOf, stateOf } from "../oracle.ts";
import { exactly, SEND_LABELS } from "../phrases.ts";
import { pageFile } from "../resources.ts";
import { between, pickApart } from "../words.ts";

/** `targets[g]` is the option to choose in group g. */
type Params = {
  readonly groups: readonly { readonly title: string; readonly options: readonly string[] }[];
  readonly targets: readonly string[];
  readonly send: string;
  readonly columns: number;
};

const BUCKETS = ["3-4 options", "6-8 options", "two groups"] as const;

/** Other options for every group. */
const others = ({ groups, targets }: Params): string[] => groups.map(({ options }, g) => options.find((option) => option !== targets[g])!);

export const clickOption = defineTask<Params>({
  id: "click-option",
  family: "choose",
  summary: "Choose the named radio button and send the form.",
  viewport: { width: 280, height: 220 },
  maxSteps: 7,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "page",
  templates: [
    "Select {options} and press {send}.",
    "Choose {options}, then click {send}.",
    "Pick the option {options} and press {send}.",
    "Set {options} and finish with {send}.",
  ],
  heldOut: "Before you press {send}, select {options}.",
  draw: ({ rng, words, bucket, feasible }) => {
    const two = bucket === "two groups";
    const [from, to] = { "3-4 options": [3, 4], "6-8 options": [6, 8] }[bucket] ?? [3, 3];
    const counts = Array.from({ length: two ? 2 : 1 }, () => between(rng, from!, to!));
    const labels = pickApart(rng, words.labels, 2 + 1 + counts.reduce((sum, count) => sum + count), [], two ? 8 : 10);
    const groups = counts.map((count) => ({ title: labels.shift()!, options: labels.splice(0, count) }));
    const targets = groups.map(({ options }) => rng.pick(options));
    if (!feasible) targets[rng.int(targets.length)] = labels[0]!;
    return { groups, targets, send: rng.pick(SEND_LABELS), columns: two ? 1 : rng.pick(bucket === "6-8 options" ? [2] : [1, 1, 2]) };
  },
  slots: ({ groups, targets, send }) => ({
    send,
    options: groups.length === 1 ? `"${targets[0]}"` : groups.map(({ title }, g) => `"${targets[g]}" for ${title}`).join(" and "),
  }),
  page: pageFile("click-option.js"),
  check: (state, { targets }) => exactly(state["chosen"].map(String), targets, "chosen"),
  oracle: async (context) => {
    const { groups, targets } = context.instance.params;
    const { chosen } = stateOf(context);
    return firstOf(
      ...groups.map(
        ({ options }, g) =>
          async () =>
            chosen[g] === targets[g] ? null : clickOn(context, `option-${g}-${options.indexOf(targets[g]!)}`),
      ),
      () => clickOn(context, "send"),
    );
  },
  nearMisses: [
    wrongGoal("chooses another option", (params) => ({ ...params, targets: others(params) })),
    wrongGoal("gets one of two groups wrong", (params, { feasible }) =>
      feasible && params.groups.length === 2 ? { ...params, targets: [params.targets[0]!, others(params)[1]!] } : null,
    ),
    () => ({ name: "sends without choosing", applies: () => true, act: async (context) => clickOn(context, "send") }),
    stopEarly("says done without sending", (_, context) => context.actions.length > 0),
    givesUp(),
  ],
});
