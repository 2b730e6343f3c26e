/** Conversations: what a model is shown of the steps so far, and what it is not. */
import { expect, test } from "vitest";
import { renderMessages, type Message } from "../../agent/dialects/conversation.ts";
import { DIALECTS } from "../../agent/dialects/dialects.ts";
import { DIALECT_IDS, type PastTurn } from "../../agent/dialects/dialect.ts";
import { readRequest } from "../../agent/dialects/flywheelJson.ts";
import { click, type Action } from "../../env/action.ts";

const screen = { viewport: { width: 320, height: 210 }, deviceScaleFactor: 2, instructionBox: { x: 0, y: 0, width: 320, height: 50 } };
const turn = (action: Action, i: number): PastTurn => ({ screen, action, thought: `Thought ${i}.`, target: `word ${i}`, changed: i % 2 === 0 });
const sixSteps = Array.from({ length: 6 }, (_, i) => turn(click({ x: 10 * i, y: 20 }), i));
const conversation = { instruction: "Press <image> six times", turns: sixSteps, screen, pictures: 3 };
const ids = DIALECT_IDS.map((id) => [id, DIALECTS[id]] as const);

const pictures = (messages: readonly Message[]): number[] =>
  messages.flatMap(({ content }) => content.flatMap((part) => (part.type === "picture" ? part.screen : [])));
const textOf = ({ content }: Message): string => content.map((part) => (part.type === "text" ? part.text : "")).join("");

test.each(ids)("%s: user and assistant take turns, the last screenshot is the newest", (_, dialect) => {
  for (const turns of [[], sixSteps.slice(0, 1), sixSteps]) {
    const roles = renderMessages(dialect, { ...conversation, turns }).map(({ role }) => role);
    const spoken = roles.filter((role, i) => !(i === 0 && role === "system"));
    expect(spoken).toEqual(Array.from({ length: spoken.length }, (__, i) => (i % 2 === 0 ? "user" : "assistant")));
    expect(spoken.at(-1)).toBe("user");
  }
  expect(pictures(renderMessages(dialect, conversation))).toEqual([4, 5, 6]);
});

test.each(ids)("%s: steps without a screenshot are told in words, and every assistant's turn can be read back", (id, dialect) => {
  const messages = renderMessages(dialect, conversation);
  const opening = textOf(messages.find(({ role }) => role === "user")!);
  if (id !== "flywheel-json") for (const i of [0, 1, 2, 3]) expect(opening).toContain(`Thought ${i}.`);
  for (const message of messages.filter(({ role }) => role === "assistant"))
    expect(dialect.parse(textOf(message), { screen, pointer: null })).toMatchObject({
      kind: "action",
      thought: expect.stringMatching(/Thought \d\./),
    });
});

test.each(ids)("%s: words of a page cannot pass for a picture", (_, dialect) => {
  for (const message of renderMessages(dialect, conversation)) expect(textOf(message)).not.toContain("<image>");
});

test("a step that a dialect cannot express becomes a sentence, with all before it", () => {
  const turns = [...sixSteps.slice(0, 4), turn({ kind: "hover", at: { x: 1, y: 2 } }, 4), sixSteps[5]!];
  const messages = renderMessages(DIALECTS["ui-tars-1.0"], { ...conversation, turns, pictures: 5 });
  expect(pictures(messages)).toEqual([5, 6]);
  expect(textOf(messages[0]!)).toContain("Step 5: Thought 4. move to (1, 2)");
});

test("our own model reads a conversation back without loss, however few screenshots it holds", () => {
  const turns = [...sixSteps, turn({ kind: "type", text: 'a "<image>"\n{"x":1}' }, 6), turn({ kind: "key", chord: "Control+A", count: 2 }, 7)];
  for (const count of [1, 3, 99]) {
    const messages = renderMessages(DIALECTS["flywheel-json"], { ...conversation, turns, pictures: count });
    const read = readRequest(messages.map((message) => ({ role: message.role, text: textOf(message) })));
    expect(read).toEqual({
      kind: "request",
      instruction: conversation.instruction,
      screen,
      history: turns.map(({ action, target, changed }) => ({ action, target, changed })),
    });
  }
});

test("what is no conversation of ours is a parse error", () => {
  for (const texts of [[], [""], ["click"], ['{"instruction":1}'], ['{"instruction":"x","screen":{"width":0,"height":1,"scale":1}}']])
    expect(readRequest(texts.map((text) => ({ role: "user" as const, text })))).toMatchObject({ kind: "parse-error" });
});
