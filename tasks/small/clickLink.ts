/** click-link: follow the one named link in a list or a paragraph. Ends with `done`. */
import { defineTask } from "../defineTask.ts";
import { extraStep, givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickOn, done, stateOf } from "../oracle.ts";
import { exactly } from "../phrases.ts";
import { pageFile } from "../resources.ts";
import { between, pickApart, pickLookAlikes, placeGoal } from "../words.ts";

/** `plain[i]` are the words of running text after link i. */
type Params = {
  readonly target: string;
  readonly links: readonly string[];
  readonly plain: readonly (readonly string[])[];
  readonly layout: "list" | "paragraph";
};

const BUCKETS = ["list", "paragraph", "look-alikes"] as const;
const neighbour = ({ links, target }: Params): string => links[(links.indexOf(target) + 1) % links.length]!;

export const clickLink = defineTask<Params>({
  id: "click-link",
  family: "click",
  summary: "Follow the named link in a list or a paragraph.",
  viewport: { width: 280, height: 200 },
  maxSteps: 5,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "done",
  templates: [
    'Click the link "{target}".',
    'Follow the link "{target}".',
    'Open the "{target}" link.',
    'Find the link that says "{target}" and click it.',
    "Please click on the link {target}.",
  ],
  heldOut: 'Go where the link "{target}" leads.',
  draw: ({ rng, words, bucket, feasible }) => {
    const count = bucket === "list" ? between(rng, 3, 4) : between(rng, 4, 6);
    const labels =
      bucket === "look-alikes" ? pickLookAlikes(rng, words, count + 1, 8) : pickApart(rng, bucket === "list" ? words.labels : words.nouns, count + 1);
    const { goal, shown: links } = placeGoal(rng, labels, feasible);
    const spare = pickApart(
      rng,
      [...words.verbs, ...words.adjectives],
      16,
      labels.flatMap((label) => label.split(" ")),
    );
    const plain = links.map(() => spare.splice(0, bucket === "list" ? rng.int(2) : between(rng, 1, 2)));
    return { target: goal, links, plain, layout: bucket === "list" ? "list" : rng.pick(["paragraph", "paragraph", "list"] as const) };
  },
  page: pageFile("click-link.js"),
  check: (state, { target }) => exactly(state["followed"], [target], "followed"),
  oracle: async (context) => {
    const { links, target } = context.instance.params;
    return stateOf(context)["followed"].includes(target) ? done() : clickOn(context, `link-${links.indexOf(target)}`);
  },
  nearMisses: [
    wrongGoal("follows a neighbour", (params) => ({ ...params, target: neighbour(params) })),
    stopEarly("says done without clicking"),
    extraStep("follows a neighbour first", async (context) =>
      clickOn(context, `link-${context.instance.params.links.indexOf(neighbour(context.instance.params))}`),
    ),
    givesUp(),
  ],
});
