/**
 * Between actions and what the model points at. `encode(action, scene)` finds the tokens an action means, `decode(choice, scene)` the
 * action a choice means. What a model pointed at is never stored: it is recomputed from the action and the screen.
 */
import { click, type Action, type Point } from "../../env/action.ts";
import { contains, isOnScreen, MAX_SPAN, screenTokens, type Scene, type ScreenToken, type Token } from "./scene.ts";
import { distance, exactSide, nearestSide, samePoint, sidePoint, SIDES, type SideTokens } from "./sides.ts";
import { FORMS, inForm, numberIndex, numberText } from "./typing.ts";

/** Everything the model can do, in the order of its first head. */
export const MODEL_KINDS = [
  "click",
  "double-click",
  "triple-click",
  "right-click",
  "control-click",
  "hover",
  "drag",
  "scroll-down",
  "scroll-up",
  "type",
  "type-number",
  "key:Enter",
  "key:Tab",
  "key:Escape",
  "key:Backspace",
  "key:Control+A",
  "key:Control+C",
  "key:Control+V",
  "key:Control+Home",
  "key:Control+End",
  "key:Home",
  "key:End",
  "key:ArrowDown",
  "key:ArrowUp",
  "key:ArrowLeft",
  "key:ArrowRight",
  "wait",
  "back",
  "done",
  "fail",
] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

export const usesPointer = (kind: ModelKind): boolean => /click$|^hover$|^drag$|^scroll-/.test(kind);

/** Keys that move something by one step are pressed so many times. */
export const PRESSES = [1, 2, 4, 8, 16, 32] as const;
export const repeats = (kind: ModelKind): boolean => /^key:(Arrow|Backspace|Tab)/.test(kind);

/** One concrete choice: indices into `scene.tokens`, `SIDES`, `FORMS`, the numbers that can be typed and `PRESSES` (−1 where the kind has none). */
export interface Choice {
  readonly kind: ModelKind;
  readonly point: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
  readonly form: number;
  readonly number: number;
  /** Where a drag takes hold of `point` and lets go at `to`. */
  readonly grip: number;
  readonly drop: number;
  readonly presses: number;
}

/**
 * All choices that mean the same action: any of `points`, any of `starts` … A text that can be copied (`type`) may be a `number` that can
 * be worked out as well: both ways lead to the same action.
 */
export interface Targets {
  readonly kind: ModelKind;
  readonly points: readonly number[];
  readonly to: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly forms: readonly number[];
  readonly number: number | null;
  /** Of a drag; else null. */
  readonly grip: number | null;
  readonly drop: number | null;
  /** Of a key that repeats; else null. */
  readonly presses: number | null;
}

/** A choice that needs neither target nor text. */
export const BARE = { point: -1, to: -1, start: -1, end: -1, form: -1, number: -1, grip: -1, drop: -1, presses: -1 } as const;

/** The action a choice means. */
export function decode(choice: Choice, scene: Scene): Action {
  const { kind } = choice;
  const at = usesPointer(kind) ? anchorOf(scene, choice.point) : { x: 0, y: 0 };
  const half = Math.round(scene.viewport.height / 2);
  switch (kind) {
    case "click":
      return click(at);
    case "double-click":
      return { ...leftClick(at), count: 2 };
    case "triple-click":
      return { ...leftClick(at), count: 3 };
    case "right-click":
      return { ...leftClick(at), button: "right" };
    case "control-click":
      return { ...leftClick(at), modifiers: ["Control"] };
    case "hover":
      return { kind: "hover", at };
    case "drag":
      return { kind: "drag", path: [sideOf(scene, choice.point, choice.grip), sideOf(scene, choice.to, choice.drop)] };
    case "scroll-down":
      return { kind: "scroll", at, dx: 0, dy: half };
    case "scroll-up":
      return { kind: "scroll", at, dx: 0, dy: -half };
    case "type":
      return { kind: "type", text: inForm(spanText(scene, choice.start, choice.end), FORMS[choice.form]!) };
    case "type-number":
      return { kind: "type", text: numberText(choice.number) };
    case "wait":
    case "back":
    case "done":
      return { kind };
    case "fail":
      return { kind: "fail", reason: "what was asked for is not there" };
    default:
      return { kind: "key", chord: kind.slice("key:".length), count: repeats(kind) ? PRESSES[choice.presses]! : 1 };
  }
}

const leftClick = (at: Point): Extract<Action, { kind: "click" }> => ({ kind: "click", at, count: 1, button: "left", modifiers: [] });

/**
 * The tokens an action means, or null when the model cannot express it.
 * `exact`: only choices that decode to this very action (log-probabilities). `wide`: also tokens that stand for the same
 * thing, such as a button and the word on it (imitation).
 */
export function encode(action: Action, scene: Scene, width: "exact" | "wide"): Targets | null {
  const kind = kindOf(action);
  if (kind === null) return null;
  const find = width === "exact" ? exactTokens : wideTokens;
  const none = { ...NO_TARGETS, kind };
  if (action.kind === "type") return typingTargets(scene, action.text);
  if (action.kind === "drag") return dragTargets(scene, action.path[0]!, action.path.at(-1)!, width);
  if (action.kind === "key") return keyTargets(none, action.count, width);
  if (!("at" in action)) return none;
  const points = find(scene, action.at);
  return points.length === 0 ? null : { ...none, points };
}

const NO_TARGETS = { points: [], to: [], starts: [], ends: [], forms: [], number: null, grip: null, drop: null, presses: null } as const;

/** A drag: sides of things whose points are exactly these, or (wide) as near as there are. */
function dragTargets(scene: Scene, from: Point, to: Point, width: "exact" | "wide"): Targets | null {
  const find = (point: Point, held: readonly number[]): SideTokens | null =>
    width === "exact" ? exactSide(scene, point) : nearestSide(scene, point, [...wideTokens(scene, point), ...held]);
  const grip = find(from, []);
  const drop = find(to, grip?.tokens.slice(0, 1) ?? []);
  if (grip === null || drop === null) return null;
  return { ...NO_TARGETS, kind: "drag", points: grip.tokens, to: drop.tokens, grip: grip.side, drop: drop.side };
}

/** A key as often as it was pressed, or (wide) as often as can be said without pressing it too often. */
function keyTargets(targets: Targets, count: number, width: "exact" | "wide"): Targets | null {
  if (!repeats(targets.kind)) return count === 1 || width === "wide" ? targets : null;
  const presses = width === "exact" ? PRESSES.findIndex((times) => times === count) : PRESSES.findLastIndex((times) => times <= count);
  return presses < 0 ? null : { ...targets, presses };
}

/** First choice of a target set: what the model would do if it wanted exactly this. */
export function firstChoice(targets: Targets): Choice {
  const first = (tokens: readonly number[]): number => tokens.at(0) ?? -1;
  const [point, to, start, form] = [first(targets.points), first(targets.to), first(targets.starts), first(targets.forms)];
  const end = targets.ends.find((index) => index >= start) ?? -1;
  const [grip, drop, presses] = [targets.grip ?? -1, targets.drop ?? -1, targets.presses ?? -1];
  return { kind: targets.kind, point, to, start, end, form, number: targets.kind === "type-number" ? targets.number! : -1, grip, drop, presses };
}

/** The same action as the model would carry it out (its click points), or the action itself when it has no equal. */
export function snap(action: Action, scene: Scene): Action {
  const targets = encode(action, scene, "wide");
  return targets === null ? action : decode(firstChoice(targets), scene);
}

function kindOf(action: Action): ModelKind | null {
  switch (action.kind) {
    case "click":
      if (action.button === "right") return "right-click";
      if (action.modifiers.includes("Control")) return "control-click";
      return (["click", "click", "double-click", "triple-click"] as const)[action.count] ?? null;
    case "scroll":
      return action.dy >= 0 ? "scroll-down" : "scroll-up";
    case "key":
      return MODEL_KINDS.find((kind) => kind === `key:${action.chord}`) ?? null;
    case "ask":
      return null;
    default:
      return action.kind;
  }
}

const anchorOf = (scene: Scene, index: number): Point => sideOf(scene, index, 0);

function sideOf(scene: Scene, index: number, side: number): Point {
  const token = scene.tokens[index];
  if (token === undefined || !isOnScreen(token)) throw new RangeError(`token ${index} cannot be pointed at`);
  return sidePoint(token, SIDES[side]!, scene.viewport);
}

/** Tokens whose click point is this very point. */
function exactTokens(scene: Scene, point: Point): number[] {
  return screenTokens(scene)
    .filter(([, { anchor }]) => samePoint(anchor, point))
    .map(([index]) => index);
}

/** Nearest token that covers the point (else the nearest anchor within 14 px), then those that stand for the same thing. */
function wideTokens(scene: Scene, point: Point): number[] {
  const all = screenTokens(scene);
  const covering = all.filter(([, token]) => contains(token.box, point, 1)).toSorted((a, b) => area(a[1]) - area(b[1]));
  const away = ([, token]: readonly [number, ScreenToken]): number => distance(token.anchor, point);
  const nearest = all.filter((entry) => away(entry) <= 14).toSorted((a, b) => away(a) - away(b));
  // In a bare list or menu the row itself is not drawn: the words on the row are what the point means, not the panel around all rows.
  const inPanel = covering[0] === undefined || isPanel(covering[0][1]);
  const onRow = inPanel
    ? all.filter(([, token]) => sameRow(token, point)).toSorted((a, b) => Math.abs(a[1].anchor.x - point.x) - Math.abs(b[1].anchor.x - point.x))
    : [];
  const first = (covering[0] !== undefined && !inPanel ? covering[0] : undefined) ?? onRow[0] ?? covering[0] ?? nearest[0];
  if (first === undefined) return [];
  const same = all.filter(([index, token]) => index !== first[0] && standsForSame(first[1], token));
  return [first[0], ...same.map(([index]) => index)];
}

/** A box that holds several things rather than being one. */
function isPanel(token: ScreenToken): boolean {
  return token.type === "element" && (token.words.length > 3 || token.box.height > 48);
}

/** Close enough on the same line of text. */
function sameRow(token: ScreenToken, point: Point): boolean {
  return !isPanel(token) && token.type !== "patch" && Math.abs(token.anchor.y - point.y) <= 7 && Math.abs(token.anchor.x - point.x) <= 120;
}

/** A small box with few words and a word (or element) in its middle are one thing to a person: a button and its label. */
function standsForSame(a: ScreenToken, b: ScreenToken): boolean {
  const [small, large] = area(a) <= area(b) ? [a, b] : [b, a];
  if (large.type !== "element" || large.box.height > 48 || large.words.length > 3) return false;
  if (small.type === "patch" || !contains(large.box, small.anchor) || !contains(large.box, corner(small), 2)) return false;
  return small.type === "word" ? true : area(large) <= 4 * area(small);
}

const corner = ({ box }: ScreenToken): Point => ({ x: box.x, y: box.y });
const area = ({ box }: ScreenToken): number => box.width * box.height;
const unique = (values: readonly number[]): number[] => [...new Set(values)];

/** Text between two tokens of one source: instruction words keep what stands between them. */
function spanText(scene: Scene, start: number, end: number): string {
  const [first, last] = [scene.tokens[start], scene.tokens[Math.max(start, end)]];
  if (first?.type === "instruction" && last?.type === "instruction") return scene.instruction.slice(first.from, last.to);
  return scene.tokens
    .slice(start, Math.max(start, end) + 1)
    .map(textOf)
    .join(" ");
}

/** Spans in the first form that gives the text, every other form in which all of these spans give it too, and the number it is. */
function typingTargets(scene: Scene, text: string): Targets | null {
  const number = numberIndex(text);
  const none = { ...NO_TARGETS, number };
  for (const form of FORMS) {
    const spans = findSpans(scene, (span) => inForm(span, form) === text);
    if (spans.length === 0) continue;
    const same = FORMS.filter((other) => spans.every(([start, end]) => inForm(spanText(scene, start, end), other) === text));
    const forms = same.map((other) => FORMS.indexOf(other));
    return { ...none, kind: "type", starts: unique(spans.map(([start]) => start)), ends: unique(spans.map(([, end]) => end)), forms };
  }
  return number === null ? null : { ...none, kind: "type-number" };
}

function findSpans(scene: Scene, fits: (text: string) => boolean): (readonly [number, number])[] {
  const spans: [number, number][] = [];
  for (const [start, token] of scene.tokens.entries()) {
    if (token.type !== "instruction" && token.type !== "word") continue;
    for (let end = start; end < start + MAX_SPAN && scene.tokens[end]?.type === token.type; end++) {
      if (fits(spanText(scene, start, end))) spans.push([start, end]);
    }
  }
  const spoken = spans.filter(([start]) => scene.tokens[start]?.type === "instruction");
  return spoken.length > 0 ? spoken : spans;
}

function textOf(token: Token): string {
  return token.type === "instruction" || token.type === "word" ? token.text : "";
}

/** Words under the pointer of an action, for the agent's own memory. */
export function targetText(action: Action, scene: Scene): string {
  const targets = "at" in action ? encode(action, scene, "wide") : null;
  const index = targets?.points[0];
  const token = index === undefined ? undefined : scene.tokens[index];
  if (token?.type === "word") return token.text;
  return token?.type === "element" ? token.words.join(" ") : "";
}
