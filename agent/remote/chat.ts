/**
 * One question to an OpenAI-compatible server: POST {base}/chat/completions, retried with longer and longer waits where that may help.
 * In: an endpoint, messages. Out: a reply, or a failure in words. Only what all servers take is sent; no key is ever part of what is returned.
 */
import { z } from "zod";
import type { Rng } from "../../env/random.ts";
import type { Endpoint } from "./endpoint.ts";
import { pause } from "./pause.ts";

/** A message as it is sent. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string | readonly ChatPart[];
}

export type ChatPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image_url"; readonly image_url: { readonly url: string } };

export interface Reply {
  readonly kind: "reply";
  readonly text: string;
  /** What the server keeps apart from the answer. */
  readonly reasoning: string | null;
  /** Model and build that answered, as the server names them. */
  readonly model: string;
  readonly fingerprint: string | null;
  /** Version of its weights (SGLang); null: not told. */
  readonly version: string | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  readonly costUsd: number | null;
  /** Log-probability of each token of the answer; null: not told. */
  readonly tokenLogProbs: readonly number[] | null;
  readonly finishReason: string | null;
  /** Of the attempt that succeeded. */
  readonly latencyMs: number;
  readonly attempts: number;
}

type FailureReason = "unreachable" | "timeout" | "auth" | "not-found" | "rate-limit" | "server" | "refused" | "garbage";

/** Why there is no reply. `status`: the server's, where it answered. */
export interface Failure {
  readonly kind: "failure";
  readonly reason: FailureReason;
  /** One line. */
  readonly detail: string;
  readonly status: number | null;
  readonly attempts: number;
}

export interface Question {
  readonly endpoint: Endpoint;
  readonly key: string | null;
  readonly messages: readonly ChatMessage[];
  /** Chance in waits, and the seed that the server is given. */
  readonly rng: Rng;
  /** Aborting throws its reason, at once. */
  readonly signal: AbortSignal;
}

type Attempt = Omit<Reply, "attempts"> | (Omit<Failure, "attempts"> & { readonly retryAfterMs: number | null });

/** Longest wait between attempts, and largest answer that is read. */
const [LONGEST_WAIT_MS, MOST_BYTES] = [60_000, 8 * 2 ** 20];
const WORTH_RETRYING: ReadonlySet<FailureReason> = new Set(["unreachable", "timeout", "rate-limit", "server", "garbage"]);

/** Asks until there is a reply or retrying is no use. */
export async function ask(question: Question): Promise<Reply | Failure> {
  const { endpoint, rng, signal } = question;
  const body = JSON.stringify(requestOf(question));
  for (let attempts = 1; ; attempts++) {
    const attempt = await once(question, body);
    if (attempt.kind === "reply") return { ...attempt, attempts };
    const { retryAfterMs, ...failure } = attempt;
    if (!WORTH_RETRYING.has(failure.reason) || attempts > endpoint.retries) return { ...failure, attempts };
    const wait = Math.min(LONGEST_WAIT_MS, endpoint.backoffMs * 2 ** (attempts - 1)) * (0.5 + rng.next() / 2);
    await pause(Math.min(LONGEST_WAIT_MS, Math.max(wait, retryAfterMs ?? 0)), signal);
  }
}

function requestOf({ endpoint, messages, rng }: Question): Readonly<Record<string, unknown>> {
  const { model, temperature, maxTokens, maxTokensName, logProbs } = endpoint;
  return {
    model,
    messages,
    [maxTokensName]: maxTokens,
    seed: rng.int(2 ** 31),
    ...(temperature === null ? {} : { temperature }),
    ...(logProbs ? { logprobs: true } : {}),
  };
}

async function once({ endpoint, key, signal }: Question, request: string): Promise<Attempt> {
  signal.throwIfAborted();
  const timeout = AbortSignal.timeout(Math.ceil(endpoint.timeoutSeconds * 1000));
  const failed = (reason: FailureReason, detail: string, status: number | null = null, retryAfterMs: number | null = null): Attempt => ({
    kind: "failure",
    reason,
    detail,
    status,
    retryAfterMs,
  });
  // What is no header value would be quoted in the error.
  if (key !== null && !/^[\x21-\x7e]+$/.test(key)) return failed("auth", "The key holds signs that no key has.");
  const started = performance.now();
  try {
    const response = await fetch(`${endpoint.baseUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
      body: request,
      // A key is for whom it was given to, and nobody they point to.
      redirect: "error",
      signal: AbortSignal.any([signal, timeout]),
    });
    const body = await limitedText(response);
    if (body === null) return failed("garbage", `The answer is larger than ${MOST_BYTES} bytes.`, response.status);
    // Nothing that quotes the key gets any further, an answer as little as a complaint.
    const text = withoutKey(body, key);
    if (!response.ok) return failed(reasonOf(response.status), `${response.status}: ${errorIn(text)}`, response.status, retryAfter(response));
    const reply = replyIn(text, endpoint);
    return typeof reply === "string" ? failed("garbage", reply, response.status) : { ...reply, latencyMs: performance.now() - started };
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted) return failed("timeout", `There was no answer within ${endpoint.timeoutSeconds} s.`);
    return failed("unreachable", `${new URL(endpoint.baseUrl).host}: ${networkProblem(error)}`);
  }
}

function reasonOf(status: number): FailureReason {
  if (status === 401 || status === 403) return "auth";
  if (status === 404) return "not-found";
  if (status === 429) return "rate-limit";
  return status >= 500 || status === 408 || status === 425 ? "server" : "refused";
}

/** Body as text, or null where it is too large. */
async function limitedText(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

const tokens = z.number().nullish().catch(null);

const replySchema = z.object({
  model: z.string().nullish().catch(null),
  system_fingerprint: z.string().nullish().catch(null),
  metadata: z.object({ weight_version: z.string().nullish() }).nullish().catch(null),
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.union([z.string(), z.array(z.object({ type: z.string(), text: z.string().optional() }))]).nullish(),
          reasoning_content: z.string().nullish().catch(null),
          reasoning: z.string().nullish().catch(null),
          refusal: z.string().nullish().catch(null),
          tool_calls: z
            .array(z.object({ function: z.object({ name: z.string(), arguments: z.string() }) }))
            .nullish()
            .catch(null),
        }),
        finish_reason: z.string().nullish().catch(null),
        logprobs: z
          .object({ content: z.array(z.object({ logprob: z.number() })).nullish() })
          .nullish()
          .catch(null),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: tokens, completion_tokens: tokens, cost: tokens }).nullish().catch(null),
});

/** The reply in a body, or what is wrong with it. */
function replyIn(body: string, { price, model }: Endpoint): Omit<Reply, "attempts" | "latencyMs"> | string {
  const json = parsed(body);
  if (json === undefined) return "The answer is no complete JSON.";
  const read = replySchema.safeParse(json);
  if (!read.success) return `The answer is no chat completion: ${errorIn(body)}`;
  const { choices, usage } = read.data;
  const { message, finish_reason, logprobs } = choices[0]!;
  const content = Array.isArray(message.content) ? message.content.map(({ text = "" }) => text).join("") : message.content;
  const calls = (message.tool_calls ?? []).map(({ function: call }) => inItsWords(call));
  const [promptTokens, completionTokens] = [usage?.prompt_tokens ?? null, usage?.completion_tokens ?? null];
  const counted = price === null ? null : ((promptTokens ?? 0) * price.prompt + (completionTokens ?? 0) * price.completion) / 1e6;
  return {
    kind: "reply",
    text: calls.length === 0 ? (content ?? message.refusal ?? "") : [...(content ? [content] : []), ...calls].join("\n"),
    reasoning: message.reasoning_content ?? message.reasoning ?? null,
    model: read.data.model ?? model,
    fingerprint: read.data.system_fingerprint ?? null,
    version: read.data.metadata?.weight_version ?? null,
    promptTokens,
    completionTokens,
    costUsd: usage?.cost ?? counted,
    tokenLogProbs: logprobs?.content?.map(({ logprob }) => logprob) ?? null,
    finishReason: finish_reason ?? null,
  };
}

/** A call that the server took out of the answer (`transformers serve` does so unasked), as the model wrote it. */
function inItsWords({ name, arguments: given }: { readonly name: string; readonly arguments: string }): string {
  return `<tool_call>\n{"name": ${JSON.stringify(name)}, "arguments": ${given}}\n</tool_call>`;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const errorSchema = z.object({ error: z.union([z.string(), z.object({ message: z.string() }).transform(({ message }) => message)]) });
const otherErrorSchema = z.object({ message: z.string() }).transform(({ message }) => message);

/** What a server says went wrong, in one short line. */
export function errorIn(body: string): string {
  const json = parsed(body);
  const said = errorSchema.safeParse(json).data?.error ?? otherErrorSchema.safeParse(json).data ?? body;
  const line = said.slice(0, 2000).replaceAll(/\s+/g, " ").trim();
  return line === "" ? "nothing more was said" : line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

/** Milliseconds that the server asks to wait; null: it does not say. */
function retryAfter({ headers }: Response): number | null {
  const value = headers.get("retry-after");
  if (value === null) return null;
  const wait = /^\d+(?:\.\d+)?$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "its name cannot be looked up",
  ECONNRESET: "the connection was cut",
  UND_ERR_SOCKET: "the connection was cut",
  ETIMEDOUT: "it cannot be reached",
};

export function networkProblem(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = (cause as { code?: unknown } | null)?.code;
  const known = typeof code === "string" ? PROBLEMS[code] : undefined;
  return known ?? (cause instanceof Error ? cause.message : String(cause));
}

/** Shorter ones are words that somebody gave because one had to be given ("EMPTY"). */
const SHORTEST_KEY = 12;

/** Servers quote keys in their complaints. */
export function withoutKey(text: string, key: string | null): string {
  return key === null || key.length < SHORTEST_KEY ? text : text.replaceAll(key, "•••");
}
