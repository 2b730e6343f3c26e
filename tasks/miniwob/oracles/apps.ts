/** Solutions on pages of several screens: booking a flight, a text editor, a calendar. */
import type { Action, Point } from "../../../env/action.ts";
import { centre, type Box, type Oracle } from "../../../env/task.ts";
import { key } from "../../oracle.ts";
import { pickDate } from "./forms.ts";
import { asked, fill, first, inOrder, look, press, pressOn, submit, type Context, type Seen, type Step } from "./look.ts";

/** Types a city or airport and takes the suggestion that names it. */
function airport(selector: string, place: (context: Context) => string): Step {
  return async (context) => {
    const name = place(context);
    const field = (await first(context, selector))!;
    const names = (text: string): boolean => text.includes(`(${name})`) || text.startsWith(`${name} (`);
    if (names(field.value)) return null;
    const suggestion = (await look(context, ".ui-menu-item")).find(({ text, box }) => box.height > 0 && names(text));
    return suggestion === undefined ? fill(context, field, name) : press(suggestion);
  };
}

const FLIGHT = /^Book the (cheapest|shortest) one-way flight from: (.*) to: (.*) on/;

/** Looks through all results once, then books the best. */
const bookBest: Step = async (context) => {
  const prices = await look(context, "#results .flight-price");
  if (prices.length === 0) return null;
  const [wanted] = asked(context, FLIGHT);
  const durations = await look(context, "#results .time-duration");
  const values = wanted === "cheapest" ? prices.map(costOf) : durations.map(({ attributes }) => Number(attributes["data-duration"]));
  const best = prices[values.indexOf(Math.min(...values))];
  const scrolls = context.actions.filter((action) => action.kind === "scroll");
  const seenAll = prices.at(-1)!.point !== null || scrolls.some(({ dy }) => dy < 0) || scrolls.length > 6;
  return press(seenAll ? best : prices.at(-1));
};

const costOf = ({ attributes }: Seen): number => Number(attributes["data-price"]);

const bookFlight = inOrder(
  bookBest,
  airport("#flight-from", (context) => asked(context, FLIGHT)[1]!),
  airport("#flight-to", (context) => asked(context, FLIGHT)[2]!),
  pickDate("#datepicker"),
  pressOn("#search"),
);

const STYLES: Readonly<Record<string, string>> = { bold: "bold", italics: "italic", underlined: "underline" };
/** The strongest shade of each colour in the palette. */
const SHADES: Readonly<Record<string, string>> = {
  red: "#e60000",
  orange: "#ff9900",
  yellow: "#ffff00",
  green: "#008a00",
  blue: "#0066cc",
  purple: "#9933ff",
};

const EDIT = /(?:give the text (\S+)|(?:give|make) everything) the (?:style (\w+)|color (\w+))/;

/** What the editor holds, what is selected in it, and where a word stands. */
interface Edited {
  readonly formats: readonly Readonly<Record<string, unknown>>[];
  readonly texts: readonly string[];
  readonly selected: string;
  readonly word: Box | null;
}

/** In-page: `editor` is the page's own variable, a Quill editor. */
function readEditor(word: string | null): Edited {
  type Operations = { readonly ops: readonly { readonly insert: string; readonly attributes?: Record<string, unknown> }[] };
  const { ops } = (globalThis as unknown as { editor: { getContents(): Operations } }).editor.getContents();
  const range = document.createRange();
  const texts = document.createTreeWalker(document.querySelector(".ql-editor")!, NodeFilter.SHOW_TEXT);
  let box: Box | null = null;
  while (word !== null && box === null && texts.nextNode() !== null) {
    const node = texts.currentNode as Text;
    const start = ` ${node.data} `.indexOf(` ${word} `);
    if (start < 0) continue;
    range.setStart(node, start);
    range.setEnd(node, start + word.length);
    const { x, y, width, height } = range.getBoundingClientRect();
    box = { x, y, width, height };
  }
  const formats = ops.map(({ attributes }) => attributes ?? {});
  return { formats, texts: ops.map(({ insert }) => insert.trim()), selected: String(getSelection()).trim(), word: box };
}

const edit = inOrder(async (context) => {
  const [word, style, colour] = asked(context, EDIT);
  const { formats, texts, selected, word: place } = await context.evaluate(readEditor, word ?? null);
  const format = style === undefined ? { color: SHADES[colour!] } : { [STYLES[style]!]: true };
  const [name, value] = Object.entries(format)[0]!;
  const all = texts.filter((text) => text !== "").join(" ");
  if (formats.some((own, index) => own[name] === value && (word === undefined || texts[index] === word))) return null;
  // The open palette covers the selection.
  if ((await first(context, ".ql-color.ql-expanded")) !== undefined) return press(await first(context, `.ql-picker-item[data-value="${value}"]`));
  if (selected !== (word ?? all)) return select(context, word, place);
  return press(await first(context, colour === undefined ? `.ql-toolbar .ql-${name}` : ".ql-color .ql-picker-label"));
}, submit);

/** Selects a word by a double click (with its comma: by dragging over it), or everything by the keyboard. */
async function select(context: Context, word: string | undefined, place: Box | null): Promise<Action> {
  if (word !== undefined && place !== null) {
    const at = centre(place);
    if (/^\w+$/.test(word)) return { kind: "click", at, count: 2, button: "left", modifiers: [] };
    const [from, to] = [place.x, place.x + place.width].map((x) => ({ x, y: at.y }));
    return { kind: "drag", path: [from!, to!] };
  }
  const editor = (await first(context, ".ql-editor"))!;
  return editor.focused ? key("Control+A") : press(await first(context, ".ql-editor p"));
}

const HALF_HOURS: Readonly<Record<string, number>> = { "30 mins": 1, "0.5 hours": 1, "60 mins": 2, "1 hour": 2, "90 mins": 3, "1.5 hours": 3 };
const EVENT = /^Create a (.*) event named "(.*)", between (\d+)([AP])M and (\d+)([AP])M\.$/;

/** Index of the half-hour that begins at an hour such as 12 P. */
const slotAt = (hour: string, half: string): number => 2 * ((Number(hour) % 12) + (half === "P" ? 12 : 0));

/** Drags over as many free half-hours in a row as the event takes, scrolling to them first. */
const drawEvent: Step = async (context) => {
  if ((await first(context, "#newEvent")) !== undefined) return null;
  const [length, , fromHour, fromHalf, toHour, toHalf] = asked(context, EVENT);
  const size = HALF_HOURS[length!]!;
  const slots = await look(context, ".half-hour");
  const events = await look(context, ".event");
  const free = ({ box }: Seen): boolean =>
    events.every((event) => event.box.y >= box.y + box.height - 2 || event.box.y + event.box.height <= box.y + 2);
  const [from, to] = [slotAt(fromHour!, fromHalf!), slotAt(toHour!, toHalf!)];
  const starts = Array.from({ length: to - from - size + 1 }, (_, i) => from + i);
  const fits = starts.filter((start) => slots.slice(start, start + size).every(free));
  const inSight = ({ point, box }: Seen): boolean => point !== null && Math.abs(point.y - centre(box).y) < 4;
  const seen = fits.find((start) => slots.slice(start, start + size).every(inSight));
  if (seen === undefined) return press({ ...slots[fits[0]!]!, point: null });
  const path: Point[] = slots.slice(seen, seen + size).map(({ point }) => point!);
  // Half an hour is drawn by a movement within it.
  return { kind: "drag", path: size === 1 ? [path[0]!, { x: path[0]!.x, y: path[0]!.y + 3 }] : path };
};

const calendar = inOrder(
  drawEvent,
  async (context) => {
    const field = await first(context, "#event-name");
    return field === undefined ? { kind: "wait" } : fill(context, field, asked(context, EVENT)[1]!);
  },
  pressOn("#controls .create"),
);

export const APPS: Readonly<Record<string, Oracle<any>>> = {
  "book-flight": bookFlight,
  "book-flight-nodelay": bookFlight,
  "daily-calendar": calendar,
  "text-editor": edit,
};
