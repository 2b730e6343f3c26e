/** click-checkboxes: tick exactly the named boxes and send the form. The page ends the episode. */
import { defineTask } from "../defineTask.ts";
import { givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickOn, firstOf, stateOf } from "../oracle.ts";
import { exactly, listed, SEND_LABELS } from "../phrases.ts";
import { pageFile } from "../resources.ts";
import { between, pickApart } from "../words.ts";

type Params = { readonly boxes: readonly string[]; readonly targets: readonly string[]; readonly send: string; readonly columns: number };

const BUCKETS = ["1 box", "2 boxes", "3-4 boxes"] as const;

/** A box that is not to be ticked. */
const extra = ({ boxes, targets }: Params): string => boxes.find((box) => !targets.includes(box))!;
/** The targets that are on the page. */
const present = ({ boxes, targets }: Params): string[] => targets.filter((target) => boxes.includes(target));

export const clickCheckboxes = defineTask<Params>({
  id: "click-checkboxes",
  family: "choose",
  summary: "Tick exactly the named boxes and send the form.",
  viewport: { width: 280, height: 220 },
  maxSteps: 12,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "page",
  templates: [
    "Tick {boxes} and press {send}.",
    "Select {boxes}, then click {send}.",
    "Check only {boxes} and press {send}.",
    "Mark {boxes} and finish with {send}.",
  ],
  heldOut: "Press {send} once exactly {boxes} are ticked.",
  draw: ({ rng, words, bucket, feasible }) => {
    const wanted = bucket === "1 box" ? 1 : bucket === "2 boxes" ? 2 : between(rng, 3, 4);
    const count = wanted + between(rng, 2, 4);
    const labels = pickApart(rng, words.labels, count + 1);
    const targets = labels.slice(0, wanted);
    const boxes = rng.shuffle(feasible ? labels.slice(0, -1) : labels.slice(1));
    return { boxes, targets: rng.shuffle(targets), send: rng.pick(SEND_LABELS), columns: count > 5 ? 2 : rng.pick([1, 2]) };
  },
  slots: ({ targets, send }) => ({ boxes: listed(targets), send }),
  page: pageFile("click-checkboxes.js"),
  check: (state, { targets }) => exactly(state["ticked"], targets, "ticked"),
  oracle: async (context) => {
    const { boxes, targets } = context.instance.params;
    const ticked: readonly string[] = stateOf(context)["ticked"];
    const wrong = boxes.findIndex((box) => ticked.includes(box) !== targets.includes(box));
    return firstOf(
      async () => (wrong === -1 ? null : clickOn(context, `box-${wrong}`)),
      () => clickOn(context, "send"),
    );
  },
  nearMisses: [
    wrongGoal("leaves one box out", (params) => ({
      ...params,
      targets: present(params).slice(params.targets.length === present(params).length ? 1 : 0),
    })),
    wrongGoal("ticks one box too many", (params) => ({ ...params, targets: [...present(params), extra(params)] })),
    wrongGoal("ticks another box instead", (params) => ({ ...params, targets: [...present(params).slice(1), extra(params)] })),
    stopEarly("says done without sending", (_, context) => context.actions.length > 0),
    givesUp(),
  ],
});
