/** click-dialog: answer a dialog that lies over the page, by the named button or its cross. Ends with `done`. */
import { defineTask } from "../defineTask.ts";
import { givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickOn, done, stateOf } from "../oracle.ts";
import { exactly } from "../phrases.ts";
import { pageFile } from "../resources.ts";
import { between, pickApart, placeGoal } from "../words.ts";

type Dialog = { readonly title: string; readonly text: string; readonly buttons: readonly string[] };
/** The goal is `button` ("cross" for the close icon) of the dialog with the title `dialog`; `behind` are words of the page below. */
type Params = { readonly behind: readonly string[]; readonly dialogs: readonly Dialog[]; readonly dialog: string; readonly button: string };

const BUCKETS = ["2 buttons", "3 buttons", "two dialogs"] as const;
const CROSS = "cross";

const answer = ({ dialog, button }: Params): string => `${dialog}: ${button}`;

/** Another way to answer the same dialog. */
function otherButton(params: Params): string {
  const dialog = params.dialogs.find(({ title }) => title === params.dialog)!;
  return dialog.buttons.find((label) => label !== params.button)!;
}

export const clickDialog = defineTask<Params>({
  id: "click-dialog",
  family: "click",
  summary: "Answer a dialog over the page by the named button or its cross.",
  viewport: { width: 320, height: 240 },
  maxSteps: 5,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "done",
  templates: [
    "Press {button} in the dialog{named}.",
    "Click {button} of the dialog{named}.",
    "In the dialog{named}, choose {button}.",
    "Answer the dialog{named} with {button}.",
    "Use {button} to close the dialog{named}.",
  ],
  heldOut: "Make the dialog{named} go away with {button}.",
  draw: ({ rng, words, bucket, feasible }) => {
    const two = bucket === "two dialogs";
    const count = bucket === "3 buttons" ? 3 : 2;
    const labels = pickApart(rng, words.labels, count + 1 + 4 + 4, [], two ? 7 : 8);
    const { goal, shown } = placeGoal(rng, labels.splice(0, count + 1), feasible);
    const titles = labels.splice(0, two ? 2 : 1);
    const text = (): string => pickApart(rng, words.nouns, two ? 2 : between(rng, 2, 5), shown, 8).join(" ");
    const dialogs = titles.map((title) => ({ title, text: text(), buttons: rng.shuffle(shown) }));
    const button = feasible && rng.chance(0.2) ? CROSS : goal;
    return { behind: labels.slice(0, between(rng, 2, 4)), dialogs, dialog: rng.pick(titles), button };
  },
  slots: ({ button, dialog, dialogs }) => ({
    button: button === CROSS ? "the cross" : `"${button}"`,
    named: dialogs.length > 1 ? ` "${dialog}"` : "",
  }),
  page: pageFile("click-dialog.js"),
  styles: pageFile("click-dialog.css"),
  check: (state, params) => exactly(state["answers"], [answer(params)], "pressed"),
  oracle: async (context) => {
    const { params } = context.instance;
    if (stateOf(context)["answers"].includes(answer(params))) return done();
    const d = params.dialogs.findIndex(({ title }) => title === params.dialog);
    return clickOn(context, params.button === CROSS ? `dialog-${d}-close` : `dialog-${d}-${params.dialogs[d]!.buttons.indexOf(params.button)}`);
  },
  nearMisses: [
    wrongGoal("presses the other button", (params) => ({ ...params, button: otherButton(params) })),
    wrongGoal("closes it by the cross", (params) => (params.button === CROSS ? null : { ...params, button: CROSS })),
    wrongGoal("answers the other dialog", (params, { feasible }) => {
      const other = params.dialogs.find(({ title }) => title !== params.dialog);
      return other === undefined || !feasible ? null : { ...params, dialog: other.title };
    }),
    stopEarly("says done at once"),
    givesUp(),
  ],
});
