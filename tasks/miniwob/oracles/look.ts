/**
 * What the oracles see of a page and how they act on it. In: a CSS selector. Out: elements with their texts, values and a point where they
 * can be clicked; actions. Oracles keep no memory: what was done is read from the page and from the actions so far.
 */
import { click, type Action, type Point } from "../../../env/action.ts";
import type { Json } from "../../../env/json.ts";
import type { Box, OracleContext } from "../../../env/task.ts";
import { key } from "../../oracle.ts";

export type Context = OracleContext<any>;
/** One step of a solution; null when it is already done. */
export type Step = (context: Context) => Promise<Action | null>;

/** An element as a person sees it. */
export interface Seen {
  readonly text: string;
  readonly value: string;
  readonly checked: boolean;
  readonly focused: boolean;
  readonly classes: readonly string[];
  /** For what is drawn but not said: the colour of a shape, the value behind a price. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tag: string;
  readonly box: Box;
  /** The visible point nearest to the middle of its text (else of its box); null when it is covered, clipped or out of sight. */
  readonly point: Point | null;
}

/** All elements that match, in document order. */
export function look(context: Context, selector: string): Promise<Seen[]> {
  return context.evaluate(lookInPage, selector);
}

/** The first element that matches. */
export async function first(context: Context, selector: string): Promise<Seen | undefined> {
  return (await look(context, selector))[0];
}

/** In-page. */
function lookInPage(selector: string): Seen[] {
  const plain = ({ x, y, width, height }: DOMRect): Box => ({ x, y, width, height });
  const textBox = (element: Element): DOMRect | undefined => {
    const range = document.createRange();
    const own = [...element.childNodes].find((node) => node instanceof Text && node.data.trim() !== "");
    if (own === undefined) return undefined;
    range.selectNodeContents(own);
    return range.getClientRects()[0];
  };
  const pointOn = (element: Element): Point | null => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const middle = textBox(element) ?? { x, y, width, height };
    const at = { x: middle.x + middle.width / 2, y: middle.y + middle.height / 2 };
    const grid = Array.from({ length: 81 }, (_, i) => ({ x: x + (width * ((i % 9) + 0.5)) / 9, y: y + (height * (Math.floor(i / 9) + 0.5)) / 9 }));
    const near = [at, ...grid.toSorted((a, b) => Math.hypot(a.x - at.x, a.y - at.y) - Math.hypot(b.x - at.x, b.y - at.y))];
    const hits = (point: Point): boolean => {
      const hit = document.elementFromPoint(point.x, point.y);
      return hit !== null && element.contains(hit);
    };
    return near.find(hits) ?? null;
  };
  return [...document.querySelectorAll<HTMLInputElement>(selector)].map((element) => ({
    text: (element.textContent ?? "").replace(/\s+/g, " ").trim(),
    value: element.value ?? "",
    checked: element.checked ?? false,
    focused: element === document.activeElement,
    classes: [...element.classList],
    attributes: Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
    tag: element.tagName.toLowerCase(),
    box: plain(element.getBoundingClientRect()),
    point: pointOn(element),
  }));
}

/** A value that the page's own script keeps: for what is drawn in a way that only a person can read. */
export function readGlobal<T extends Json>(context: Context, name: string): Promise<T> {
  return context.evaluate((given) => (globalThis as unknown as Record<string, T>)[given]!, name);
}

/** Half a screen of scrolling. */
const SCROLL = 110;

/** A click on what was seen; scrolls towards it when it is out of sight. */
export function press(seen: Seen | undefined, pane: Point = { x: 80, y: 130 }): Action {
  if (seen === undefined) return { kind: "fail", reason: "It is not there." };
  if (seen.point !== null) return click(seen.point);
  return { kind: "scroll", at: pane, dx: 0, dy: seen.box.y > pane.y ? SCROLL : -SCROLL };
}

/** A step that clicks the first element that matches, or the one with this text. */
export function pressOn(selector: string, text?: string | ((context: Context) => string)): Step {
  return async (context) => {
    const wanted = typeof text === "function" ? text(context) : text;
    return press((await look(context, selector)).find((seen) => wanted === undefined || seen.text === wanted));
  };
}

/** What puts `text` into a field: click it, empty it, type. Null when it is there. */
export function fill(context: Context, field: Seen, text: string): Action | null {
  if (field.value === text) return null;
  if (!field.focused) return press(field);
  const last = context.actions.at(-1);
  const selected = last?.kind === "key" && last.chord === "Control+A";
  return field.value === "" || selected ? { kind: "type", text } : key("Control+A");
}

/** An oracle of steps: the first that is not done decides. */
export function inOrder(...steps: readonly Step[]): (context: Context) => Promise<Action> {
  return async (context) => {
    for (const step of steps) {
      const action = await step(context);
      if (action !== null) return action;
    }
    return { kind: "done" };
  };
}

export const submit: Step = pressOn("#subbtn");

/** The groups of a pattern in the instruction. Throws RangeError when it reads otherwise. */
export function asked({ instance: { instruction } }: Context, pattern: RegExp): readonly string[] {
  const found = pattern.exec(instruction);
  if (found === null) throw new RangeError(`The instruction "${instruction}" is not of the form ${String(pattern)}.`);
  return found.slice(1);
}

/** How often a kind of action was done so far. */
export function timesDone({ actions }: Context, kind: Action["kind"]): number {
  return actions.filter((action) => action.kind === kind).length;
}
