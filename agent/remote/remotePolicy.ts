/**
 * A vision-language model on a server as a policy. In: what any policy gets. Out: the action that it asked for, with what it cost; or that its
 * answer could not be read; or that nobody could be asked. Nothing else is ever done in its name.
 */
import sharp from "sharp";
import type { Action, Point } from "../../env/action.ts";
import type { Observation } from "../../env/observation.ts";
import type { DecisionInput, ModelCall, Outcome, PastStep, Policy, Seen, UnreadAnswer } from "../policy.ts";
import { renderMessages, type Message } from "../dialects/conversation.ts";
import { rendererOf, type PastTurn, type Screen } from "../dialects/dialect.ts";
import { DIALECTS } from "../dialects/dialects.ts";
import { agentId } from "./agentId.ts";
import { ask, type ChatMessage, type ChatPart, type Reply } from "./chat.ts";
import { environmentKey, type Endpoint, type KeySource } from "./endpoint.ts";
import { Turnstile } from "./turnstile.ts";

/** Longest part of an unreadable answer that is kept, characters. */
const KEPT = 2000;
const NEVER = new AbortController().signal;

/** A policy that asks the endpoint's model. Its limits hold for all that use this turnstile together. */
export function remotePolicy(endpoint: Endpoint, keyOf: KeySource = environmentKey, turnstile = turnstileOf(endpoint)): Policy {
  return {
    id: agentId(endpoint),
    privileged: false,
    pictures: endpoint.pictures,
    decide: (input) => decide(endpoint, keyOf, turnstile, input),
  };
}

/** The limits of an endpoint. */
export function turnstileOf({ concurrency, requestsPerMinute: perMinute }: Endpoint): Turnstile {
  return new Turnstile({ concurrency, perMinute });
}

async function decide(endpoint: Endpoint, keyOf: KeySource, turnstile: Turnstile, input: DecisionInput): Promise<Outcome> {
  const dialect = DIALECTS[endpoint.dialect];
  const key = keyOf(endpoint);
  if (key === null && endpoint.keyVariable !== null)
    return { kind: "unavailable", why: `${endpoint.name}: the environment variable ${endpoint.keyVariable} holds no key.` };
  const { observation, history, rng, signal = NEVER } = input;
  const messages = await filled(endpoint, input);
  const unread: UnreadAnswer[] = [];
  for (;;) {
    const reply = await turnstile.pass(signal, () => ask({ endpoint, key, messages, rng, signal }));
    if (reply.kind === "failure") return { kind: "unavailable", why: `${endpoint.name}: ${reply.detail}` };
    const parsed = dialect.parse(reply.text, { screen: screenOf(observation), pointer: pointerAfter(history) });
    if (parsed.kind === "action") {
      const { action, target = "", thought } = parsed;
      const thinks = thought ?? reply.reasoning;
      const call = { ...callOf(reply, rendererOf(dialect)), answer: reply.text, unread };
      return { action, target, ...(thinks === null ? {} : { thought: thinks }), call };
    }
    unread.push({ problem: parsed.problem, detail: parsed.detail, answer: reply.text.slice(0, KEPT) });
    if (unread.length > endpoint.asksAgain)
      return {
        kind: "unreadable",
        problem: parsed.problem,
        detail: parsed.detail,
        call: { ...callOf(reply, rendererOf(dialect)), answer: null, unread },
      };
  }
}

function callOf(reply: Reply, renderer: string): Omit<ModelCall, "answer" | "unread"> {
  const { model, fingerprint, version, promptTokens, completionTokens, costUsd, tokenLogProbs, finishReason, latencyMs, attempts } = reply;
  return { model, renderer, fingerprint, version, promptTokens, completionTokens, costUsd, tokenLogProbs, finishReason, latencyMs, attempts };
}

/** The conversation so far, pictures filled in. */
async function filled({ dialect, pictures }: Endpoint, { instruction, observation, history }: DecisionInput): Promise<ChatMessage[]> {
  const screen = screenOf(observation);
  const shown = history.length - 1 - history.findLastIndex(({ seen }) => seen === undefined);
  const turns = history.map(({ action, target, changed, thought = null, seen }): PastTurn => ({
    screen: seen === undefined ? screen : screenOf(seen),
    action,
    target,
    thought,
    changed,
  }));
  const messages = renderMessages(DIALECTS[dialect], { instruction, turns, screen, pictures: Math.min(pictures, shown + 1) });
  return Promise.all(messages.map((message) => sent(message, (index) => history[index]?.seen ?? observation)));
}

async function sent({ role, content }: Message, seen: (screen: number) => Seen): Promise<ChatMessage> {
  if (role !== "user") return { role, content: content.map((part) => (part.type === "text" ? part.text : "")).join("") };
  const parts = content.map(async (part): Promise<ChatPart> => {
    if (part.type === "text") return part;
    return { type: "image_url", image_url: { url: await dataUrl(seen(part.screen), part) } };
  });
  return { role, content: await Promise.all(parts) };
}

async function dataUrl({ png, viewport, deviceScaleFactor }: Seen, { width, height }: { width: number; height: number }): Promise<string> {
  const fits = Math.round(viewport.width * deviceScaleFactor) === width && Math.round(viewport.height * deviceScaleFactor) === height;
  const bytes = fits ? png : await sharp(png).resize(width, height, { fit: "fill" }).png().toBuffer();
  return `data:image/png;base64,${Buffer.from(bytes).toString("base64")}`;
}

function screenOf({ viewport, deviceScaleFactor, instructionBox }: Seen): Screen {
  return { viewport, deviceScaleFactor, instructionBox };
}

/** Where the last action with a place left the mouse. */
function pointerAfter(history: readonly PastStep[]): Point | null {
  for (const { action } of history.toReversed()) {
    const place = placeOf(action);
    if (place !== null) return place;
  }
  return null;
}

function placeOf(action: Action): Point | null {
  if ("at" in action) return action.at;
  return action.kind === "drag" ? action.path.at(-1)! : null;
}

/** What is kept of a screen for later turns. */
export function seenOf({ png, viewport, deviceScaleFactor, instructionBox }: Observation): Seen {
  return { png, viewport, deviceScaleFactor, instructionBox };
}
