/**
 * Turns what happened into a verdict. Pure. In: task, instance, states, actions, how it ended, incidents. Out: a verdict with its evidence.
 */
import { endsEpisode, type Action } from "./action.ts";
import type { Incident, Standing } from "./episode.ts";
import type { Json } from "./json.ts";
import type { Instance, Task } from "./task.ts";
import type { Verdict } from "./verdict.ts";

export interface Ending {
  readonly states: readonly Json[];
  readonly actions: readonly Action[];
  readonly truncated: boolean;
  readonly incidents: readonly Incident[];
}

/** Name of the verifier that a task's current version speaks with. */
export function verifierName(task: Pick<Task, "id" | "version">): string {
  return `${task.id}@${task.version}`;
}

/** Says whether the last action ended the episode, or the page did (`pageEnded`), or the budget is used up, and judges it then. */
export function standing(
  { task, instance, maxSteps, ...so }: Omit<Ending, "truncated"> & { readonly task: Task; readonly instance: Instance; readonly maxSteps: number },
  pageEnded: boolean,
): Standing {
  const last = so.actions.at(-1);
  const terminated = pageEnded || (last !== undefined && endsEpisode(last));
  const truncated = !terminated && so.actions.length >= maxSteps;
  return { terminated, truncated, verdict: terminated || truncated ? judge(task, instance, { ...so, truncated }) : null };
}

/** Judges a finished episode. A verifier that throws gives `unverified`; incidents are never the agent's failure. */
export function judge(task: Task, instance: Instance, ending: Ending): Verdict {
  const verifier = verifierName(task);
  const fatal = ending.incidents.find((incident) => incident.fatal);
  if (fatal !== undefined) return environmentError(verifier, fatal);
  let judgement;
  try {
    judgement = task.verify(ending.states, instance, ending.actions);
  } catch (error) {
    const reason = `the verifier failed: ${error instanceof Error ? error.message : String(error)}`;
    return { verdict: "unverified", reason, evidence: null, rewardRaw: 0, verifier, triage: "verifier" };
  }
  const rewardRaw = judgement.rewardRaw ?? (judgement.pass ? 1 : 0);
  const base = { reason: judgement.reason, evidence: judgement.evidence, rewardRaw, verifier };
  const last = ending.actions.at(-1);
  if (ending.truncated && !(last !== undefined && endsEpisode(last))) {
    return { ...base, verdict: "truncated", reason: `step budget used up; ${judgement.reason}`, rewardRaw: 0, triage: "model" };
  }
  if (judgement.pass) return { ...base, verdict: "pass", triage: null };
  // What a suite's own page throws is part of the task as it is.
  const incident = ending.incidents.find(({ kind }) => task.suite === undefined || kind !== "page-error");
  if (incident !== undefined) return environmentError(verifier, incident);
  return { ...base, verdict: "fail", triage: "model" };
}

function environmentError(verifier: string, incident: Incident): Verdict {
  const reason = `${incident.kind}: ${incident.detail}`;
  return { verdict: "env-error", reason, evidence: { ...incident }, rewardRaw: 0, verifier, triage: "environment" };
}
