/** What a policy reports about one choice besides the action; stored with the step as JSON. */
import { z } from "zod";
import { actionSchema } from "../../env/action.ts";

const unreadSchema = z.object({ problem: z.string(), detail: z.string(), answer: z.string() });

/** One exchange with a model on a server: see `ModelCall` in agent/policy.ts. */
const callSchema = z.object({
  model: z.string(),
  fingerprint: z.string().nullable(),
  /** Steps of before it was kept have none. */
  version: z.string().nullable().default(null),
  renderer: z.string(),
  answer: z.string().nullable(),
  unread: z.array(unreadSchema).readonly(),
  promptTokens: z.number().nullable(),
  completionTokens: z.number().nullable(),
  costUsd: z.number().nullable(),
  tokenLogProbs: z.array(z.number()).readonly().nullable(),
  finishReason: z.string().nullable(),
  latencyMs: z.number(),
  attempts: z.number(),
});

export const decisionSchema = z.object({
  /** Natural log-probability of the action under exactly the distribution sampled from, masks included; null: not known. */
  logProb: z.number().nullable(),
  /** Predicted probability of success from this screen. */
  value: z.number().nullable(),
  /** Nats. */
  entropy: z.number().nullable(),
  thought: z.string().nullable(),
  /** Null for an alternative that cannot happen: JSON has no infinity. */
  alternatives: z.array(z.object({ action: actionSchema, logProb: z.number().nullable() })),
  /** True when the action was drawn by exploration, not by the policy. */
  exploration: z.boolean(),
  /** Of agents on servers only. */
  call: callSchema.optional(),
});

export type Decision = z.infer<typeof decisionSchema>;
