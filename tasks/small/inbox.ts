/** inbox: star, delete or open one mail of a list that may scroll. Ends with `done`. */
import { defineTask } from "../defineTask.ts";
import { extraStep, givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickInPane, clickOn, done, fail, inSight, scrollPane, stateOf } from "../oracle.ts";
import { listed } from "../phrases.ts";
import { pageFile } from "../resources.ts";
import { between, pickApart } from "../words.ts";

type Mail = { readonly sender: string; readonly subject: string; readonly starred: boolean };
/** Opening is a big target, so it is asked for less often. */
const DEEDS = ["star", "star", "delete", "delete", "open"] as const;
/** `target` is the index of the mail, -1 when it is not there; `subject` is named only where the sender has two mails. */
type Params = {
  readonly mails: readonly Mail[];
  readonly deed: (typeof DEEDS)[number];
  readonly target: number;
  readonly sender: string;
  readonly subject: string | null;
  readonly body: string;
};

const BUCKETS = ["4 mails", "two of one sender", "list scrolls"] as const;

/** Another mail than the target; one that is not starred, so that starring it is a mistake. */
const another = ({ mails, target }: Params): number => mails.findIndex((mail, index) => index !== target && !mail.starred);

/** What a mail list looks like when the deed is done to mail `target`. */
function wanted({ mails, deed, target }: Params): { starred: number[]; deleted: number[] } {
  const starred = mails.flatMap((mail, index) => (mail.starred ? [index] : []));
  return {
    starred: deed === "star" ? [...starred, target].toSorted((a, b) => a - b) : starred,
    deleted: deed === "delete" ? [target] : [],
  };
}

function check(state: Record<string, any>, params: Params): string | null {
  const want = wanted(params);
  const name = (indices: readonly number[]): string => (indices.length === 0 ? "none" : listed(indices.map((index) => params.mails[index]!.sender)));
  const starred = [...state["starred"]].toSorted((a: number, b: number) => a - b);
  if (starred.join() !== want.starred.join()) return `Starred: ${name(starred)}; should be ${name(want.starred)}.`;
  if (state["deleted"].join() !== want.deleted.join()) return `Deleted: ${name(state["deleted"])}; should be ${name(want.deleted)}.`;
  const wronglyRead = (state["read"] as readonly number[]).filter((index) => index !== params.target);
  if (wronglyRead.length > 0) return `Opened by the way: ${name(wronglyRead)}.`;
  if (params.deed === "open" && state["open"] !== params.target) return `The mail of ${params.sender} is not open.`;
  return null;
}

export const inbox = defineTask<Params>({
  id: "inbox",
  family: "app",
  summary: "Star, delete or open one mail of an inbox.",
  viewport: { width: 320, height: 240 },
  maxSteps: 10,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "done",
  looks: true,
  templates: [
    "{Deed} the mail {mail}.",
    "Please {deed} the mail {mail}.",
    "Find the mail {mail} and {deed} it.",
    "In the inbox, {deed} the mail {mail}.",
  ],
  heldOut: "There is a mail {mail}: {deed} it.",
  draw: ({ rng, words, bucket, feasible }) => {
    const count = bucket === "4 mails" ? 4 : bucket === "list scrolls" ? between(rng, 7, 9) : 5;
    const double = bucket === "two of one sender";
    const senders = pickApart(rng, words.firstNames, count + 1, [], 9);
    const subjects = pickApart(rng, words.labels, count + 1, senders, 9);
    const deed = rng.pick(DEEDS);
    const target = rng.int(count);
    if (double) senders[(target + between(rng, 1, count - 1)) % count] = senders[target]!;
    const mails = senders
      .slice(0, count)
      .map((sender, index) => ({ sender, subject: subjects[index]!, starred: index !== target && rng.chance(0.2) }));
    const missing = double ? { sender: senders[target]!, subject: subjects[count]! } : { sender: senders[count]!, subject: "" };
    const named = feasible ? mails[target]! : missing;
    const body = pickApart(rng, words.nouns, between(rng, 4, 8), [...senders, ...subjects]).join(" ");
    return { mails, deed, target: feasible ? target : -1, sender: named.sender, subject: double ? named.subject : null, body };
  },
  slots: ({ deed, sender, subject }) => ({
    deed,
    Deed: deed[0]!.toUpperCase() + deed.slice(1),
    mail: subject === null ? `from ${sender}` : `"${subject}" from ${sender}`,
  }),
  page: pageFile("inbox.js"),
  styles: pageFile("inbox.css"),
  check,
  effects: ({ starred, deleted, read }) => ({ starred, deleted, read }),
  oracle: async (context) => {
    const { params, feasible } = context.instance;
    const { open, deleted } = stateOf(context);
    const { deed, target, mails } = params;
    const left = mails.map((_, index) => index).filter((index) => !deleted.includes(index));
    const rows = left.map((index) => `mail-${index}`);
    if (target === -1)
      return (await inSight(context, rows.at(-1)!)) ? fail(`There is no such mail from ${params.sender}.`) : scrollPane(context, "mails", 1);
    if (check(stateOf(context), params) === null) return done();
    if (open !== null) return clickOn(context, "back");
    const at = left.indexOf(target);
    if (!feasible || at === -1) return done();
    return clickInPane(context, "mails", rows, at, deed === "open" ? `mail-${target}` : `${deed}-${target}`);
  },
  nearMisses: [
    wrongGoal("takes another mail", (params) => (another(params) === -1 ? null : { ...params, target: another(params) })),
    wrongGoal("does something else to the mail", (params, { feasible }) =>
      feasible ? { ...params, deed: params.deed === "delete" ? "star" : "delete" } : null,
    ),
    stopEarly("says done at once"),
    extraStep(
      "stars another mail first",
      async (context) => {
        const index = another(context.instance.params);
        return clickInPane(
          context,
          "mails",
          context.instance.params.mails.map((_, at) => `mail-${at}`),
          index,
          `star-${index}`,
        );
      },
      ({ params }) => another(params) >= 0 && another(params) < 3,
    ),
    givesUp(),
  ],
});
