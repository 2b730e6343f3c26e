/**
 * Verifying history again: `verify` is pure, so recorded states can be judged anew when a verifier changes.
 * In: stored episodes, today's tasks. Out: the differences, and (unless it is a dry run) new routing verdicts and routes.
 */
import { judge, verifierName } from "../env/judge.ts";
import type { Task } from "../env/task.ts";
import type { VerdictName } from "../env/verdict.ts";
import { askedInstance } from "./askedInstance.ts";
import { storedConfig } from "./config.ts";
import { routeEpisodes } from "./routeEpisodes.ts";
import { routingConfig } from "./stages/route.ts";
import type { Episode } from "./store/episodes.ts";
import type { Workspace } from "./store/workspace.ts";

interface VerdictChange {
  readonly episode: string;
  readonly task: string;
  readonly seed: number;
  readonly before: { readonly verifier: string | null; readonly verdict: VerdictName | null };
  readonly after: { readonly verifier: string; readonly verdict: VerdictName; readonly reason: string };
}

export interface Reverification {
  readonly looked: number;
  readonly changes: readonly VerdictChange[];
}

/** Judges episodes again. With `all` also those whose verifier has not changed. Environment errors stay what they are. */
export function reverify(
  workspace: Workspace,
  tasks: readonly Task[],
  episodes: readonly Episode[],
  options: { readonly all: boolean; readonly dryRun: boolean },
): Reverification {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const changes: VerdictChange[] = [];
  let looked = 0;
  for (const episode of episodes) {
    const task = byId.get(episode.task);
    if (task === undefined || episode.verdict === "env-error" || episode.verdict === null) continue;
    if (!options.all && episode.verifier === verifierName(task)) continue;
    looked++;
    const change = judgeAgain(workspace, task, episode, options.dryRun);
    if (change !== null) changes.push(change);
  }
  if (!options.dryRun && changes.length > 0) routeAgain(workspace);
  return { looked, changes };
}

/** Routes everything anew, each run by its own filter and router; routes chosen by a person stay. */
export function routeAgain(workspace: Workspace): number {
  const runs = workspace.runs.list();
  if (runs.length === 0) return routeEpisodes(workspace, { again: true }).length;
  const moved = runs.map((run) => routeEpisodes(workspace, { run: run.id, again: true, config: routingConfig(storedConfig(run)) }));
  return moved.reduce((sum, routed) => sum + routed.length, 0);
}

function judgeAgain(workspace: Workspace, task: Task, episode: Episode, dryRun: boolean): VerdictChange | null {
  const steps = workspace.steps.of(episode.id);
  const states = [episode.startState, ...steps.map(({ state }) => state)];
  const incidents = steps.flatMap((step) => step.incidents);
  const ending = { states, actions: steps.map(({ action }) => action), truncated: episode.terminatedBy === "budget", incidents };
  const verdict = judge(task, askedInstance(task, episode), ending);
  if (!dryRun) workspace.verdicts.add(episode.id, verdict, { source: "verifier", routing: true });
  if (verdict.verdict === episode.verdict) return null;
  return {
    episode: episode.id,
    task: episode.task,
    seed: episode.seed,
    before: { verifier: episode.verifier, verdict: episode.verdict },
    after: { verifier: verdict.verifier, verdict: verdict.verdict, reason: verdict.reason },
  };
}
