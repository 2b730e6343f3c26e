/**
 * Screens and solutions that do not come from the agent: a random crawl (CT), demonstrations at the start and on request (SFT).
 * In: tasks with oracles, requests. Out: stored episodes. Demonstrations are counted by source in every snapshot and claim.
 */
import { snapped } from "../../agent/modelPolicy.ts";
import { oraclePolicy, randomPolicy } from "../../agent/scripted.ts";
import type { Task } from "../../env/task.ts";
import type { PlannedRequest } from "../demonstrationRequests.ts";
import { rollOut, type RolloutJob } from "../rollout.ts";
import { drawSeeds } from "../seeds.ts";
import type { Wheel } from "../wheel.ts";

/** Random episodes on every task: screens worth reading, whatever the outcome. */
export async function crawl(wheel: Wheel): Promise<void> {
  const { config, tasks } = wheel;
  const jobs = tasks.flatMap((task) =>
    drawSeeds(task, "train", null, config.bootEpisodes, [config.seed, "boot"]).map((seed) => job(wheel, 0, "boot", task, seed, randomPolicy)),
  );
  await run(wheel, 0, "crawl", jobs);
}

/** Demonstrations of the tasks that have them at the start, spread evenly over their buckets. */
export async function demonstrate(wheel: Wheel): Promise<void> {
  const { config } = wheel;
  const jobs = config.demonstrated.flatMap((id) => {
    const task = wheel.task(id);
    return task.buckets.flatMap((bucket, i) => demonstrations(wheel, 0, task, bucket, share(config.demonstrations.perTask, task.buckets.length, i)));
  });
  await run(wheel, 0, "demonstrate", jobs);
}

/** Answers this cycle's requests with the oracles; those of tasks without one wait for a person. */
export async function answerRequests(wheel: Wheel, cycle: number, requests: readonly PlannedRequest[]): Promise<void> {
  const jobs = requests.flatMap(({ task: id, bucket, count }) => {
    const task = wheel.task(id);
    const source = task.oracle === undefined ? "person" : "oracle";
    const request = wheel.workspace.demonstrations.ask({ run: wheel.run, cycle, task: id, bucket, asked: count, source });
    return source === "person" ? [] : demonstrations(wheel, cycle, task, bucket, count, request);
  });
  await run(wheel, cycle, "answer requests", jobs);
}

function demonstrations(wheel: Wheel, cycle: number, task: Task, bucket: string, count: number, request?: number): RolloutJob[] {
  // The built-in model can only point at what it perceives.
  const policy = wheel.host === null ? snapped(oraclePolicy, wheel.perceive) : oraclePolicy;
  const seeds = drawSeeds(task, "train", bucket, count, [wheel.config.seed, "demonstration", cycle]);
  return seeds.map((seed) => ({ ...job(wheel, cycle, "demonstration", task, seed, policy), ...(request === undefined ? {} : { request }) }));
}

function job(wheel: Wheel, cycle: number, role: RolloutJob["role"], task: Task, seed: number, policy: RolloutJob["policy"]): RolloutJob {
  const budget = role === "demonstration" && task.longBudget !== undefined ? { maxSteps: task.longBudget } : {};
  return { run: wheel.run, runSeed: wheel.config.seed, cycle, purpose: "train", role, task, seed, trial: 0, policy, ...budget };
}

async function run(wheel: Wheel, cycle: number, stage: string, jobs: readonly RolloutJob[]): Promise<void> {
  if (jobs.length === 0) return;
  await wheel.stage(cycle, stage, jobs.length, async (tick) => {
    let done = 0;
    const episodes = await rollOut(jobs, { ...wheel.rollout, onEpisode: () => tick(++done) });
    return { episodes: episodes.length, passed: episodes.filter(({ verdict }) => verdict === "pass").length };
  });
}

/** The i-th of `parts` nearly equal shares of `total`. */
function share(total: number, parts: number, i: number): number {
  return Math.floor(((i + 1) * total) / parts) - Math.floor((i * total) / parts);
}
