/** A model on a server as an agent: what it is asked, what is made of its answers, and what happens when the server misbehaves. */
import { describe, expect, test } from "vitest";
import { isDecision, type DecisionInput, type Outcome } from "../../agent/policy.ts";
import { endpointSchema, type Endpoint } from "../../agent/remote/endpoint.ts";
import { remotePolicy } from "../../agent/remote/remotePolicy.ts";
import { Turnstile } from "../../agent/remote/turnstile.ts";
import { click } from "../../env/action.ts";
import { encodePng, screenHash } from "../../env/pixels.ts";
import { rng } from "../../env/random.ts";
import { chatServer, json, saying, says, type Answer } from "./chatServer.ts";

const pixels = { width: 320, height: 420, data: new Uint8Array(320 * 420 * 4).fill(200) };
const observation = {
  png: await encodePng(pixels),
  pixels: async () => pixels,
  screenHash: screenHash(pixels),
  viewport: { width: 160, height: 210 },
  deviceScaleFactor: 2,
  url: "",
  tabs: [],
  instructionBox: null,
};
const input = (more: Partial<DecisionInput> = {}): DecisionInput => ({
  instruction: "Press OK",
  observation,
  history: [],
  rng: rng("remote"),
  ...more,
});

const decide = (endpoint: Endpoint, more: Partial<DecisionInput> = {}, key: string | null = null): Promise<Outcome> =>
  remotePolicy(endpoint, () => key).decide(input(more));

const WAIT = '{"action":{"kind":"wait"}}';

describe("what it is asked", () => {
  test("instruction and screenshot go as one user turn, with only what every server takes", async () => {
    await using server = await chatServer(saying(WAIT));
    await decide(server.endpoint());
    const [{ path, body }] = server.received as [(typeof server.received)[0]];
    expect(path).toBe("/v1/chat/completions");
    expect(Object.keys(body).toSorted()).toEqual(["max_tokens", "messages", "model", "seed", "temperature"]);
    const [system, user] = body.messages;
    expect([system.role, user.role, body.messages.length]).toEqual(["system", "user", 2]);
    expect(user.content[1]).toEqual({
      type: "image_url",
      image_url: { url: `data:image/png;base64,${Buffer.from(observation.png).toString("base64")}` },
    });
  });

  test("earlier screenshots are shown as far as they are kept, and the same input gives the same request", async () => {
    await using server = await chatServer(saying(WAIT));
    const past = (x: number) => ({ action: click({ x, y: 5 }), target: "", changed: true });
    const history = [past(1), { ...past(2), seen: observation }, { ...past(3), seen: observation }];
    for (let i = 0; i < 2; i++) await decide(server.endpoint({ pictures: 5 }), { history, rng: rng("same") });
    const roles = server.received.map(({ body }) => body.messages.map(({ role }: { role: string }) => role).join(" "));
    expect(roles).toEqual(Array(2).fill("system user assistant user assistant user"));
    expect(server.received[0]!.body).toEqual(server.received[1]!.body);
  });

  test("pictures too large for a model are sent smaller, and its coordinates are those of what it saw", async () => {
    const large = { width: 2000, height: 1000, data: new Uint8Array(2000 * 1000 * 4).fill(9) };
    const wide = {
      ...observation,
      pixels: async () => large,
      png: await encodePng(large),
      viewport: { width: 2000, height: 1000 },
      deviceScaleFactor: 1,
    };
    await using server = await chatServer(saying('{"type":"tool_use","name":"computer","input":{"action":"left_click","coordinate":[758,379]}}'));
    const decision = await decide(server.endpoint({ dialect: "anthropic-computer" }), { observation: wide });
    const { url } = server.received[0]!.body.messages[1].content[1].image_url;
    expect(Buffer.from(url.split(",")[1], "base64").readUInt32BE(16)).toBe(1516);
    expect(decision).toMatchObject({ action: { kind: "click", at: { x: 1000, y: 500 } } });
  });
});

describe("what is made of an answer", () => {
  test("its action, thought, tokens, cost, log-probabilities and latency are told", async () => {
    const usage = { prompt_tokens: 1000, completion_tokens: 10 };
    const logprobs = {
      content: [
        { token: "{", logprob: -0.1 },
        { token: "}", logprob: -0.2 },
      ],
    };
    await using server = await chatServer((response) =>
      json(response, 200, {
        model: "m-2",
        system_fingerprint: "build 7",
        metadata: { weight_version: "step 30" },
        usage,
        choices: [{ message: { content: '{"thought":"Look first.","action":{"kind":"wait"}}' }, finish_reason: "stop", logprobs }],
      }),
    );
    const decision = await decide(server.endpoint({ price: { prompt: 2, completion: 10 }, logProbs: true }));
    expect(decision).toMatchObject({ action: { kind: "wait" }, thought: "Look first." });
    expect(isDecision(decision) && decision.call).toEqual({
      model: "m-2",
      fingerprint: "build 7",
      version: "step 30",
      renderer: "flywheel-json@1",
      answer: '{"thought":"Look first.","action":{"kind":"wait"}}',
      unread: [],
      promptTokens: 1000,
      completionTokens: 10,
      costUsd: 0.0021,
      tokenLogProbs: [-0.1, -0.2],
      finishReason: "stop",
      latencyMs: expect.any(Number),
      attempts: 1,
    });
  });

  test("an answer that cannot be read is asked for again, and kept", async () => {
    await using server = await chatServer((response, _, n) => says(response, n === 0 ? "I would press OK." : WAIT));
    expect(await decide(server.endpoint())).toMatchObject({
      action: { kind: "wait" },
      call: { unread: [{ problem: "no-action", answer: "I would press OK." }] },
    });
  });

  test("answers that stay unreadable are no action at all", async () => {
    await using server = await chatServer(saying('{"action":{"kind":"click","at":{"x":9999,"y":1}}}'));
    const outcome = await decide(server.endpoint({ asksAgain: 1 }));
    expect(outcome).toMatchObject({ kind: "unreadable", problem: "outside-screen" });
    expect(isDecision(outcome)).toBe(false);
    expect(server.received).toHaveLength(2);
  });

  test.each([
    ["beside its words", "Action: Press OK.\n"],
    ["of nothing but the call", ""],
  ])("a call that the server took out of an answer %s is read as the model wrote it", async (_, words) => {
    const answer = `${words}<tool_call>\n{"name": "computer_use", "arguments": {"action": "left_click", "coordinate": [500, 250]}}\n</tool_call>`;
    const call = { name: "computer_use", arguments: '{"action": "left_click", "coordinate": [500, 250]}' };
    const message = { content: words.trim(), tool_calls: [{ id: "1", type: "function", function: call }] };
    await using server = await chatServer((response) => json(response, 200, { choices: [{ message, finish_reason: "tool_calls" }] }));
    const decision = await decide(server.endpoint({ dialect: "qwen3-vl" }));
    expect(decision).toMatchObject({ action: { kind: "click", at: { x: 80, y: 52.5 } }, call: { answer } });
  });

  test.each([
    ["nothing", { message: { content: null } }, "empty"],
    ["only reasoning", { message: { content: "", reasoning_content: "Hm." } }, "empty"],
    ["a refusal", { message: { content: null, refusal: "I cannot." } }, "no-action"],
    ["half an action", { message: { content: '{"action":{"kind":"type","te' }, finish_reason: "length" }, "malformed"],
    [
      "content in parts",
      {
        message: {
          content: [
            { type: "text", text: "no " },
            { type: "text", text: "action" },
          ],
        },
      },
      "no-action",
    ],
  ])("%s is a parse error", async (_, choice, problem) => {
    await using server = await chatServer((response) => json(response, 200, { choices: [choice] }));
    expect(await decide(server.endpoint({ asksAgain: 0 }))).toMatchObject({ kind: "unreadable", problem });
  });
});

describe("a server that misbehaves", () => {
  const busy: Answer = (response) => json(response, 429, { error: { message: "slow down" } });
  const broken: Answer = (response) => json(response, 500, { error: "out of memory" });
  const reset: Answer = (response) => response.socket!.resetAndDestroy();
  const half: Answer = (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "500" });
    response.write('{"choices":[{"message":{"content":"{\\"action\\":');
    setImmediate(() => response.socket!.destroy());
  };
  const garbage: Answer = (response) => response.end(Buffer.from([0xff, 0xfe, 0, 1, 2, 3]));
  const page: Answer = (response) => response.end("<!doctype html><title>Welcome</title>");
  const otherJson: Answer = (response) => json(response, 200, { choices: [] });
  const cases: readonly (readonly [string, Answer, RegExp])[] = [
    ["answers 429", busy, /429: slow down/],
    ["answers 500", broken, /500: out of memory/],
    ["cuts the connection", reset, /the connection was cut/],
    ["sends half an answer", half, /cut|closed|terminated/],
    ["sends bytes that are no JSON", garbage, /no complete JSON/],
    ["sends a web page", page, /no complete JSON/],
    ["sends JSON of another kind", otherJson, /no chat completion/],
  ];

  test.each(cases)("that %s is asked again, then is unavailable: nothing is done in the agent's name", async (_, answer, why) => {
    await using server = await chatServer(answer);
    expect(await decide(server.endpoint())).toEqual({ kind: "unavailable", why: expect.stringMatching(why) });
    expect(server.received).toHaveLength(3);
  });

  test.each(cases)("that %s once is forgiven", async (_, answer) => {
    await using server = await chatServer((response, received, n) => (n === 0 ? answer(response, received, n) : says(response, WAIT)));
    expect(await decide(server.endpoint())).toMatchObject({ action: { kind: "wait" }, call: { attempts: 2 } });
  });

  test("that hangs is given up after the timeout", async () => {
    await using server = await chatServer(() => undefined);
    const started = performance.now();
    const outcome = await decide(server.endpoint({ timeoutSeconds: 0.1, retries: 1 }));
    expect(outcome).toEqual({ kind: "unavailable", why: "test: There was no answer within 0.1 s." });
    expect(performance.now() - started).toBeLessThan(4000);
  });

  test("that hangs in the middle of an answer is given up too", async () => {
    await using server = await chatServer((response) => void response.write('{"choices":'));
    expect(await decide(server.endpoint({ timeoutSeconds: 0.1, retries: 0 }))).toMatchObject({ kind: "unavailable" });
  });

  test("that says how long to wait is not asked before", async () => {
    await using server = await chatServer((response, _, n) => (n === 0 ? json(response, 429, {}, { "retry-after": "0.3" }) : says(response, WAIT)));
    const started = performance.now();
    await decide(server.endpoint());
    expect(performance.now() - started).toBeGreaterThan(290);
  });

  test.each([400, 401, 403, 404, 422])("that answers %i is not asked again", async (status) => {
    await using server = await chatServer((response) => json(response, status, { error: { message: "no" } }));
    expect(await decide(server.endpoint())).toEqual({ kind: "unavailable", why: `test: ${status}: no` });
    expect(server.received).toHaveLength(1);
  });

  test("that sends without end is stopped", async () => {
    await using server = await chatServer((response) => {
      const more = (): void => void (response.destroyed || response.write("x".repeat(2 ** 20), () => setImmediate(more)));
      more();
    });
    expect(await decide(server.endpoint({ retries: 0 }))).toMatchObject({ kind: "unavailable", why: expect.stringContaining("larger than") });
  });

  test("that points elsewhere is not followed: the key is for nobody else", async () => {
    await using other = await chatServer(saying(WAIT));
    await using server = await chatServer((response) => response.writeHead(307, { location: `${other.baseUrl}/chat/completions` }).end());
    expect(await decide(server.endpoint({ retries: 0 }), {}, "secret-key-1")).toMatchObject({ kind: "unavailable" });
    expect(other.received).toHaveLength(0);
  });

  test("calling off ends the wait at once, also between attempts", async () => {
    await using hanging = await chatServer(() => undefined);
    await using busyServer = await chatServer(busy);
    for (const [server, more] of [
      [hanging, {}],
      [busyServer, { backoffMs: 60_000 }],
    ] as const) {
      const abort = new AbortController();
      const waits = decide(server.endpoint(more), { signal: abort.signal });
      while (server.received.length === 0) await new Promise(setImmediate);
      setImmediate(() => abort.abort(new Error("enough")));
      await expect(waits).rejects.toThrow("enough");
    }
  });
});

describe("keys", () => {
  test("go into the header and nowhere else, and are not quoted when the server quotes them", async () => {
    const key = "sk-planted-secret-123";
    await using server = await chatServer((response) => json(response, 401, { error: { message: `Incorrect API key provided: ${key}` } }));
    const outcome = await decide(server.endpoint(), {}, key);
    expect(server.received[0]!.headers.authorization).toBe(`Bearer ${key}`);
    expect(JSON.stringify(server.received[0]!.body)).not.toContain(key);
    expect(outcome).toEqual({ kind: "unavailable", why: "test: 401: Incorrect API key provided: •••" });
  });

  test("are not in what is kept of an answer that quotes them", async () => {
    const key = "sk-planted-secret-123";
    await using server = await chatServer(saying(`Your key is ${key}.`));
    const outcome = await decide(server.endpoint(), {}, key);
    expect(outcome).toMatchObject({ kind: "unreadable" });
    expect(JSON.stringify(outcome)).not.toContain(key);
  });

  test("with signs that no header takes are refused without being quoted", async () => {
    await using server = await chatServer(saying(WAIT));
    const outcome = await decide(server.endpoint(), {}, "sk-secret\nx: y");
    expect(outcome).toEqual({ kind: "unavailable", why: "test: The key holds signs that no key has." });
    expect(server.received).toHaveLength(0);
  });

  test("that are not set are asked for by the variable's name", async () => {
    await using server = await chatServer(saying(WAIT));
    expect(await decide(server.endpoint({ keyVariable: "NO_SUCH_KEY" }))).toMatchObject({
      kind: "unavailable",
      why: expect.stringContaining("NO_SUCH_KEY"),
    });
  });

  test.each(["http://user:pass@host/v1", "http://host/v1?key=abc", "http://host/v1#abc", "ftp://host/v1", "host/v1"])(
    "%s is no address",
    (baseUrl) => {
      expect(endpointSchema.safeParse({ name: "x", baseUrl, model: "m", dialect: "qwen3-vl" }).success).toBe(false);
    },
  );
});

describe("limits", () => {
  test("no more requests are under way than allowed, and all come through in order", async () => {
    let [now, most] = [0, 0];
    await using server = await chatServer((response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        says(response, WAIT);
      }, 5);
    });
    const policy = remotePolicy(server.endpoint({ concurrency: 2 }), () => null);
    await Promise.all(Array.from({ length: 8 }, () => policy.decide(input())));
    expect([most, server.received.length]).toEqual([2, 8]);
  });

  test("requests are spread over the minute", async () => {
    const turnstile = new Turnstile({ concurrency: 9, perMinute: 1200 });
    const started = performance.now();
    await Promise.all(Array.from({ length: 4 }, () => turnstile.pass(new AbortController().signal, async () => undefined)));
    // Timers may ring up to a millisecond early.
    expect(performance.now() - started).toBeGreaterThanOrEqual(147);
  });

  test("who is called off while waiting leaves the queue to the others", async () => {
    const turnstile = new Turnstile({ concurrency: 1, perMinute: null });
    const never = new AbortController().signal;
    const first = Promise.withResolvers<void>();
    const [busy, abort] = [turnstile.pass(never, () => first.promise), new AbortController()];
    const second = turnstile.pass(abort.signal, async () => "second");
    const third = turnstile.pass(never, async () => "third");
    abort.abort(new Error("enough"));
    await expect(second).rejects.toThrow("enough");
    first.resolve();
    await busy;
    expect(await third).toBe("third");
  });
});
