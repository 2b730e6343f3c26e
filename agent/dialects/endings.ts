/**
 * What a computer tool leaves out, as further tools beside it: end, give up, ask, go back. In: an action or a call's name and arguments.
 * Out: the other of them. Shared by the dialects of OpenAI and Anthropic, whose own agents end by saying something, which anything could be.
 */
import { z } from "zod";
import type { Action } from "../../env/action.ts";
import type { ParseError } from "./dialect.ts";
import { readForm } from "./jsonInText.ts";

export const ENDINGS = `- done {"answer"?: text}: the task is done; \`answer\` only where it asks for one
- fail {"reason": text}: what was asked for cannot be done
- ask {"question": text}: ask the person who gave the task
- back {}: go back to the page before`;

const schema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("done"), answer: z.string().optional() }),
  z.strictObject({ kind: z.literal("fail"), reason: z.string() }),
  z.strictObject({ kind: z.literal("ask"), question: z.string() }),
  z.strictObject({ kind: z.literal("back") }),
]);

/** Name and arguments of an action's tool; null where the computer tool has it. */
export function endingCall(action: Action): { readonly name: string; readonly args: Readonly<Record<string, string>> } | null {
  switch (action.kind) {
    case "done":
      return { name: "done", args: action.answer === undefined ? {} : { answer: action.answer } };
    case "fail":
      return { name: "fail", args: { reason: action.reason } };
    case "ask":
      return { name: "ask", args: { question: action.question } };
    case "back":
      return { name: "back", args: {} };
    default:
      return null;
  }
}

/** The action that a tool's call means. */
export function endingAction(name: unknown, args: unknown): Action | ParseError {
  const value = args !== null && typeof args === "object" && !Array.isArray(args) ? { ...args, kind: name } : { kind: name, args };
  const read = readForm(schema, value, "kind");
  return read.kind === "form" ? read.form : read;
}
