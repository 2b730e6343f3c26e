/** Tasks as the API shows them: catalogue with success and pools, the heat map, requests, instances. In: tasks, a run. Out: API values. */
import { sql } from "kysely";
import { isWheelError, WheelError } from "../../../env/errors.ts";
import { verifierName } from "../../../env/judge.ts";
import type { Task } from "../../../env/task.ts";
import { storedConfig } from "../../../flywheel/config.ts";
import { curve, groupsOf, scoreOf, type GroupName } from "../../../flywheel/score.ts";
import { drawSeeds } from "../../../flywheel/seeds.ts";
import type { Run } from "../../../flywheel/store/runs.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import type { Outputs, Parsed } from "../../api/index.ts";
import { checkpointName } from "../names.ts";
import { rows } from "../statements.ts";
import { namesOf } from "./gates.ts";
import { bucketStates, runOrNewest, scoredOn, taskState, type BucketView } from "./runs.ts";

type TaskView = Outputs["tasks"]["list"]["tasks"][number];

export function listTasks(workspace: Workspace, tasks: readonly Task[], input: Parsed["tasks"]["list"]): Outputs["tasks"]["list"] {
  const run = runOrNewest(workspace, input.run);
  const used = run === null ? [] : storedConfig(run).tasks;
  const about = gather(workspace, run);
  return {
    run: run?.id ?? null,
    tasks: tasks.map((task) => viewTask(task, about, used)).toSorted((a, b) => Number(used.includes(b.id)) - Number(used.includes(a.id))),
  };
}

/** What the views of all tasks share. */
interface About {
  readonly states: readonly BucketView[];
  readonly demonstrated: readonly string[];
  readonly counts: ReadonlyMap<string, { readonly episodes: number; readonly sampled: number; readonly screen: string }>;
  readonly scored: ReturnType<typeof scoredOn>["scored"];
  readonly acting: string | null;
}

function gather(workspace: Workspace, run: Run | null): About {
  const stages = run === null ? [] : workspace.stages.list(run.id);
  const newest = stages.at(-1)?.cycle ?? 0;
  const found = rows(
    workspace,
    sql<{ task: string; episodes: number; sampled: number; screen: string }>`select task, count(*) as episodes,
        sum(cycle = ${newest} and run is ${run?.id ?? null} and role in ('rollout', 'rl')) as sampled, min(screen) as screen
      from episode_list group by task`,
  );
  return {
    states: bucketStates(stages, Number.MAX_SAFE_INTEGER),
    demonstrated: run === null ? [] : storedConfig(run).demonstrated,
    counts: new Map(found.map(({ task, ...counts }) => [task, counts])),
    scored: run === null ? [] : scoredOn(workspace, run.id).scored,
    acting: run === null ? null : (workspace.checkpoints.acting(run.id)?.id ?? null),
  };
}

function viewTask(task: Task, { states, demonstrated, counts, scored, acting }: About, used: readonly string[]): TaskView {
  const { id, version, family, suite = null, summary, viewport, maxSteps, longBudget = null } = task;
  const success = scored.map(({ cycle, checkpoint, results }) => ({
    cycle,
    checkpoint,
    score: scoreOf(
      results.filter((result) => result.task === id),
      id,
    ),
  }));
  const isUsed = used.includes(id);
  const own = counts.get(id);
  return {
    id,
    version,
    family,
    suite,
    missing: missingFor(task),
    summary,
    viewport: { ...viewport },
    maxSteps,
    longBudget,
    state: isUsed ? (taskState(states, id) ?? "active") : "unused",
    buckets: task.buckets.map((name) => {
      const state = states.find((one) => one.task === id && one.bucket === name);
      const { passRate = null, passes = 0, attempts = 0 } = state ?? {};
      return {
        name,
        state: isUsed ? (state?.status ?? "active") : "unused",
        passRate,
        passes,
        attempts,
      };
    }),
    demonstrated: demonstrated.includes(id),
    hasOracle: task.oracle !== undefined,
    success: (success.find(({ checkpoint }) => checkpoint === acting) ?? success.at(-1))?.score ?? null,
    trend: success.map(({ cycle, score }) => ({
      cycle,
      estimate: score?.estimate ?? null,
    })),
    episodes: own?.episodes ?? 0,
    sampled: own?.sampled ?? 0,
    screen: own?.screen ?? null,
  };
}

function missingFor(task: Task): string | null {
  try {
    task.requirements?.();
    return null;
  } catch (error) {
    if (!isWheelError(error)) throw error;
    return `${error.message} ${error.hint}`;
  }
}

const SHOWN = 6;

export function getTask(workspace: Workspace, tasks: readonly Task[], { id, run }: Parsed["tasks"]["get"]): Outputs["tasks"]["get"] {
  const task = requireTask(tasks, id);
  const view = listTasks(workspace, [task], run === undefined ? {} : { run }).tasks[0]!;
  const seeds = drawSeeds(task, "train", null, SHOWN, ["catalogue"]);
  return {
    task: view,
    verifier: verifierName(task),
    nearMisses: task.nearMisses.map(({ name }) => name),
    instances: seeds.map((seed) => {
      const { bucket, instruction, feasible } = task.instance(seed);
      return { seed, bucket, instruction, feasible };
    }),
  };
}

/** Throws `unknown-task`. */
export function requireTask(tasks: readonly Task[], id: string): Task {
  const task = tasks.find((one) => one.id === id);
  if (task === undefined) throw new WheelError("unknown-task", `There is no task "${id}".`, "Tasks lists all of them.");
  return task;
}

export function heat(workspace: Workspace, input: Parsed["tasks"]["heat"]): Outputs["tasks"]["heat"] {
  const run = runOrNewest(workspace, input.run);
  if (run === null) return { on: "gate", cycles: [], rows: [] };
  const asked = workspace.demonstrations.list(run.id);
  const groups = groupsOf(storedConfig(run), asked);
  const { on, scored } = scoredOn(workspace, run.id);
  const names = namesOf(workspace, run.id);
  const fates = new Map(curve(scored, groups, workspace.checkpoints.promotions(run.id)).map(({ candidate, fate }) => [candidate, fate]));
  const groupOf = (task: string): Exclude<GroupName, "all"> =>
    (["demonstrated", "requested"] as const).find((name) => groups[name].includes(task)) ?? "never";
  const all = groups.all.map((task) => ({
    task,
    group: groupOf(task),
    demonstratedIn: [
      ...(groups.demonstrated.includes(task) ? [0] : []),
      ...new Set(asked.filter((request) => request.task === task && request.answered > 0).map(({ cycle }) => cycle)),
    ],
    cells: scored.map(({ cycle, checkpoint, results }) => ({
      cycle,
      score: scoreOf(
        results.filter((result) => result.task === task),
        task,
      ),
      filter: { checkpoint: [checkpoint], task: [task], purpose: [on] },
    })),
  }));
  const last = (row: (typeof all)[number]): number => row.cells.at(-1)?.score?.estimate ?? -1;
  return {
    on,
    cycles: scored.map(({ cycle, checkpoint }) => ({
      cycle,
      checkpoint: names.get(checkpoint) ?? checkpointName({ id: checkpoint, cycle }),
      fate: fates.get(checkpoint) ?? "undecided",
    })),
    rows: all.toSorted((a, b) => last(b) - last(a) || (a.task < b.task ? -1 : 1)),
  };
}

export function requests(workspace: Workspace, input: Parsed["tasks"]["requests"]): Outputs["tasks"]["requests"] {
  const run = runOrNewest(workspace, input.run);
  if (run === null) return [];
  return workspace.demonstrations
    .list(run.id)
    .map((request) => ({ ...request, wanted: Math.max(0, request.asked - request.answered) }))
    .toSorted((a, b) => Number(b.wanted > 0) - Number(a.wanted > 0) || b.id - a.id);
}
