/**
 * Rollout: one task × environment × policy → one recorded, judged episode; then many in parallel.
 * In: jobs. Out: stored episodes. Each has a key, so a killed run repeats nothing and loses nothing that was committed.
 */
import type { Perception } from "../agent/perception/perception.ts";
import type { Decision, PastStep, Policy } from "../agent/policy.ts";
import { endsEpisode } from "../env/action.ts";
import type { Environment } from "../env/environment.ts";
import type { Purpose, StepResult } from "../env/episode.ts";
import { WheelError } from "../env/errors.ts";
import { deviceScaleFactorFor, type Observation } from "../env/observation.ts";
import type { EnvironmentPool } from "../env/pool.ts";
import { rng } from "../env/random.ts";
import type { Task } from "../env/task.ts";
import type { Decision as StoredDecision } from "./store/decision.ts";
import { Drifted, RecallingEnvironment } from "./recallingEnvironment.ts";
import { screenOf } from "./store/blobs.ts";
import type { Role, TerminatedBy } from "./store/database.ts";
import type { Episode } from "./store/episodes.ts";
import type { Workspace } from "./store/workspace.ts";
import type { TransitionMemory } from "./transitionMemory.ts";

/** Reads a screen; cached by its pixels. */
export type Perceive = (observation: Observation) => Promise<Perception>;

export interface RolloutJob {
  /** Null for episodes outside any run. */
  readonly run: string | null;
  readonly runSeed: number;
  readonly cycle: number;
  readonly purpose: Purpose;
  readonly role: Role;
  readonly task: Task;
  readonly seed: number;
  readonly trial: number;
  readonly policy: Policy;
  /** Checkpoint that acts, and the digest of exactly its weights. */
  readonly checkpoint?: string;
  readonly weights?: string;
  readonly groupId?: string;
  readonly request?: number;
  /** Step budget other than the task's own. */
  readonly maxSteps?: number;
}

/** What names a job: the same key is never run twice in a workspace. Evaluations do not depend on the cycle they were asked in. */
function jobKey(job: RolloutJob): string {
  const { run, purpose, role, task, seed, trial, policy, cycle } = job;
  const who = job.weights?.slice(0, 16) ?? policy.id;
  const when = role === "evaluation" ? "" : `c${cycle}/`;
  const budget = job.maxSteps === undefined ? "" : `/${job.maxSteps} steps`;
  return `${run ?? "adhoc"}/${when}${purpose}/${role}/${job.groupId ?? ""}/${task.id}@${task.version}/${seed}/${trial}/${who}${budget}`;
}

export interface RolloutContext {
  readonly workspace: Workspace;
  readonly pool: EnvironmentPool;
  readonly signal: AbortSignal;
  /** What was done before is remembered here and not done again. Absent: everything is done. */
  readonly memory?: TransitionMemory;
  /** Called after each job, done or found done. */
  readonly onEpisode?: (episode: Episode) => void;
}

/** Runs all jobs that are not done yet and returns the episodes of all, in the order of the jobs. */
export async function rollOut(jobs: readonly RolloutJob[], context: RolloutContext): Promise<Episode[]> {
  const { workspace, pool, signal, onEpisode } = context;
  const episodes = await pool.run(
    jobs,
    async (environment, job) => {
      const done = workspace.episodes.byKey(jobKey(job));
      const episode = done?.status === "ended" ? done : await rollOutOne(environment, job, context);
      onEpisode?.(episode);
      return episode;
    },
    { signal, pageOf: ({ task }) => task.id },
  );
  if (signal.aborted) throw new WheelError("interrupted", "Stopped.", "Run the same command again to go on where it stopped.");
  return episodes;
}

/** With memory, if there is one; once more without where that fails. */
async function rollOutOne(environment: Environment, job: RolloutJob, { workspace, signal, memory }: RolloutContext): Promise<Episode> {
  // Who looks behind the screen needs the page itself.
  if (memory === undefined || job.policy.privileged) return playOne(workspace, environment, job, signal);
  try {
    return await playOne(workspace, new RecallingEnvironment(environment, memory, workspace.blobs), job, signal);
  } catch (error) {
    if (!(error instanceof Drifted)) throw error;
    memory.distrust(job.task, job.seed);
    return playOne(workspace, environment, job, signal);
  }
}

type AnyEnvironment = Environment | RecallingEnvironment;

async function playOne(workspace: Workspace, environment: AnyEnvironment, job: RolloutJob, signal: AbortSignal): Promise<Episode> {
  const { task, seed, policy, maxSteps = task.maxSteps } = job;
  const { observation, state, instance } = await environment.reset(task, seed, maxSteps);
  const begun = workspace.episodes.begin({
    key: jobKey(job),
    run: job.run,
    cycle: job.cycle,
    purpose: job.purpose,
    role: job.role,
    task: task.id,
    taskVersion: task.version,
    seed,
    bucket: instance.bucket,
    trial: job.trial,
    groupId: job.groupId ?? null,
    request: job.request ?? null,
    policy: policy.id,
    checkpoint: job.checkpoint ?? null,
    weights: job.weights ?? null,
    instruction: instance.instruction,
    template: instance.template,
    heldOut: instance.heldOut,
    feasible: instance.feasible,
    maxSteps,
    viewport: task.viewport,
    deviceScaleFactor: deviceScaleFactorFor(task.viewport),
    startScreen: screenOf(observation),
    startState: state,
  });
  try {
    await playOut(workspace, environment, job, begun.id, instance.instruction, observation, signal);
  } catch (error) {
    if (workspace.episodes.get(begun.id).status === "running") workspace.episodes.interrupt(begun.id);
    throw error;
  }
  return workspace.episodes.get(begun.id);
}

/** The loop of an episode: decide, act, record, until somebody ends it. */
async function playOut(
  workspace: Workspace,
  environment: AnyEnvironment,
  job: RolloutJob,
  id: string,
  instruction: string,
  start: Observation,
  signal: AbortSignal,
): Promise<void> {
  const history: PastStep[] = [];
  const began = performance.now();
  let observation = start;
  for (let index = 0; ; index++) {
    signal.throwIfAborted();
    const random = rng(job.runSeed, job.role, job.cycle, job.task.id, job.seed, job.trial, job.groupId ?? "", index);
    const { task, policy } = job;
    const privileged =
      environment instanceof RecallingEnvironment || !policy.privileged || task.oracle === undefined
        ? undefined
        : { context: environment.oracleContext(), oracle: task.oracle };
    const startMs = performance.now() - began;
    const decision = await policy.decide({ instruction, observation, history, rng: random, ...(privileged === undefined ? {} : { privileged }) });
    const thinkMs = performance.now() - began - startMs;
    const result = await environment.step(decision.action);
    workspace.steps.append(id, {
      index,
      screenHash: observation.screenHash,
      action: result.action,
      state: result.state,
      incidents: result.incidents,
      decision: storedDecision(decision),
      deviceScaleFactor: observation.deviceScaleFactor,
      nextScreen: screenOf(result.observation),
      account: { target: decision.target, startMs, thinkMs, actMs: performance.now() - began - startMs - thinkMs },
    });
    history.push({ action: result.action, target: decision.target, changed: result.observation.screenHash !== observation.screenHash });
    observation = result.observation;
    if (result.verdict !== null) {
      workspace.episodes.end(id, { terminatedBy: terminatedBy(result), verdict: result.verdict });
      return;
    }
  }
}

/** A decision as it is stored. */
export function storedDecision(decision: Decision): StoredDecision {
  const { logProb = null, value = null, entropy = null, thought = null, explored = false, alternatives = [] } = decision;
  return {
    logProb,
    value,
    entropy,
    thought,
    exploration: explored,
    alternatives: alternatives.map(({ action, probability }) => ({ action, logProb: Math.log(probability) })),
  };
}

/** Who or what ended an episode with this step. */
export function terminatedBy({ action, truncated, incidents }: StepResult): TerminatedBy {
  if (incidents.some(({ fatal }) => fatal)) return "environment";
  if (endsEpisode(action)) return "agent";
  return truncated ? "budget" : "page";
}
