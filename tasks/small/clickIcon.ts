/** click-icon: click the icon with the named meaning. Ends with `done`. */
import { defineTask } from "../defineTask.ts";
import { extraStep, givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickOn, done, stateOf } from "../oracle.ts";
import { exactly } from "../phrases.ts";
import { pageFile } from "../resources.ts";
import { between, placeGoal } from "../words.ts";

/** Icon → its usual name and another one. */
const NAMES: Readonly<Record<string, readonly [string, string]>> = {
  add: ["add", "plus sign"],
  bell: ["bell", "notifications"],
  calendar: ["calendar", "dates"],
  camera: ["camera", "photo"],
  cart: ["cart", "shopping"],
  chart: ["chart", "statistics"],
  chat: ["chat", "speech bubble"],
  clock: ["clock", "time"],
  cloud: ["cloud", "weather"],
  delete: ["delete", "trash can"],
  download: ["download", "arrow down"],
  edit: ["edit", "pencil"],
  flag: ["flag", "banner"],
  folder: ["folder", "files"],
  heart: ["heart", "love"],
  home: ["home", "house"],
  lock: ["lock", "padlock"],
  mail: ["mail", "envelope"],
  phone: ["phone", "mobile"],
  play: ["play", "start"],
  print: ["print", "printer"],
  search: ["search", "magnifying glass"],
  settings: ["settings", "gear"],
  star: ["star", "favourite"],
  upload: ["upload", "arrow up"],
  user: ["user", "person"],
};

type Params = { readonly target: string; readonly name: string; readonly icons: readonly string[]; readonly columns: number; readonly size: number };

const BUCKETS = ["4 icons", "9 icons", "other names"] as const;
const neighbour = ({ icons, target }: Params): string => icons[(icons.indexOf(target) + 1) % icons.length]!;

export const clickIcon = defineTask<Params>({
  id: "click-icon",
  family: "look",
  summary: "Click the icon with the named meaning.",
  viewport: { width: 240, height: 200 },
  maxSteps: 5,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "done",
  templates: [
    'Click the icon for "{name}".',
    'Press the "{name}" icon.',
    'Find the icon that means "{name}" and click it.',
    "Click the {name} icon.",
    "Please press the icon for {name}.",
  ],
  heldOut: 'Use the icon that stands for "{name}".',
  draw: ({ rng, bucket, feasible }) => {
    const count = bucket === "4 icons" ? 4 : bucket === "9 icons" ? between(rng, 8, 10) : between(rng, 5, 8);
    const { goal, shown } = placeGoal(rng, rng.sample(Object.keys(NAMES), count + 1), feasible);
    return {
      target: goal,
      name: NAMES[goal]![bucket === "other names" ? 1 : 0],
      icons: shown,
      columns: rng.pick([0, 3, 4]),
      size: rng.pick([20, 24, 28]),
    };
  },
  page: pageFile("click-icon.js"),
  check: (state, { target }) => exactly(state["pressed"], [target], "pressed"),
  oracle: async (context) => {
    const { icons, target } = context.instance.params;
    return stateOf(context)["pressed"].includes(target) ? done() : clickOn(context, `icon-${icons.indexOf(target)}`);
  },
  nearMisses: [
    wrongGoal("presses a neighbour", (params) => ({ ...params, target: neighbour(params) })),
    stopEarly("says done without pressing"),
    extraStep("presses a neighbour first", async (context) =>
      clickOn(context, `icon-${context.instance.params.icons.indexOf(neighbour(context.instance.params))}`),
    ),
    givesUp(),
  ],
});
