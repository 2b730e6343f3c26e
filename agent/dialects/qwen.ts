/**
 * Qwen2.5-VL and Qwen3-VL with their function `computer_use`, called in a <tool_call>. They differ in what a coordinate is: 2.5 says pixels of
 * the picture as its image processor resizes it, 3 thousandths of the screen. Names: github.com/QwenLM/Qwen3-VL, cookbooks.
 *
 * Not expressible: held modifiers, double clicks with other buttons, drags with bends, scrolls along both axes, keys pressed several times,
 * `back`, `ask`. A drag is a `mouse_move` and a `left_click_drag` in one answer. What has no coordinate of its own happens where the pointer
 * is; where that is not known, it is a parse error.
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
import { devicePixels, fromGrid, smartResize, toGrid } from "./grid.ts";
import { jsonIn, readForm, spacedJson, wordsBefore } from "./jsonInText.ts";
import { chordOf, keysIn } from "./keyNames.ts";
import { plainWords } from "./plainWords.ts";

const RESIZE = { factor: 28, minPixels: 4 * 28 * 28, maxPixels: 16_384 * 28 * 28 } as const;

const resized = (screen: Screen): Size => smartResize(devicePixels(screen), RESIZE);
const thousandths = (): Size => ({ width: 1000, height: 1000 });

export const qwen25: Dialect = qwen("qwen2.5-vl", "pixels of the resized picture", resized);
export const qwen3: Dialect = qwen("qwen3-vl", "0-1000 of the screen", thousandths);

function qwen(id: "qwen2.5-vl" | "qwen3-vl", space: Dialect["space"], grid: Dialect["grid"]): Dialect {
  return {
    id,
    version: 1,
    space,
    grid,
    pictureSize: devicePixels,
    system: (screen) => systemPrompt(grid(screen)),
    opening,
    following: () => "",
    render: (said, screen) => render(said, grid(screen), screen),
    parse: (text, context) => parse(text, grid(context.screen), context),
  };
}

const CLICKS = {
  left_click: { count: 1, button: "left" },
  right_click: { count: 1, button: "right" },
  middle_click: { count: 1, button: "middle" },
  double_click: { count: 2, button: "left" },
  triple_click: { count: 3, button: "left" },
} as const;
type ClickName = keyof typeof CLICKS;
const CLICK_NAMES = Object.keys(CLICKS) as ClickName[];

const ACTIONS: Readonly<Record<string, string>> = {
  key: "Press the keys of `keys` together.",
  type: "Type `text` on the keyboard.",
  mouse_move: "Move the pointer to `coordinate`.",
  left_click: "Click the left button at `coordinate`.",
  left_click_drag: "Drag with the left button from where the pointer is to `coordinate`.",
  right_click: "Click the right button at `coordinate`.",
  middle_click: "Click the middle button at `coordinate`.",
  double_click: "Double-click the left button at `coordinate`.",
  triple_click: "Triple-click the left button at `coordinate`.",
  scroll: "Turn the wheel at `coordinate` by `pixels`: positive is up, negative is down.",
  hscroll: "Turn the wheel sideways at `coordinate` by `pixels`: positive is right, negative is left.",
  wait: "Wait `time` seconds.",
  terminate: "End the task and say in `status` whether it succeeded. Failure is right where what was asked for cannot be done.",
  answer: "End the task with `text` as its answer.",
};

function systemPrompt({ width, height }: Size): string {
  const actions = Object.entries(ACTIONS);
  const tool = {
    type: "function",
    function: {
      name: "computer_use",
      description: `Use a mouse and keyboard to interact with a page, seen in screenshots.\n* The screen's resolution is ${width}x${height}.\n* Click in the middle of things, not on their edges.`,
      parameters: {
        properties: {
          action: {
            description: actions.map(([name, what]) => `* \`${name}\`: ${what}`).join("\n"),
            enum: actions.map(([name]) => name),
            type: "string",
          },
          keys: { description: "Only for `key`.", type: "array" },
          text: { description: "Only for `type` and `answer`.", type: "string" },
          coordinate: { description: "(x, y): pixels from the left and from the top edge.", type: "array" },
          pixels: { description: "Only for `scroll` and `hscroll`.", type: "number" },
          time: { description: "Only for `wait`.", type: "number" },
          status: { description: "Only for `terminate`.", type: "string", enum: ["success", "failure"] },
        },
        required: ["action"],
        type: "object",
      },
    },
  };
  return [
    "You are a helpful assistant.",
    "",
    "# Tools",
    "",
    "You may call one or more functions to assist with the user query.",
    "",
    "You are provided with function signatures within <tools></tools> XML tags:",
    "<tools>",
    spacedJson(tool),
    "</tools>",
    "",
    "For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:",
    "<tool_call>",
    '{"name": <function-name>, "arguments": <args-json-object>}',
    "</tool_call>",
    "",
    "# Response format",
    "",
    "For every step, one line that begins with `Action:` and says in a few words what you do, then the call. Nothing behind it.",
  ].join("\n");
}

function opening(instruction: string, _: Screen, earlier: readonly EarlierStep[]): string {
  const before = earlier.map(({ line }, i) => `Step ${i + 1}: ${line.replaceAll(/<\/?tool_call>/g, "").trim()}`).join("\n");
  return `Task: ${plainWords(instruction)}\n\nPrevious actions:\n${before === "" ? "None" : before}\n`;
}

function render({ action, thought }: Said, grid: Size, screen: Screen): Rendered {
  const calls = callsOf(action, grid, screen);
  if ("kind" in calls) return calls;
  const words = wordsBefore(thought ?? (action.kind === "fail" ? action.reason : null));
  const tags = calls.map((args) => `<tool_call>\n${spacedJson({ name: "computer_use", arguments: args })}\n</tool_call>`);
  return { kind: "text", text: `${words === "" ? "" : `Action: ${words}`}${tags.join("\n")}` };
}

type Args = Readonly<Record<string, unknown>>;

function callsOf(action: Action, grid: Size, screen: Screen): readonly Args[] | Rendered {
  const coordinate = (point: Point) => ({ coordinate: toGrid(point, grid, screen) });
  switch (action.kind) {
    case "click": {
      const { count, button, modifiers } = action;
      const name = CLICK_NAMES.find((one) => CLICKS[one].count === count && CLICKS[one].button === button);
      if (name === undefined || modifiers.length > 0) return inexpressible("computer_use has no such click");
      return [{ action: name, ...coordinate(action.at) }];
    }
    case "hover":
      return [{ action: "mouse_move", ...coordinate(action.at) }];
    case "drag": {
      const [from, to, more] = action.path;
      if (more !== undefined) return inexpressible("computer_use drags in a straight line");
      return [
        { action: "mouse_move", ...coordinate(from!) },
        { action: "left_click_drag", ...coordinate(to!) },
      ];
    }
    case "scroll": {
      const { dx, dy, at } = action;
      if (dx !== 0 && dy !== 0) return inexpressible("computer_use scrolls along one axis");
      return [dx === 0 ? { action: "scroll", ...coordinate(at), pixels: 0 - dy } : { action: "hscroll", ...coordinate(at), pixels: dx }];
    }
    case "type":
      return [{ action: "type", text: action.text }];
    case "key": {
      const keys = action.count === 1 ? keysIn("lower", action.chord) : null;
      return keys === null ? inexpressible("computer_use presses chords of known keys, once") : [{ action: "key", keys }];
    }
    case "wait":
      return [{ action: "wait", time: 2 }];
    case "done":
      return [action.answer === undefined ? { action: "terminate", status: "success" } : { action: "answer", text: action.answer }];
    case "fail":
      return [{ action: "terminate", status: "failure" }];
    case "back":
    case "ask":
      return inexpressible(`computer_use has no ${action.kind}`);
  }
}

const pair = z.tuple([z.number(), z.number()]);

const callSchema = z.strictObject({ name: z.literal("computer_use"), arguments: z.unknown() });

const argsSchema = z.discriminatedUnion("action", [
  z.strictObject({ action: z.enum(CLICK_NAMES), coordinate: pair.optional() }),
  z.strictObject({ action: z.literal("mouse_move"), coordinate: pair }),
  z.strictObject({ action: z.literal("left_click_drag"), coordinate: pair }),
  z.strictObject({ action: z.enum(["scroll", "hscroll"]), coordinate: pair.optional(), pixels: z.number() }),
  z.strictObject({ action: z.literal("type"), text: z.string() }),
  z.strictObject({ action: z.literal("key"), keys: z.union([z.array(z.string()), z.string().transform((key) => key.split("+"))]) }),
  z.strictObject({ action: z.literal("wait"), time: z.number().min(0).optional() }),
  z.strictObject({ action: z.literal("terminate"), status: z.enum(["success", "failure"]) }),
  z.strictObject({ action: z.literal("answer"), text: z.string() }),
]);
type QwenArgs = z.infer<typeof argsSchema>;

function parse(text: string, grid: Size, { screen, pointer }: ParseContext): Parsed {
  const json = jsonIn(text, /<tool_call>|\{\s*"name"/);
  if (json.kind === "parse-error") return json;
  const thought = json.before.replace(/^(?:Thought|Action)\s*[:：]\s*/, "");
  const calls: QwenArgs[] = [];
  for (const object of json.objects) {
    const call = callSchema.safeParse(object);
    if (!call.success) return parseError("unknown-action", "This is no call of computer_use.", object);
    const args = readForm(argsSchema, call.data.arguments, "action");
    if (args.kind === "parse-error") return args;
    calls.push(args.form);
  }
  const place = (coordinate: readonly [number, number] | undefined, otherwise: Point | null): Point | ParseError =>
    coordinate === undefined
      ? (otherwise ?? parseError("bad-argument", "There is no coordinate, and nobody knows where the pointer is."))
      : fromGrid(...coordinate, grid, screen);
  const action = oneAction(calls, thought, place, pointer);
  if (action.kind === "parse-error") return action;
  const checked = actionSchema.safeParse(action);
  if (!checked.success) return parseError("bad-argument", "The action is not within its limits.", calls);
  return { kind: "action", action: checked.data, thought: thought === "" ? null : thought };
}

type Place = (coordinate: readonly [number, number] | undefined, otherwise: Point | null) => Point | ParseError;

/** One call; or a move of the pointer and a second call that begins where it went. */
function oneAction(calls: readonly QwenArgs[], thought: string, place: Place, pointer: Point | null): Action | ParseError {
  const [first, second] = calls;
  if (second === undefined) return actionOf(first!, thought, place, pointer);
  const begins = second.action === "left_click_drag" || ("pixels" in second && second.coordinate === undefined);
  if (first!.action !== "mouse_move" || !begins || calls.length > 2) return parseError("several-actions", "There is more than one action.", calls);
  const moved = place(first!.coordinate, null);
  return "kind" in moved ? moved : actionOf(second, thought, place, moved);
}

function actionOf(args: QwenArgs, thought: string, place: Place, pointer: Point | null): Action | ParseError {
  switch (args.action) {
    case "mouse_move": {
      const at = place(args.coordinate, null);
      return "kind" in at ? at : { kind: "hover", at };
    }
    case "left_click_drag": {
      const [from, to] = [place(undefined, pointer), place(args.coordinate, null)];
      if ("kind" in from) return from;
      return "kind" in to ? to : { kind: "drag", path: [from, to] };
    }
    case "scroll":
    case "hscroll": {
      const at = place(args.coordinate, pointer);
      if ("kind" in at) return at;
      return { kind: "scroll", at, dx: args.action === "scroll" ? 0 : args.pixels, dy: args.action === "scroll" ? 0 - args.pixels : 0 };
    }
    case "type":
      return { kind: "type", text: args.text };
    case "key": {
      const chord = chordOf(args.keys);
      return chord === null ? parseError("bad-argument", "These keys are no chord.", args.keys) : { kind: "key", chord, count: 1 };
    }
    case "wait":
      return { kind: "wait" };
    case "terminate":
      return args.status === "success" ? { kind: "done" } : { kind: "fail", reason: thought };
    case "answer":
      return { kind: "done", answer: args.text };
    default: {
      const at = place(args.coordinate, pointer);
      return "kind" in at ? at : { kind: "click", at, ...CLICKS[args.action], modifiers: [] };
    }
  }
}
