/**
 * Every knob of the wheel in one place. In: a JSON file, a preset, options of the command line (later ones win).
 * Out: a validated `WheelConfig`; its hash names the run.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { endpointSchema } from "../agent/remote/endpoint.ts";
import { WheelError } from "../env/errors.ts";
import type { Json } from "../env/json.ts";
import { externalSchema } from "./external/externalConfig.ts";

const share = z.number().min(0).max(1);
const count = z.int().min(0);
const size = z.int().min(8).max(4096);

/** More turns than anybody waits for. */
export const MOST_CYCLES = 1000;

const knobs = z.strictObject({
  seed: z.int().min(0).max(1_000_000),
  /** Task ids, in a fixed order. */
  tasks: z.array(z.string()).min(1),
  /** Tasks with demonstrations at the start. */
  demonstrated: z.array(z.string()),
  /** Training cycles after cycle 0. */
  cycles: z.int().min(1).max(MOST_CYCLES),
  /** True: rolling out goes on while what it brought is learned and tested, until stopped. */
  continuous: z.boolean(),
  /** Browser contexts that run episodes in parallel. */
  contexts: z.int().min(1).max(32),
  /** What was done before on the same seed is remembered and not done again in a browser (evaluations, RL groups); false: everything is done. */
  remember: z.boolean(),
  demonstrations: z.strictObject({
    /** Per demonstrated task, spread over the buckets that are open at the start. */
    perTask: count,
    /** Per answered request. */
    perRequest: count,
    /** A task is shown at most so often, those at the start counted; absent: as often as it asks. */
    mostPerTask: count.exactOptional(),
  }),
  /** Random episodes per task before cycle 0: screens for continual pre-training. */
  bootEpisodes: count,
  rollout: z.strictObject({
    /** Episodes per cycle over all tasks. */
    episodes: z.int().min(1),
    /** Episodes per seed: several tries at one question share its screens. */
    trials: z.int().min(1),
    temperature: z.number().positive(),
    exploration: share,
    /** The same where nothing has passed yet: one lucky success is worth more there than many clean failures. */
    unsolved: z.strictObject({ temperature: z.number().positive(), exploration: share }),
  }),
  curriculum: z.strictObject({
    /** Buckets of each task that are practised from the start, easiest first. */
    openAtStart: z.int().min(1),
    /** Pass rate above which the next harder bucket opens. */
    openAbove: share,
    /** Cycles of practice after which it opens whatever the pass rate; null: never. */
    openAfter: z.int().min(1).nullable(),
    /** Smoothed pass rate below which a bucket asks for demonstrations. */
    requestBelow: share,
    /** The same where no oracle can show it, or not again: it asks people, and until they do it is only probed; absent: as above. */
    requestPeopleBelow: share.exactOptional(),
    /** Episodes a bucket must have seen before it may ask. */
    requestAfter: count,
    /** First cycle in which a bucket may ask. */
    requestFromCycle: count,
    /** Requests answered per cycle at most (0 = none, `--no-requests`). */
    requestsPerCycle: count,
  }),
  filter: z.boolean(),
  routing: z.boolean(),
  network: z
    .strictObject({ width: size, layers: z.int().min(1).max(64), heads: z.int().min(1).max(64), cropWidth: size })
    .refine(({ width, heads }) => width % heads === 0, { message: "width must be a multiple of heads" }),
  training: z.strictObject({
    batch: z.int().min(1),
    threads: z.int().min(1),
    learningRate: z.number().positive(),
    weightDecay: z.number().min(0),
    clipNorm: z.number().positive(),
    warmup: count,
    emaDecay: z.number().min(0).max(0.9999),
    /** Optimiser steps of SFT in cycle 0 at most (early stop on held-out demonstrations), and in each later cycle. */
    sftStepsFirst: count,
    sftSteps: count,
    /** Steps without a better held-out loss before cycle 0 stops. */
    patience: count,
    /** Share of demonstrations in a batch where both exist. */
    demonstrationShare: share,
    /** Episodes per (task, bucket) in the sampler, newest first. */
    newestPerBucket: z.int().min(1),
  }),
  ct: z.strictObject({ enabled: z.boolean(), steps: count, everyCycles: z.int().min(1), shareInSft: share, newestPerBucket: z.int().min(1) }),
  rl: z.strictObject({
    enabled: z.boolean(),
    algorithm: z.enum(["ppo", "grpo"]),
    /** Rounds of (roll out, update) per cycle. */
    rounds: count,
    /** Groups per round, and episodes of one seed per group. */
    groups: z.int().min(1),
    groupSize: z.int().min(2),
    /** At which groups are sampled, and the policy is improved; absent: 1. */
    temperature: z.number().positive().exactOptional(),
    epochs: z.int().min(1).max(2),
    learningRate: z.number().positive(),
    /** Value pre-training steps before the first update of a cycle. */
    valueSteps: count,
    /** Weight of imitation of own and demonstrated successes beside the policy gradient (VAPO's positive-example loss). */
    imitationWeight: z.number().min(0),
    clipLow: z.number().positive(),
    clipHigh: z.number().positive(),
    entropyWeight: z.number().min(0),
    /** First cycle with RL. */
    fromCycle: count,
  }),
  gate: z.strictObject({
    seedsPerTask: z.int().min(1),
    recheckSeeds: z.int().min(1),
    /** Gate seeds are drawn anew every so many cycles, since a gate that is looked at often is overfitted. */
    rotateEvery: z.int().min(1),
  }),
  final: z.strictObject({ seedsPerTask: z.int().min(1) }),
  /** Who acts in place of the built-in model: a model on a server. Without `external`, what it does is collected and nothing is trained. */
  agent: endpointSchema.exactOptional(),
  /** Who trains that model, and how its server is made to serve what came of it. */
  external: externalSchema.exactOptional(),
  controls: z.strictObject({
    /** No rollouts in training: same gradient steps, same demonstrations (requested ones from a reference run). */
    demosOnly: z.boolean(),
    /** SFT steps per cycle in place of RL's updates when there are no rollouts. */
    extraSftSteps: count,
    /** All rollouts by checkpoint 0. */
    frozenActor: z.boolean(),
    /** Flips this share of fail verdicts to pass in one cycle: a test of filter, gate and monitor. */
    poison: z.strictObject({ cycle: count, share }).nullable(),
    /** Demonstration requests of a finished run to repeat (cycle, task, bucket, count); set from `--reference`. */
    requests: z.array(z.strictObject({ cycle: count, task: z.string(), bucket: z.string(), count })).nullable(),
  }),
});

const wheelConfigSchema = knobs
  .refine(({ agent, external }) => agent !== undefined || external === undefined, {
    path: ["external"],
    message: "a trainer of one's own trains an agent on a server: set agent",
  })
  .refine(({ continuous, external }) => !continuous || external === undefined || external.reload.kind === "vllm-lora", {
    path: ["continuous"],
    message: "side by side two versions act, which only adapters of vLLM can (external.reload.kind: vllm-lora)",
  });

export type WheelConfig = z.infer<typeof wheelConfigSchema>;

/** So many wrong fields are named; a file that is something else altogether has them all. */
const MOST_PROBLEMS = 6;

/** Parses a config. Throws `bad-config` naming what is wrong. */
export function parseConfig(value: unknown, from: string): WheelConfig {
  const parsed = wheelConfigSchema.safeParse(value);
  if (parsed.success) {
    const unknown = parsed.data.demonstrated.filter((id) => !parsed.data.tasks.includes(id));
    if (unknown.length === 0) return parsed.data;
    throw new WheelError(
      "bad-config",
      `${from}: demonstrated tasks that are not in "tasks": ${unknown.join(", ")}.`,
      "Add them to tasks, or remove them from demonstrated.",
    );
  }
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "(top)"}: ${issue.message}`);
  const more = problems.length > MOST_PROBLEMS ? `; and ${problems.length - MOST_PROBLEMS} more` : "";
  throw new WheelError(
    "bad-config",
    `${from} is not a valid configuration: ${problems.slice(0, MOST_PROBLEMS).join("; ")}${more}.`,
    "Compare it with what `flywheel run --preset tour --dry-run` prints.",
  );
}

/** The configuration a run was started with. Knobs that did not exist yet then are filled in from the tour, so that old runs can be read. */
export function storedConfig({ id, config }: { readonly id: string; readonly config: Json }): WheelConfig {
  return parseConfig(completed(config, presetConfig("tour") as Json), `Run ${id}`);
}

/** `value` with what only `whole` has, at every depth of objects. */
function completed(value: Json, whole: Json): Json {
  if (!isObject(value) || !isObject(whole)) return value;
  const missing = Object.fromEntries(Object.entries(whole).filter(([key]) => !(key in value)));
  return { ...missing, ...Object.fromEntries(Object.entries(value).map(([key, own]) => [key, completed(own, whole[key] ?? null)])) };
}

const isObject = (value: Json): value is { readonly [key: string]: Json } => typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads a config file. Throws `bad-config`. */
export function readConfig(path: string | URL): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new WheelError("bad-config", `${String(path)} cannot be read as JSON: ${reason}.`, "Check the path and the file.", { cause });
  }
}

/** A preset by name. Throws `bad-config` for unknown names. */
export function presetConfig(name: string): unknown {
  if (!PRESETS.includes(name)) throw new WheelError("bad-config", `There is no preset "${name}".`, `Presets: ${PRESETS.join(", ")}.`);
  return readConfig(new URL(`./presets/${name}.json`, import.meta.url));
}

export const PRESETS: readonly string[] = ["tour", "smoke", "miniwob", "trl"];
