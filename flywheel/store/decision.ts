/** What a policy reports about one choice besides the action; stored with the step as JSON. */
import { z } from "zod";
import { actionSchema } from "../../env/action.ts";

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
});

export type Decision = z.infer<typeof decisionSchema>;
