/**
 * Equal budgets for controls: what a finished run asked for and how many updates its RL made.
 * In: the workspace of a run of the default configuration with the same seed. Out: the `controls` of a `--demos-only` run.
 */
import { WheelError } from "../env/errors.ts";
import { openWorkspace } from "./store/workspace.ts";

export interface ReferenceBudget {
  readonly requests: { readonly cycle: number; readonly task: string; readonly bucket: string; readonly count: number }[];
  /** RL updates per cycle that had RL, on average. */
  readonly extraSftSteps: number;
}

/** Reads the newest run of a workspace. Throws `usage` when it has none with this seed. */
export async function referenceBudget(dir: string, seed: number): Promise<ReferenceBudget> {
  await using workspace = await openWorkspace(dir, { readOnly: true });
  const run = workspace.runs.list().findLast((one) => one.seed === seed);
  if (run === undefined)
    throw new WheelError("usage", `${dir} holds no run with seed ${seed}.`, "Name the workspace of a finished default run with --reference.");
  const requests = workspace.demonstrations.list(run.id).map(({ cycle, task, bucket, answered }) => ({ cycle, task, bucket, count: answered }));
  const rounds = workspace.stages.list(run.id).filter(({ stage, status }) => stage.startsWith("reinforce") && status === "done");
  const cycles = new Set(rounds.map(({ cycle }) => cycle)).size;
  const updates = rounds.reduce((sum, { result }) => sum + ((result as { updates?: number } | null)?.updates ?? 0), 0);
  return { requests, extraSftSteps: cycles === 0 ? 0 : Math.round(updates / cycles) };
}
