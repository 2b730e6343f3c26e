/**
 * Our own dialect: actions as this project writes them, in CSS px, one JSON object per answer. It expresses every action exactly. The built-in
 * model is served with it (app/modelServer.ts), which is why its user turns are JSON too: `readRequest` is the other half of
 * `renderMessages`, and gives back instruction, screen and steps without loss.
 */
import { z } from "zod";
import { actionSchema, type Action } from "../../env/action.ts";
import type { Message } from "./conversation.ts";
import { parseError, type Dialect, type EarlierStep, type Parsed, type ParseContext, type ParseError, type Screen } from "./dialect.ts";
import { devicePixels } from "./grid.ts";
import { jsonIn, jsonText, readForm } from "./jsonInText.ts";

export const flywheelJson: Dialect = {
  id: "flywheel-json",
  version: 1,
  space: "CSS pixels",
  grid: ({ viewport }) => viewport,
  pictureSize: devicePixels,
  system: (screen) => systemPrompt(screen),
  opening,
  following: ({ changed }) => jsonText({ changed }),
  render: ({ action, thought, target = "" }) => ({
    kind: "text",
    text: jsonText({ ...(thought === null ? {} : { thought }), action, ...(target === "" ? {} : { target }) }),
  }),
  parse,
};

function systemPrompt({ viewport: { width, height } }: Screen): string {
  return `You work on a web page that you see in screenshots. Coordinates are in a space of ${width} x ${height}, whatever the size of the picture. Answer with exactly one JSON object and nothing else: {"thought":TEXT,"action":ACTION}, where ACTION is one of
- {"kind":"click","at":{"x":X,"y":Y},"count":1|2|3,"button":"left"|"middle"|"right","modifiers":["Alt"|"Control"|"Meta"|"Shift"]}
- {"kind":"hover","at":{"x":X,"y":Y}}
- {"kind":"drag","path":[{"x":X,"y":Y},{"x":X,"y":Y}]}
- {"kind":"scroll","at":{"x":X,"y":Y},"dx":PIXELS_RIGHT,"dy":PIXELS_DOWN}
- {"kind":"type","text":TEXT}
- {"kind":"key","chord":"Control+A","count":1}
- {"kind":"wait"}
- {"kind":"back"}
- {"kind":"done"} or {"kind":"done","answer":TEXT}
- {"kind":"fail","reason":TEXT}, when what was asked for is not there
- {"kind":"ask","question":TEXT}`;
}

const stepSchema = z.object({ action: actionSchema, target: z.string().default(""), changed: z.boolean() });
const box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
const side = z.int().min(1).max(20_000);

const openingSchema = z.object({
  instruction: z.string(),
  screen: z.object({ width: side, height: side, scale: z.number().positive().max(8) }),
  instructionBox: box.nullable().default(null),
  earlier: z.array(stepSchema).max(10_000).default([]),
});

function opening(instruction: string, { viewport, deviceScaleFactor, instructionBox = null }: Screen, earlier: readonly EarlierStep[]): string {
  return jsonText({
    instruction,
    screen: { width: viewport.width, height: viewport.height, scale: deviceScaleFactor },
    instructionBox,
    earlier: earlier.map(({ turn: { action, target = "", changed } }) => ({ action, target, changed })),
  });
}

/** Clicks are plain left ones and keys are pressed once unless it says more. */
const FEWER_WORDS: Readonly<Record<string, object>> = {
  click: { count: 1, button: "left", modifiers: [] },
  key: { count: 1 },
};

const answerSchema = z.strictObject({ thought: z.string().nullish(), action: z.record(z.string(), z.unknown()), target: z.string().optional() });

function parse(text: string, { screen }: ParseContext): Parsed {
  const json = jsonIn(text);
  if (json.kind === "parse-error") return json;
  if (json.objects.length > 1) return parseError("several-actions", "There is more than one object.", json.objects);
  const answer = answerSchema.safeParse(json.objects[0]);
  if (!answer.success) return parseError("malformed", "The object is not {thought, action}.", json.objects[0]);
  const { thought, action: given, target } = answer.data;
  const kind = typeof given["kind"] === "string" ? given["kind"] : "";
  const read = readForm(actionSchema, { ...(Object.hasOwn(FEWER_WORDS, kind) ? FEWER_WORDS[kind] : {}), ...given }, "kind");
  if (read.kind === "parse-error") return read;
  const strange = Object.keys(given).find((key) => !Object.hasOwn(read.form, key));
  if (strange !== undefined) return parseError("bad-argument", `A ${kind} has no ${strange}.`, given);
  const outside = pointsOf(read.form).find(({ x, y }) => x < 0 || y < 0 || x > screen.viewport.width || y > screen.viewport.height);
  if (outside !== undefined) return parseError("outside-screen", "The point lies outside the screen.", outside);
  return {
    kind: "action",
    action: read.form,
    thought: thought ?? (json.before === "" ? null : json.before),
    ...(target === undefined ? {} : { target }),
  };
}

function pointsOf(action: Action): readonly { readonly x: number; readonly y: number }[] {
  if ("at" in action) return [action.at];
  return action.kind === "drag" ? action.path : [];
}

/** What a request asks: the other half of `renderMessages` in this dialect. */
export interface ReadRequest {
  readonly kind: "request";
  readonly instruction: string;
  readonly screen: Screen;
  readonly history: readonly { readonly action: Action; readonly target: string; readonly changed: boolean }[];
}

/** Reads the texts of a conversation (pictures are the caller's). System messages say nothing new. */
export function readRequest(messages: readonly { readonly role: Message["role"]; readonly text: string }[]): ReadRequest | ParseError {
  const [first, ...rest] = messages.filter(({ role }) => role !== "system");
  const start = first?.role === "user" ? readJson(openingSchema, first.text) : null;
  if (start === null) return parseError("malformed", "The first user turn is not {instruction, screen}.", first?.text ?? "");
  const { instruction, screen, instructionBox, earlier } = start;
  const facing: Screen = { viewport: { width: screen.width, height: screen.height }, deviceScaleFactor: screen.scale, instructionBox };
  const history: ReadRequest["history"][number][] = [...earlier];
  for (let i = 0; i < rest.length; i += 2) {
    const [answer, next] = [rest[i]!, rest[i + 1]];
    if (answer.role !== "assistant" || next?.role !== "user") return parseError("malformed", "User and assistant do not take turns.");
    const said = parse(answer.text, { screen: facing, pointer: null });
    if (said.kind === "parse-error") return said;
    const after = readJson(z.object({ changed: z.boolean() }), next.text);
    if (after === null) return parseError("malformed", "A later user turn is not {changed}.", next.text);
    history.push({ action: said.action, target: said.target ?? "", changed: after.changed });
  }
  return { kind: "request", instruction, screen: facing, history };
}

function readJson<Schema extends z.ZodType>(schema: Schema, text: string): z.infer<Schema> | null {
  const json = jsonIn(text);
  if (json.kind === "parse-error" || json.objects.length !== 1) return null;
  const read = schema.safeParse(json.objects[0]);
  return read.success ? read.data : null;
}
