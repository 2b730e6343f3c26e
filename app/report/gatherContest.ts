/** The contest after a benchmark's run, scored in groups. In: an open workspace, a run, which tasks were demonstrated. Out: a row per contestant. */
import { benchmarkScores, contestants } from "../../flywheel/benchmark/contest.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import type { ContestRow } from "./reportData.ts";

export function gatherContest(workspace: Workspace, run: string, demonstrated: readonly string[]): ContestRow[] {
  const shown = new Set(demonstrated);
  return contestants(workspace, run).map((contestant) => ({
    name: contestant.name,
    budget: contestant.budget,
    all: benchmarkScores(contestant),
    demonstrated: benchmarkScores(contestant, ({ task }) => shown.has(task)),
    never: benchmarkScores(contestant, ({ task }) => !shown.has(task)),
  }));
}
