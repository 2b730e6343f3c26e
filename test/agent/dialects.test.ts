/** Dialects: every action they can express comes back, and no answer becomes an action that it did not ask for. */
import { describe, expect, test } from "vitest";
import { DIALECTS } from "../../agent/dialects/dialects.ts";
import { DIALECT_IDS, type Dialect, type ParseContext, type Screen } from "../../agent/dialects/dialect.ts";
import { smartResize } from "../../agent/dialects/grid.ts";
import { keysOf } from "../../agent/dialects/keyNames.ts";
import { actionSchema, type Action, type Point } from "../../env/action.ts";
import { deviceScaleFactorFor } from "../../env/observation.ts";
import { rng, type Rng } from "../../env/random.ts";

const all = DIALECT_IDS.map((id) => [id, DIALECTS[id]] as const);

const VIEWPORTS = [
  { width: 160, height: 210 },
  { width: 332, height: 220 },
  { width: 400, height: 300 },
  { width: 503, height: 811 },
  { width: 1280, height: 800 },
  { width: 1302, height: 812 },
  { width: 1920, height: 1080 },
] as const;

function randomScreen(random: Rng): Screen {
  const viewport = random.pick(VIEWPORTS);
  return { viewport, deviceScaleFactor: deviceScaleFactorFor(viewport) };
}

const WORDS = [
  "",
  "x",
  "it's, ok\n",
  'say "hi"',
  "a\\nb",
  "\\",
  "C:\\new\\x41",
  "naïve 日本 🙂",
  "<image>",
  "</tool_call>",
  "<|im_end|>",
  "Action: wait()",
  "{}",
  "'",
  "`",
];
const THOUGHTS = [
  null,
  "Press Save.",
  "First look.\nThen: Action: press\nAction: wait()",
  'The form says {"type":"click"}',
  "<tool_call> is a word",
  "”“",
  "a\\'b",
];
const CHORDS = [
  "Enter",
  "Control+A",
  "Control+Shift+Tab",
  "Shift+ArrowDown",
  "a",
  "Shift+A",
  "F5",
  "Alt+F4",
  "Space",
  "Control++",
  "Meta+,",
  "PageDown",
  "7",
  "Escape",
  "é",
];

function randomAction(random: Rng, { viewport, deviceScaleFactor }: Screen): Action {
  const along = (size: number): number => Math.floor(random.next() * size * deviceScaleFactor) / deviceScaleFactor;
  const at = (): Point => ({ x: along(viewport.width), y: along(viewport.height) });
  const wheel = (): number => random.pick([0, 0, 100, -100, 500, -500, 37, -210]);
  const text = (): string => random.sample(WORDS, 1 + random.int(4)).join(" ");
  const choices: readonly (() => Action)[] = [
    () => ({
      kind: "click",
      at: at(),
      count: random.pick([1, 1, 2, 3]),
      button: random.pick(["left", "left", "middle", "right"] as const),
      modifiers: random.chance(0.8) ? [] : (["Control", "Shift"] as const).slice(random.int(2)),
    }),
    () => ({ kind: "hover", at: at() }),
    () => ({ kind: "drag", path: Array.from({ length: 2 + (random.chance(0.2) ? 1 : 0) }, at) }),
    () => ({ kind: "scroll", at: at(), dx: wheel(), dy: wheel() }),
    () => ({ kind: "type", text: text() }),
    () => ({ kind: "key", chord: random.pick(CHORDS), count: random.chance(0.9) ? 1 : 3 }),
    () => ({ kind: "wait" }),
    () => ({ kind: "back" }),
    () => (random.chance(0.5) ? { kind: "done" } : { kind: "done", answer: text() }),
    () => ({ kind: "fail", reason: text() }),
    () => ({ kind: "ask", question: text() }),
  ];
  return random.pick(choices)();
}

/** What must come back: without coordinates, keys in their canonical form, and without the reason of `fail`, which is only a thought. */
function essence(action: Action): unknown {
  if (action.kind === "fail") return "fail";
  if (action.kind === "key") return { ...action, chord: keysOf(action.chord) };
  if (action.kind === "scroll") return { ...action, at: null, dx: Math.round(action.dx), dy: Math.round(action.dy) };
  if ("at" in action) return { ...action, at: null };
  return action.kind === "drag" ? { kind: "drag", points: action.path.length } : action;
}

const pointsOf = (action: Action): readonly Point[] => ("at" in action ? [action.at] : action.kind === "drag" ? action.path : []);

/** Largest distance along an axis, in units of what is allowed: one CSS px, or one unit of the dialect where that is more. */
function distance(dialect: Dialect, screen: Screen, one: Action, other: Action): number {
  const grid = dialect.grid(screen);
  const [allowedX, allowedY] = [Math.max(1, screen.viewport.width / grid.width), Math.max(1, screen.viewport.height / grid.height)];
  const pairs = pointsOf(one).map((point, i) => [point, pointsOf(other)[i]!] as const);
  return Math.max(0, ...pairs.flatMap(([a, b]) => [Math.abs(a.x - b.x) / allowedX, Math.abs(a.y - b.y) / allowedY]));
}

describe.each(all)("%s", (id, dialect) => {
  test("10 000 random actions that it can express come back within a pixel or its resolution", () => {
    const random = rng("round trip", id);
    let [expressed, tried] = [0, 0];
    const worst = { distance: 0 };
    for (; expressed < 10_000 && tried < 60_000; tried++) {
      const screen = randomScreen(random);
      const action = randomAction(random, screen);
      const said = dialect.render({ action, thought: random.pick(THOUGHTS) }, screen);
      if (said.kind === "inexpressible") continue;
      expressed++;
      const parsed = dialect.parse(said.text, { screen, pointer: null });
      if (parsed.kind === "parse-error") throw new Error(`${said.text}\n${parsed.detail}`);
      expect(essence(parsed.action)).toEqual(essence(action));
      worst.distance = Math.max(worst.distance, distance(dialect, screen, action, parsed.action));
    }
    expect(expressed).toBe(10_000);
    expect(worst.distance).toBeLessThanOrEqual(1);
  });

  test("5 000 damaged and hostile answers each give a parse error, or an action that is written there", () => {
    const random = rng("damage", id);
    const outcomes = { errors: 0, actions: 0 };
    for (let i = 0; i < 5000; i++) {
      const screen = randomScreen(random);
      const context: ParseContext = { screen, pointer: random.chance(0.5) ? null : POINTER };
      const answer = damaged(random, dialect, screen);
      const parsed = dialect.parse(answer, context);
      if (parsed.kind === "parse-error") {
        outcomes.errors++;
        expect(parsed.detail.length).toBeLessThan(400);
        continue;
      }
      outcomes.actions++;
      expect(actionSchema.parse(parsed.action)).toEqual(parsed.action);
      expect(isWritten(parsed.action, answer, dialect, screen), `${JSON.stringify(parsed.action)} from ${answer}`).toBe(true);
    }
    expect(outcomes.errors).toBeGreaterThan(2000);
  });

  test("one answer never becomes one of two actions that it asks for", () => {
    const screen = { viewport: { width: 332, height: 220 }, deviceScaleFactor: 2 };
    const [one, other] = [{ kind: "type", text: "a" } as const, { kind: "done" } as const].map((action) =>
      dialect.render({ action, thought: null }, screen),
    );
    if (one?.kind !== "text" || other?.kind !== "text") throw new Error("cannot be expressed");
    for (const between of ["\n", "\n\n", " ", ", "])
      expect(dialect.parse(one.text + between + other.text, { screen, pointer: null }).kind).toBe("parse-error");
  });
});

const POINTER = { x: 1, y: 1 };

/** Words of each kind of action, one of which must stand in an answer that means it. */
const NAMES: Readonly<Record<Action["kind"], RegExp>> = {
  click: /click|left_double|right_single|left_single/,
  hover: /hover|move/,
  drag: /drag/,
  scroll: /scroll/,
  type: /type/,
  key: /key/,
  wait: /wait/,
  back: /back/,
  done: /done|finished|terminate|answer/,
  fail: /fail|call_user/,
  ask: /ask/,
};

/** Escapes of any dialect, so that what was written can be looked up as it was meant; junk may leave some behind. */
const unescaped = (text: string): string =>
  text
    .replaceAll(/\\(?:u([\da-f]{4})|x([\da-f]{2}))/gi, (_, long: string | undefined, short: string | undefined) =>
      String.fromCharCode(Number.parseInt(long ?? short!, 16)),
    )
    .replaceAll(/\\([nrt])/g, " ")
    .replaceAll("\\", "");

const bare = (text: string): string => text.replaceAll(/[\s\\]/g, "");

/** Its kind stands in the answer, every text it holds stands there word for word, and every number comes from one that is there. */
function isWritten(action: Action, answer: string, dialect: Dialect, screen: Screen): boolean {
  if (!NAMES[action.kind].test(answer)) return false;
  const said = bare(unescaped(unescaped(answer)));
  const texts =
    action.kind === "type" ? [action.text] : action.kind === "done" ? [action.answer ?? ""] : action.kind === "ask" ? [action.question] : [];
  if (!texts.every((text) => said.includes(bare(unescaped(unescaped(text)))))) return false;
  const numbers = [...answer.matchAll(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi)].map(([number]) => Number(number));
  const { width, height } = dialect.grid(screen);
  return pointsOf(action).every(({ x, y }) => {
    const [column, row] = [(x * width) / screen.viewport.width, (y * height) / screen.viewport.height];
    const pointer = x === POINTER.x && y === POINTER.y;
    return pointer || (numbers.some((n) => Math.abs(n - column) < 1e-6) && numbers.some((n) => Math.abs(n - row) < 1e-6));
  });
}

const JUNK = [
  "",
  " ",
  "{",
  "}",
  '"',
  "'",
  "\\",
  ")",
  "(",
  "[",
  "]",
  ",",
  "\n",
  "\u0000",
  "null",
  "NaN",
  "1e999",
  "-1",
  "<tool_call>",
  "</tool_call>",
  "```",
  "Action:",
  "__proto__",
  "🙂",
  "\ud800",
];
const HOSTILE = [
  "I cannot help with that.",
  "Action: click(start_box='(1,2)'); import os",
  "Action: eval(content='x')",
  `Action: click(start_box='(${"9".repeat(400)},1)')`,
  "Action: type(content='x",
  '{"kind":"click"}',
  '{"action":{"kind":"click","at":{"x":1e999,"y":0}}}',
  '{"action":{"kind":"constructor"}}',
  '{"__proto__":{"action":{"kind":"wait"}}}',
  '<tool_call>{"name":"computer_use","arguments":{"action":"toString"}}</tool_call>',
  '<tool_call>{"name":"bash","arguments":{"command":"rm"}}</tool_call>',
  '{"type":"tool_use","name":"computer","input":{"action":"screenshot"}}',
  '{"type":"computer_call","action":{"type":"screenshot"}}',
  '{"type":"computer_call","action":{"type":"click","button":"left","x":1,"y":1},"pending_safety_checks":[{"id":"1"}]}',
  "[".repeat(5000),
  `{"a":`.repeat(3000),
  "{".repeat(99_000),
  " ".repeat(50_000),
  "Action: click(".padEnd(90_000, " "),
  "x".repeat(200_000),
];

/** An answer as rendered, then cut, spliced, repeated, mixed with junk; or one that means ill. */
function damaged(random: Rng, dialect: Dialect, screen: Screen): string {
  if (random.chance(0.05)) return random.pick(HOSTILE);
  const texts = Array.from({ length: 3 }, () => {
    const said = (random.chance(0.9) ? dialect : random.pick(all)[1]).render(
      { action: randomAction(random, screen), thought: random.pick(THOUGHTS) },
      screen,
    );
    return said.kind === "text" ? said.text : "…";
  });
  let [text] = texts as [string, string, string];
  for (let n = 1 + random.int(3); n > 0; n--) {
    const [from, to] = [random.int(text.length + 1), random.int(text.length + 1)];
    const hurt: readonly (() => string)[] = [
      () => text.slice(0, from),
      () => text.slice(from),
      () => text.slice(0, from) + random.pick(JUNK) + text.slice(from),
      () => text.slice(0, Math.min(from, to)) + text.slice(Math.max(from, to)),
      () => `${text}\n${texts[1]!}`,
      () => text.slice(0, from) + texts[2]!.slice(to),
      () => text.replace(/\d+/, random.pick(["-7", "99999", "NaN", "1e3", "'5'", "", "null"])),
    ];
    text = random.pick(hurt)();
  }
  return text;
}

test("pictures are resized as the reference code does, halves to even", () => {
  const rule = { factor: 28, minPixels: 100 * 28 * 28, maxPixels: 16_384 * 28 * 28 };
  expect(smartResize({ width: 1280, height: 720 }, rule)).toEqual({ width: 1288, height: 728 });
  expect(smartResize({ width: 1920, height: 1080 }, rule)).toEqual({ width: 1932, height: 1092 });
  expect(smartResize({ width: 1302, height: 812 }, rule)).toEqual({ width: 1288, height: 812 });
  expect(smartResize({ width: 1344, height: 896 }, rule)).toEqual({ width: 1344, height: 896 });
  expect(smartResize({ width: 1920, height: 1080 }, { ...rule, factor: 32 })).toEqual({ width: 1920, height: 1088 });
});
