/** Solutions by clicking: one named thing, several of a set and then Submit, things that must be opened first. */
import type { Oracle } from "../../../env/task.ts";
import { asked, first, inOrder, look, press, pressOn, readGlobal, submit, type Context, type Seen, type Step } from "./look.ts";

/** Clicks the first of the elements whose state is not as wanted. */
function setAll(selector: string, on: (seen: Seen) => boolean, wanted: (context: Context) => Promise<(seen: Seen, index: number) => boolean>): Step {
  return async (context) => {
    const wants = await wanted(context);
    const wrong = (await look(context, selector)).find((seen, index) => on(seen) !== wants(seen, index));
    return wrong === undefined ? null : press(wrong);
  };
}

/** Check boxes or radio buttons inside labels: the labels that `chosen` picks must be on, the others off. */
function labels(chosen: (context: Context) => Promise<(text: string) => boolean>): Step {
  return async (context) => {
    const wants = await chosen(context);
    const boxes = await look(context, "#area label input");
    const texts = await look(context, "#area label");
    return press(texts.find(({ text }, index) => boxes[index]!.checked !== wants(text)) ?? (await first(context, "#subbtn")));
  };
}

const listed = async (context: Context): Promise<(text: string) => boolean> => {
  const names = asked(context, /^Select (.*) and click Submit\.$/)[0]!.split(", ");
  return (text) => names.includes(text);
};

/** Words of the same group of synonyms; a person knows them, the page lists them. */
const similar = async (context: Context): Promise<(text: string) => boolean> => {
  const groups = await readGlobal<string[][]>(context, "SYNONYMS");
  const words = asked(context, /^Select words similar to (.*) and click Submit\.$/)[0]!.split(", ");
  return (text) => groups.some((group) => group.includes(text) && words.some((word) => group.includes(word)));
};

const checkboxes = inOrder(labels(listed));

const shades = inOrder(
  setAll(
    "#area span",
    ({ classes }) => classes.includes("selected"),
    async (context) => {
      const [colour] = asked(context, /all the shades of (\w+)/);
      return ({ attributes }) => attributes["data-color"] === colour;
    },
  ),
  pressOn("#submit"),
);

const parity = inOrder(async (context) => {
  const numbers = await look(context, ".display-number");
  const buttons = await look(context, ".odd, .even");
  const wanted = numbers.map(({ text }, row) => buttons[2 * row + (Number(text) % 2 === 0 ? 1 : 0)]!);
  const missing = wanted.find(({ classes }) => !classes.includes("selected"));
  return missing === undefined ? null : press(missing);
}, pressOn("#submit"));

const SHAPES: Readonly<Record<string, string>> = { rect: "rectangle", circle: "circle", polygon: "triangle" };

const identify = inOrder(async (context) => {
  const drawn = await first(context, "#area_svg > *");
  const type = SHAPES[drawn!.tag] ?? (/\d/.test(drawn!.text) ? "digit" : "letter");
  return press(await first(context, `#area-buttons [data-type="${type}"]`));
});

/** How a drawn figure can be spoken of: size, colour, and itself ("a", "circle"), its type, or just "item". */
function mayBeCalled({ tag, text, box, attributes }: Seen, words: readonly string[]): boolean {
  const type = tag !== "text" ? "shape" : /\d/.test(text) ? "digit" : "letter";
  const large = tag === "text" ? attributes["font-size"] === "20px" : box.width > 15;
  const names = [large ? "large" : "small", attributes["fill"], SHAPES[tag] ?? text, type, "item"];
  return words.every((word) => names.includes(word));
}

const count = inOrder(async (context) => {
  const words = asked(context, /^How many (.*)s are there\?$/)[0]!.split(" ");
  const figures = (await look(context, "#area_svg > *")).filter((figure) => mayBeCalled(figure, words));
  return pressOn("#count-buttons button", String(figures.length))(context);
});

/** The ticket with the least or most of what was asked for. */
const ticket = inOrder(async (context) => {
  const [superlative] = asked(context, /with the (.*)\.$/);
  const [attribute, of] = /cost/.test(superlative!) ? (["data-price", ".buy-ticket"] as const) : (["data-duration", ".time-duration"] as const);
  const values = (await look(context, of)).map(({ attributes }) => Number(attributes[attribute]));
  const best = /cheapest|shortest/.test(superlative!) ? Math.min(...values) : Math.max(...values);
  return press((await look(context, ".buy-ticket"))[values.indexOf(best)]);
});

const expand = inOrder(async (context) => {
  const open = (await look(context, "#area .ui-accordion-header-active")).length > 0;
  return open ? null : press(await first(context, "#area .ui-accordion-header"));
}, submit);

/** Opens one section after the other until the link comes up. */
const searchSections = inOrder(async (context) => {
  const [name] = asked(context, /link "(.*)"\.$/);
  const headers = await look(context, "#area .ui-accordion-header");
  const open = headers.findIndex(({ classes }) => classes.includes("ui-accordion-header-active"));
  const link = (await look(context, "#area .ui-accordion-content-active .alink")).find(({ text }) => text === name);
  return press(link ?? headers[open + 1]);
});

/** Opens folders from top to bottom until the name comes up. */
const searchTree = inOrder(async (context) => {
  const [name] = asked(context, /named "(.*)"\.$/);
  const shown = (await look(context, "#tree span")).filter(({ box }) => box.height > 0);
  const closed = new Set((await look(context, "#tree li.expandable > span")).map(({ box }) => box.y));
  return press(shown.find(({ text }) => text === name) ?? shown.find(({ box }) => closed.has(box.y)));
});

const dialogButton = inOrder(async (context) => {
  const [label] = asked(context, /labeled "(.*)"\.$/);
  return pressOn(label === "x" ? ".ui-dialog-titlebar-close" : ".ui-dialog-buttonpane button", label === "x" ? undefined : label)(context);
});

const one = inOrder(pressOn("#area button", (context) => asked(context, /^Click button (\w+)\.$/)[0]!));

export const CLICKS: Readonly<Record<string, Oracle<any>>> = {
  "buy-ticket": ticket,
  "click-checkboxes": checkboxes,
  "click-checkboxes-large": checkboxes,
  "click-checkboxes-soft": inOrder(labels(similar)),
  "click-checkboxes-transfer": checkboxes,
  "click-collapsible": expand,
  "click-collapsible-2": searchSections,
  "click-collapsible-2-nodelay": searchSections,
  "click-collapsible-nodelay": expand,
  "click-dialog": inOrder(pressOn(".ui-dialog-titlebar-close")),
  "click-dialog-2": dialogButton,
  "click-option": checkboxes,
  "click-shades": shades,
  "click-test-2": one,
  "click-test-transfer": one,
  "count-shape": count,
  "focus-text": inOrder(pressOn("#area input")),
  "focus-text-2": inOrder(async (context) => press((await look(context, "#area input"))[Number(asked(context, /the (\d)/)[0]) - 1])),
  "identify-shape": identify,
  "navigate-tree": searchTree,
  "odd-or-even": parity,
  "unicode-test": inOrder(pressOn("#area button", (context) => asked(context, /^Click on the "(.*)" button\.$/)[0]!)),
};
