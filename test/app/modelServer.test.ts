/** The built-in model over the protocol of others: the same actions as without it, and nothing for whoever has no token. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Inference } from "../../agent/model/inference.ts";
import { GREEDY } from "../../agent/model/choose.ts";
import { initialWeights } from "../../agent/model/network.ts";
import { modelPolicy } from "../../agent/modelPolicy.ts";
import { PerceptionService } from "../../agent/perception/perceptionService.ts";
import { testConnection } from "../../agent/remote/connectionTest.ts";
import { endpointSchema } from "../../agent/remote/endpoint.ts";
import { remotePolicy } from "../../agent/remote/remotePolicy.ts";
import { ModelServer } from "../../app/modelServer.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import { encodePng } from "../../env/pixels.ts";
import { eyesOf } from "../../flywheel/actor.ts";
import { rollOut, type RolloutJob } from "../../flywheel/rollout.ts";
import { TASKS } from "../../tasks/index.ts";
import { temporaryWorkspace } from "../flywheel/storeFixtures.ts";

const TOKEN = "a-token-for-this-test";
const network = { width: 32, layers: 1, heads: 2, cropWidth: 16 };
const inference = new Inference();
const perception = new PerceptionService();
const pool = new EnvironmentPool(1);
const builtIn = modelPolicy({ id: "tiny", inference, perceive: eyesOf(perception), sampling: GREEDY });
let server: ModelServer;

beforeAll(async () => {
  inference.offer("tiny", network, async () => initialWeights(network, 5));
  const actor = { checkpoint: "r.c0", digest: "d".repeat(64), policy: () => builtIn };
  server = await ModelServer.listen({ actor, token: TOKEN, port: 0 });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await Promise.all([pool.close(), perception.close(), inference.close()]);
});

const endpoint = (more: object = {}) =>
  endpointSchema.parse({ name: "own", baseUrl: server.baseUrl, model: "flywheel", dialect: "flywheel-json", retries: 0, ...more });

test.each([1, 3])("a remote agent that shows %i screenshots does what the built-in model does, on the same seeds", async (pictures) => {
  await using workspace = await temporaryWorkspace();
  const tasks = TASKS.filter(({ id }) => ["click-text", "enter-text", "inbox"].includes(id));
  const served = remotePolicy(endpoint({ pictures }), () => TOKEN);
  const jobsOf = (policy: RolloutJob["policy"]): RolloutJob[] =>
    tasks.flatMap((task) =>
      [100, 101].map((seed) => ({ run: "r", runSeed: 1, cycle: 1, purpose: "train", role: "rollout", task, seed, trial: 0, policy, maxSteps: 4 })),
    );
  const acted = async (policy: RolloutJob["policy"]) => {
    const episodes = await rollOut(jobsOf(policy), { workspace, pool, signal: new AbortController().signal });
    return episodes.map(({ id, seed, verdict }) => ({ seed, verdict, actions: workspace.steps.of(id).map(({ action }) => action) }));
  };
  const own = await acted(builtIn);
  expect(await acted(served)).toEqual(own);
  expect(own.flatMap(({ actions }) => actions).length).toBeGreaterThan(8);
});

const pixels = { width: 320, height: 420, data: new Uint8Array(320 * 420 * 4).fill(230) };
const picture = `data:image/png;base64,${Buffer.from(await encodePng(pixels)).toString("base64")}`;
const turn = (text: string, url: string = picture) => ({
  role: "user",
  content: [
    { type: "text", text },
    { type: "image_url", image_url: { url } },
  ],
});
const opening = (width: number, height: number) => JSON.stringify({ instruction: "Click OK", screen: { width, height, scale: 2 } });

const post = (body: unknown, headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }) =>
  fetch(`${server.baseUrl}/chat/completions`, { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) });

describe("other programs", () => {
  test("find the model in the list, and get one JSON action for a plain instruction and a screenshot", async () => {
    const list = await fetch(`${server.baseUrl}/models`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(await list.json()).toMatchObject({ object: "list", data: [{ id: "flywheel" }, { id: "r.c0" }] });
    const answer = await post({ model: "r.c0", messages: [{ role: "system", content: "You click." }, turn("Click OK")] });
    const { choices, system_fingerprint }: any = await answer.json();
    expect(system_fingerprint).toBe("d".repeat(64));
    expect(JSON.parse(choices[0].message.content)).toHaveProperty("action.kind");
  });

  test("may test the connection", async () => {
    const signal = new AbortController().signal;
    expect(await testConnection(endpoint(), signal, () => TOKEN)).toMatchObject({ kind: "ok" });
    expect(await testConnection(endpoint(), signal, () => "wrong")).toMatchObject({ kind: "auth" });
    expect(await testConnection(endpoint({ model: "other" }), signal, () => TOKEN)).toMatchObject({
      kind: "model",
      line: expect.stringContaining("flywheel, r.c0"),
    });
  });

  test.each([{}, { authorization: "Bearer wrong" }, { authorization: "Basic abc" }, { authorization: `Bearer ${TOKEN}x` }])(
    "with %o are nobody",
    async (headers: Record<string, string>) => {
      expect((await post({ model: "flywheel", messages: [turn("Click OK")] }, headers)).status).toBe(401);
      expect((await fetch(`${server.baseUrl}/models`, { headers })).status).toBe(401);
    },
  );
});

const notPng = `data:image/png;base64,${Buffer.from("no picture").toString("base64")}`;
const half = picture.slice(0, picture.length - 400);

test.each([
  ["no JSON", "{", 400, /no JSON/],
  ["no messages", { model: "flywheel" }, 400, /messages/],
  ["an unknown model", { model: "gpt", messages: [turn("x")] }, 404, /no model "gpt"/],
  ["no picture", { model: "flywheel", messages: [{ role: "user", content: "x" }] }, 400, /no picture/],
  ["a picture elsewhere", { model: "flywheel", messages: [turn("x", "http://host/a.png")] }, 400, /no PNG data URL/],
  ["another file", { model: "flywheel", messages: [turn("x", notPng)] }, 400, /no PNG/],
  ["half a picture", { model: "flywheel", messages: [turn("x", half)] }, 400, /damaged|no PNG/],
  ["a picture of another screen", { model: "flywheel", messages: [turn(opening(100, 100))] }, 400, /320 × 420 pixels, the screen 100 × 100/],
  ["half a conversation", { model: "flywheel", messages: [turn(opening(160, 210)), turn("{}")] }, 400, /take turns/],
  ["a stream", { model: "flywheel", stream: true, messages: [turn("x")] }, 400, /one piece/],
])("%s is refused in words", async (_, body, status, message) => {
  const answer = await post(body);
  expect([answer.status, await answer.json()]).toEqual([status, { error: expect.objectContaining({ message: expect.stringMatching(message) }) }]);
});
