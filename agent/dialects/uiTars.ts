/**
 * UI-TARS 1.0 and 1.5: "Thought: …" and "Action: click(start_box='(x,y)')". They differ in what a coordinate is: 1.0 says thousandths of the
 * screen, 1.5 pixels of the picture as its image processor resizes it. Prompt and calls: github.com/bytedance/UI-TARS and UI-TARS-desktop.
 *
 * Not expressible: hover, triple clicks, the middle button, held modifiers, drags with bends, scrolls other than 500 px along one axis, keys
 * pressed several times, chords of more than three keys, `ask`. Read besides what is rendered: `point='<point>x y</point>'`, boxes (their
 * middle), double quotes, "Action：". `call_user()` is `fail`: the task cannot be solved.
 */
import { actionSchema, click, type Action, type Point } from "../../env/action.ts";
import {
  inexpressible,
  LONGEST_ANSWER,
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
import { chordOf, keysIn } from "./keyNames.ts";
import { oneLine, plainWords } from "./plainWords.ts";
import { literalOf, readCall, type PythonCall } from "./pythonCall.ts";

/** What one `scroll` moves, CSS px. */
const SCROLL = 500;

const RESIZE = { factor: 28, minPixels: 100 * 28 * 28, maxPixels: 16_384 * 28 * 28 } as const;

const thousandths = (): Size => ({ width: 1000, height: 1000 });
const resized = (screen: Screen): Size => smartResize(devicePixels(screen), RESIZE);

export const uiTars10: Dialect = uiTars("ui-tars-1.0", "0-1000 of the screen", thousandths);
export const uiTars15: Dialect = uiTars("ui-tars-1.5", "pixels of the resized picture", resized);

function uiTars(id: "ui-tars-1.0" | "ui-tars-1.5", space: Dialect["space"], grid: Dialect["grid"]): Dialect {
  return {
    id,
    version: 1,
    space,
    grid,
    pictureSize: devicePixels,
    system: () => null,
    opening,
    following: () => "",
    render: (said, screen) => render(said, grid(screen), screen),
    parse: (text, context) => parse(text, grid(context.screen), context),
  };
}

const BOX = (n: number): string => `'<|box_start|>(x${n},y${n})<|box_end|>'`;

const PROMPT = `You are a GUI agent. You are given a task and your action history, with screenshots. You need to perform the next action to complete the task.

## Output Format
\`\`\`
Thought: ...
Action: ...
\`\`\`

## Action Space

click(start_box=${BOX(1)})
left_double(start_box=${BOX(1)})
right_single(start_box=${BOX(1)})
drag(start_box=${BOX(1)}, end_box=${BOX(3)})
hotkey(key='ctrl c') # Split keys with a space and use lowercase. Also, do not use more than 3 keys in one hotkey action.
type(content='xxx') # Use escape characters \\', \\", and \\n in content part to ensure we can parse the content in normal python string format. If you want to submit your input, use \\n at the end of content.
scroll(start_box=${BOX(1)}, direction='down or up or right or left') # Show more information on the \`direction\` side.
navigate_back() # Back to the last page
wait() # Sleep for 5s and take a screenshot to check for any changes.
finished(content='xxx') # Use escape characters \\', \\", and \\n in content part to ensure we can parse the content in normal python string format.
call_user() # Submit the task and call the user when the task is unsolvable, or when you need the user's help.


## Note
- Use English in \`Thought\` part.
- Write a small plan and finally summarize your next action (with its target element) in one sentence in \`Thought\` part.

## User Instruction
`;

function opening(instruction: string, _: Screen, earlier: readonly EarlierStep[]): string {
  const before = earlier.map(({ line }, i) => `Step ${i + 1}: ${line}`).join("\n");
  return `${PROMPT}${plainWords(instruction)}\n${before === "" ? "" : `\nPrevious actions:\n${before}\n`}`;
}

function render({ action, thought }: Said, grid: Size, screen: Screen): Rendered {
  const call = callOf(action, grid, screen);
  if (typeof call !== "string") return call;
  const thinks = thought ?? (action.kind === "fail" ? action.reason : "");
  return { kind: "text", text: `${thinks.trim() === "" ? "" : `Thought: ${plainWords(oneLine(thinks))}\n`}Action: ${call}` };
}

function callOf(action: Action, grid: Size, screen: Screen): string | Rendered {
  const box = (point: Point): string => `'<|box_start|>(${toGrid(point, grid, screen).join(",")})<|box_end|>'`;
  switch (action.kind) {
    case "click": {
      const name = clickName(action);
      return name === null ? inexpressible("UI-TARS clicks left once or twice, or right once") : `${name}(start_box=${box(action.at)})`;
    }
    case "drag":
      if (action.path.length > 2) return inexpressible("UI-TARS drags in a straight line");
      return `drag(start_box=${box(action.path[0]!)}, end_box=${box(action.path[1]!)})`;
    case "scroll": {
      const direction = directionOf(action.dx, action.dy);
      if (direction === null) return inexpressible(`UI-TARS scrolls ${SCROLL} px along one axis`);
      return `scroll(start_box=${box(action.at)}, direction='${direction}')`;
    }
    case "type":
      return `type(content=${literalOf(action.text)})`;
    case "key": {
      const keys = action.count === 1 ? keysIn("lower", action.chord) : null;
      if (keys === null || keys.length > 3) return inexpressible("UI-TARS presses chords of up to three known keys, once");
      return `hotkey(key=${literalOf(keys.join(" "))})`;
    }
    case "wait":
      return "wait()";
    case "back":
      return "navigate_back()";
    case "done":
      return action.answer === undefined ? "finished()" : `finished(content=${literalOf(action.answer)})`;
    case "fail":
      return "call_user()";
    case "hover":
    case "ask":
      return inexpressible(`UI-TARS has no ${action.kind}`);
  }
}

function clickName({ count, button, modifiers }: Extract<Action, { kind: "click" }>): string | null {
  if (modifiers.length > 0) return null;
  if (button === "right") return count === 1 ? "right_single" : null;
  if (button === "middle") return null;
  return [null, "click", "left_double", null][count] ?? null;
}

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  down: [0, SCROLL],
  up: [0, -SCROLL],
  right: [SCROLL, 0],
  left: [-SCROLL, 0],
};

function directionOf(dx: number, dy: number): string | null {
  return Object.entries(DIRECTIONS).find(([, [x, y]]) => x === dx && y === dy)?.[0] ?? null;
}

function parse(text: string, grid: Size, context: ParseContext): Parsed {
  if (text.length > LONGEST_ANSWER) return parseError("too-long", `The answer has ${text.length} characters.`);
  if (text.trim() === "") return parseError("empty", "The answer is empty.");
  const marks = [...text.matchAll(/^[ \t]*Action\s*[:：]/gm)];
  if (marks.length === 0) return parseError("no-action", 'There is no line that begins with "Action:".', text);
  if (marks.length > 1) return parseError("several-actions", "There is more than one action.", text);
  const thought = text
    .slice(0, marks[0]!.index)
    .trim()
    .replace(/^Thought\s*[:：]\s*/, "");
  const call = readCall(text.slice(marks[0]!.index + marks[0]![0].length));
  if (call.kind === "parse-error") return call;
  const action = actionOf(call, thought, grid, context.screen);
  if (action.kind === "parse-error") return action;
  const checked = actionSchema.safeParse(action);
  if (!checked.success) return parseError("bad-argument", "The action is not within its limits.", call.name);
  return { kind: "action", action: checked.data, thought: thought === "" ? null : thought };
}

/** Names under which a call may give its point, and its second one; the first is what is rendered. */
const POINT = ["start_box", "point", "start_point"] as const;
const END = ["end_box", "end_point"] as const;

function actionOf(call: PythonCall, thought: string, grid: Size, screen: Screen): Action | ParseError {
  const allow = (...names: readonly string[]): ParseError | null => {
    const strange = [...call.args.keys()].find((name) => !names.includes(name));
    return strange === undefined ? null : parseError("bad-argument", `${call.name} has no argument ${strange}.`);
  };
  const point = (names: readonly string[]): Point | ParseError => pointIn(call, names, grid, screen);
  const at = (make: (point: Point) => Action): Action | ParseError => {
    const place = allow(...POINT) ?? point(POINT);
    return "kind" in place ? place : make(place);
  };
  const bare = (action: Action): Action | ParseError => allow() ?? action;
  switch (call.name) {
    case "click":
    case "left_single":
      return at(click);
    case "left_double":
      return at((place) => ({ kind: "click", at: place, count: 2, button: "left", modifiers: [] }));
    case "right_single":
      return at((place) => ({ kind: "click", at: place, count: 1, button: "right", modifiers: [] }));
    case "drag": {
      const [from, to] = [allow(...POINT, ...END) ?? point(POINT), point(END)];
      if ("kind" in from) return from;
      return "kind" in to ? to : { kind: "drag", path: [from, to] };
    }
    case "scroll": {
      const place = allow(...POINT, "direction") ?? point(POINT);
      if ("kind" in place) return place;
      const direction = call.args.get("direction") ?? "";
      const by = Object.hasOwn(DIRECTIONS, direction) ? DIRECTIONS[direction] : undefined;
      if (by === undefined) return parseError("bad-argument", "The direction is none of down, up, right, left.", direction);
      return { kind: "scroll", at: place, dx: by[0], dy: by[1] };
    }
    case "type": {
      const content = call.args.get("content");
      return allow("content") ?? (content === undefined ? parseError("bad-argument", "type needs content.") : { kind: "type", text: content });
    }
    case "hotkey":
      return allow("key", "hotkey") ?? keyIn(call.args.get("key") ?? call.args.get("hotkey") ?? "");
    case "wait":
      return bare({ kind: "wait" });
    case "navigate_back":
      return bare({ kind: "back" });
    case "finished": {
      const answer = call.args.get("content");
      return allow("content") ?? (answer === undefined ? { kind: "done" } : { kind: "done", answer });
    }
    case "call_user":
      return bare({ kind: "fail", reason: thought });
    default:
      return parseError("unknown-action", "There is no such action.", call.name);
  }
}

function keyIn(text: string): Action | ParseError {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const names = words.length === 1 && /[^+]\+[^+]/.test(words[0]!) ? words[0]!.split("+") : words;
  const chord = chordOf(names);
  return chord === null ? parseError("bad-argument", "These keys are no chord.", text) : { kind: "key", chord, count: 1 };
}

const NUMBER = String.raw`\s*(-?\d+(?:\.\d+)?)\s*`;
const COORDINATES = new RegExp(String.raw`^(?:<\|box_start\|>)?\s*[([]${NUMBER},${NUMBER}(?:,${NUMBER},${NUMBER})?[)\]]\s*(?:<\|box_end\|>)?$`);
const POINT_TAG = new RegExp(String.raw`^<point>${NUMBER}[ ,]${NUMBER}</point>$`);

function pointIn(call: PythonCall, names: readonly string[], grid: Size, screen: Screen): Point | ParseError {
  const given = names.flatMap((name) => call.args.get(name) ?? []);
  if (given.length !== 1) return parseError("bad-argument", `${call.name} needs one ${names[0]}.`);
  const match = COORDINATES.exec(given[0]!.trim()) ?? POINT_TAG.exec(given[0]!.trim());
  if (match === null) return parseError("bad-argument", "These are no coordinates.", given[0]!);
  const [left, top, right, bottom] = match.slice(1).map((number) => (number === undefined ? undefined : Number(number)));
  if (right === undefined) return fromGrid(left!, top!, grid, screen);
  const [from, to] = [fromGrid(left!, top!, grid, screen), fromGrid(right, bottom!, grid, screen)];
  if ("kind" in from) return from;
  return "kind" in to ? to : { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
}
