/**
 * Rollout: one task × environment × policy → one recorded, judged episode; then many in parallel.
 * In: jobs. Out: stored episodes. Each has a key, so a killed run repeats nothing and loses nothing that was committed.
 */
import type { Perception } from "../agent/perception/perception.ts";
import { isDecision, type Decision, type DecisionInput, type Outcome, type PastStep, type Policy, type Unreadable } from "../agent/policy.ts";
import { seenOf } from "../agent/remote/remotePolicy.ts";
import { endsEpisode, type Action } from "../env/action.ts";
import type { Environment } from "../env/environment.ts";
import type { Purpose, StepResult } from "../env/episode.ts";
import { WheelError } from "../env/errors.ts";
import { deviceScaleFactorFor, type Observation } from "../env/observation.ts";
import { Secrets } from "../env/mask.ts";
import type { EnvironmentPool } from "../env/pool.ts";
import { verifierName } from "../env/judge.ts";
import type { Json } from "../env/json.ts";
import { rng } from "../env/random.ts";
import type { Task } from "../env/task.ts";
import type { Verdict } from "../env/verdict.ts";
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

/**
 * Runs all jobs that are not done yet and returns the episodes of all, in the order of the jobs. A job whose agent cannot be reached is given
 * back, others go on, and it is tried once more at the end. Throws `agent-unavailable` where that fails too: everything else is done by then.
 */
export async function rollOut(jobs: readonly RolloutJob[], context: RolloutContext): Promise<Episode[]> {
  const first = await playAll(jobs, context);
  const left = jobs.filter((_, i) => first.episodes[i] === null);
  if (left.length === 0) return first.episodes as Episode[];
  const again = await playAll(left, context);
  const missing = again.episodes.filter((episode) => episode === null).length;
  if (missing > 0)
    throw new WheelError(
      "agent-unavailable",
      `${missing} of ${jobs.length} episodes could not be played. ${[...again.down.values()].join(" ")}`,
      "See `flywheel agents test NAME`; the same command plays what is missing.",
    );
  const played = again.episodes.values();
  return first.episodes.map((episode) => episode ?? played.next().value!);
}

interface Played {
  /** Null: given back. */
  readonly episodes: readonly (Episode | null)[];
  /** Agents that could not be reached, and why: nobody waits for them again this time. */
  readonly down: ReadonlyMap<Policy, string>;
}

async function playAll(jobs: readonly RolloutJob[], context: RolloutContext): Promise<Played> {
  const { workspace, pool, signal, onEpisode } = context;
  const down = new Map<Policy, string>();
  const episodes = await pool.run(
    jobs,
    async (environment, job) => {
      const done = workspace.episodes.byKey(jobKey(job));
      if (done?.status !== "ended" && down.has(job.policy)) return null;
      const episode = done?.status === "ended" ? done : await rollOutOne(environment, job, context);
      if (typeof episode === "string") {
        down.set(job.policy, episode);
        return null;
      }
      onEpisode?.(episode);
      return episode;
    },
    { signal, pageOf: ({ task }) => task.id },
  );
  if (signal.aborted) throw new WheelError("interrupted", "Stopped.", "Run the same command again to go on where it stopped.");
  return { episodes, down };
}

/** With memory, if there is one; once more without where that fails. The episode; or why its agent could not be reached. */
async function rollOutOne(environment: Environment, job: RolloutJob, { workspace, signal, memory }: RolloutContext): Promise<Episode | string> {
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

async function playOne(workspace: Workspace, environment: AnyEnvironment, job: RolloutJob, signal: AbortSignal): Promise<Episode | string> {
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
    const unavailable = await playOut(workspace, environment, job, begun.id, instance.instruction, observation, signal);
    if (unavailable !== null) {
      workspace.episodes.interrupt(begun.id);
      return unavailable;
    }
  } catch (error) {
    if (workspace.episodes.get(begun.id).status === "running") workspace.episodes.interrupt(begun.id);
    throw error;
  }
  return workspace.episodes.get(begun.id);
}

/** The loop of an episode: decide, act, record, until somebody ends it (null), or the agent cannot be reached (why). */
async function playOut(
  workspace: Workspace,
  environment: AnyEnvironment,
  job: RolloutJob,
  id: string,
  instruction: string,
  start: Observation,
  signal: AbortSignal,
): Promise<string | null> {
  const history: PastStep[] = [];
  const secrets = new Secrets();
  const began = performance.now();
  let observation = start;
  for (let index = 0; ; index++) {
    signal.throwIfAborted();
    const random = rng(job.runSeed, job.role, job.cycle, job.task.id, job.seed, job.trial, job.groupId ?? "", index);
    const startMs = performance.now() - began;
    const decision = await decideIn(environment, job, { instruction, observation, history, rng: random, signal });
    if (!isDecision(decision)) {
      if (decision.kind === "unavailable") return decision.why;
      workspace.episodes.end(id, { terminatedBy: "agent", verdict: unreadVerdict(job.task, decision) });
      return null;
    }
    const thinkMs = performance.now() - began - startMs;
    const result = await environment.step(decision.action);
    workspace.steps.append(id, {
      index,
      screenHash: observation.screenHash,
      action: result.action,
      state: result.state,
      incidents: result.incidents,
      decision: storedDecision(decision, result.action, secrets),
      deviceScaleFactor: observation.deviceScaleFactor,
      nextScreen: screenOf(result.observation),
      account: { target: decision.target, startMs, thinkMs, actMs: performance.now() - began - startMs - thinkMs },
    });
    remember(history, job.policy, decision, observation, result);
    observation = result.observation;
    if (result.verdict !== null) {
      workspace.episodes.end(id, { terminatedBy: terminatedBy(result), verdict: result.verdict });
      return null;
    }
  }
}

/** Asks the policy; those that may see the page's state are shown it. */
export function decideIn(environment: AnyEnvironment, { policy, task }: Pick<RolloutJob, "policy" | "task">, input: DecisionInput): Promise<Outcome> {
  const { oracle } = task;
  if (!policy.privileged || oracle === undefined || environment instanceof RecallingEnvironment) return policy.decide(input);
  return policy.decide({ ...input, privileged: { context: environment.oracleContext(), oracle } });
}

/** Puts a step into the agent's memory, with its screen where the policy wants pictures of the past, and forgets those it does not want. */
export function remember(
  history: PastStep[],
  { pictures = 1 }: Pick<Policy, "pictures">,
  { target, thought }: Pick<Decision, "target" | "thought">,
  observation: Observation,
  { action, observation: next }: StepResult,
): void {
  const changed = next.screenHash !== observation.screenHash;
  const seen = pictures > 1 ? { seen: seenOf(observation) } : {};
  history.push({ action, target, changed, ...(thought === undefined ? {} : { thought }), ...seen });
  const old = history[history.length - pictures];
  if (old?.seen === undefined) return;
  const { seen: _, ...rest } = old;
  history[history.length - pictures] = rest;
}

/** Verdict of an episode that ends because its agent's answer was no action. */
function unreadVerdict(task: Task, { problem, detail, call }: Unreadable): Verdict {
  const reason = `the agent's answer could not be read (${problem}): ${detail}`;
  // The call is plain data, and stored as such.
  const evidence = { problem, detail, call: call as unknown as Json };
  return { verdict: "fail", reason, evidence, rewardRaw: 0, verifier: verifierName(task), triage: "model" };
}

/**
 * A decision as it is stored. Where the recorder masked what was typed, nothing that may quote it is kept; `secrets` remembers it, so that later
 * decisions of the episode do not quote it either.
 */
export function storedDecision(decision: Decision, recorded: Action, secrets = new Secrets()): StoredDecision {
  const { action } = decision;
  const masked = recorded.kind === "type" && (action.kind !== "type" || action.text !== recorded.text);
  const { logProb = null, value = null, entropy = null, thought = null, explored = false, alternatives = [], call } = decision;
  if (masked) {
    if (action.kind === "type") secrets.add(action.text);
    return storedDecision({ ...withoutWords(decision), action: recorded }, recorded, secrets);
  }
  return secrets.json({
    logProb,
    value,
    entropy,
    thought,
    exploration: explored,
    alternatives: alternatives.map((other) => ({ action: other.action, logProb: Math.log(other.probability) })),
    ...(call === undefined ? {} : { call }),
  });
}

function withoutWords({ thought: _, alternatives: __, call, ...rest }: Decision): Decision {
  return { ...rest, ...(call === undefined ? {} : { call: { ...call, answer: null, unread: [] } }) };
}

/** Who or what ended an episode with this step. */
export function terminatedBy({ action, truncated, incidents }: StepResult): TerminatedBy {
  if (incidents.some(({ fatal }) => fatal)) return "environment";
  if (endsEpisode(action)) return "agent";
  return truncated ? "budget" : "page";
}
