/**
 * OpenAI's computer-use actions as one JSON item per answer: {"type":"computer_call","action":{…}}, and {"type":"function_call",…} for what
 * that tool leaves out (endings.ts). In pixels of the picture. Names: openai-python, types/responses/response_computer_tool_call.py.
 *
 * Not expressible: triple clicks, double clicks with other buttons, keys pressed several times, keys without a name. Scrolls are whole pixels
 * of the picture. Refused: screenshots, and calls with safety checks that a person would have to acknowledge.
 */
import { z } from "zod";
import { actionSchema, type Action, type Point } from "../../env/action.ts";
import {
  inexpressible,
  parseError,
  type Dialect,
  type EarlierStep,
  type Parsed,
  type ParseContext,
  type ParseError,
  type Rendered,
  type Said,
  type Screen,
  type Size,
} from "./dialect.ts";
import { endingAction, endingCall, ENDINGS } from "./endings.ts";
import { devicePixels, fromGrid, toGrid } from "./grid.ts";
import { jsonIn, jsonText, readForm, wordsBefore } from "./jsonInText.ts";
import { chordOf, heldKeys, keysIn, modifiersOf } from "./keyNames.ts";
import { plainWords } from "./plainWords.ts";

export const openAiComputer: Dialect = {
  id: "openai-computer",
  version: 1,
  space: "pixels of the picture",
  grid: devicePixels,
  pictureSize: devicePixels,
  system: (screen) => systemPrompt(devicePixels(screen)),
  opening,
  following: () => "",
  render,
  parse,
};

function systemPrompt({ width, height }: Size): string {
  return `You work on a web page that you see in screenshots of ${width} x ${height} pixels. Answer with a short thought on one line and then exactly one item as JSON.
The tool computer_use_preview (display_width ${width}, display_height ${height}, environment "browser") is called as {"type":"computer_call","action":ACTION} with one of
- {"type":"click","button":"left"|"right"|"wheel","x":X,"y":Y,"keys"?:[KEY]}
- {"type":"double_click","x":X,"y":Y,"keys"?:[KEY]}
- {"type":"move","x":X,"y":Y}
- {"type":"drag","path":[{"x":X,"y":Y},…]}
- {"type":"scroll","x":X,"y":Y,"scroll_x":PIXELS,"scroll_y":PIXELS}
- {"type":"type","text":TEXT}
- {"type":"keypress","keys":["CTRL","C"]}
- {"type":"wait"}
Functions are called as {"type":"function_call","name":NAME,"arguments":TEXT}, where TEXT is their arguments as JSON:
${ENDINGS}`;
}

function opening(instruction: string, _: Screen, earlier: readonly EarlierStep[]): string {
  const before = earlier.map(({ line }, i) => `${i + 1}. ${line}`).join("\n");
  return `${plainWords(instruction)}\n${before === "" ? "" : `\nDone so far:\n${before}\n`}`;
}

function render({ action, thought }: Said, screen: Screen): Rendered {
  const ending = endingCall(action);
  if (ending !== null) {
    return item(thought, { type: "function_call", name: ending.name, arguments: JSON.stringify(ending.args) });
  }
  const call = callOf(action, devicePixels(screen), screen);
  return "kind" in call ? (call as Rendered) : item(thought, { type: "computer_call", action: call });
}

function item(thought: string | null, value: Args): Rendered {
  return { kind: "text", text: `${wordsBefore(thought)}${jsonText(value)}` };
}

type Args = Readonly<Record<string, unknown>>;
const BUTTONS = { left: "left", right: "right", middle: "wheel" } as const;

function callOf(action: Action, grid: Size, screen: Screen): Args | Rendered {
  const at = (point: Point): { x: number; y: number } => {
    const [x, y] = toGrid(point, grid, screen);
    return { x, y };
  };
  switch (action.kind) {
    case "click": {
      const keys = action.modifiers.length === 0 ? {} : { keys: heldKeys("upper", action.modifiers) };
      if (action.count === 1) return { type: "click", button: BUTTONS[action.button], ...at(action.at), ...keys };
      if (action.count === 2 && action.button === "left") return { type: "double_click", ...at(action.at), ...keys };
      return inexpressible("The computer tool has no such click");
    }
    case "hover":
      return { type: "move", ...at(action.at) };
    case "drag":
      return { type: "drag", path: action.path.map(at) };
    case "scroll": {
      const { deviceScaleFactor: scale } = screen;
      return { type: "scroll", ...at(action.at), scroll_x: Math.round(action.dx * scale), scroll_y: Math.round(action.dy * scale) };
    }
    case "type":
      return { type: "type", text: action.text };
    case "key": {
      const keys = action.count === 1 ? keysIn("upper", action.chord) : null;
      return keys === null ? inexpressible("The computer tool presses chords of known keys, once") : { type: "keypress", keys };
    }
    case "wait":
      return { type: "wait" };
    default:
      return inexpressible(`The computer tool has no ${action.kind}`);
  }
}

const point = { x: z.number(), y: z.number() };
const keys = z.array(z.string()).nullish();

const computerAction = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("click"), button: z.enum(["left", "right", "wheel", "back"]), ...point, keys }),
  z.strictObject({ type: z.literal("double_click"), ...point, keys }),
  z.strictObject({ type: z.literal("move"), ...point }),
  z.strictObject({ type: z.literal("drag"), path: z.array(z.strictObject(point)).min(2) }),
  z.strictObject({ type: z.literal("scroll"), ...point, scroll_x: z.number(), scroll_y: z.number() }),
  z.strictObject({ type: z.literal("type"), text: z.string() }),
  z.strictObject({ type: z.literal("keypress"), keys: z.array(z.string()) }),
  z.strictObject({ type: z.literal("wait") }),
]);

const ids = { id: z.string().optional(), call_id: z.string().optional(), status: z.string().optional() };

const itemSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("computer_call"), ...ids, action: z.unknown(), pending_safety_checks: z.array(z.unknown()).max(0).optional() }),
  z.strictObject({ type: z.literal("function_call"), ...ids, name: z.string(), arguments: z.unknown() }),
]);

function parse(text: string, context: ParseContext): Parsed {
  const json = jsonIn(text, /\{\s*"/);
  if (json.kind === "parse-error") return json;
  if (json.objects.length > 1) return parseError("several-actions", "There is more than one item.", json.objects);
  const read = readForm(itemSchema, json.objects[0], "type");
  if (read.kind === "parse-error") return read;
  const action =
    read.form.type === "function_call" ? endingAction(read.form.name, argumentsOf(read.form.arguments)) : computer(read.form.action, context);
  if (action.kind === "parse-error") return action;
  const checked = actionSchema.safeParse(action);
  if (!checked.success) return parseError("bad-argument", "The action is not within its limits.", read.form);
  return { kind: "action", action: checked.data, thought: json.before === "" ? null : json.before };
}

/** Arguments are JSON in a text; models write them as they are, too. */
function argumentsOf(given: unknown): unknown {
  if (typeof given !== "string") return given;
  try {
    return JSON.parse(given) as unknown;
  } catch {
    return given;
  }
}

function computer(given: unknown, { screen }: ParseContext): Action | ParseError {
  const read = readForm(computerAction, given, "type");
  if (read.kind === "parse-error") return read;
  const call = read.form;
  const place = ({ x, y }: Point): Point | ParseError => fromGrid(x, y, devicePixels(screen), screen);
  switch (call.type) {
    case "click":
    case "double_click": {
      if (call.type === "click" && call.button === "back") return { kind: "back" };
      const [at, modifiers] = [place(call), modifiersOf(call.keys ?? [])];
      if ("kind" in at) return at;
      if (modifiers === null) return parseError("bad-argument", "Keys held while clicking are Ctrl, Alt, Shift and Meta.", call.keys);
      const button =
        call.type === "click" && call.button !== "back" ? ({ left: "left", right: "right", wheel: "middle" } as const)[call.button] : "left";
      return { kind: "click", at, button, modifiers, count: call.type === "click" ? 1 : 2 };
    }
    case "move": {
      const at = place(call);
      return "kind" in at ? at : { kind: "hover", at };
    }
    case "drag": {
      const path = call.path.map(place);
      return path.find((one) => "kind" in one) ?? { kind: "drag", path: path as Point[] };
    }
    case "scroll": {
      const at = place(call);
      const scale = screen.deviceScaleFactor;
      return "kind" in at ? at : { kind: "scroll", at, dx: call.scroll_x / scale, dy: call.scroll_y / scale };
    }
    case "type":
      return { kind: "type", text: call.text };
    case "keypress": {
      const chord = chordOf(call.keys);
      return chord === null ? parseError("bad-argument", "These keys are no chord.", call.keys) : { kind: "key", chord, count: 1 };
    }
    case "wait":
      return { kind: "wait" };
  }
}
