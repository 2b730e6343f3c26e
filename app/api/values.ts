/**
 * Values that occur all over the API. In: nothing. Out: zod schemas and their types. Like all of `app/api` this runs in a browser:
 * zod and plain constants only, nothing of Node. Rates and differences never travel without interval and n; unknown is null, never zero.
 */
import { z } from "zod";
import type { Json } from "../../env/json.ts";
import { VERDICTS } from "../../env/verdict.ts";
import { ROLES, ROUTES } from "../../flywheel/store/database.ts";

/** A value that is JSON already and is not looked into. */
export const json = z.custom<Json>();

export const verdictName = z.enum(VERDICTS);
export const routeName = z.enum(ROUTES);
export const roleName = z.enum(ROLES);
export const count = z.int().min(0);
/** Hex SHA-256 of decoded pixels: `GET /screens/<hash>.png`, `/thumbnails/<hash>.webp`. */
export const screenHash = z.string().regex(/^[0-9a-f]{8,64}$/);
/** Unix milliseconds. */
export const time = z.number();
export const viewport = z.object({ width: z.int(), height: z.int() });
export const box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

/** 95 % unless said otherwise. `estimate` is null where nothing was counted. */
export const estimate = z.object({ estimate: z.number().nullable(), low: z.number(), high: z.number() });

/** A success rate: `passes` of `n` fair episodes over `tasks` tasks. */
export const score = estimate.extend({ passes: count, n: count, tasks: count });
export type Score = z.infer<typeof score>;

/** Paired outcomes of A (the later, the candidate) and B on the same seeds. */
export const pairCounts = z.object({ both: count, onlyA: count, onlyB: count, neither: count });

/** A − B on the same pairs, with the one-sided exact sign test on the discordant ones. */
export const pairedGain = estimate.extend({ counts: pairCounts, n: count, p: z.number() });

/** One score per fixed group of tasks; null where a group is empty or not yet played. */
export const groupScores = z.object({
  all: score.nullable(),
  demonstrated: score.nullable(),
  requested: score.nullable(),
  never: score.nullable(),
});

/** Counts by verdict. */
export const verdictCounts = z.object({ pass: count, fail: count, truncated: count, "env-error": count, unverified: count });
/** Counts by primary route; `none` is not routed (gate and final episodes, or not yet). */
export const routeCounts = z.object({ SFT: count, CT: count, quarantine: count, none: count });

/**
 * A checkpoint as people name it: `name` is `k5-9e07` (cycle and four digits of its id's hash; `k5-9e07·sft` for one on the way), `id` is the
 * full id for URLs and the clipboard.
 */
export const checkpointName = z.object({ id: z.string(), name: z.string(), cycle: count });

/** What went wrong, for a person: the sentence, what to do, and a stable code for programs. */
export const problem = z.object({ code: z.string(), message: z.string(), hint: z.string() });

/**
 * A reversible change that was just made: shown as "Undo …", undone with `acts.undo`. `done` is exactly how many it changed;
 * where that is none there is no act to undo.
 */
export const actDone = z.object({ act: z.int().nullable(), done: count, summary: z.string() });

/** One exchange with a model on a server. Tokens and cost: as far as the server tells. */
export const stepCall = z.object({
  model: z.string(),
  promptTokens: z.number().nullable(),
  completionTokens: z.number().nullable(),
  costUsd: z.number().nullable(),
  latencyMs: z.number(),
  /** Requests before the one that was answered. */
  retries: count,
  /** What was wrong with each answer before this one that could not be read. */
  unreadable: z.array(z.string()),
});
export type StepCall = z.infer<typeof stepCall>;
