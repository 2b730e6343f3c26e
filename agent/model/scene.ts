/**
 * A scene: everything the model may look at for one decision, as a list of tokens.
 * In: instruction, perception, history. Out: tokens (CLS, elements, instruction words, screen words, patches, past actions), of each
 * type a bounded number. Pointers of the model are indices into this list.
 */
import type { Point } from "../../env/action.ts";
import type { Viewport } from "../../env/observation.ts";
import type { Box } from "../../env/task.ts";
import { mayBeIcon } from "../perception/iconShape.ts";
import type { PastStep } from "../policy.ts";
import type { Colour, ElementSource, Perception, UiElement, Word } from "../perception/perception.ts";

/** At most so many tokens of each type; what is beyond is not seen. */
export const LIMITS = { element: 144, instruction: 32, word: 208, patch: 3, past: 4 } as const;

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
  readonly viewport: Viewport;
  readonly instruction: string;
  /** The class token, elements, instruction words, screen words, patches, past actions; never empty. */
  readonly tokens: readonly Token[];
}

/** True for tokens that can be pointed at. */
export function isOnScreen(token: Token): token is ScreenToken {
  return token.type === "word" || token.type === "element" || token.type === "patch";
}

/** Builds the scene. `pending` puts a not yet executed action in front of the history (forward prediction). */
export function buildScene(instruction: string, perception: Perception, history: readonly PastStep[], pending?: PastStep): Scene {
  const typed = new Set(history.flatMap(({ action }) => (action.kind === "type" ? words(action.text) : [])));
  const past = history.slice(-LIMITS.past + (pending === undefined ? 0 : 1)).toReversed();
  const pastTokens: Token[] = past.map((step, age) => ({ type: "past", step, age, pending: false }));
  if (pending !== undefined) pastTokens.unshift({ type: "past", step: pending, age: 0, pending: true });
  const tokens: Token[] = [
    { type: "cls" },
    ...perception.elements.slice(0, LIMITS.element).map((element) => elementToken(element, perception.words, history)),
    ...instructionTokens(instruction, typed).slice(0, LIMITS.instruction),
    ...perception.words.slice(0, LIMITS.word).map((word) => wordToken(word, history)),
    ...perception.patches.slice(0, LIMITS.patch).map((patch) => ({ type: "patch" as const, ...patch, ...clicksAt(patch.anchor, history) })),
    ...pastTokens,
  ];
  return { viewport: perception.viewport, instruction, tokens };
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

/** Where a span of text that starts at a token may end: there, or at one of the next few tokens of its kind. */
export function spanEnds(start: number, { tokens }: Scene): number[] {
  const type = tokens[start]?.type;
  if (type !== "instruction" && type !== "word") return [];
  return Array.from({ length: MAX_SPAN }, (_, k) => start + k).filter((end) => tokens[end]?.type === type);
}
