/** click-text: press the one named button among others. Ends with `done`. */
import { defineTask } from "../defineTask.ts";
import { extraStep, givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickOn, done, stateOf } from "../oracle.ts";
import { exactly } from "../phrases.ts";
import { pageFile } from "../resources.ts";
import { between, pickApart, pickLookAlikes, placeGoal } from "../words.ts";

type Params = { readonly target: string; readonly shown: readonly string[]; readonly columns: number };

const BUCKETS = ["5-6 buttons", "9-12 buttons", "look-alikes"] as const;

/** The label after the target (or the first one), a neighbour to press by mistake. */
const neighbour = ({ shown, target }: Params): string => shown[(shown.indexOf(target) + 1) % shown.length]!;

export const clickText = defineTask<Params>({
  id: "click-text",
  family: "click",
  summary: "Press the named button among others.",
  viewport: { width: 320, height: 240 },
  maxSteps: 5,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "done",
  templates: [
    'Press the button "{target}".',
    'Click "{target}".',
    'Click on the "{target}" button.',
    'Find the button labelled "{target}" and press it.',
    "Please press {target}.",
  ],
  heldOut: 'The "{target}" button has to be pressed once.',
  draw: ({ rng, words, bucket, feasible }) => {
    const [from, to] = { "5-6 buttons": [5, 6], "9-12 buttons": [9, 12] }[bucket] ?? [6, 9];
    const count = between(rng, from!, to!);
    const columns = rng.pick(bucket === "look-alikes" ? [0, 2] : [0, 2, 3]);
    const labels =
      bucket === "look-alikes" ? pickLookAlikes(rng, words, count + 1) : pickApart(rng, words.labels, count + 1, [], columns === 3 ? 8 : 10);
    const { goal, shown } = placeGoal(rng, labels, feasible);
    return { target: goal, shown, columns };
  },
  page: pageFile("click-text.js"),
  check: (state, { target }) => exactly(state["pressed"], [target], "pressed"),
  oracle: async (context) => {
    const { shown, target } = context.instance.params;
    return stateOf(context)["pressed"].includes(target) ? done() : clickOn(context, `button-${shown.indexOf(target)}`);
  },
  nearMisses: [
    wrongGoal("presses a neighbour", (params) => ({ ...params, target: neighbour(params) })),
    stopEarly("says done without pressing"),
    extraStep("presses a neighbour first", async (context) =>
      clickOn(context, `button-${context.instance.params.shown.indexOf(neighbour(context.instance.params))}`),
    ),
    givesUp(),
  ],
});
