/** One episode as Replay shows it. In: an id. Out: the API's view: steps with their targets and odds, verdicts, lineage, history. */
import { sql } from "kysely";
import { describeAction } from "../../../env/action.ts";
import type { Task } from "../../../env/task.ts";
import { AUTOMATIC } from "../../../flywheel/store/database.ts";
import type { Episode } from "../../../flywheel/store/episodes.ts";
import type { Step, StepAccount } from "../../../flywheel/store/steps.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import type { StepView } from "../../api/episode.ts";
import type { EpisodeRow } from "../../api/episodes.ts";
import type { Outputs } from "../../api/index.ts";
import { checkpointName } from "../names.ts";
import { rows } from "../statements.ts";
import { stepCall } from "../sessions/asked.ts";
import { episodeRows } from "./episodeRows.ts";

type View = Outputs["episode"]["get"];

/** Throws `unknown-episode`. */
export function viewEpisode(workspace: Workspace, tasks: readonly Task[], id: string): View {
  const episode = workspace.episodes.get(id);
  const steps = viewSteps(workspace, episode);
  const { status, viewport, startState, startUrl, template, heldOut, feasible, split, trial, maxSteps, terminatedBy, weights, endedAt } = episode;
  return {
    row: rowOf(workspace, episode),
    status,
    viewport,
    startScreen: episode.startScreenHash,
    instructionBoxes: instructionBoxes(workspace, episode, steps),
    startState,
    startUrl,
    template,
    heldOut,
    feasible,
    split,
    trial,
    maxSteps,
    group: episode.groupId,
    terminatedBy,
    weights,
    endedAt,
    steps,
    verdicts: workspace.verdicts.of(id).map(({ createdAt, episode: _, rewardRaw, ...verdict }) => ({
      ...verdict,
      reward: rewardRaw,
      at: createdAt,
    })),
    checks: workspace.filterChecks.of(id),
    routes: workspace.routes.history(id).map(({ route, author, reason, createdAt }) => ({
      route,
      author,
      reason,
      at: createdAt,
    })),
    labels: workspace.labels.of(id).map(({ createdAt, episode: _, ...label }) => ({
      ...label,
      at: createdAt,
    })),
    usedBy: usedBy(workspace, id),
    siblings: siblings(workspace, episode),
    forkOf:
      episode.forkOf === null
        ? null
        : {
            id: episode.forkOf,
            step: episode.forkStep ?? 0,
          },
    forks: rows(
      workspace,
      sql<View["forks"][number]>`select e.id, e.forkStep as step, l.verdict from episodes e left join episode_list l on l.episode = e.id
        where e.forkOf = ${id} order by e.startedAt`,
    ),
    history: history(workspace, episode),
    reruns: workspace.reruns.of(id).map(({ createdAt, episode: _, ...rerun }) => ({
      ...rerun,
      at: createdAt,
    })),
    cannotRerun: cannotRerun(tasks, episode),
  };
}

/** The row of an ended episode; one that never ended is not in the list, so its row is made up from what is known. */
function rowOf(workspace: Workspace, episode: Episode): EpisodeRow {
  const [listed] = rows(workspace, sql<{ number: number }>`select number from episode_list where episode = ${episode.id}`);
  if (listed !== undefined) return episodeRows(workspace, [listed.number])[0]!;
  const { id, startScreenHash, instruction, task, bucket, seed, cycle, run, purpose, role, verdict, route, checkpoint, policy, stepCount } = episode;
  const { startedAt, endedAt, verdictReason } = episode;
  return {
    id,
    number: 0,
    screen: startScreenHash,
    instruction,
    task,
    bucket,
    seed,
    cycle,
    run,
    purpose,
    role,
    verdict,
    route,
    policy,
    startedAt,
    judgedByPerson: false,
    reason: verdictReason ?? "",
    routedByPerson: false,
    steps: stepCount,
    labels: [],
    retracted: false,
    match: null,
    checkpoint:
      checkpoint === null
        ? null
        : checkpointName({
            id: checkpoint,
            cycle,
          }),
    seconds: ((endedAt ?? Date.now()) - startedAt) / 1e3,
  };
}

function instructionBoxes(workspace: Workspace, { startScreenHash }: Episode, steps: readonly StepView[]): View["instructionBoxes"] {
  const screens = new Set([startScreenHash, ...steps.map(({ nextScreen }) => nextScreen)]);
  const boxes = [...screens].map((screen) => [screen, workspace.blobs.instructionBox(screen)] as const);
  return Object.fromEntries(boxes.flatMap(([screen, box]) => (box === null ? [] : [[screen, box]])));
}

function viewSteps(workspace: Workspace, { id }: Episode): StepView[] {
  const accounts = workspace.steps.accounts(id);
  const masks = new Map(workspace.masks.of(id).map((mask) => [mask.step, mask]));
  return workspace.steps.of(id).map((step, i) => toView(step, accounts[i]!, masks.get(step.index)));
}

interface Mask {
  readonly masked: boolean;
  readonly reason: string;
  readonly author: string;
}

function toView(step: Step, account: StepAccount, mask: Mask | undefined): StepView {
  const { index, screenHash, nextScreenHash, deviceScaleFactor, action, decision, incidents, state } = step;
  const { actor, proposed, target, url, startMs, thinkMs, actMs } = account;
  return {
    index,
    screen: screenHash,
    nextScreen: nextScreenHash,
    scale: deviceScaleFactor,
    action,
    sentence: describeAction(action),
    target: target ?? "",
    actor,
    proposed,
    url,
    startMs,
    thinkMs,
    actMs,
    state,
    incidents: [...incidents],
    thought: decision?.thought ?? null,
    call: decision?.call == null ? null : stepCall(decision.call),
    probability: probabilityOf(decision?.logProb ?? null),
    alternatives: (decision?.alternatives ?? []).map((other) => ({
      action: other.action,
      sentence: describeAction(other.action),
      probability: probabilityOf(other.logProb),
    })),
    value: decision?.value ?? null,
    entropy: decision?.entropy ?? null,
    explored: decision?.exploration ?? false,
    masked:
      mask?.masked === true
        ? {
            reason: mask.reason,
            author: mask.author,
          }
        : null,
  };
}

/** A logarithm may be a little above zero by rounding. */
function probabilityOf(logProb: number | null): number | null {
  return logProb === null ? null : Math.min(1, Math.exp(logProb));
}

function usedBy(workspace: Workspace, id: string): View["usedBy"] {
  const members = rows(
    workspace,
    sql<{ snapshot: string; pool: "ct" | "sft" | "rl"; cycle: number }>`select m.snapshot, m.pool, s.cycle from snapshot_members m
      join snapshots s on s.hash = m.snapshot where m.episode = ${id} order by s.createdAt, m.pool`,
  );
  const checkpoints = workspace.checkpoints.list();
  return members.map((member) => ({
    ...member,
    checkpoints: checkpoints.filter(({ snapshot }) => snapshot === member.snapshot).map((one) => ({ ...checkpointName(one), status: one.status })),
  }));
}

function siblings(workspace: Workspace, { id, task, seed, run }: Episode): View["siblings"] {
  const found = rows(
    workspace,
    sql<{ id: string; checkpoint: string | null; cycle: number; policy: string; verdict: EpisodeRow["verdict"]; steps: number }>`
      select l.episode as id, l.checkpoint, coalesce(c.cycle, l.cycle) as cycle, l.policy, l.verdict, l.steps
      from episodes e join episode_list l on l.episode = e.id left join checkpoints c on c.id = l.checkpoint
      where e.task = ${task} and e.seed = ${seed} and e.id <> ${id} and (e.run is ${run} or e.run is null) order by l.number desc limit 20`,
  );
  return found.map(({ checkpoint, cycle, ...row }) => ({
    ...row,
    checkpoint: checkpoint === null ? null : checkpointName({ id: checkpoint, cycle }),
  }));
}

const BY_THE_WHEEL = "the wheel";
const who = (author: string): string => (author === AUTOMATIC ? BY_THE_WHEEL : author);

function history(workspace: Workspace, { id, startedAt, policy }: Episode): View["history"] {
  const all: View["history"] = [{ at: startedAt, who: policy, what: "acted" }];
  for (const { verdict, verifier, source, withdrawn, createdAt } of workspace.verdicts.of(id)) {
    const judge = source === "human" ? "a person" : verifier;
    all.push({ at: createdAt, who: judge, what: `${verdict}${withdrawn === null ? "" : `, withdrawn: ${withdrawn}`}` });
  }
  for (const [i, { route, author, reason, createdAt }] of workspace.routes.history(id).entries())
    all.push({ at: createdAt, who: who(author), what: `${i === 0 ? "routed" : "moved"} to ${route}${reason === "" ? "" : `: ${reason}`}` });
  for (const { label, step, author, createdAt } of workspace.labels.of(id))
    all.push({ at: createdAt, who: author, what: `label “${label}”${step === null ? "" : ` at step ${step + 1}`}` });
  for (const { action, author, reason, createdAt } of workspace.retractions.of(id))
    all.push({ at: createdAt, who: author, what: `${action === "retract" ? "retracted" : "restored"}${reason === "" ? "" : `: ${reason}`}` });
  for (const { firstDrift, screens, createdAt } of workspace.reruns.of(id)) {
    const found = firstDrift === null ? `no drift in ${screens} screens` : `first differs at screen ${firstDrift}`;
    all.push({ at: createdAt, who: "re-run from seed", what: found });
  }
  return all.toSorted((a, b) => a.at - b.at);
}

/** Why the recorded actions cannot be carried out again, or null. */
export function cannotRerun(tasks: readonly Task[], { task: id, taskVersion, status, verdict }: Episode): string | null {
  const task = tasks.find((one) => one.id === id);
  if (status === "running") return "It has not ended.";
  if (task === undefined) return id === "free" ? "Real pages cannot be set back to how they were." : `Nobody knows the task ${id} any more.`;
  if (task.version !== taskVersion) return `${id} has changed since: version ${taskVersion} then, ${task.version} now.`;
  return verdict === "env-error" ? "It met an error of the environment." : null;
}
