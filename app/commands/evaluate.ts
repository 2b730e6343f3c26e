/** `flywheel evaluate` and `flywheel rollout`: run episodes outside the wheel. In: a policy or checkpoint, tasks, seeds. Out: one result per episode, a summary. */
import type { Command } from "commander";
import { SCRIPTED_POLICIES } from "../../agent/scripted.ts";
import { GREEDY, ON_POLICY } from "../../agent/model/choose.ts";
import { snapped } from "../../agent/modelPolicy.ts";
import type { Policy } from "../../agent/policy.ts";
import { WheelError } from "../../env/errors.ts";
import { installBrowser } from "../../env/findBrowser.ts";
import { splitOf } from "../../env/split.ts";
import type { Task } from "../../env/task.ts";
import { parseConfig, presetConfig } from "../../flywheel/config.ts";
import { fairResults, toResult, type EpisodeResult } from "../../flywheel/evaluate.ts";
import { rollOut, type RolloutJob } from "../../flywheel/rollout.ts";
import { wilson } from "../../flywheel/statistics.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { Wheel } from "../../flywheel/wheel.ts";
import { action, type Context } from "../context.ts";
import { parseSeeds } from "../parseSeeds.ts";
import { progressPrinter } from "../progressPrinter.ts";
import { selectTasks } from "../selectTasks.ts";

interface EpisodesOptions {
  readonly policy?: string;
  readonly checkpoint?: string;
  readonly tasks?: string;
  readonly taskModule: string[];
  readonly seeds: string;
  readonly trials: string;
  readonly contexts: string;
  readonly seed: string;
}

/** Adds both commands. */
export function evaluateCommands(program: Command): void {
  const evaluate = shared(program.command("evaluate").description("a checkpoint or policy, greedy, on given seeds; never learned from"), "600000-600019");
  action<EpisodesOptions>(evaluate, (context) => runEpisodes(context, "evaluation"));
  const rollout = shared(program.command("rollout").description("collect training episodes with a checkpoint (sampled) or scripted policy"), "1000-1019");
  action<EpisodesOptions>(rollout, (context) => runEpisodes(context, "rollout"));
}

function shared(command: Command, seeds: string): Command {
  return command
    .option("--policy <name>", `scripted policy: ${Object.keys(SCRIPTED_POLICIES).join(", ")}, oracle-snapped`)
    .option("--checkpoint <id>", "checkpoint (default: the acting one)")
    .option("--tasks <ids>", "ids or globs separated by commas, or a file with one per line (default: all)")
    .option("--task-module <file>", "add tasks from a file (repeatable)", (value: string, before: string[]) => [...before, value], [])
    .option("--seeds <ranges>", "seeds, e.g. 34-99,600000", seeds)
    .option("--trials <n>", "episodes per seed", "1")
    .option("--contexts <n>", "browser contexts in parallel", "4")
    .option("--seed <n>", "seed of the policy's randomness", "1");
}

async function runEpisodes({ options, signal, say, emit, openWorkspace }: Context<EpisodesOptions>, role: "evaluation" | "rollout"): Promise<void> {
  const tasks = await selectTasks(options.tasks, options.taskModule);
  const seeds = parseSeeds(options.seeds);
  installBrowser(say);
  await using workspace = await openWorkspace("write");
  const printer = progressPrinter();
  const base = presetConfig("tour") as Record<string, unknown>;
  const config = parseConfig({ ...base, tasks: tasks.map(({ id }) => id), demonstrated: [], contexts: Number(options.contexts), seed: Number(options.seed) }, "options");
  await using wheel = new Wheel({ workspace, config, tasks, signal, onProgress: printer });
  const acting = await actorOf(wheel, workspace, options, role);
  const jobs = tasks.flatMap((task) => seeds.flatMap((seed) => Array.from({ length: Number(options.trials) }, (_, trial) => toJob(wheel, task, seed, trial, role, acting))));
  let done = 0;
  printer({ kind: "stage", cycle: 0, stage: role, total: jobs.length });
  const episodes = await rollOut(jobs, {
    workspace,
    pool: wheel.pool,
    signal,
    onEpisode: () => printer({ kind: "progress", cycle: 0, stage: role, done: ++done, total: jobs.length }),
  });
  const results = episodes.map((episode) => toResult(episode, acting.checkpoint ?? acting.policy.id));
  for (const result of results) emit(result);
  for (const line of summarise(results, emit)) say(line);
}

interface Acting {
  readonly policy: Policy;
  readonly checkpoint?: string;
  readonly weights?: string;
}

async function actorOf(wheel: Wheel, workspace: Workspace, options: EpisodesOptions, role: string): Promise<Acting> {
  if (options.policy === "oracle-snapped") return { policy: { ...snapped(SCRIPTED_POLICIES["oracle"]!, wheel.perceive), id: "oracle-snapped" } };
  if (options.policy !== undefined) {
    const policy = SCRIPTED_POLICIES[options.policy];
    if (policy === undefined) throw new WheelError("usage", `There is no policy "${options.policy}".`, `Use one of: ${Object.keys(SCRIPTED_POLICIES).join(", ")}, oracle-snapped.`);
    return { policy };
  }
  const id = options.checkpoint ?? workspace.checkpoints.list().findLast(({ status }) => status === "acting")?.id;
  if (id === undefined) throw new WheelError("unknown-checkpoint", "No checkpoint acts in this workspace.", "Name a --policy, or make checkpoints with `flywheel run`.");
  workspace.checkpoints.get(id);
  const actor = await wheel.actor(id);
  return { policy: actor.policy(role === "evaluation" ? GREEDY : ON_POLICY), checkpoint: id, weights: actor.digest };
}

function toJob(wheel: Wheel, task: Task, seed: number, trial: number, role: "evaluation" | "rollout", acting: Acting): RolloutJob {
  const split = splitOf(seed);
  if (role === "rollout" && split !== "train") throw new WheelError("bad-seed", `Seed ${seed} (${split}) cannot be collected for training.`, "Use seeds 34-599999, or `flywheel evaluate`.");
  const purpose = role === "rollout" ? "train" : split === "gate" || split === "final" ? split : "gate";
  return { run: null, runSeed: wheel.config.seed, cycle: 0, purpose, role, task, seed, trial, ...acting };
}

function* summarise(results: readonly EpisodeResult[], emit: (value: unknown) => void): Generator<string> {
  const byTask = Map.groupBy(results, ({ task }) => task);
  for (const [task, own] of byTask) {
    const fair = fairResults(own);
    const passes = fair.filter(({ verdict }) => verdict === "pass").length;
    const rate = wilson(passes, fair.length);
    yield `${task.padEnd(18)} ${passes}/${fair.length}  ${rate.estimate.toFixed(2)} [${rate.low.toFixed(2)}, ${rate.high.toFixed(2)}]`;
  }
  const fair = fairResults(results);
  const passes = fair.filter(({ verdict }) => verdict === "pass").length;
  const all = wilson(passes, fair.length);
  emit({ summary: { episodes: results.length, judged: fair.length, passes, ...all } });
  yield `${"all".padEnd(18)} ${passes}/${fair.length}  ${all.estimate.toFixed(3)} [${all.low.toFixed(3)}, ${all.high.toFixed(3)}] (95 % Wilson); ${results.length - fair.length} environment errors or unverified`;
}
