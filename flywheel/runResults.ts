/**
 * What a finished run found, in one small file that outlives its workspace: who acts at the end on every final instance, success and yield by
 * cycle, what it asked for, and how it was configured. In: such a file. Out: parsed. Comparisons and equal budgets read it like the workspace.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { WheelError } from "../env/errors.ts";
import { VERDICTS } from "../env/verdict.ts";
import { parseConfig, type WheelConfig } from "./config.ts";
import type { RunEnd } from "./compareRuns.ts";
import { growthOf } from "./growth.ts";
import { withoutSwitches } from "./switches.ts";

const count = z.int().min(0);
const ids = z.array(z.string());
const estimate = { estimate: z.number(), low: z.number(), high: z.number() };

const runResultsSchema = z.strictObject({
  format: z.literal("flywheel-results-1"),
  run: z.string(),
  seed: count,
  configHash: z.string(),
  /** Versions of the programs that worked on it. */
  programs: ids,
  /** Switches that differ from the full wheel. */
  controls: ids,
  config: z.unknown(),
  stageSeconds: z.number(),
  groups: z.strictObject({ all: ids, demonstrated: ids, requested: ids, never: ids }),
  budget: z.strictObject({
    requests: z.array(z.strictObject({ cycle: count, task: z.string(), bucket: z.string(), count })),
    extraSftSteps: count,
  }),
  /** Candidates on final seeds, all tasks, 95 % intervals. */
  curve: z.array(z.strictObject({ cycle: count, checkpoint: z.string(), ...estimate })),
  /** Verified episodes per 1 000 steps of a cycle's own rollouts. */
  yields: z.array(z.strictObject({ cycle: count, steps: count, ...estimate })),
  acting: z.string(),
  /** Final episodes of who acts at the end: task, seed, split, bucket, held out, verdict, raw reward, steps, id of the episode. */
  finals: z.array(z.tuple([z.string(), z.int(), z.string(), z.string(), z.boolean(), z.enum(VERDICTS), z.number(), count, z.string()])),
});

export type RunResults = Omit<z.infer<typeof runResultsSchema>, "config"> & { readonly config: WheelConfig };

/** Throws `usage` for a file that is not there or holds something else, `bad-config` when its configuration is not of this version. */
export function readRunResults(path: string): RunResults {
  const refuse = (why: string, cause: unknown): WheelError =>
    new WheelError("usage", `${path} holds no results of a run: ${why}.`, "`flywheel results --out FILE` writes them.", { cause });
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const parsed = runResultsSchema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(`${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`.trim(), parsed.error);
  }
  return { ...parsed.data, config: parseConfig(parsed.data.config, path) };
}

/** The run as comparisons see it. */
export function endOf({ run, seed, programs, controls, config, groups, yields, acting, finals }: RunResults): RunEnd {
  return {
    run,
    seed,
    controls,
    setting: withoutSwitches(config),
    programs,
    groups,
    growth: growthOf(yields),
    results: finals.map(([task, own, split, bucket, heldOut, verdict, rewardRaw, steps, episode]) => ({
      task,
      seed: own,
      split,
      bucket,
      heldOut,
      verdict,
      rewardRaw,
      steps,
      checkpoint: acting,
      episode,
    })),
  };
}
