/** click-tab: open the named tab. Ends with `done`. */
import { defineTask } from "../defineTask.ts";
import { givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickOn, done, stateOf } from "../oracle.ts";
import { pageFile } from "../resources.ts";
import { between, pickApart, placeGoal } from "../words.ts";

/** `texts[i]` is what tab i shows; `open` is the tab that is open at the start, never the target. */
type Params = { readonly target: string; readonly tabs: readonly string[]; readonly texts: readonly (readonly string[])[]; readonly open: number };

const BUCKETS = ["4 tabs", "6-7 tabs", "target word in the text"] as const;

/** Another tab that is not open yet. */
const neighbour = ({ tabs, target, open }: Params): string | undefined => tabs.find((tab, index) => tab !== target && index !== open);

export const clickTab = defineTask<Params>({
  id: "click-tab",
  family: "navigate",
  summary: "Open the named tab.",
  viewport: { width: 320, height: 240 },
  maxSteps: 5,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "done",
  templates: [
    'Open the tab "{target}".',
    'Click on the "{target}" tab.',
    'Switch to the tab "{target}".',
    'Show the tab called "{target}".',
    "Please go to the {target} tab.",
  ],
  heldOut: 'Bring the "{target}" tab to the front.',
  draw: ({ rng, words, bucket, feasible }) => {
    const count = bucket === "4 tabs" ? 4 : bucket === "6-7 tabs" ? between(rng, 6, 7) : between(rng, 4, 5);
    const labels = pickApart(rng, words.labels, count + 1, [], 8);
    const { goal, shown: tabs } = placeGoal(rng, labels, feasible);
    const open = rng.pick(tabs.map((_, index) => index).filter((index) => tabs[index] !== goal));
    const decoy = bucket === "target word in the text" ? [goal] : [];
    const texts = tabs.map((_, index) => {
      const text = pickApart(rng, [...words.nouns, ...words.adjectives], between(rng, 2, 6), labels);
      return rng.shuffle(index === open ? [...text, ...decoy] : text);
    });
    return { target: goal, tabs, texts, open };
  },
  page: pageFile("click-tab.js"),
  check: (state, { target, tabs }) => (tabs[state["open"]] === target ? null : `The tab "${tabs[state["open"]]}" is open; asked for "${target}".`),
  oracle: async (context) => {
    const { tabs, target } = context.instance.params;
    const wanted = tabs.indexOf(target);
    return stateOf(context)["open"] === wanted ? done() : clickOn(context, `tab-${wanted}`);
  },
  nearMisses: [
    wrongGoal("opens another tab", (params) => {
      const target = neighbour(params);
      return target === undefined ? null : { ...params, target };
    }),
    wrongGoal("stays on the open tab", (params) => ({ ...params, target: params.tabs[params.open]! })),
    stopEarly("says done at once"),
    givesUp(),
  ],
});
