/** Runs as the API shows them: where each stands, the wheel's picture of a cycle, the curve, yields, alarms. In: a run. Out: API values. */
import { sql } from "kysely";
import { z } from "zod";
import { MOST_CYCLES, storedConfig, type WheelConfig } from "../../../flywheel/config.ts";
import { curve, groupsOf, yieldPerThousand } from "../../../flywheel/score.ts";
import type { Run } from "../../../flywheel/store/runs.ts";
import type { Stage } from "../../../flywheel/store/stages.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import { WheelError } from "../../../env/errors.ts";
import type { Outputs, Parsed } from "../../api/index.ts";
import type { RunView } from "../../api/runs.ts";
import { evaluated } from "../../report/gatherFinals.ts";
import { gatherStages } from "../../report/gatherStages.ts";
import { switchesOf } from "../../../flywheel/switches.ts";
import { checkpointName } from "../names.ts";
import { number, rows } from "../statements.ts";
import { gateLooks, namesOf } from "./gates.ts";

/** What the database knows; the caller adds whether somebody works on it. */
export type StoredRunView = Omit<RunView, "state" | "job" | "turning"> & { readonly finished: boolean };

export function listRuns(workspace: Workspace): StoredRunView[] {
  return workspace.runs
    .list()
    .toReversed()
    .map((run) => viewOf(workspace, run));
}

/** A run with its configuration; null where there is none yet. */
export function getRun(workspace: Workspace, { run }: Parsed["runs"]["get"]): (StoredRunView & { readonly config: WheelConfig }) | null {
  const found = runOrNewest(workspace, run);
  return found === null ? null : { ...viewOf(workspace, found), config: storedConfig(found) };
}

/** The named run (throws `usage` when unknown), or the newest one, or null where there is none. */
export function runOrNewest(workspace: Workspace, run: string | undefined): Run | null {
  if (run === undefined) return workspace.runs.list().at(-1) ?? null;
  const found = workspace.runs.get(run);
  if (found === null) throw new WheelError("usage", `There is no run ${run} in this workspace.`, "Home shows the newest run; the palette lists all.");
  return found;
}

function viewOf(workspace: Workspace, run: Run): StoredRunView {
  const config = storedConfig(run);
  const stages = workspace.stages.list(run.id);
  const decided = stages.filter(({ stage, status }) => stage === "decide" && status === "done").map(({ cycle }) => cycle);
  const last = stages.findLast(({ cycle }) => cycle === Math.max(...stages.map((stage) => stage.cycle)));
  const beside = stages.findLast(({ cycle, status }) => status === "running" && cycle < (last?.cycle ?? 0));
  const acting = workspace.checkpoints.acting(run.id);
  return {
    id: run.id,
    seed: run.seed,
    createdAt: run.createdAt,
    cyclesPlanned: config.continuous && config.cycles === MOST_CYCLES ? null : config.cycles,
    continuous: config.continuous,
    cyclesDone: decided.at(-1) ?? null,
    cycle: last?.cycle ?? 0,
    stage: last?.stage ?? "",
    beside: config.continuous && beside !== undefined ? { cycle: beside.cycle, stage: beside.stage } : null,
    acting: acting === null ? null : checkpointName(acting),
    tasks: config.tasks.length,
    demonstrated: config.demonstrated,
    controls: switchesOf(config),
    stopped: stoppedBy(stages),
    finished: isFinished(config, stages, workspace, run.id),
  };
}

/** The final scoring of every candidate is done. */
function isFinished({ cycles }: WheelConfig, stages: readonly Stage[], workspace: Workspace, run: string): boolean {
  const scored = new Set(stages.filter(({ stage, status }) => stage.startsWith("score ") && status === "done").map(({ stage }) => stage.slice(6)));
  const candidates = workspace.checkpoints.list(run).filter(({ id, cycle }) => id === `${run}.c${cycle}`);
  return candidates.length > cycles && candidates.every(({ id }) => scored.has(id));
}

const alarm = z.object({ level: z.enum(["warn", "stop"]), name: z.string(), value: z.number(), limit: z.number(), message: z.string() });

/** The alarm that ended the wheel at its last look, when it has not gone on since. */
function stoppedBy(stages: readonly Stage[]): string | null {
  const last = stages.at(-1);
  if (last?.stage !== "watch" || last.status !== "done") return null;
  const parsed = z.array(alarm).safeParse(last.result);
  return parsed.data?.find(({ level }) => level === "stop")?.message ?? null;
}

export function listStages(workspace: Workspace, { run }: Parsed["runs"]["stages"]): Outputs["runs"]["stages"] {
  const found = runOrNewest(workspace, run);
  return found === null ? [] : workspace.stages.list(found.id);
}

/** Alarms of the monitor, newest cycle first. */
export function alarms(workspace: Workspace, { run }: Parsed["runs"]["alarms"]): Outputs["runs"]["alarms"] {
  const found = runOrNewest(workspace, run);
  if (found === null) return [];
  const watched = workspace.stages.list(found.id).filter(({ stage, status }) => stage === "watch" && status === "done");
  return watched.toReversed().flatMap(({ cycle, result }) => (z.array(alarm).safeParse(result).data ?? []).map((one) => ({ ...one, cycle })));
}

/** On final seeds once they are played, else on gate seeds. */
export function scoredOn(workspace: Workspace, run: string) {
  const isCandidate = ({ checkpoint, cycle }: { checkpoint: string; cycle: number }): boolean => checkpoint === `${run}.c${cycle}`;
  const finals = evaluated(workspace, run, "final").filter(isCandidate);
  return finals.length > 0
    ? { on: "final" as const, scored: finals }
    : { on: "gate" as const, scored: evaluated(workspace, run, "gate").filter(isCandidate) };
}

export function runCurve(workspace: Workspace, { run }: Parsed["runs"]["curve"]): Outputs["runs"]["curve"] {
  const found = runOrNewest(workspace, run);
  if (found === null)
    return { on: "gate", tasks: 0, seedsPerTask: 0, points: [], groups: { all: 0, demonstrated: 0, requested: 0, never: 0 }, yields: [] };
  const config = storedConfig(found);
  const groups = groupsOf(config, workspace.demonstrations.list(found.id));
  const { on, scored } = scoredOn(workspace, found.id);
  const names = namesOf(workspace, found.id);
  const named = (id: string) => names.get(id) ?? checkpointName({ id, cycle: 0 });
  const points = curve(scored, groups, workspace.checkpoints.promotions(found.id)).map(({ candidate, acting, ...point }) => ({
    ...point,
    candidate: named(candidate),
    acting: acting === null ? null : named(acting),
  }));
  return {
    on,
    tasks: config.tasks.length,
    seedsPerTask: on === "final" ? config.final.seedsPerTask : config.gate.seedsPerTask,
    points,
    groups: { all: groups.all.length, demonstrated: groups.demonstrated.length, requested: groups.requested.length, never: groups.never.length },
    yields: yields(workspace, found.id),
  };
}

/** `not indexed`, here and below: one pass over all rows is several times as fast as looking up every row of a run by its index. */
function yields(workspace: Workspace, run: string): Outputs["runs"]["curve"]["yields"] {
  const collected = rows(
    workspace,
    sql<{ cycle: number; accepted: number; collected: number }>`select cycle, sum(coalesce(route = 'SFT', 0)) as accepted, count(*) as collected
      from episode_list not indexed where run = ${run} and purpose in ('train', 'human') and retracted = 0 group by cycle order by cycle`,
  );
  const own = rows(
    workspace,
    sql<Parameters<typeof yieldPerThousand>[0][number]>`select cycle, role, task, seed, verdict, steps as "stepCount" from episode_list
      where run = ${run} and purpose = 'train' and role in ('rollout', 'rl') and retracted = 0`,
  );
  const rates = new Map(yieldPerThousand(own).map(({ cycle, estimate, low, high }) => [cycle, { estimate, low, high }]));
  const minutes = Map.groupBy(workspace.stages.list(run), ({ cycle }) => cycle);
  return collected.map((row) => ({
    ...row,
    minutes: (minutes.get(row.cycle) ?? []).reduce((sum, { seconds }) => sum + (seconds ?? 0), 0) / 60,
    perThousandSteps: rates.get(row.cycle) ?? null,
  }));
}

type Picture = Outputs["runs"]["wheel"];

/** The wheel of one cycle. */
export function wheelPicture(workspace: Workspace, input: Parsed["runs"]["wheel"]): Omit<Picture, "sentence"> {
  const found = runOrNewest(workspace, input.run);
  if (found === null) return EMPTY;
  const { id: run } = found;
  const stages = workspace.stages.list(run);
  const cycles = [...new Set(stages.map(({ cycle }) => cycle))].filter((cycle) => cycle <= storedConfig(found).cycles).toSorted((a, b) => a - b);
  const cycle = input.cycle ?? cycles.at(-1) ?? 0;
  const own = stages.filter((stage) => stage.cycle === cycle);
  return {
    run,
    cycle,
    cycles,
    tasks: taskCounts(found, stages, cycle),
    ...ledgerOf(workspace, run, cycle, own),
    training: trainingOf(own),
    ...checkpointsOf(workspace, run, cycle),
  };
}

const NO_VERDICTS = { pass: 0, fail: 0, truncated: 0, "env-error": 0, unverified: 0 };
const EMPTY: Omit<Picture, "sentence"> = {
  run: null,
  cycle: 0,
  cycles: [],
  tasks: {
    all: 0,
    active: 0,
    monitoring: 0,
    needsDemonstrations: 0,
    locked: 0,
  },
  collected: {
    episodes: 0,
    planned: null,
    byPerson: 0,
    demonstrations: 0,
  },
  verdicts: NO_VERDICTS,
  filtered: 0,
  routes: {
    SFT: 0,
    CT: 0,
    quarantine: 0,
    none: 0,
  },
  pools: {
    ct: 0,
    sft: 0,
    rlBuckets: 0,
    rlGroups: 0,
  },
  training: [],
  gate: null,
  candidate: null,
  acting: null,
  older: 0,
};

const bucketState = z.object({
  task: z.string(),
  bucket: z.string(),
  status: z.enum(["locked", "active", "monitoring", "needs-demonstrations"]),
  passRate: z.number().nullable(),
  passes: z.number(),
  attempts: z.number(),
});
const plan = z.object({ states: z.array(bucketState), allocations: z.array(z.object({ seeds: z.number(), trials: z.number() })) });
export type BucketView = z.infer<typeof bucketState>;

/** Curriculum states of the newest plan up to a cycle; empty before the first. */
export function bucketStates(stages: readonly Stage[], cycle: number): BucketView[] {
  const planned = stages.findLast((stage) => stage.stage === "plan" && stage.status === "done" && stage.cycle <= cycle);
  return plan.safeParse(planned?.result).data?.states ?? [];
}

const RANK = ["needs-demonstrations", "active", "monitoring", "locked"] as const;

/** A task is what its most urgent bucket is. */
export function taskState(states: readonly BucketView[], task: string): (typeof RANK)[number] | null {
  const own = states.filter((state) => state.task === task);
  return RANK.find((rank) => own.some(({ status }) => status === rank)) ?? null;
}

function taskCounts(run: Run, stages: readonly Stage[], cycle: number): Picture["tasks"] {
  const { tasks } = storedConfig(run);
  const states = bucketStates(stages, cycle);
  const found = tasks.map((task) => taskState(states, task) ?? "active");
  const counted = (state: string): number => found.filter((one) => one === state).length;
  return {
    all: tasks.length,
    active: counted("active"),
    monitoring: counted("monitoring"),
    needsDemonstrations: counted("needs-demonstrations"),
    locked: counted("locked"),
  };
}

type LedgerPart = Pick<Picture, "collected" | "verdicts" | "filtered" | "routes" | "pools">;

function ledgerOf(workspace: Workspace, run: string, cycle: number, own: readonly Stage[]): LedgerPart {
  const groups = rows(
    workspace,
    sql<{ role: string; verdict: string; route: string; human: number; n: number }>`select role, coalesce(verdict, 'unverified') as verdict,
        coalesce(route, 'none') as route, max(human, purpose = 'human') as human, count(*) as n
      from episode_list where run = ${run} and cycle = ${cycle} and purpose in ('train', 'human') and retracted = 0 group by 1, 2, 3, 4`,
  );
  const total = (of: (group: (typeof groups)[number]) => boolean): number => groups.filter(of).reduce((sum, { n }) => sum + n, 0);
  const verdict = (name: string): number => total((group) => group.verdict === name);
  const route = (name: string): number => total((group) => group.route === name);
  const inPool = (name: string): number =>
    number(
      workspace,
      sql`select count(*) from episode_list where run = ${run} and cycle <= ${cycle} and route = ${name} and purpose in ('train', 'human') and retracted = 0`,
    );
  const planned = plan.safeParse(own.find(({ stage }) => stage === "plan")?.result).data;
  return {
    collected: {
      episodes: total(() => true),
      planned: planned === undefined ? null : planned.allocations.reduce((sum, { seeds, trials }) => sum + seeds * trials, 0),
      byPerson: total(({ human }) => human === 1),
      demonstrations: total(({ role }) => role === "demonstration"),
    },
    verdicts: {
      pass: verdict("pass"),
      fail: verdict("fail"),
      truncated: verdict("truncated"),
      "env-error": verdict("env-error"),
      unverified: verdict("unverified"),
    },
    filtered: total((group) => group.verdict === "pass" && group.route !== "SFT" && group.route !== "none"),
    routes: { SFT: route("SFT"), CT: route("CT"), quarantine: route("quarantine"), none: route("none") },
    pools: {
      ct: inPool("CT"),
      sft: inPool("SFT"),
      rlBuckets: rlBuckets(workspace, run, cycle),
      rlGroups: number(
        workspace,
        sql`select count(distinct groupId) from episode_list where run = ${run} and cycle <= ${cycle} and role = 'rl' and retracted = 0`,
      ),
    },
  };
}

/** (task, bucket) pairs of the wheel's own work that are solved sometimes, not always. */
export function rlBuckets(workspace: Workspace, run: string, cycle: number): number {
  return number(
    workspace,
    sql`select count(*) from (select 1 from episode_list not indexed where run = ${run} and cycle <= ${cycle} and role in ('rollout', 'rl') and retracted = 0
        and verdict in ('pass', 'fail', 'truncated') group by task, bucket having avg(verdict = 'pass') between 0.1 and 0.9)`,
  );
}

function trainingOf(own: readonly Stage[]): Picture["training"] {
  const { training, reinforcement } = gatherStages(own);
  const minutes = (prefix: string): number =>
    own.filter(({ stage }) => stage.startsWith(prefix)).reduce((sum, { seconds }) => sum + (seconds ?? 0), 0) / 60;
  const points = training.flatMap((one) => one.points);
  const supervised = (["CT", "SFT"] as const).flatMap((stage) => {
    const curvePoints = points.filter((point) => point.stage === stage);
    if (curvePoints.length === 0) return [];
    const share = curvePoints.length / points.length;
    return [
      {
        stage,
        before: curvePoints[0]!.loss,
        after: curvePoints.at(-1)!.loss,
        steps: curvePoints.at(-1)!.step,
        minutes: minutes("train") * share,
        groups: 0,
      },
    ];
  });
  if (reinforcement.length === 0) return supervised;
  const rewards = own.filter(({ stage }) => stage.startsWith("rl groups")).flatMap(({ result }) => rewardOf(result));
  const groups = reinforcement.reduce((sum, round) => sum + round.groups, 0);
  const updates = reinforcement.reduce((sum, round) => sum + round.updates, 0);
  return [
    ...supervised,
    {
      stage: "RL",
      before: rewards[0] ?? null,
      after: rewards.at(-1) ?? null,
      steps: updates,
      minutes: minutes("reinforce") + minutes("rl groups"),
      groups,
    },
  ];
}

function rewardOf(result: unknown): number[] {
  const parsed = z.object({ episodes: z.number().positive(), passed: z.number() }).safeParse(result);
  return parsed.success ? [parsed.data.passed / parsed.data.episodes] : [];
}

const OUTCOMES = { promote: "promoted", hold: "held", discard: "discarded", rollback: "rolled back" } as const;

function checkpointsOf(workspace: Workspace, run: string, cycle: number): Pick<Picture, "gate" | "candidate" | "acting" | "older"> {
  const names = namesOf(workspace, run);
  const all = workspace.checkpoints.list(run).filter((one) => one.id === `${run}.c${one.cycle}`);
  const candidate = all.find((one) => one.cycle === cycle);
  const acting = workspace.checkpoints.acting(run);
  const look = gateLooks(workspace, run).find((one) => one.cycle === cycle);
  const decided = workspace.checkpoints.promotions(run).findLast(({ checkpoint }) => checkpoint === candidate?.id);
  const incumbent = names.get(look?.result?.incumbent ?? "") ?? null;
  const gate: Picture["gate"] =
    candidate === undefined
      ? null
      : {
          candidate: checkpointName(candidate),
          incumbent,
          difference: look?.result?.difference ?? null,
          pairs: Object.values(look?.result?.counts ?? {}).reduce((sum, n) => sum + n, 0),
          outcome: look === undefined ? "playing" : look.waits ? "waits" : look.result === null ? "first" : OUTCOMES[decided?.action ?? "hold"],
        };
  return {
    gate,
    candidate: candidate === undefined ? null : { checkpoint: checkpointName(candidate), score: gateScore(workspace, run, candidate.id) },
    acting: acting === null ? null : { checkpoint: checkpointName(acting), score: gateScore(workspace, run, acting.id), since: acting.cycle },
    older: all.filter(({ id }) => id !== acting?.id && id !== candidate?.id).length,
  };
}

const summary = z.object({ estimate: z.number(), low: z.number(), high: z.number(), passes: z.int(), n: z.int(), tasks: z.int() });

/** Newest gate score of a checkpoint. */
export function gateScore(workspace: Workspace, run: string, checkpoint: string, purpose: "gate" | "final" = "gate") {
  const last = workspace.evaluations.list(run).findLast((one) => one.checkpoint === checkpoint && one.purpose === purpose);
  return summary.safeParse(last?.summary).data ?? null;
}
