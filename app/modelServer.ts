/**
 * The built-in model behind the protocol of other models: POST /v1/chat/completions, GET /v1/models, on the loopback interface, for holders of
 * a token. In: a conversation in our own dialect (or a plain instruction) whose last picture is a PNG data URL. Out: one JSON action, greedy.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import sharp from "sharp";
import { z } from "zod";
import { flywheelJson, readRequest, type ReadRequest } from "../agent/dialects/flywheelJson.ts";
import { GREEDY } from "../agent/model/choose.ts";
import { isDecision } from "../agent/policy.ts";
import type { Observation } from "../env/observation.ts";
import { decodePng, screenHash } from "../env/pixels.ts";
import { rng } from "../env/random.ts";
import type { Actor } from "../flywheel/actor.ts";

export interface ModelServerOptions {
  readonly actor: Pick<Actor, "checkpoint" | "digest" | "policy">;
  readonly token: string;
  /** 0: any free one. */
  readonly port: number;
}

/** Name under which the model may be asked for, besides its checkpoint's id. */
const MODEL = "flywheel";
const [MOST_BYTES, MOST_PIXELS] = [64 * 2 ** 20, 2 ** 24];

/** An answer other than 200. */
interface Refusal {
  readonly kind: "refusal";
  readonly status: number;
  readonly message: string;
}

const refuse = (status: number, message: string): Refusal => ({ kind: "refusal", status, message });

export class ModelServer implements AsyncDisposable {
  readonly #http: Server;
  readonly #options: ModelServerOptions;

  private constructor(options: ModelServerOptions) {
    this.#options = options;
    this.#http = createServer((request, response) => void this.#answer(request, response));
  }

  static async listen(options: ModelServerOptions): Promise<ModelServer> {
    const server = new ModelServer(options);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.#http.once("error", reject).listen(options.port, "127.0.0.1", resolve);
    await promise;
    return server;
  }

  /** What clients call the base address. */
  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/v1`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#http.close(() => resolve());
    this.#http.closeAllConnections();
    await promise;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let answer: object;
    try {
      answer = await this.#route(request);
    } catch {
      // What broke may hold what was asked: it is not told.
      answer = refuse(500, "This did not work.");
    }
    if (response.destroyed) return;
    const refusal = "kind" in answer ? (answer as Refusal) : null;
    const body = refusal === null ? answer : { error: { message: refusal.message, type: "invalid_request_error", code: refusal.status } };
    response.writeHead(refusal?.status ?? 200, { "content-type": "application/json", "cache-control": "no-store" });
    response.end(JSON.stringify(body));
  }

  async #route(request: IncomingMessage): Promise<object> {
    const { actor, token } = this.#options;
    if (!holdsToken(request, token)) return refuse(401, "The token is wrong or missing: send it as a bearer token.");
    const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
    if (path === "/v1/models" && request.method === "GET") {
      const data = [MODEL, actor.checkpoint].map((id) => ({ id, object: "model", created: 0, owned_by: "gui-flywheel" }));
      return { object: "list", data };
    }
    if (path !== "/v1/chat/completions") return refuse(404, "There are GET /v1/models and POST /v1/chat/completions.");
    if (request.method !== "POST") return refuse(405, "Questions are posted.");
    const body = await bodyOf(request);
    return body === null ? refuse(413, `A request has at most ${MOST_BYTES} bytes.`) : this.#complete(body);
  }

  async #complete(body: string): Promise<object> {
    const { actor } = this.#options;
    const asked = requestIn(body);
    if ("kind" in asked) return asked;
    if (asked.model !== MODEL && asked.model !== actor.checkpoint) return refuse(404, `There is no model "${asked.model}"; there is "${MODEL}".`);
    if (asked.stream === true) return refuse(400, "Answers come in one piece: set stream to false.");
    const seen = await seenIn(asked.messages);
    if (seen.kind === "refusal") return seen;
    const { observation, instruction, history } = seen;
    const decision = await actor.policy(GREEDY).decide({ instruction, observation, history, rng: rng("served", instruction, history.length) });
    if (!isDecision(decision)) return refuse(500, "The model did not decide.");
    const { action, thought = null, target } = decision;
    const said = flywheelJson.render({ action, thought, target }, observation);
    return completion(asked.model, actor.digest, said.kind === "text" ? said.text : "");
  }
}

function completion(model: string, digest: string, content: string): object {
  return {
    id: `chatcmpl-${createHash("sha256").update(content).digest("hex").slice(0, 16)}`,
    object: "chat.completion",
    created: Math.floor(Date.now() / 1000),
    model,
    system_fingerprint: digest,
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop", logprobs: null }],
    // It has no tokens of text.
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
  };
}

function holdsToken({ headers }: IncomingMessage, token: string): boolean {
  const given = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

const part = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("image_url"), image_url: z.union([z.string(), z.object({ url: z.string() }).transform(({ url }) => url)]) }),
]);

const requestSchema = z.object({
  model: z.string(),
  stream: z.boolean().nullish(),
  messages: z
    .array(
      z.object({
        role: z.enum(["system", "user", "assistant"]),
        content: z.union([z.string().transform((text) => [{ type: "text" as const, text }]), z.array(part)]),
      }),
    )
    .min(1)
    .max(10_000),
});
type Asked = z.infer<typeof requestSchema>;

function requestIn(body: string): Asked | Refusal {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return refuse(400, "The request is no JSON.");
  }
  const read = requestSchema.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  return refuse(400, `The request is no chat completion: ${issue?.path.join(".")}: ${issue?.message}.`);
}

interface SeenRequest extends Omit<ReadRequest, "kind" | "screen"> {
  readonly kind: "seen";
  readonly observation: Observation;
}

/** The last picture as an observation, and what is asked about it. */
async function seenIn(messages: Asked["messages"]): Promise<SeenRequest | Refusal> {
  const url = messages.flatMap(({ content }) => content.flatMap((one) => (one.type === "image_url" ? one.image_url : []))).at(-1);
  if (url === undefined) return refuse(400, "There is no picture in the request.");
  const data = /^data:image\/png;base64,(?<data>[A-Za-z\d+/=]+)$/.exec(url)?.groups?.["data"];
  if (data === undefined) return refuse(400, "The picture is no PNG data URL.");
  const png = Buffer.from(data, "base64");
  const { width, height, format } = await sharp(png)
    .metadata()
    .catch(() => ({ width: 0, height: 0, format: undefined }));
  if (format !== "png" || width * height === 0) return refuse(400, "The picture is no PNG.");
  if (width * height > MOST_PIXELS) return refuse(400, `A picture has at most ${MOST_PIXELS} pixels.`);
  const texts = messages.map(({ role, content }) => ({ role, text: content.map((one) => (one.type === "text" ? one.text : "")).join("") }));
  const read = askedIn(texts, width, height);
  if (read.kind === "refusal") return read;
  const { viewport, deviceScaleFactor, instructionBox = null } = read.screen;
  if (Math.round(viewport.width * deviceScaleFactor) !== width || Math.round(viewport.height * deviceScaleFactor) !== height)
    return refuse(
      400,
      `The picture has ${width} × ${height} pixels, the screen ${viewport.width} × ${viewport.height} at scale ${deviceScaleFactor}.`,
    );
  const pixels = await decodePng(png).catch(() => null);
  if (pixels === null) return refuse(400, "The picture is damaged.");
  const sight = { png, pixels: async () => pixels, screenHash: screenHash(pixels), viewport, deviceScaleFactor };
  const observation = { ...sight, url: "", tabs: [], instructionBox };
  return { kind: "seen", observation, instruction: read.instruction, history: read.history };
}

/** What is asked; words that are no JSON are a plain instruction for a first step. */
function askedIn(texts: readonly { readonly role: "system" | "user" | "assistant"; readonly text: string }[], width: number, height: number) {
  const user = texts.filter(({ role }) => role === "user");
  const plain = user.at(-1)?.text.trim() ?? "";
  if (user.length === 1 && plain !== "" && !plain.startsWith("{")) {
    // Screens up to 400 CSS px wide are shown at double scale.
    const scale = width <= 800 ? 2 : 1;
    const screen = { viewport: { width: Math.round(width / scale), height: Math.round(height / scale) }, deviceScaleFactor: scale };
    return { kind: "request" as const, instruction: plain, screen: { ...screen, instructionBox: null }, history: [] };
  }
  const read = readRequest(texts);
  return read.kind === "parse-error" ? refuse(400, `The conversation cannot be read. ${read.detail}`) : read;
}
