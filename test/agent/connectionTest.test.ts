/** The connection test: one line about what is wrong with an endpoint. */
import { expect, test } from "vitest";
import { DIALECTS } from "../../agent/dialects/dialects.ts";
import { DIALECT_IDS } from "../../agent/dialects/dialect.ts";
import { testConnection } from "../../agent/remote/connectionTest.ts";
import { endpointSchema, type Endpoint } from "../../agent/remote/endpoint.ts";
import { PRESETS, type Preset } from "../../agent/remote/presets.ts";
import { click } from "../../env/action.ts";
import { chatServer, json, saying, says, type Answer } from "./chatServer.ts";

const screen = { viewport: { width: 320, height: 240 }, deviceScaleFactor: 2 };
const signal = new AbortController().signal;
const tried = (endpoint: Endpoint, key: string | null = null) => testConnection(endpoint, signal, () => key);

/** A click on the square, or beside it, as a model of this dialect says it. */
function clickIn(id: Endpoint["dialect"], at = { x: 230, y: 70 }): string {
  const said = DIALECTS[id].render({ action: click(at), thought: "The blue square." }, screen);
  return said.kind === "text" ? said.text : "";
}

const holdsPicture = (body: any): boolean => JSON.stringify(body.messages).includes("data:image/png");

test.each(DIALECT_IDS)("a model that speaks %s and sees the square is fine", async (dialect) => {
  await using server = await chatServer(saying(clickIn(dialect)));
  expect(await tried(server.endpoint({ dialect }))).toMatchObject({ kind: "ok", line: expect.stringContaining("clicked the blue square") });
});

test("a model that clicks elsewhere is connected all the same, and it is said", async () => {
  await using server = await chatServer(saying(clickIn("flywheel-json", { x: 3, y: 3 })));
  expect(await tried(server.endpoint())).toMatchObject({ kind: "ok", line: expect.stringContaining("did not click the blue square") });
});

test.each([
  ["ui-tars-1.5", "qwen3-vl", /can be read as qwen/],
  ["ui-tars-1.5", "ui-tars-1.0", /can be read as ui-tars-1.0/],
  ["ui-tars-1.0", "ui-tars-1.5", /coordinates are those of ui-tars-1.5/],
  ["qwen3-vl", "flywheel-json", /can be read as flywheel-json/],
] as const)("%s set for a model that speaks %s is a dialect problem, with the right one named", async (dialect, spoken, line) => {
  await using server = await chatServer(saying(clickIn(spoken)));
  expect(await tried(server.endpoint({ dialect }))).toMatchObject({ kind: "dialect", line: expect.stringMatching(line) });
});

const models = (response: Parameters<Answer>[0]): void => json(response, 200, { data: [{ id: "right:latest" }, { id: "other" }] });

const cases: readonly (readonly [string, Answer, string, RegExp])[] = [
  ["a server that wants a key", (response) => json(response, 401, { error: { message: "no key" } }), "auth", /without a key: set --key-variable/],
  ["no protocol at that address", (response) => response.writeHead(404).end("Not Found"), "address", /usually end in \/v1/],
  ["a web page", (response) => response.end("<html>"), "address", /does not speak this protocol/],
  [
    "a wrong model name",
    (response, { path }) => (path.endsWith("/models") ? models(response) : json(response, 404, { error: { message: "model not found" } })),
    "model",
    /no model "m". It has: right:latest, other/,
  ],
  [
    "a model without eyes",
    (response, { path, body }) => {
      if (path.endsWith("/models")) return json(response, 200, { data: [{ id: "m" }] });
      return holdsPicture(body) ? json(response, 400, { error: { message: "image input is not supported" } }) : says(response, "{}");
    },
    "pictures",
    /takes no pictures \(400: image input is not supported\)/,
  ],
  ["a broken server", (response, { path }) => (path.endsWith("/models") ? models(response) : json(response, 500, {})), "model", /has no model/],
  ["a busy server", (response) => json(response, 429, {}), "server", /no more requests now/],
  ["chatter", saying("Sure! The square is on the right."), "dialect", /not in flywheel-json/],
];

test.each(cases)("%s is told in one line", async (_, answer, kind, line) => {
  await using server = await chatServer(answer);
  const result = await tried(server.endpoint());
  expect(result).toMatchObject({ kind, line: expect.stringMatching(line) });
  expect(result.line).not.toContain("\n");
});

test("nobody there, and a key that is not set, are told without asking twice", async () => {
  const server = await chatServer(saying("{}"));
  const endpoint = server.endpoint();
  await server[Symbol.asyncDispose]();
  expect(await tried(endpoint)).toMatchObject({ kind: "unreachable", line: expect.stringContaining("nobody listens there") });
  expect(await tried({ ...endpoint, keyVariable: "NO_SUCH_KEY" })).toMatchObject({ kind: "auth", line: expect.stringContaining("NO_SUCH_KEY") });
});

test.each(Object.entries(PRESETS) as [string, Preset][])(
  "the preset %s needs a name, and a model and dialect where it names none",
  (name, { summary: _, ...settings }) => {
    const endpoint = endpointSchema.parse({ name, model: "m", dialect: "qwen3-vl", ...settings });
    expect(endpoint.baseUrl).toMatch(/\/v1$/);
  },
);
