/** What asking a model on a server has taken so far. In: its calls. Out: sums; null where no server told. */
import type { ModelCall } from "../../../agent/policy.ts";
import type { SessionView } from "../../api/sessions.ts";
import type { StepCall } from "../../api/values.ts";

type Asked = NonNullable<SessionView["asked"]>;

export const NOTHING_ASKED: Asked = {
  answers: 0,
  promptTokens: null,
  completionTokens: null,
  costUsd: null,
  latencyMs: 0,
  unreadable: 0,
  lastUnreadable: null,
  retries: 0,
};

/** Counts one more call. */
export function withCall(asked: Asked, { promptTokens, completionTokens, costUsd, latencyMs, attempts, unread }: ModelCall): Asked {
  return {
    answers: asked.answers + 1,
    promptTokens: sum(asked.promptTokens, promptTokens),
    completionTokens: sum(asked.completionTokens, completionTokens),
    costUsd: sum(asked.costUsd, costUsd),
    latencyMs: asked.latencyMs + latencyMs,
    unreadable: asked.unreadable + unread.length,
    lastUnreadable: unread.at(-1)?.detail ?? asked.lastUnreadable,
    retries: asked.retries + attempts - 1,
  };
}

/** A call as a step shows it. */
export function stepCall({ model, promptTokens, completionTokens, costUsd, latencyMs, attempts, unread }: ModelCall): StepCall {
  const unreadable = unread.map(({ detail }) => detail);
  return { model, promptTokens, completionTokens, costUsd, latencyMs, retries: attempts - 1, unreadable };
}

function sum(a: number | null, b: number | null): number | null {
  return b === null ? a : (a ?? 0) + b;
}
