/**
 * A conversation in a dialect: system message, the instruction, the last screenshots with what was answered to them, earlier steps as text.
 * In: instruction, steps so far, the screen now. Out: chat messages whose roles alternate. Pure.
 */
import { describeAction } from "../../env/action.ts";
import { oneLine } from "./plainWords.ts";
import type { Dialect, PastTurn, Screen } from "./dialect.ts";

export type Part =
  | { readonly type: "text"; readonly text: string }
  /** Screenshot `screen` of the conversation (0: the first; the number of turns: the one now), to be sent with this size in pixels. */
  | { readonly type: "picture"; readonly screen: number; readonly width: number; readonly height: number };

export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: readonly Part[];
}

export interface Conversation {
  readonly instruction: string;
  /** All steps so far, oldest first. */
  readonly turns: readonly PastTurn[];
  /** The screen to act on. */
  readonly screen: Screen;
  /** Most screenshots shown, the one now included; at least 1. */
  readonly pictures: number;
}

/**
 * Messages that end with the user's newest screenshot. Steps whose screenshots are beyond `pictures` become lines of the first user turn; so
 * does everything up to a step that the dialect cannot express (somebody else's), because an assistant's turn must be in its own words.
 */
export function renderMessages(dialect: Dialect, { instruction, turns, screen, pictures }: Conversation): Message[] {
  const texts = turns.map((turn) => dialect.render(turn, turn.screen));
  const strange = texts.findLastIndex(({ kind }) => kind === "inexpressible");
  const first = Math.max(turns.length - Math.max(1, pictures) + 1, strange + 1, 0);
  const earlier = turns.slice(0, first).map((turn) => ({ turn, line: lineOf(dialect, turn) }));
  const screenAt = (index: number): Screen => turns[index]?.screen ?? screen;
  const system = dialect.system(screenAt(first));
  const messages: Message[] = system === null ? [] : [{ role: "system", content: [text(system)] }];
  for (let i = first; i <= turns.length; i++) {
    const says = i === first ? dialect.opening(instruction, screenAt(i), earlier) : dialect.following(turns[i - 1]!);
    const picture = { type: "picture", screen: i, ...dialect.pictureSize(screenAt(i)) } as const;
    messages.push({ role: "user", content: says === "" ? [picture] : [text(says), picture] });
    const answer = texts[i];
    if (answer?.kind === "text") messages.push({ role: "assistant", content: [text(answer.text)] });
  }
  return messages;
}

function lineOf(dialect: Dialect, turn: PastTurn): string {
  const alone = dialect.render({ ...turn, thought: null }, turn.screen);
  const said = alone.kind === "text" ? oneLine(alone.text) : describeAction(turn.action);
  return turn.thought === null ? said : `${oneLine(turn.thought)} ${said}`;
}

const text = (value: string): Part => ({ type: "text", text: value });
