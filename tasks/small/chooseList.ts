/** choose-list: choose the named entries of drop-down lists and send the form. The page ends the episode. */
import { defineTask } from "../defineTask.ts";
import { givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickInPane, clickOn, fail, firstOf, inSight, scrollPane, stateOf } from "../oracle.ts";
import { exactly, SEND_LABELS } from "../phrases.ts";
import { pageFile } from "../resources.ts";
import { between, pickApart } from "../words.ts";
import type { OracleContext } from "../../env/task.ts";
import type { Action } from "../../env/action.ts";

/** `targets[l]` is the entry to choose in list l. */
type Params = {
  readonly lists: readonly { readonly label: string; readonly options: readonly string[] }[];
  readonly targets: readonly string[];
  readonly send: string;
};

const BUCKETS = ["short list", "long list", "two lists"] as const;

const others = ({ lists, targets }: Params): string[] => lists.map(({ options }, l) => options.find((option) => option !== targets[l])!);

/** Opens list `l`, scrolls to its target and clicks it; fails after seeing the end of a list without it. */
async function chooseIn(context: OracleContext<Params>, l: number): Promise<Action | null> {
  const { lists, targets } = context.instance.params;
  const { open, chosen } = stateOf(context);
  const { options } = lists[l]!;
  if (chosen[l] === targets[l]) return null;
  if (open !== l) return clickOn(context, `list-${l}`);
  const rows = options.map((_, index) => `list-${l}-${index}`);
  const index = options.indexOf(targets[l]!);
  if (index >= 0) return clickInPane(context, `list-${l}-list`, rows, index);
  return (await inSight(context, rows.at(-1)!)) ? fail(`"${targets[l]}" is not in the list.`) : scrollPane(context, `list-${l}-list`, 1);
}

export const chooseList = defineTask<Params>({
  id: "choose-list",
  family: "choose",
  summary: "Choose the named entries of drop-down lists, which may scroll, and send the form.",
  viewport: { width: 280, height: 220 },
  maxSteps: 14,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "page",
  looks: true,
  templates: [
    "Choose {entries} and press {send}.",
    "Select {entries}, then click {send}.",
    "Pick {entries} and press {send}.",
    "Open the list, take {entries} and finish with {send}.",
  ],
  heldOut: "Press {send} when the form says {entries}.",
  draw: ({ rng, words, bucket, feasible }) => {
    const [from, to] = { "short list": [3, 5], "long list": [8, 11] }[bucket] ?? [3, 7];
    const counts = Array.from({ length: bucket === "two lists" ? 2 : 1 }, () => between(rng, from!, to!));
    const labels = pickApart(rng, words.labels, 2 + 1 + counts.reduce((sum, count) => sum + count), [], 9);
    const lists = counts.map((count) => ({ label: labels.shift()!, options: labels.splice(0, count) }));
    const targets = lists.map(({ options }) => rng.pick(options));
    if (!feasible) targets[rng.int(targets.length)] = labels[0]!;
    return { lists, targets, send: rng.pick(SEND_LABELS) };
  },
  slots: ({ lists, targets, send }) => ({
    send,
    entries: lists.length === 1 ? `"${targets[0]}"` : lists.map(({ label }, l) => `"${targets[l]}" for ${label}`).join(" and "),
  }),
  page: pageFile("choose-list.js"),
  check: (state, { targets }) => exactly(state["chosen"].map(String), targets, "chosen"),
  oracle: async (context) => firstOf(...context.instance.params.lists.map((_, l) => () => chooseIn(context, l)), () => clickOn(context, "send")),
  nearMisses: [
    wrongGoal("chooses another entry", (params) => ({ ...params, targets: others(params) })),
    wrongGoal("gets one of two lists wrong", (params, { feasible }) =>
      feasible && params.lists.length === 2 ? { ...params, targets: [params.targets[0]!, others(params)[1]!] } : null,
    ),
    () => ({ name: "sends without choosing", applies: () => true, act: async (context) => clickOn(context, "send") }),
    stopEarly("opens the list and says done", (_, context) => context.actions.length > 0),
    givesUp(),
  ],
});
