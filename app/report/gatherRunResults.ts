/** What a finished run found, to be kept without its workspace. In: a workspace, a run. Out: `RunResults`. Pure reads. */
import { WheelError } from "../../env/errors.ts";
import { storedConfig } from "../../flywheel/config.ts";
import { budgetOf } from "../../flywheel/reference.ts";
import type { EpisodeResult } from "../../flywheel/results.ts";
import type { RunResults } from "../../flywheel/runResults.ts";
import { decisionsByCycle, groupsOf, scoreGroups, yieldPerThousand } from "../../flywheel/score.ts";
import type { Run } from "../../flywheel/store/runs.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { switchesOf } from "../../flywheel/switches.ts";
import { scoredCandidates } from "./gatherFinals.ts";

/** Throws `usage` for a run without final scores. */
export function gatherRunResults(workspace: Workspace, run: Run): RunResults {
  const config = storedConfig(run);
  const scored = scoredCandidates(workspace, run.id);
  const candidates = scored.map(({ checkpoint, cycle }) => ({ id: checkpoint, cycle }));
  const acting = decisionsByCycle(workspace.checkpoints.promotions(run.id), candidates).at(-1)?.acting;
  const last = scored.find(({ checkpoint }) => checkpoint === acting);
  if (last === undefined)
    throw new WheelError("usage", `Run ${run.id} in ${workspace.dir} has no final scores yet.`, "Let it finish: run the same command again.");
  const groups = groupsOf(config, workspace.demonstrations.list(run.id));
  const { id, seed, configHash, programs } = run;
  return {
    format: "flywheel-results-1",
    run: id,
    seed,
    configHash,
    programs: [...programs],
    controls: switchesOf(config),
    config,
    stageSeconds: workspace.stages.list(id).reduce((sum, { seconds }) => sum + (seconds ?? 0), 0),
    groups: mutable(groups),
    budget: budgetOf(workspace, id),
    curve: scored.flatMap(({ checkpoint, cycle, results }) => {
      const all = scoreGroups(results, groups, checkpoint).all;
      return all === null ? [] : [{ cycle, checkpoint, estimate: all.estimate, low: all.low, high: all.high }];
    }),
    yields: yieldPerThousand(workspace.episodes.learning({ run: id })).map(({ cycle, steps, estimate, low, high }) => ({
      cycle,
      steps,
      estimate,
      low,
      high,
    })),
    acting: last.checkpoint,
    finals: last.results.map(toRow),
  };
}

function mutable({ all, demonstrated, requested, never }: ReturnType<typeof groupsOf>): RunResults["groups"] {
  return { all: [...all], demonstrated: [...demonstrated], requested: [...requested], never: [...never] };
}

function toRow({ task, seed, split, bucket, heldOut, verdict, rewardRaw, steps, episode }: EpisodeResult): RunResults["finals"][number] {
  return [task, seed, split, bucket, heldOut, verdict, rewardRaw, steps, episode];
}
