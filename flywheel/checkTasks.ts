/**
 * Checks a task the way its verifier will be used: on real pages, over many seeds. No screenshots, no perception.
 * In: a task, seeds. Out: how often oracle, noop, always-fail, random and each near miss passed.
 */
import { alwaysFailPolicy, noopPolicy, oraclePolicy, randomPolicy, type ScriptedPolicy } from "../agent/scripted.ts";
import type { Environment } from "../env/environment.ts";
import { rng } from "../env/random.ts";
import type { Oracle, Task } from "../env/task.ts";
import type { Verdict } from "../env/verdict.ts";

interface CheckRow {
  /** `oracle`, `noop`, …, or `near-miss: <name>`. */
  readonly policy: string;
  readonly feasible: { readonly passes: number; readonly episodes: number };
  readonly infeasible: { readonly passes: number; readonly episodes: number };
  /** First seed whose verdict is not what it should be, with the reason given. */
  readonly surprise: { readonly seed: number; readonly reason: string } | null;
}

export interface TaskCheck {
  readonly task: string;
  readonly rows: readonly CheckRow[];
  /** What does not hold; empty = the task is sound. */
  readonly problems: readonly string[];
}

/** Share of feasible instances that a random policy may pass of a task of our own; what a suite lets pass is not ours to mend. */
const RANDOM_LIMIT = 0.02;

/** Plays every scripted policy on every seed; stops between episodes when `signal` aborts. */
export async function checkTask(environment: Environment, task: Task, seeds: readonly number[], signal?: AbortSignal): Promise<TaskCheck> {
  const players: { name: string; policy: ScriptedPolicy; oracle?: Oracle; applies: (seed: number) => boolean; expect: "pass" | "fail" | "either" }[] =
    [
      {
        name: "oracle",
        policy: oraclePolicy,
        ...(task.oracle === undefined ? {} : { oracle: task.oracle }),
        applies: () => task.oracle !== undefined,
        expect: "pass",
      },
      { name: "noop", policy: noopPolicy, applies: () => true, expect: "fail" },
      { name: "always-fail", policy: alwaysFailPolicy, applies: () => true, expect: "either" },
      { name: "random", policy: randomPolicy, applies: () => true, expect: "either" },
      ...task.nearMisses.map((miss) => ({
        name: `near-miss: ${miss.name}`,
        policy: oraclePolicy,
        oracle: miss.act,
        applies: (seed: number) => miss.applies(task.instance(seed)),
        expect: "fail" as const,
      })),
    ];
  const rows: CheckRow[] = [];
  for (const { name, policy, oracle, applies, expect } of players) {
    const count = { feasible: { passes: 0, episodes: 0 }, infeasible: { passes: 0, episodes: 0 } };
    let surprise: CheckRow["surprise"] = null;
    for (const seed of seeds.filter(applies)) {
      signal?.throwIfAborted();
      const verdict = await play(environment, task, seed, policy, oracle);
      const side = task.instance(seed).feasible ? count.feasible : count.infeasible;
      side.episodes++;
      if (verdict.verdict === "pass") side.passes++;
      const passed = verdict.verdict === "pass";
      // A suite that grades may not give the full reward to anybody.
      const solved = passed || verdict.rewardRaw > 0;
      if (surprise === null && ((expect === "pass" && !solved) || (expect === "fail" && passed)))
        surprise = { seed, reason: `${verdict.verdict}: ${verdict.reason}` };
    }
    rows.push({ policy: name, ...count, surprise });
  }
  return { task: task.id, rows, problems: problemsOf(task, rows) };
}

async function play(environment: Environment, task: Task, seed: number, policy: ScriptedPolicy, oracle: Oracle | undefined): Promise<Verdict> {
  const { instance, ...start } = await environment.reset(task, seed, task.longBudget ?? task.maxSteps);
  let { observation } = start;
  for (let step = 0; ; step++) {
    const privileged = oracle === undefined ? {} : { privileged: { context: environment.oracleContext(), oracle } };
    const random = rng("check", task.id, seed, policy.id, step);
    const { action } = await policy.decide({ instruction: instance.instruction, observation, history: [], rng: random, ...privileged });
    const result = await environment.step(action);
    if (result.verdict !== null) return result.verdict;
    observation = result.observation;
  }
}

function problemsOf(task: Task, rows: readonly CheckRow[]): string[] {
  const problems = rows.flatMap(({ policy, surprise }) => (surprise === null ? [] : [`${policy} on seed ${surprise.seed}: ${surprise.reason}`]));
  const random = rows.find(({ policy }) => policy === "random")!;
  // One lucky pass says nothing where only a few seeds were played.
  if (task.suite === undefined && random.feasible.passes > Math.max(1, RANDOM_LIMIT * random.feasible.episodes)) {
    problems.push(`random passes ${random.feasible.passes} of ${random.feasible.episodes} feasible instances, more than ${100 * RANDOM_LIMIT} %`);
  }
  return problems;
}
