/**
 * Tries an endpoint with one small question and says in one line what is wrong. In: an endpoint. Out: `ok`, or the problem: address, key, model
 * name, pictures, dialect. The question shows a blue square and asks to click it.
 */
import sharp from "sharp";
import { z } from "zod";
import { rng } from "../../env/random.ts";
import { renderMessages } from "../dialects/conversation.ts";
import { DIALECT_IDS, type Parsed, type Screen } from "../dialects/dialect.ts";
import { DIALECTS } from "../dialects/dialects.ts";
import { ask, withoutKey, type ChatMessage, type Failure, type Reply } from "./chat.ts";
import type { ConnectionResult } from "./connectionResult.ts";
import { environmentKey, type Endpoint, type KeySource } from "./endpoint.ts";

type ConnectionProblem = Exclude<ConnectionResult["kind"], "ok">;

const SCREEN: Screen = { viewport: { width: 320, height: 240 }, deviceScaleFactor: 2 };
/** The blue square, CSS px. */
const SQUARE = { x: 200, y: 40, side: 60 };

/** Asks once, without retries. Never throws but for an abort. */
export async function testConnection(given: Endpoint, signal: AbortSignal, keyOf: KeySource = environmentKey): Promise<ConnectionResult> {
  const endpoint = { ...given, retries: 0 };
  const key = keyOf(endpoint);
  if (key === null && endpoint.keyVariable !== null) return wrong("auth", `The environment variable ${endpoint.keyVariable} holds no key.`);
  const question = async (pictures: boolean) =>
    ask({ endpoint, key, messages: await messages(endpoint, pictures), rng: rng("connection test"), signal });
  const reply = await question(true);
  if (reply.kind === "reply") return judged(endpoint, reply);
  return diagnosed(endpoint, reply, key, signal, () => question(false));
}

function wrong(kind: ConnectionProblem, line: string): ConnectionResult {
  return { kind, line: line.replaceAll(/\s*\n\s*/g, " "), latencyMs: null };
}

async function messages({ dialect: id }: Endpoint, pictures: boolean): Promise<ChatMessage[]> {
  const dialect = DIALECTS[id];
  const url = pictures ? await squarePicture(dialect.pictureSize(SCREEN)) : "";
  const conversation = { instruction: "Click the blue square.", turns: [], screen: SCREEN, pictures: 1 };
  return renderMessages(dialect, conversation).map(({ role, content }) => {
    const texts = content.flatMap((part) => (part.type === "text" ? part : []));
    if (role !== "user" || !pictures) return { role, content: texts.map(({ text }) => text).join("") };
    return { role, content: [...texts, { type: "image_url" as const, image_url: { url } }] };
  });
}

async function squarePicture({ width, height }: { readonly width: number; readonly height: number }): Promise<string> {
  const scale = width / SCREEN.viewport.width;
  const [left, top, side] = [SQUARE.x, SQUARE.y, SQUARE.side].map((px) => Math.round(px * scale)) as [number, number, number];
  const square = await sharp({ create: { width: side, height: side, channels: 3, background: "#1040e0" } })
    .png()
    .toBuffer();
  const picture = sharp({ create: { width, height, channels: 3, background: "#ffffff" } }).composite([{ input: square, left, top }]);
  return `data:image/png;base64,${(await picture.png().toBuffer()).toString("base64")}`;
}

/** It answered: can the answer be read, and does it point where the square is? */
function judged({ dialect: id, model }: Endpoint, reply: Reply): ConnectionResult {
  const parsed = readAs(id, reply.text);
  const { latencyMs } = reply;
  const seconds = `${(latencyMs / 1000).toFixed(1)} s`;
  const fitting = DIALECT_IDS.filter((other) => other !== id && isHit(readAs(other, reply.text)));
  if (parsed.kind === "parse-error") {
    const readable = fitting[0] ?? DIALECT_IDS.find((other) => readAs(other, reply.text).kind === "action");
    const hint = readable === undefined ? "" : ` It can be read as ${readable}: set that dialect.`;
    return { ...wrong("dialect", `${model} answers, but not in ${id}: ${parsed.detail}${hint}`), latencyMs };
  }
  if (isHit(parsed)) return { kind: "ok", line: `${model} answered in ${seconds} and clicked the blue square.`, latencyMs };
  if (fitting.length > 0)
    return { ...wrong("dialect", `${model} means the blue square only if its coordinates are those of ${fitting[0]}: set that dialect.`), latencyMs };
  return { kind: "ok", line: `${model} answered in ${seconds} and can be read, but it did not click the blue square it was asked for.`, latencyMs };
}

function readAs(id: Endpoint["dialect"], text: string): Parsed {
  return DIALECTS[id].parse(text, { screen: SCREEN, pointer: null });
}

function isHit(parsed: Parsed): boolean {
  if (parsed.kind !== "action" || parsed.action.kind !== "click") return false;
  const { x, y } = parsed.action.at;
  return x >= SQUARE.x && y >= SQUARE.y && x < SQUARE.x + SQUARE.side && y < SQUARE.y + SQUARE.side;
}

/** It did not answer: why not? */
async function diagnosed(
  endpoint: Endpoint,
  { reason, detail, status }: Failure,
  key: string | null,
  signal: AbortSignal,
  withoutPictures: () => Promise<Reply | Failure>,
): Promise<ConnectionResult> {
  const { baseUrl, model, keyVariable } = endpoint;
  switch (reason) {
    case "unreachable":
    case "timeout":
      return wrong("unreachable", `${baseUrl} cannot be reached. ${detail}`);
    case "auth":
      return wrong(
        "auth",
        `The server refuses ${keyVariable === null ? "requests without a key: set --key-variable" : `the key in ${keyVariable}`} (${detail}).`,
      );
    case "garbage":
      return wrong("address", `What answers at ${baseUrl} does not speak this protocol. ${detail}`);
    case "rate-limit":
      return wrong("server", `The server takes no more requests now. ${detail}`);
    default: {
      const models = await modelsOf(endpoint, key, signal);
      if (models === null && reason === "not-found")
        return wrong("address", `There is no ${baseUrl}/chat/completions: such addresses usually end in /v1.`);
      const isListed = models?.some((name) => name === model || name.startsWith(`${model}:`)) ?? true;
      if (!isListed) return wrong("model", `The server has no model "${model}". It has: ${models!.slice(0, 10).join(", ") || "none"}.`);
      if (reason === "not-found") return wrong("model", `The server does not find the model "${model}" (${detail}).`);
      const plain = await withoutPictures();
      if (plain.kind === "reply") return wrong("pictures", `${model} answers to words, but takes no pictures (${detail}).`);
      return wrong("server", `The server answers with ${status ?? "an error"}. ${detail}`);
    }
  }
}

const modelsSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Names of the server's models; null where it does not tell. */
export async function modelsOf({ baseUrl, timeoutSeconds }: Endpoint, key: string | null, signal: AbortSignal): Promise<string[] | null> {
  try {
    const response = await fetch(`${baseUrl}/models`, {
      headers: key === null ? {} : { authorization: `Bearer ${key}` },
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(Math.min(timeoutSeconds, 10) * 1000)]),
    });
    return modelsSchema.parse(await response.json()).data.map(({ id }) => withoutKey(id, key));
  } catch {
    signal.throwIfAborted();
    return null;
  }
}
