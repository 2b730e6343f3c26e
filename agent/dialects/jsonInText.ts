/**
 * JSON objects inside an answer. In: text. Out: the words before them and the objects, or a parse error. Fences and tags around them are
 * no words; anything else behind or between them is an error, because it might be part of what was meant.
 */
import type { z } from "zod";
import { plainWords } from "./plainWords.ts";
import { LONGEST_ANSWER, parseError, type ParseError } from "./dialect.ts";

export interface JsonInText {
  readonly kind: "json";
  /** What stands before the first object. */
  readonly before: string;
  readonly objects: readonly Readonly<Record<string, unknown>>[];
}

const BETWEEN = /^(?:\s|```(?:json)?|<\/?tool_call>|,)*$/;

/** All objects of an answer. `first` tells where they begin: the first sign that may open one. */
export function jsonIn(text: string, first = /\{/): JsonInText | ParseError {
  if (text.length > LONGEST_ANSWER) return parseError("too-long", `The answer has ${text.length} characters.`);
  if (text.trim() === "") return parseError("empty", "The answer is empty.");
  const begin = text.search(first);
  if (begin === -1) return parseError("no-action", "There is no action in the answer.", text);
  const objects: Record<string, unknown>[] = [];
  let at = begin;
  for (;;) {
    const start = text.indexOf("{", at);
    const between = text.slice(at, start === -1 ? undefined : start);
    if (!BETWEEN.test(between)) return parseError("malformed", "There is something besides the action.", between.trim());
    if (start === -1) break;
    const end = endOf(text, start);
    const value = end === -1 ? null : parsed(text.slice(start, end));
    if (value === null) return parseError("malformed", "The action is no complete JSON.", text.slice(start));
    objects.push(value);
    at = end;
  }
  if (objects.length === 0) return parseError("no-action", "There is no action in the answer.", text);
  return { kind: "json", before: withoutFence(text.slice(0, begin)), objects };
}

/** Words without the fence or tag that opens behind them. */
function withoutFence(words: string): string {
  const open = words.trim();
  const without = open.replace(/(?:```(?:json)?|<tool_call>)$/, "").trimEnd();
  return without === open ? open : withoutFence(without);
}

/** Where the object that opens at `start` is closed; −1: nowhere. */
function endOf(text: string, start: number): number {
  let [depth, quoted] = [0, false];
  for (let i = start; i < text.length; i++) {
    const sign = text[i];
    if (quoted) {
      if (sign === "\\") i++;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === "{") depth++;
    else if (sign === "}" && --depth === 0) return i + 1;
  }
  return -1;
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** What a schema makes of an object whose `by` says which form it has, or which of both is wrong. */
export function readForm<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  by: string,
): { readonly kind: "form"; readonly form: z.infer<Schema> } | ParseError {
  const read = schema.safeParse(value);
  if (read.success) return { kind: "form", form: read.data };
  const [issue] = read.error.issues;
  if (issue?.code === "invalid_union" && issue.path.at(-1) === by) return parseError("unknown-action", "There is no such action.", value);
  const where = issue === undefined || issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
  return parseError("bad-argument", `${where}${issue?.message ?? "not valid"}.`, value);
}

/** Words in front of JSON: nothing in them is taken for it. */
export function wordsBefore(thought: string | null): string {
  const words = plainWords((thought ?? "").trim()).replaceAll(/\{(?=\s*")/g, "{\u200B");
  return words === "" ? "" : `${words}\n`;
}

/** JSON that holds nothing which tags and chat templates read as theirs: `<` is written as its code where it could open one. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll(/<(?=\||\/?\w+>)/g, String.raw`\u003c`);
}

/** The same with a space after commas and colons, as Python writes JSON and models have learned it. */
export function spacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(", ")}]`;
  if (value === null || typeof value !== "object") return jsonText(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${jsonText(key)}: ${spacedJson(inner)}`)
    .join(", ")}}`;
}
