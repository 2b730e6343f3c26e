/**
 * Anthropic's computer tool (20250124) as one JSON block per answer: {"type":"tool_use","name":"computer","input":{…}}, and further tools for
 * what it leaves out (endings.ts). In pixels of the picture, which is made smaller where it is larger than that model takes.
 *
 * Not expressible: double clicks with other buttons, drags with bends, scrolls along both axes or of other than whole 100 px notches, keys
 * pressed several times, keys without a name. Refused: screenshots, zooms, pressing without releasing, scrolling at no place.
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

export const anthropicComputer: Dialect = {
  id: "anthropic-computer",
  version: 1,
  space: "pixels of the picture",
  grid: pictureSize,
  pictureSize,
  system: (screen) => systemPrompt(pictureSize(screen)),
  opening,
  following: () => "",
  render,
  parse,
};

/** What one notch of the wheel scrolls, CSS px. */
const NOTCH = 100;
/** Most notches at once. */
const MOST_NOTCHES = 100;
/** The server makes larger pictures smaller, and then coordinates are wrong: longest side and area, pixels. */
const [LONGEST_SIDE, LARGEST_AREA] = [1568, 1_150_000];

function pictureSize(screen: Screen): Size {
  const { width, height } = devicePixels(screen);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height), Math.sqrt(LARGEST_AREA / (width * height)));
  return { width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale)) };
}

function systemPrompt({ width, height }: Size): string {
  return `You work on a web page that you see in screenshots of ${width} x ${height} pixels. Answer with a short thought on one line and then exactly one tool_use block as JSON.
The tool computer (type computer_20250124, display_width_px ${width}, display_height_px ${height}) is called as {"type":"tool_use","name":"computer","input":INPUT} with one of
- {"action":"left_click"|"right_click"|"middle_click"|"double_click"|"triple_click","coordinate":[X,Y],"text"?:KEYS_HELD}
- {"action":"mouse_move","coordinate":[X,Y]}
- {"action":"left_click_drag","start_coordinate":[X,Y],"coordinate":[X,Y]}
- {"action":"scroll","coordinate":[X,Y],"scroll_direction":"up"|"down"|"left"|"right","scroll_amount":NOTCHES}
- {"action":"type","text":TEXT}
- {"action":"key","text":"ctrl+c"}
- {"action":"wait","duration":SECONDS}
Further tools are called as {"type":"tool_use","name":NAME,"input":{…}}:
${ENDINGS}`;
}

function opening(instruction: string, _: Screen, earlier: readonly EarlierStep[]): string {
  const before = earlier.map(({ line }, i) => `${i + 1}. ${line}`).join("\n");
  return `${plainWords(instruction)}\n${before === "" ? "" : `\nYour steps so far:\n${before}\n`}`;
}

function render({ action, thought }: Said, screen: Screen): Rendered {
  const ending = endingCall(action);
  const block = ending === null ? inputOf(action, pictureSize(screen), screen) : ending.args;
  if ("kind" in block) return block as Rendered;
  const text = jsonText({ type: "tool_use", name: ending?.name ?? "computer", input: block });
  return { kind: "text", text: `${wordsBefore(thought)}${text}` };
}

type Args = Readonly<Record<string, unknown>>;

const CLICKS = {
  left_click: { count: 1, button: "left" },
  right_click: { count: 1, button: "right" },
  middle_click: { count: 1, button: "middle" },
  double_click: { count: 2, button: "left" },
  triple_click: { count: 3, button: "left" },
} as const;
const CLICK_NAMES = Object.keys(CLICKS) as (keyof typeof CLICKS)[];

function inputOf(action: Action, grid: Size, screen: Screen): Args | Rendered {
  const coordinate = (point: Point) => ({ coordinate: toGrid(point, grid, screen) });
  switch (action.kind) {
    case "click": {
      const { count, button, modifiers } = action;
      const name = CLICK_NAMES.find((one) => CLICKS[one].count === count && CLICKS[one].button === button);
      if (name === undefined) return inexpressible("The computer tool has no such click");
      const held = modifiers.length === 0 ? {} : { text: heldKeys("xdotool", modifiers).join("+") };
      return { action: name, ...coordinate(action.at), ...held };
    }
    case "hover":
      return { action: "mouse_move", ...coordinate(action.at) };
    case "drag": {
      const [from, to, more] = action.path;
      if (more !== undefined) return inexpressible("The computer tool drags in a straight line");
      return { action: "left_click_drag", start_coordinate: toGrid(from!, grid, screen), ...coordinate(to!) };
    }
    case "scroll":
      return scrollInput(action, coordinate(action.at));
    case "type":
      return { action: "type", text: action.text };
    case "key": {
      const keys = action.count === 1 ? keysIn("xdotool", action.chord) : null;
      return keys === null ? inexpressible("The computer tool presses chords of known keys, once") : { action: "key", text: keys.join("+") };
    }
    case "wait":
      return { action: "wait", duration: 2 };
    default:
      return inexpressible(`The computer tool has no ${action.kind}`);
  }
}

function scrollInput({ dx, dy }: Extract<Action, { kind: "scroll" }>, coordinate: Args): Args | Rendered {
  const amount = Math.abs(dx + dy) / NOTCH;
  if ((dx !== 0 && dy !== 0) || !Number.isInteger(amount) || amount < 1 || amount > MOST_NOTCHES)
    return inexpressible(`The computer tool scrolls by whole notches of ${NOTCH} px along one axis`);
  const direction = dy > 0 ? "down" : dy < 0 ? "up" : dx > 0 ? "right" : "left";
  return { action: "scroll", ...coordinate, scroll_direction: direction, scroll_amount: amount };
}

const pair = z.tuple([z.number(), z.number()]);

const inputSchema = z.discriminatedUnion("action", [
  z.strictObject({ action: z.enum(CLICK_NAMES), coordinate: pair.optional(), text: z.string().nullish() }),
  z.strictObject({ action: z.literal("mouse_move"), coordinate: pair }),
  z.strictObject({ action: z.literal("left_click_drag"), start_coordinate: pair.optional(), coordinate: pair }),
  z.strictObject({
    action: z.literal("scroll"),
    coordinate: pair,
    scroll_direction: z.enum(["up", "down", "left", "right"]),
    scroll_amount: z.int().min(1).max(MOST_NOTCHES),
  }),
  z.strictObject({ action: z.literal("type"), text: z.string() }),
  z.strictObject({ action: z.literal("key"), text: z.string() }),
  z.strictObject({ action: z.literal("wait"), duration: z.number().min(0).optional() }),
]);

const blockSchema = z.strictObject({ type: z.literal("tool_use"), id: z.string().optional(), name: z.string(), input: z.unknown() });

function parse(text: string, context: ParseContext): Parsed {
  const json = jsonIn(text, /\{\s*"/);
  if (json.kind === "parse-error") return json;
  if (json.objects.length > 1) return parseError("several-actions", "There is more than one block.", json.objects);
  const block = blockSchema.safeParse(json.objects[0]);
  if (!block.success) return parseError("unknown-action", "This is no tool_use block.", json.objects[0]);
  const { name, input } = block.data;
  const action = name === "computer" ? computer(input, context) : endingAction(name, input);
  if (action.kind === "parse-error") return action;
  const checked = actionSchema.safeParse(action);
  if (!checked.success) return parseError("bad-argument", "The action is not within its limits.", input);
  return { kind: "action", action: checked.data, thought: json.before === "" ? null : json.before };
}

function computer(given: unknown, { screen, pointer }: ParseContext): Action | ParseError {
  const read = readForm(inputSchema, given, "action");
  if (read.kind === "parse-error") return read;
  const input = read.form;
  const place = (coordinate: readonly [number, number] | undefined): Point | ParseError =>
    coordinate === undefined
      ? (pointer ?? parseError("bad-argument", "There is no coordinate, and nobody knows where the pointer is.", given))
      : fromGrid(...coordinate, pictureSize(screen), screen);
  switch (input.action) {
    case "mouse_move": {
      const at = place(input.coordinate);
      return "kind" in at ? at : { kind: "hover", at };
    }
    case "left_click_drag": {
      const [from, to] = [place(input.start_coordinate), place(input.coordinate)];
      if ("kind" in from) return from;
      return "kind" in to ? to : { kind: "drag", path: [from, to] };
    }
    case "scroll": {
      const at = place(input.coordinate);
      if ("kind" in at) return at;
      const by = input.scroll_amount * NOTCH;
      const [x, y] = ({ up: [0, -1], down: [0, 1], left: [-1, 0], right: [1, 0] } as const)[input.scroll_direction];
      return { kind: "scroll", at, dx: x === 0 ? 0 : x * by, dy: y === 0 ? 0 : y * by };
    }
    case "type":
      return { kind: "type", text: input.text };
    case "key": {
      const chord = chordOf(splitKeys(input.text));
      return chord === null ? parseError("bad-argument", "These keys are no chord.", input.text) : { kind: "key", chord, count: 1 };
    }
    case "wait":
      return { kind: "wait" };
    default: {
      const at = place(input.coordinate);
      if ("kind" in at) return at;
      const modifiers = modifiersOf(splitKeys(input.text ?? ""));
      if (modifiers === null) return parseError("bad-argument", "Keys held while clicking are Ctrl, Alt, Shift and Meta.", input.text);
      return { kind: "click", at, ...CLICKS[input.action], modifiers };
    }
  }
}

/** "ctrl+c" → its keys; no text has none. */
function splitKeys(text: string): string[] {
  return text === "" ? [] : text.split("+");
}
