/**
 * Messages as trainers spell them: one string with `<image>` where a picture stands, or blocks with pictures beside them.
 * In: messages of a conversation, answers. Out: plain JSON. Words of pages that look like a placeholder are broken, so counts always hold.
 */
import type { Message } from "../../agent/dialects/conversation.ts";

export interface StringMessage {
  readonly role: string;
  readonly content: string;
}

export interface BlockMessage {
  readonly role: string;
  /** Exactly these two fields in this order: Arrow makes one struct of all blocks. */
  readonly content: readonly { readonly type: "text" | "image"; readonly text: string | null }[];
}

export const PLACEHOLDER = "<image>";

/** LLaMA-Factory, ms-swift, verl. */
export function stringMessages(messages: readonly Message[]): StringMessage[] {
  return messages.map(({ role, content }) => ({
    role,
    content: content.map((part) => (part.type === "text" ? words(part.text) : PLACEHOLDER)).join(""),
  }));
}

/** TRL. */
export function blockMessages(messages: readonly Message[]): BlockMessage[] {
  return messages.map(({ role, content }) => ({
    role,
    content: content.map((part) => (part.type === "text" ? { type: "text", text: words(part.text) } : { type: "image", text: null })),
  }));
}

/** An assistant's turn. */
export function answerMessage(text: string): StringMessage {
  return { role: "assistant", content: words(text) };
}

export function answerBlocks(text: string): BlockMessage {
  return { role: "assistant", content: [{ type: "text", text: words(text) }] };
}

/** Text without anything a loader would take for a picture, film or sound. */
export function words(text: string): string {
  return text.replaceAll(/<(?=(?:image|video|audio)>)/g, "<\u200B");
}
