/** mail-app: star or delete one mail of a mail program, report it as spam, move, answer or forward it. Ends with `done`. */
import type { Action } from "../../env/action.ts";
import type { Rng } from "../../env/random.ts";
import type { OracleContext } from "../../env/task.ts";
import { defineTask } from "../defineTask.ts";
import { givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickInPane, clickOn, done, fail, inSight, scrollPane, stateOf, typeInto } from "../oracle.ts";
import { capitalised } from "../phrases.ts";
import { between, pickApart, type Words } from "../words.ts";
import { appPage } from "./appPage.ts";
import { chooseOption, closeList } from "./chooseOption.ts";

type Mail = {
  readonly from: string;
  readonly subject: string;
  readonly time: string;
  readonly body: string;
  readonly folder: string;
  readonly starred: boolean;
};
type Deed =
  | { readonly kind: "star" | "delete" | "spam" }
  | { readonly kind: "move"; readonly folder: string }
  | { readonly kind: "reply"; readonly text: string }
  | { readonly kind: "forward"; readonly to: string };
/** What is done to mail `target`, which is -1 when there is no such mail; `subject` is named only where the sender has two mails. */
type Params = {
  readonly user: string;
  readonly folders: readonly string[];
  readonly mails: readonly Mail[];
  readonly target: number;
  readonly from: string;
  readonly subject: string | null;
  readonly deed: Deed;
};
/** A mail as it was sent; `mail` is the one it answers or forwards. */
type Sent = { readonly kind: string; readonly mail: number | null; readonly to: string; readonly subject: string; readonly body: string };

const BUCKETS = ["star, delete or spam", "move to a folder", "reply or forward"] as const;
const OWN_FOLDERS = ["Inbox", "Sent", "Spam", "Trash"] as const;

function drawDeed(rng: Rng, words: Words, bucket: string, folders: readonly string[], taken: readonly string[]): Deed {
  if (bucket === "move to a folder") return { kind: "move", folder: rng.pick(folders) };
  if (bucket !== "reply or forward") return { kind: rng.pick(["star", "delete", "spam"]) };
  if (rng.chance(0.5)) return { kind: "reply", text: pickApart(rng, words.nouns, between(rng, 2, 4), taken, 8).join(" ") };
  const [name, host] = [rng.pick(words.firstNames), rng.pick(words.nouns)];
  return { kind: "forward", to: `${name.toLowerCase()}@${host}.com` };
}

/** Mails of which the first two may come from one sender; a few lie in other folders. Their order is the order of the list. */
function drawMails(rng: Rng, words: Words, senders: readonly string[], subjects: readonly string[], folders: readonly string[]): Mail[] {
  let minutes = 18 * 60;
  return senders.map((from, index) => {
    minutes -= between(rng, 5, 40);
    return {
      from,
      subject: subjects[index]!,
      time: `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`,
      body: `${pickApart(rng, words.nouns, between(rng, 9, 16)).join(" ")}.`,
      folder: rng.chance(0.15) ? rng.pick(["Spam", ...folders]) : "Inbox",
      starred: rng.chance(0.15),
    };
  });
}

const describe = (deed: Deed, mail: string): string => {
  if (deed.kind === "move") return `move ${mail} to the folder "${deed.folder}"`;
  if (deed.kind === "reply") return `reply "${deed.text}" to ${mail}`;
  if (deed.kind === "forward") return `forward ${mail} to ${deed.to}`;
  return deed.kind === "spam" ? `report ${mail} as spam` : `${deed.kind} ${mail}`;
};

/** What is sent when the deed is done, with the subject that the program proposes. */
function message({ mails, target, deed }: Params): Sent | null {
  const mail = mails[target];
  if (mail === undefined) return null;
  if (deed.kind === "reply") return { kind: "reply", mail: target, to: mail.from, subject: `Re: ${mail.subject}`, body: deed.text };
  return deed.kind === "forward" ? { kind: "forward", mail: target, to: deed.to, subject: `Fwd: ${mail.subject}`, body: "" } : null;
}
/** The folder in which the target must end. */
function goalFolder({ mails, target, deed }: Params): string {
  if (deed.kind === "move") return deed.folder;
  return deed.kind === "spam" ? "Spam" : deed.kind === "delete" ? "Trash" : mails[target]!.folder;
}
const sameMessage = (a: Sent, b: Sent): boolean =>
  (["kind", "mail"] as const).every((field) => a[field] === b[field]) &&
  (["to", "subject", "body"] as const).every((field) => a[field].trim() === b[field]);

/** Looks at folders, stars and sent mails of all; opening a mail is looking and changes nothing. */
function check(state: Record<string, any>, params: Params): string | null {
  const { mails, target, deed } = params;
  for (const [index, { from, subject, folder, starred }] of mails.entries()) {
    const place = index === target ? goalFolder(params) : folder;
    const star = index === target && deed.kind === "star" ? true : starred;
    if (state["places"][index] !== place) return `"${subject}" from ${from} is in ${state["places"][index]}; it should be in ${place}.`;
    if (state["starred"][index] !== star) return `"${subject}" from ${from} is ${star ? "not starred" : "starred"}.`;
  }
  const want = message(params);
  const sent: readonly Sent[] = state["sent"];
  if (sent.length !== (want === null ? 0 : 1)) return `${sent.length} mails were sent; it should be ${want === null ? 0 : 1}.`;
  return want === null || sameMessage(sent[0]!, want) ? null : `What was sent is not what was asked for: ${JSON.stringify(sent[0])}.`;
}

/** True when the deed is done to the target, whatever happened to other mails. */
function isDone(state: Record<string, any>, params: Params): boolean {
  const want = message(params);
  if (want !== null) return (state["sent"] as readonly Sent[]).some((sent) => sameMessage(sent, want));
  return params.deed.kind === "star" ? state["starred"][params.target] : state["places"][params.target] === goalFolder(params);
}

/** Fills in the form of a reply or forwarded mail and sends it. */
async function write(context: OracleContext<Params>, draft: Sent): Promise<Action> {
  const want = message(context.instance.params);
  if (want === null || draft.kind !== want.kind || draft.mail !== want.mail) return clickOn(context, "discard");
  return (
    (await typeInto(context, "to", draft.to, want.to)) ??
    (await typeInto(context, "subject", draft.subject, want.subject)) ??
    (want.body === "" ? null : await typeInto(context, "body", draft.body, want.body)) ??
    clickOn(context, "send")
  );
}

/** Opens the target, scrolling its list if need be; fails at the end of a list without it. Null when it is open. */
async function openTarget(context: OracleContext<Params>): Promise<Action | null> {
  const { mails, target } = context.instance.params;
  const { folder, mail, places } = stateOf(context);
  if (target !== -1 && mail === target) return null;
  const home = target === -1 ? "Inbox" : places[target];
  if (folder !== home) return clickOn(context, `folder-${home}-label`);
  const shown = mails.map((_, index) => index).filter((index) => places[index] === folder);
  const rows = shown.map((index) => `mail-${index}`);
  if (target !== -1) return clickInPane(context, "mails", rows, shown.indexOf(target), `mail-${target}-from`);
  return rows.length === 0 || (await inSight(context, rows.at(-1)!)) ? fail("There is no such mail.") : scrollPane(context, "mails", 1);
}

const another = ({ mails, target }: Params): number =>
  mails.findIndex(({ folder, starred }, index) => folder === "Inbox" && index !== target && !starred);
/** The deed, with a folder that there is. */
const possible = ({ deed, folders }: Params): Deed =>
  deed.kind !== "move" || folders.includes(deed.folder) ? deed : { kind: "move", folder: folders[0]! };
/** The same deed with a slip in it, or a similar one. */
function slip({ deed, folders }: Params): Deed {
  if (deed.kind === "move") return { kind: "move", folder: folders.find((folder) => folder !== deed.folder)! };
  if (deed.kind === "reply") return { kind: "reply", text: deed.text.split(" ").slice(1).join(" ") };
  if (deed.kind === "forward") return { kind: "forward", to: deed.to.slice(1) };
  return { kind: deed.kind === "spam" ? "delete" : "spam" };
}

export const mailApp = defineTask<Params>({
  id: "mail-app",
  family: "app",
  summary: "Star, delete, move, answer or forward one mail of a mail program, or report it as spam.",
  viewport: { width: 1280, height: 800 },
  maxSteps: 16,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "done",
  looks: true,
  templates: ["{Deed}.", "Please {deed}.", "In the inbox, {deed}.", "Go through the inbox and {deed}."],
  heldOut: "One more thing for today: {deed}.",
  draw: ({ rng, words, bucket, feasible }) => {
    const names = pickApart(rng, words.labels, between(rng, 3, 4) + 1, [...OWN_FOLDERS, "Star", "Reply", "Forward", "Delete"], 8);
    const [absentFolder, ...folders] = names as [string, ...string[]];
    const count = between(rng, 8, 15);
    const senders = pickApart(rng, words.firstNames, count + 1, names, 9);
    const subjects = pickApart(rng, words.labels, count + 1, [...names, ...senders], 9);
    const deed = drawDeed(rng, words, bucket, folders, [...names, ...subjects]);
    const target = rng.int(count);
    const double = rng.chance(0.4);
    if (double) senders[(target + between(rng, 1, count - 1)) % count] = senders[target]!;
    const mails = drawMails(rng, words, senders.slice(0, count), subjects, folders).map((mail, index) =>
      index === target ? { ...mail, folder: "Inbox", starred: false } : mail,
    );
    const given = {
      user: rng.pick(words.firstNames),
      folders,
      mails,
      target,
      from: senders[target]!,
      subject: double ? subjects[target]! : null,
      deed,
    };
    if (feasible) return given;
    if (deed.kind === "move" && rng.chance(0.5)) return { ...given, deed: { kind: "move", folder: absentFolder } };
    return { ...given, target: -1, ...(double ? { subject: subjects[count]! } : { from: senders[count]! }) };
  },
  slots: ({ from, subject, deed }) => {
    const mail = subject === null ? `the mail from ${from}` : `the mail "${subject}" from ${from}`;
    const text = describe(deed, mail);
    return { deed: text, Deed: capitalised(text) };
  },
  ...appPage("mail-app"),
  check,
  effects: ({ places, starred, sent }) => ({ places, starred, sent }),
  oracle: async (context) => {
    const { params } = context.instance;
    const state = stateOf(context);
    const { deed, target } = params;
    if (target !== -1 && isDone(state, params)) return done();
    if (state["draft"] !== null) return write(context, state["draft"]);
    const step = (await closeList(context, "move")) ?? (await openTarget(context));
    if (step !== null) return step;
    if (deed.kind !== "move") return (await closeList(context)) ?? clickOn(context, deed.kind);
    return (await chooseOption(context, "move", params.folders, null, deed.folder)) ?? done();
  },
  nearMisses: [
    wrongGoal("takes another mail", (params) => (another(params) === -1 ? null : { ...params, target: another(params), deed: possible(params) })),
    wrongGoal("takes another folder", (params) => (params.target === -1 || params.deed.kind !== "move" ? null : { ...params, deed: slip(params) })),
    wrongGoal("does something else to the mail", (params, { feasible }) => (feasible ? { ...params, deed: slip(params) } : null)),
    wrongGoal("stars the mail instead", (params, { feasible }) =>
      feasible && params.deed.kind !== "star" ? { ...params, deed: { kind: "star" } } : null,
    ),
    wrongGoal("moves the mail to a folder that was not named", (params, { feasible }) =>
      feasible && params.deed.kind !== "move" ? { ...params, deed: { kind: "move", folder: params.folders[0]! } } : null,
    ),
    stopEarly("opens the mail, or writes the answer, and says done", (_, context) => {
      const { mail, draft } = stateOf(context);
      const want = message(context.instance.params);
      return want === null ? mail !== null : draft !== null && sameMessage(draft, want);
    }),
    givesUp(),
  ],
});
