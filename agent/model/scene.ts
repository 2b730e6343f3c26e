/**
 * A scene: everything the model may look at for one decision, as a list of tokens.
 * In: instruction, perception, history. Out: tokens (CLS, elements, instruction words, screen words, patches, past actions), of each
 * type a bounded number. Pointers of the model are indices into this list.
 */
import type { Point } from "../../env/action.ts";
import type { Viewport } from "../../env/observation.ts";
import type { Box } from "../../env/task.ts";
import { mayBeIcon } from "../perception/iconShape.ts";
import { bareWord } from "./bareWord.ts";
import { foldWord } from "./hashing.ts";
import { labelOf, rowLabelOf } from "./label.ts";
import { quantityOf } from "./typing.ts";
import { sizesAmongTwins, type SizeAmongTwins } from "./twins.ts";
import type { PastStep } from "../policy.ts";
import type { Colour, ElementSource, Perception, UiElement, Word } from "../perception/perception.ts";

/** At most so many tokens of each type; what is beyond is not seen. */
export const LIMITS = { element: 144, instruction: 32, word: 208, patch: 3, past: 4 } as const;

interface OnScreen {
  readonly box: Box;
  readonly anchor: Point;
  /** How often this point was clicked in the episode so far, and whether the last action was such a click. */
  readonly clicks: number;
  readonly clickedLast: boolean;
}

export type Token =
  | { readonly type: "cls" }
  | {
      readonly type: "instruction";
      readonly text: string;
      readonly from: number;
      readonly to: number;
      readonly index: number;
      readonly quoted: boolean;
      readonly typed: boolean;
      /** Whether something that says just this was clicked: what is still to be done is what was not. */
      readonly clicked: boolean;
    }
  | (OnScreen & {
      readonly type: "word";
      readonly text: string;
      readonly confidence: number;
      readonly ink: Colour;
      readonly paper: Colour;
      /** Of one that begins a column: the text its row begins with. */
      readonly label: readonly string[];
    })
  | (OnScreen & {
      readonly type: "element";
      readonly words: readonly string[];
      /** What the text beside it calls it; empty where it has words of its own. */
      readonly label: readonly string[];
      /** What a sign without words is called, see `UiElement.names`. */
      readonly names: readonly string[];
      readonly twins: SizeAmongTwins;
      readonly source: ElementSource;
      readonly colour: Colour;
      readonly fill: number;
      readonly crop: Uint8Array;
    })
  | (OnScreen & { readonly type: "patch"; readonly colour: Colour })
  | {
      readonly type: "past";
      readonly step: PastStep;
      readonly age: number;
      readonly pending: boolean;
      /** What the text beside calls the element it acted on, as the screen is now. */
      readonly label: readonly string[];
    };

export type ScreenToken = Extract<Token, { anchor: Point }>;

export interface Scene {
  readonly viewport: Viewport;
  readonly instruction: string;
  /** The class token, elements, instruction words, screen words, patches, past actions; never empty. */
  readonly tokens: readonly Token[];
}

/** True for tokens that can be pointed at. */
export function isOnScreen(token: Token): token is ScreenToken {
  return token.type === "word" || token.type === "element" || token.type === "patch";
}

/** All tokens that can be pointed at, with their indices. */
export function screenTokens(scene: Scene): (readonly [number, ScreenToken])[] {
  return [...scene.tokens.entries()].filter((entry): entry is [number, ScreenToken] => isOnScreen(entry[1]));
}

/** Builds the scene. `pending` puts a not yet executed action in front of the history (forward prediction). */
export function buildScene(instruction: string, perception: Perception, history: readonly PastStep[], pending?: PastStep): Scene {
  const done = doneIn(history);
  const past = history.slice(-LIMITS.past + (pending === undefined ? 0 : 1)).toReversed();
  const elements = besideTwins(perception.elements.slice(0, LIMITS.element).map((element) => elementToken(element, perception.words, history)));
  const plain = plainText(perception.words, elements);
  const pastToken = (step: PastStep, age: number, isPending: boolean): Token => {
    return { type: "past", step, age, pending: isPending, label: labelAt(step, elements, plain) };
  };
  const tokens: Token[] = [
    { type: "cls" },
    ...elements.map((element) => (element.words.length > 0 ? element : { ...element, label: labelOf(element.box, plain) })),
    ...instructionTokens(instruction, done).slice(0, LIMITS.instruction),
    ...perception.words.slice(0, LIMITS.word).map((word) => wordToken(word, perception.words, history)),
    ...perception.patches.slice(0, LIMITS.patch).map((patch) => ({ type: "patch" as const, ...patch, ...clicksAt(patch.anchor, history) })),
    ...(pending === undefined ? [] : [pastToken(pending, 0, true)]),
    ...past.map((step, age) => pastToken(step, age, false)),
  ];
  return { viewport: perception.viewport, instruction, tokens };
}

/** Words that were typed and clicked, folded. */
interface Done {
  readonly typed: ReadonlySet<string>;
  readonly clicked: ReadonlySet<string>;
}

function doneIn(history: readonly PastStep[]): Done {
  const typed = history.flatMap(({ action }) => (action.kind === "type" ? action.text.split(/\s+/) : []));
  const clicked = history.flatMap(({ action, target }) => (action.kind === "click" ? target.split(/\s+/) : []));
  const set = (words: readonly string[]): Set<string> => new Set(words.filter((word) => word !== "").map((word) => foldWord(bareWord(word))));
  return { typed: set(typed), clicked: set(clicked) };
}

/** Instruction words with their place in the text, and the parts of those that have several; quotes and closing punctuation are not part of a word. */
export function instructionTokens(instruction: string, done: Done = doneIn([])): Extract<Token, { type: "instruction" }>[] {
  const tokens: Extract<Token, { type: "instruction" }>[] = [];
  const add = (text: string, from: number, index: number): void => {
    const word = foldWord(bareWord(text));
    const [typed, clicked] = [done.typed.has(word), done.clicked.has(word)];
    tokens.push({ type: "instruction", text, from, to: from + text.length, index, quoted, typed, clicked });
  };
  let [open, quoted, index] = [false, false, 0];
  for (const match of instruction.matchAll(/\S+/g)) {
    const opens = /^[("'“‘]*["“]/.test(match[0]);
    const isOdd = [...match[0].matchAll(/["“”]/g)].length % 2 === 1;
    const lead = /^[("'“‘]*/.exec(match[0])![0].length;
    const tail = /[)"'”’.,;:!?]*$/.exec(match[0].slice(lead))![0];
    const text = match[0].slice(lead, match[0].length - tail.length);
    const from = match.index + lead;
    quoted = open || opens;
    if (text !== "") {
      add(text, from, index);
      const parts = partsOf(text);
      // Behind the whole and before the next word.
      for (const [k, part] of parts.entries()) add(part[0], from + part.index, index + (k + 1) / (parts.length + 1));
      index++;
    }
    open = open ? !isOdd : opens && isOdd;
  }
  return tokens;
}

/** What stands on screens in parts: "12/11/2016" is also "12", "11" and "2016", "File>Open" also "File" and "Open". One number has no parts. */
function partsOf(text: string): RegExpExecArray[] {
  if (quantityOf([text]) !== null) return [];
  const parts = [...text.matchAll(/[\p{L}\p{N}\p{M}'’]+/gu)];
  return parts.length > 1 ? parts : [];
}

function wordToken(word: Word, read: readonly Word[], history: readonly PastStep[]): Token {
  const anchor = middleOf(word.box);
  return { type: "word", ...word, label: rowLabelOf(word, read), anchor, ...clicksAt(anchor, history) };
}

type ElementToken = Extract<Token, { type: "element" }>;

/** Words that may be labels: those on buttons and in fields belong to these. */
function plainText(read: readonly Word[], elements: readonly ElementToken[]): Word[] {
  const own = elements.filter(({ box, words: inside }) => inside.length > 0 && inside.length <= 4 && box.height <= 48);
  return read.filter((word) => !own.some(({ box }) => contains(box, middleOf(word.box))));
}

/** The label of what an action was aimed at: the smallest element there. */
function labelAt({ action }: PastStep, elements: readonly ElementToken[], plain: readonly Word[]): readonly string[] {
  if (!("at" in action)) return [];
  const { at } = action;
  const there = elements.filter(({ box }) => contains(box, at, 1)).toSorted((a, b) => a.box.width * a.box.height - b.box.width * b.box.height);
  return there[0] === undefined ? [] : labelOf(there[0].box, plain);
}

function elementToken(element: UiElement, read: readonly Word[], history: readonly PastStep[]): ElementToken {
  // A lone character in an icon's place is rather a misread icon: the element keeps its looks.
  const inside = read.filter((word) => !mayBeIcon(word) && contains(element.box, middleOf(word.box)));
  return {
    type: "element",
    ...element,
    words: inside.slice(0, 8).map((word) => word.text),
    label: [],
    twins: ALONE,
    ...clicksAt(element.anchor, history),
  };
}

const ALONE: SizeAmongTwins = { larger: false, smaller: false };

function besideTwins(elements: readonly ElementToken[]): ElementToken[] {
  const sizes = sizesAmongTwins(elements);
  return elements.map((element, i) => ({ ...element, twins: sizes[i]! }));
}

const middleOf = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });

/** Whether a point lies in a box grown by `margin` CSS px. */
export function contains(box: Box, point: Point, margin = 0): boolean {
  return point.x >= box.x - margin && point.x <= box.x + box.width + margin && point.y >= box.y - margin && point.y <= box.y + box.height + margin;
}

/** Clicks count for a token when they fell within 5 CSS px of its anchor. */
function clicksAt(anchor: Point, history: readonly PastStep[]): { clicks: number; clickedLast: boolean } {
  const hits = history.map(({ action }) => action.kind === "click" && Math.hypot(action.at.x - anchor.x, action.at.y - anchor.y) <= 5);
  return { clicks: hits.filter(Boolean).length, clickedLast: hits.at(-1) ?? false };
}

/** Longest text the model types in one action, in words. */
export const MAX_SPAN = 6;

/** Where a span of text that starts at a token may end: there, or at one of the next few tokens of its kind. */
export function spanEnds(start: number, { tokens }: Scene): number[] {
  const type = tokens[start]?.type;
  if (type !== "instruction" && type !== "word") return [];
  return Array.from({ length: MAX_SPAN }, (_, k) => start + k).filter((end) => tokens[end]?.type === type);
}
