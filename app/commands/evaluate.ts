/** `flywheel evaluate` and `flywheel rollout`: run episodes outside the wheel. In: a policy, checkpoint or remote agent, tasks, seeds. Out: one result per episode, a summary. */
import type { Command } from "commander";
import { GREEDY, ON_POLICY } from "../../agent/model/choose.ts";
import { snapped } from "../../agent/modelPolicy.ts";
import type { Policy } from "../../agent/policy.ts";
import { remotePolicy } from "../../agent/remote/remotePolicy.ts";
import { SCRIPTED_POLICIES } from "../../agent/scripted.ts";
import { WheelError } from "../../env/errors.ts";
import { installBrowser } from "../../env/findBrowser.ts";
import { splitOf } from "../../env/split.ts";
import type { Task } from "../../env/task.ts";
import { parseConfig, presetConfig } from "../../flywheel/config.ts";
import { fairResults, toResult, type EpisodeResult } from "../../flywheel/results.ts";
import { rollOut, type RolloutJob } from "../../flywheel/rollout.ts";
import { wilson, type Estimate } from "../../flywheel/statistics.ts";
import { Wheel } from "../../flywheel/wheel.ts";
import { actingCheckpoint } from "../actingCheckpoint.ts";
import { columns } from "../columns.ts";
import { action, type Context } from "../context.ts";
import { examples, oneOf, whole, withContexts, withTaskModule, withTasks, type TaskChoice } from "../options.ts";
import { parseSeeds } from "../parseSeeds.ts";
import { progressPrinter } from "../progressPrinter.ts";
import { selectTasks } from "../selectTasks.ts";

const SNAPPED = "oracle-snapped";
const POLICIES = [...Object.keys(SCRIPTED_POLICIES), SNAPPED];

interface EpisodesOptions extends TaskChoice {
  readonly policy?: string;
  readonly checkpoint?: string;
  readonly agent?: string;
  readonly seeds: string;
  readonly trials: number;
  readonly contexts: number;
  readonly seed: number;
  readonly maxSteps?: number;
}

type Kind = "evaluation" | "rollout";

/** Adds both commands. */
export function evaluateCommands(program: Command): void {
  const evaluate = program
    .command("evaluate")
    .description("play given seeds with a checkpoint (greedy), a scripted policy or a model on a server; never learned from");
  withOptions(evaluate, "600000-600019", (context) => runEpisodes(context, "evaluation"));
  examples(
    evaluate,
    "evaluate --tasks click-text,log-in --seeds 600000-600049",
    "evaluate --checkpoint s1-1a2b3c4d.c3 --json",
    "evaluate --policy oracle --seeds 34-53",
    "evaluate --agent qwen --seeds 600000-600019",
  );
  const rollout = program
    .command("rollout")
    .description("collect training episodes with a checkpoint (sampled), a scripted policy or a model on a server");
  withOptions(rollout, "1000-1019", (context) => runEpisodes(context, "rollout"));
  examples(rollout, "rollout --tasks 'click-*' --seeds 1000-1099 --trials 3", "rollout --policy random --seeds 2000-2049");
}

function withOptions(command: Command, seeds: string, work: (context: Context<EpisodesOptions>) => Promise<void>): void {
  command
    .option("--policy <name>", `scripted policy instead of a checkpoint: ${POLICIES.join(", ")}`, oneOf(POLICIES))
    .option("--checkpoint <id>", "checkpoint (default: the acting one)")
    .option("--agent <name>", "model on a server instead of a checkpoint: see `flywheel agents`");
  withTaskModule(withTasks(command))
    .option("--seeds <ranges>", "seeds; 34-599999 train, 600000-689999 gate, 690000-699999 final", seeds)
    .option("--trials <n>", "episodes per seed", whole(1, 1000), 1)
    .option("--max-steps <n>", "step budget in place of each task's own", whole(1, 1000))
    .option("--seed <n>", "seed of the policy's own randomness", whole(0), 1);
  action<EpisodesOptions>(withContexts(command, 4), work);
}

async function runEpisodes({ options, signal, say, emit, openWorkspace }: Context<EpisodesOptions>, role: Kind): Promise<void> {
  const given = (["policy", "checkpoint", "agent"] as const).filter((name) => options[name] !== undefined);
  if (given.length > 1) {
    const names = given.map((name) => `--${name}`).join(" and ");
    throw new WheelError("usage", `Both ${names} were given.`, "Leave one out: a scripted policy acts, or a checkpoint, or a model on a server.");
  }
  const tasks = await selectTasks(options.tasks, options.taskModule);
  const seeds = parseSeeds(options.seeds);
  if (role === "rollout") seeds.forEach(requireTrainSeed);
  // Only scripted policies can act where there is no workspace yet.
  await using workspace = await openWorkspace(options.policy === undefined ? "change" : "make");
  const actsItself = options.policy === undefined && options.agent === undefined;
  const checkpoint = actsItself ? workspace.checkpoints.get(options.checkpoint ?? actingCheckpoint(workspace)).id : null;
  const agent = options.agent === undefined ? null : remotePolicy(workspace.agents.get(options.agent));
  installBrowser(say);
  const base = presetConfig("tour") as Record<string, unknown>;
  const config = parseConfig(
    { ...base, tasks: tasks.map(({ id }) => id), demonstrated: [], contexts: options.contexts, seed: options.seed },
    "options",
  );
  const onProgress = progressPrinter();
  await using wheel = new Wheel({ workspace, config, tasks, signal, onProgress });
  const budget = options.maxSteps === undefined ? {} : { maxSteps: options.maxSteps };
  const policy = agent ?? (options.policy === undefined ? null : scripted(wheel, options.policy));
  const acting = { ...(policy === null ? await trained(wheel, checkpoint!, role) : { policy }), ...budget };
  const jobs = tasks.flatMap((task) =>
    seeds.flatMap((seed) => Array.from({ length: options.trials }, (_, trial) => toJob(wheel, task, seed, trial, role, acting))),
  );
  let done = 0;
  onProgress({ kind: "stage", cycle: null, stage: role, total: jobs.length });
  const onEpisode = (): void => onProgress({ kind: "progress", cycle: null, stage: role, done: ++done, total: jobs.length });
  const episodes = await rollOut(jobs, { ...wheel.rollout, onEpisode });
  onProgress({ kind: "line", text: `${episodes.length} episodes in ${workspace.dir}` });
  const results = episodes.map((episode) => toResult(episode, checkpoint ?? acting.policy.id));
  for (const result of results) emit(result);
  summarise(results, say, emit);
}

interface Acting {
  readonly policy: Policy;
  readonly checkpoint?: string;
  readonly weights?: string;
  readonly maxSteps?: number;
}

function scripted(wheel: Wheel, name: string): Policy {
  return name === SNAPPED ? { ...snapped(SCRIPTED_POLICIES["oracle"]!, wheel.perceive), id: SNAPPED } : SCRIPTED_POLICIES[name]!;
}

async function trained(wheel: Wheel, checkpoint: string, role: Kind): Promise<Acting> {
  const actor = await wheel.actor(checkpoint);
  return { policy: actor.policy(role === "evaluation" ? GREEDY : ON_POLICY), checkpoint, weights: actor.digest };
}

function requireTrainSeed(seed: number): void {
  const split = splitOf(seed);
  if (split !== "train")
    throw new WheelError("bad-seed", `Seed ${seed} (${split}) cannot be collected for training.`, "Use seeds 34-599999, or `flywheel evaluate`.");
}

function toJob(wheel: Wheel, task: Task, seed: number, trial: number, role: Kind, acting: Acting): RolloutJob {
  const split = splitOf(seed);
  const purpose = role === "rollout" ? "train" : split === "final" ? "final" : "gate";
  return { run: null, runSeed: wheel.config.seed, cycle: 0, purpose, role, task, seed, trial, ...acting };
}

/**
 * One line per task, and one over all: passed, and rewarded at all (a suite that grades may reward what does not pass). Environment errors
 * and unverified episodes count for nobody.
 */
function summarise(results: readonly EpisodeResult[], say: (line: string) => void, emit: (value: unknown) => void): void {
  const fair = fairResults(results);
  const groups: (readonly [string, readonly EpisodeResult[]])[] = [...Map.groupBy(fair, ({ task }) => task), ["all", fair]];
  const rates = groups.map(([name, own]) => {
    const passes = own.filter(({ verdict }) => verdict === "pass").length;
    const rewarded = own.filter(({ rewardRaw }) => rewardRaw > 0).length;
    return { name, n: own.length, passes, ...wilson(passes, own.length), rewarded: { passes: rewarded, ...wilson(rewarded, own.length) } };
  });
  const graded = rates.some(({ passes, rewarded }) => rewarded.passes !== passes);
  const rows = rates.map(({ name, n, rewarded, ...passed }) => [name, ...share(passed, n), ...(graded ? share(rewarded, n) : [])]);
  const head = ["task", "passed", "rate [95 % Wilson]", ...(graded ? ["reward > 0", "rate"] : [])];
  for (const line of columns([head, ...rows])) say(line);
  if (fair.length < results.length)
    say(`${results.length - fair.length} episodes met an environment error or could not be verified; they count for nobody.`);
  const { name: _, n: judged, ...all } = rates.at(-1)!;
  emit({ summary: { episodes: results.length, judged, ...all } });
}

/** "7/20" and the rate with its interval. */
function share({ passes, estimate, low, high }: Estimate & { readonly passes: number }, n: number): string[] {
  return [`${passes}/${n}`, n === 0 ? "–" : `${estimate.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`];
}
