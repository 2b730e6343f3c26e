/**
 * A dialect: how one family of vision-language models is told what is on the screen, and how its answer is read. The same functions serve a
 * remote agent and write training data, so a model is asked exactly as it was trained.
 *
 * How it is used:
 * - `renderMessages(dialect, conversation)` (conversation.ts) gives OpenAI-style chat messages, roles strictly alternating after an optional
 *   system message. Pictures are references `{type: "picture", screen, width, height}`: the caller puts in a file path or a data URL of
 *   screen number `screen` of the conversation, scaled to that size (nearly always the size the screenshot has).
 * - `dialect.render({action, thought, target}, screen)` gives the assistant's text for a step, or says that the dialect cannot express it: an
 *   export drops such steps and counts them. What each dialect cannot express stands at the top of its file.
 * - `dialect.parse(text, {screen, pointer})` gives exactly the action that was asked for, or a parse error. It never throws and never guesses.
 *
 * `id@version` names prompt and grammar together (`rendererOf`): a change to either is a new version. Actions are in CSS px, models speak of
 * `grid` units: the screen's whole width is `grid.width` of them. What is not carried: the reason of `fail` (a model's thought stands for
 * it), line breaks of thoughts in UI-TARS, how long a `wait` is.
 */
import type { Action, Point } from "../../env/action.ts";
import type { Viewport } from "../../env/observation.ts";
import type { Box } from "../../env/task.ts";

export const DIALECT_IDS = [
  "ui-tars-1.0",
  "ui-tars-1.5",
  "qwen2.5-vl",
  "qwen3-vl",
  "openai-computer",
  "anthropic-computer",
  "flywheel-json",
] as const;
export type DialectId = (typeof DIALECT_IDS)[number];

/** What a screenshot was taken of; its pixels are the viewport's CSS px × `deviceScaleFactor`. */
export interface Screen {
  readonly viewport: Viewport;
  readonly deviceScaleFactor: number;
  /** Where the page repeats the instruction, CSS px; only our own model wants to know. */
  readonly instructionBox?: Box | null;
}

/** Width and height, in whatever unit its name says. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What an assistant's turn says. */
export interface Said {
  readonly action: Action;
  readonly thought: string | null;
  /** Words under the pointer; only our own dialect tells them. */
  readonly target?: string;
}

/** An earlier step. */
export interface PastTurn extends Said {
  readonly screen: Screen;
  /** Whether the screen changed. */
  readonly changed: boolean;
}

/** Text of an assistant's turn, or why there is none. */
export type Rendered = { readonly kind: "text"; readonly text: string } | { readonly kind: "inexpressible"; readonly why: string };

type ParseProblem = "empty" | "too-long" | "no-action" | "several-actions" | "malformed" | "unknown-action" | "bad-argument" | "outside-screen";

/** Why an answer is no action. `detail` is one sentence for people; it quotes what was given. */
export interface ParseError {
  readonly kind: "parse-error";
  readonly problem: ParseProblem;
  readonly detail: string;
}

export type Parsed = (Said & { readonly kind: "action" }) | ParseError;

/** What an answer may refer to. */
export interface ParseContext {
  readonly screen: Screen;
  /** Where the last action left the mouse, CSS px: some dialects act "where the pointer is". Null: not known. */
  readonly pointer: Point | null;
}

export interface Dialect {
  readonly id: DialectId;
  readonly version: number;
  /** What coordinates are relative to, in words for docs and manifests. */
  readonly space: "0-1000 of the screen" | "pixels of the resized picture" | "pixels of the picture" | "CSS pixels";
  /** Units of the model's coordinates across the whole screen. A round trip is off by at most one of them. */
  grid(screen: Screen): Size;
  /** Pixels that the screenshot is to be sent with. */
  pictureSize(screen: Screen): Size;
  /** The system message; null: there is none. */
  system(screen: Screen): string | null;
  /** What the first user turn says before its picture. `earlier`: steps whose screenshots are not shown, each as one line. */
  opening(instruction: string, screen: Screen, earlier: readonly EarlierStep[]): string;
  /** What a later user turn says before its picture; usually nothing. */
  following(past: PastTurn): string;
  render(said: Said, screen: Screen): Rendered;
  parse(text: string, context: ParseContext): Parsed;
}

/** A step whose screenshot is not shown. */
export interface EarlierStep {
  readonly turn: PastTurn;
  /** The action in the dialect's own words, or as a plain sentence where it has none. */
  readonly line: string;
}

/** Name of prompt and grammar, for manifests and records. */
export function rendererOf({ id, version }: Pick<Dialect, "id" | "version">): string {
  return `${id}@${version}`;
}

/** Longest answer that is looked at, characters. */
export const LONGEST_ANSWER = 100_000;

/** A parse error; what was given is quoted in part. */
export function parseError(problem: ParseError["problem"], detail: string, given?: unknown): ParseError {
  if (given === undefined) return { kind: "parse-error", problem, detail };
  const text = typeof given === "string" ? given : (JSON.stringify(given) ?? "");
  return { kind: "parse-error", problem, detail: `${detail} Given: ${text.length > 200 ? `${text.slice(0, 200)}…` : text}` };
}

export function inexpressible(why: string): Rendered {
  return { kind: "inexpressible", why };
}
