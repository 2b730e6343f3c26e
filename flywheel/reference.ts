/**
 * Equal budgets for controls: what a finished run asked for and how many updates its RL made.
 * In: a run of the default configuration with the same seed. Out: the `controls` of a `--demos-only` run.
 */
import { statSync } from "node:fs";
import { WheelError } from "../env/errors.ts";
import { readRunResults } from "./runResults.ts";
import { openWorkspace, type Workspace } from "./store/workspace.ts";

export interface ReferenceBudget {
  readonly requests: { cycle: number; task: string; bucket: string; count: number }[];
  /** RL updates per cycle that had RL, on average. */
  readonly extraSftSteps: number;
}

/** From the newest run of a workspace, or from a file of results. Throws `usage` when there is none with this seed. */
export async function referenceBudget(path: string, seed: number): Promise<ReferenceBudget> {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) {
    const results = readRunResults(path);
    if (results.seed !== seed) throw noRun(path, seed);
    return results.budget;
  }
  await using workspace = await openWorkspace(path, { readOnly: true });
  const run = workspace.runs.list().findLast((one) => one.seed === seed);
  if (run === undefined) throw noRun(path, seed);
  return budgetOf(workspace, run.id);
}

/** What one run asked for and updated. */
export function budgetOf(workspace: Workspace, run: string): ReferenceBudget {
  const requests = workspace.demonstrations.list(run).map(({ cycle, task, bucket, answered }) => ({ cycle, task, bucket, count: answered }));
  const rounds = workspace.stages.list(run).filter(({ stage, status }) => stage.startsWith("reinforce") && status === "done");
  const cycles = new Set(rounds.map(({ cycle }) => cycle)).size;
  const updates = rounds.reduce((sum, { result }) => sum + ((result as { updates?: number } | null)?.updates ?? 0), 0);
  return { requests, extraSftSteps: cycles === 0 ? 0 : Math.round(updates / cycles) };
}

function noRun(path: string, seed: number): WheelError {
  return new WheelError(
    "usage",
    `${path} holds no run with seed ${seed}.`,
    "Name a finished default run, its workspace or its results, with --reference.",
  );
}
