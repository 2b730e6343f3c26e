/**
 * A scene: everything the model may look at for one decision, as a list of tokens.
 * In: instruction, perception, history. Out: tokens (CLS, instruction words, screen words, elements, patches, past actions),
 * bounded per type by a layout. Pointers of the model are indices into this list.
 */
import type { Point } from "../../env/action.ts";
import type { Viewport } from "../../env/observation.ts";
import type { Box } from "../../env/task.ts";
import { mayBeIcon } from "../perception/iconShape.ts";
import type { PastStep } from "../policy.ts";
import type { Colour, ElementSource, Perception, UiElement, Word } from "../perception/perception.ts";

/** How many tokens of each type a graph holds; `tokens` is their sum plus CLS. */
export interface Layout {
  readonly name: "small" | "medium" | "large";
  readonly tokens: number;
  readonly instruction: number;
  readonly words: number;
  readonly elements: number;
  readonly patches: number;
  readonly history: number;
}

const fixedLayout = (name: Layout["name"], instruction: number, words: number, elements: number, patches: number): Layout => ({
  name,
  tokens: 1 + instruction + words + elements + patches + 4,
  instruction,
  words,
  elements,
  patches,
  history: 4,
});

/**
 * Fixed shapes: 76, 152 and 392 tokens. A scene takes the smallest that holds it. A smaller one still for the smallest widgets would be
 * cheaper but worse: batches share a layout, and a task that is hard to learn must be mixed with the others.
 */
export const LAYOUTS = {
  small: fixedLayout("small", 20, 24, 24, 3),
  medium: fixedLayout("medium", 32, 64, 48, 3),
  large: fixedLayout("large", 32, 208, 144, 3),
} as const;

interface OnScreen {
  readonly box: Box;
  readonly anchor: Point;
  /** How often this point was clicked in the episode so far, and whether it was the last click. */
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
    }
  | (OnScreen & { readonly type: "word"; readonly text: string; readonly confidence: number; readonly ink: Colour; readonly paper: Colour })
  | (OnScreen & {
      readonly type: "element";
      readonly words: readonly string[];
      /** What a sign without words is called, see `UiElement.names`. */
      readonly names: readonly string[];
      readonly source: ElementSource;
      readonly colour: Colour;
      readonly fill: number;
      readonly crop: Uint8Array;
    })
  | (OnScreen & { readonly type: "patch"; readonly colour: Colour })
  | { readonly type: "past"; readonly step: PastStep; readonly age: number; readonly pending: boolean };

export type ScreenToken = Extract<Token, { anchor: Point }>;

export interface Scene {
  readonly layout: Layout;
  readonly viewport: Viewport;
  readonly instruction: string;
  /** In slot order; token `i` of the list sits in slot `slots[i]` of the layout. */
  readonly tokens: readonly Token[];
  readonly slots: readonly number[];
}

/** True for tokens that can be pointed at. */
export function isOnScreen(token: Token): token is ScreenToken {
  return token.type === "word" || token.type === "element" || token.type === "patch";
}

/** Builds the scene. `pending` puts a not yet executed action in front of the history (forward prediction). */
export function buildScene(instruction: string, perception: Perception, history: readonly PastStep[], pending?: PastStep): Scene {
  const typed = new Set(history.flatMap(({ action }) => (action.kind === "type" ? words(action.text) : [])));
  const spoken = instructionTokens(instruction, typed);
  const size = chooseLayout(spoken.length, perception);
  const past = history.slice(-size.history + (pending === undefined ? 0 : 1)).toReversed();
  const pastTokens: Token[] = past.map((step, age) => ({ type: "past", step, age, pending: false }));
  if (pending !== undefined) pastTokens.unshift({ type: "past", step: pending, age: 0, pending: true });
  const groups: readonly (readonly [readonly Token[], number])[] = [
    [[{ type: "cls" }], 1],
    [spoken, size.instruction],
    [perception.words.map((word) => wordToken(word, history)), size.words],
    [perception.elements.map((element) => elementToken(element, perception.words, history)), size.elements],
    [perception.patches.map((patch) => ({ type: "patch" as const, ...patch, ...clicksAt(patch.anchor, history) })), size.patches],
    [pastTokens, size.history],
  ];
  const tokens: Token[] = [];
  const slots: number[] = [];
  let slot = 0;
  for (const [group, limit] of groups) {
    for (const [i, token] of group.slice(0, limit).entries()) {
      tokens.push(token);
      slots.push(slot + i);
    }
    slot += limit;
  }
  return { layout: size, viewport: perception.viewport, instruction, tokens, slots };
}

function chooseLayout(spoken: number, { words: read, elements }: Perception): Layout {
  const { large } = LAYOUTS;
  const fits = (one: Layout): boolean =>
    Math.min(spoken, large.instruction) <= one.instruction && read.length <= one.words && elements.length <= one.elements;
  return Object.values(LAYOUTS).find(fits) ?? large;
}

const words = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");

/** Instruction words with their place in the text; quotes and closing punctuation are not part of a word. */
export function instructionTokens(instruction: string, typed: ReadonlySet<string>): Extract<Token, { type: "instruction" }>[] {
  const tokens: Extract<Token, { type: "instruction" }>[] = [];
  let quoted = false;
  for (const match of instruction.matchAll(/\S+/g)) {
    const opens = /^[("'“‘]*["“]/.test(match[0]);
    const lead = /^[("'“‘]*/.exec(match[0])![0].length;
    const tail = /[)"'”’.,;:!?]*$/.exec(match[0].slice(lead))![0];
    const text = match[0].slice(lead, match[0].length - tail.length);
    if (opens) quoted = true;
    const from = match.index + lead;
    if (text !== "")
      tokens.push({ type: "instruction", text, from, to: from + text.length, index: tokens.length, quoted, typed: typed.has(text.toLowerCase()) });
    if (/["”]/.test(tail) || (opens && match[0].length > 1 && /["”]/.test(match[0].slice(lead)))) quoted = false;
  }
  return tokens;
}

function wordToken(word: Word, history: readonly PastStep[]): Token {
  const anchor = { x: word.box.x + word.box.width / 2, y: word.box.y + word.box.height / 2 };
  return { type: "word", ...word, anchor, ...clicksAt(anchor, history) };
}

function elementToken(element: UiElement, read: readonly Word[], history: readonly PastStep[]): Token {
  // A lone character in an icon's place is rather a misread icon: the element keeps its looks.
  const inside = read.filter(
    (word) => !mayBeIcon(word) && contains(element.box, { x: word.box.x + word.box.width / 2, y: word.box.y + word.box.height / 2 }),
  );
  return { type: "element", ...element, words: inside.slice(0, 8).map((word) => word.text), ...clicksAt(element.anchor, history) };
}

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

/** Slots where a span that starts in `start` may end: itself and the next few of the same kind of token. */
export function endSlots(start: number, layout: Layout): number[] {
  const lastInstruction = layout.instruction;
  const lastWord = layout.instruction + layout.words;
  if (start < 1 || start > lastWord) return [];
  const limit = start <= lastInstruction ? lastInstruction : lastWord;
  return Array.from({ length: MAX_SPAN }, (_, k) => start + k).filter((slot) => slot <= limit);
}
