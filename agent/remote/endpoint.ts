/**
 * Where a remote agent is found and how it is asked. In: what a person sets. Out: checked settings. Never a key: only the name of the
 * environment variable that holds it.
 */
import { z } from "zod";
import { DIALECT_IDS } from "../dialects/dialect.ts";

/** Without user, password, query or fragment: keys have been seen in all of them. */
const address = z
  .url({ protocol: /^https?$/ })
  .refine((text) => {
    const url = URL.parse(text);
    return url !== null && url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  }, "it may hold no user, password, query or fragment")
  .transform((text) => text.replace(/\/+$/, ""));

export const endpointSchema = z.strictObject({
  name: z.string().regex(/^[a-z\d][\w.-]{0,39}$/i, "a name is up to 40 letters, digits, dots, dashes"),
  /** Usually ends in /v1; "/chat/completions" is put behind it. */
  baseUrl: address,
  /** As the server calls it. */
  model: z.string().min(1).max(200),
  dialect: z.enum(DIALECT_IDS),
  /** Screenshots shown, the one now included. */
  pictures: z.int().min(1).max(20).default(3),
  /** Null: the server's own. */
  temperature: z.number().min(0).max(2).nullable().default(0),
  maxTokens: z.int().min(1).max(100_000).default(512),
  /** What the server calls that limit. */
  maxTokensName: z.enum(["max_tokens", "max_completion_tokens"]).default("max_tokens"),
  timeoutSeconds: z.number().min(0.1).max(3600).default(120),
  /** How often a request that failed is sent again, waiting longer each time. */
  retries: z.int().min(0).max(20).default(4),
  /** First wait; doubled each time, with chance in it. */
  backoffMs: z.number().min(1).max(60_000).default(500),
  /** How often an answer that cannot be read is asked for again. */
  asksAgain: z.int().min(0).max(5).default(1),
  /** Null: no limit. */
  requestsPerMinute: z.number().positive().nullable().default(null),
  /** Requests under way at once. */
  concurrency: z.int().min(1).max(64).default(4),
  /** Ask for log-probabilities of the answer's tokens. Not every server takes that. */
  logProbs: z.boolean().default(false),
  /** Environment variable with the key; null: the server needs none. */
  keyVariable: z
    .string()
    .regex(/^[A-Z_][A-Z\d_]*$/i, "it is the name of an environment variable, never the key itself")
    .max(100)
    .nullable()
    .default(null),
  /** US dollars per million tokens; null: what the server says, or unknown. */
  price: z
    .strictObject({ prompt: z.number().min(0), completion: z.number().min(0) })
    .nullable()
    .default(null),
});

export type Endpoint = z.output<typeof endpointSchema>;
/** What must be given; the rest has defaults. */
export type EndpointInput = z.input<typeof endpointSchema>;

/** Where keys come from: the environment, or the operating system's keychain. Null: there is none. */
export type KeySource = (endpoint: Endpoint) => string | null;

/** Keys of the environment. */
export function environmentKey({ keyVariable }: Pick<Endpoint, "keyVariable">): string | null {
  const value = keyVariable === null ? undefined : process.env[keyVariable];
  return value === undefined || value.trim() === "" ? null : value.trim();
}
