/** Solutions by typing: texts into fields, dates, searches. */
import type { Action } from "../../../env/action.ts";
import type { Oracle } from "../../../env/task.ts";
import { key } from "../../oracle.ts";
import { asked, fill, first, inOrder, look, press, pressOn, submit, type Context, type Seen, type Step } from "./look.ts";

/** Fills the field that `selector` finds. */
function enter(selector: string, text: (context: Context) => string | Promise<string>): Step {
  return async (context) => {
    const field = await first(context, selector);
    return field === undefined ? press(field) : fill(context, field, await text(context));
  };
}

const quoted = (context: Context): string => asked(context, /"(.*)"/)[0]!;

const inOtherCase = (context: Context): string => {
  const [text, letters] = asked(context, /^Type "(.*)" in all (upper|lower) case/);
  return letters === "upper" ? text!.toUpperCase() : text!.toLowerCase();
};

const LOGIN = /username "(.*)" and the password "(.*)" into/;
const credentials = [enter("#username", (context) => asked(context, LOGIN)[0]!), enter("#password", (context) => asked(context, LOGIN)[1]!)];

/** Answers an interruption with no: yes would leave the form. */
const dismiss: Step = async (context) => {
  const cancel = await first(context, "#popup-cancel");
  return cancel === undefined ? null : press(cancel);
};

/** The cell beside a label in the table. */
async function inTable(context: Context, label: string): Promise<string> {
  const cells = (await look(context, "#tab td")).map(({ text }) => text);
  return cells[cells.indexOf(label) + 1]!;
}

const besideLabel = (n: 1 | 2): Step =>
  enter(`#tt${n}`, async (context) => inTable(context, (await first(context, `#ll${n}`))!.text.replace(/:$/, "")));

const MOVIE = /^Search for (.*) movies directed by (.*) from year (\d+)\.$/;

/** Fields are known by what stands beside, above or below them. */
const movieField = (n: 0 | 1 | 2, label: RegExp): Step => {
  return async (context) => {
    const rows = await look(context, "#area p, #area .row, #area tr, #area .field, #area .ui-entry");
    const index = rows.findIndex(({ text }) => label.test(text));
    const field = (await look(context, "#area input[type=text]"))[index]!;
    return fill(context, field, asked(context, MOVIE)[n]!);
  };
};

const movie = inOrder(
  movieField(0, /genre/i),
  movieField(1, /director/i),
  movieField(2, /year|date/i),
  pressOn("#area button, #area .final, #area .ui-submit"),
);

/** Fields with segments take digits from the one that has the focus on: by Tab that is the first. */
function segments(wanted: (context: Context) => { readonly value: string; readonly digits: string }): Step {
  return async (context) => {
    const field = (await first(context, "#tt"))!;
    const { value, digits } = wanted(context);
    if (field.value === value) return null;
    return field.focused ? { kind: "type", text: digits } : key("Tab");
  };
}

const date = segments((context) => {
  const [month, day, year] = asked(context, /(\d\d)\/(\d\d)\/(\d{4})/);
  return { value: `${year}-${month}-${day}`, digits: `${month}${day}${year}` };
});

const time = segments((context) => {
  const [hour, minute, half] = asked(context, /(\d+):(\d\d)\s([AP]M)/);
  const hour24 = (Number(hour) % 12) + (half === "PM" ? 12 : 0);
  return { value: `${String(hour24).padStart(2, "0")}:${minute}`, digits: `${hour!.padStart(2, "0")}${minute}${half}` };
});

/** Opens the calendar, turns its pages to the month, clicks the day. Null when the field holds the date. */
export function pickDate(selector: string): Step {
  return async (context) => {
    const [month, day, year] = asked(context, /(\d\d)\/(\d\d)\/(\d{4})/).map(Number);
    const field = (await first(context, selector))!;
    if (field.value.split("/").map(Number).join() === [month, day, year].join()) return null;
    const title = await first(context, "#ui-datepicker-div .ui-datepicker-title");
    if (title === undefined || title.box.height === 0) return press(field);
    const shown = new Date(`1 ${title.text}`);
    const ahead = (year! - shown.getFullYear()) * 12 + month! - 1 - shown.getMonth();
    if (ahead !== 0) return press(await first(context, ahead > 0 ? ".ui-datepicker-next" : ".ui-datepicker-prev"));
    return pressOn("#ui-datepicker-div td a", String(day))(context);
  };
}

const chooseDate = inOrder(pickDate("#datepicker"), submit);

/** Types the beginning and takes the first suggestion that fits. */
const complete: Step = async (context) => {
  const [start, end] = asked(context, /starts with "(.*?)"(?: and ends with "(.*)")?\.$/);
  const fits = (text: string): boolean => text.startsWith(start!) && text.endsWith(end ?? "");
  const field = (await first(context, "#tags"))!;
  const suggestion = (await look(context, ".ui-menu-item")).find(({ text, box }) => box.height > 0 && fits(text));
  if (suggestion !== undefined) return press(suggestion);
  return fits(field.value) ? null : fill(context, field, start!);
};

const RESULTS_PER_PAGE = 3;

/** Searches, turns to the page with the n-th result, clicks it. */
async function search(context: Context): Promise<Action> {
  const [words, n] = asked(context, /enter "(.*)" and press "Search", then find and click the (\d+)/);
  const index = Number(n) - 1;
  const results = await look(context, "#page-content a");
  if (results.length === 0) return fill(context, (await first(context, "#search-text"))!, words!) ?? (pressOn("#search")(context) as Promise<Action>);
  const page = String(Math.floor(index / RESULTS_PER_PAGE) + 1);
  const current = await first(context, "#pagination .active");
  return press(current?.text === page ? results[index % RESULTS_PER_PAGE] : await pageLink(context, page));
}

async function pageLink(context: Context, page: string): Promise<Seen | undefined> {
  return (await look(context, "#pagination a")).find(({ text }) => text === page);
}

const enterQuoted = inOrder(enter("#tt", quoted), submit);

export const FORMS: Readonly<Record<string, Oracle<any>>> = {
  "choose-date": chooseDate,
  "choose-date-easy": chooseDate,
  "choose-date-medium": chooseDate,
  "choose-date-nodelay": chooseDate,
  "enter-date": inOrder(date, submit),
  "enter-password": inOrder(enter("#password", quoted), enter("#verify", quoted), submit),
  "enter-text": enterQuoted,
  "enter-text-2": inOrder(enter("#tt", inOtherCase), submit),
  "enter-text-dynamic": enterQuoted,
  "enter-time": inOrder(time, submit),
  "login-user": inOrder(...credentials, submit),
  "login-user-popup": inOrder(dismiss, ...credentials, submit),
  "multi-layouts": movie,
  "multi-orderings": movie,
  "read-table": inOrder(
    enter("#tt", (context) => inTable(context, asked(context, /^Enter the value of (.*) into/)[0]!)),
    submit,
  ),
  "read-table-2": inOrder(besideLabel(1), besideLabel(2), submit),
  "search-engine": search,
  "text-transform": inOrder(
    enter("#tt", async (context) => (await look(context, "#captcha span")).map(({ text }) => text).join("")),
    submit,
  ),
  "use-autocomplete": inOrder(complete, submit),
  "use-autocomplete-nodelay": inOrder(complete, submit),
  "visual-addition": inOrder(
    enter("#math-answer", async (context) => String((await look(context, ".addition-block")).length)),
    submit,
  ),
};
