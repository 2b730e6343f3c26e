/** `flywheel compare`: default minus control, paired on final instances. In: workspaces of finished runs. Out: a table, or JSON. */
import type { Command } from "commander";
import { WheelError } from "../../env/errors.ts";
import { compareRuns, type ControlComparison, type RunEnd } from "../../flywheel/compareRuns.ts";
import { storedConfig } from "../../flywheel/config.ts";
import { decisionsByCycle, GROUPS, groupsOf, type GroupName } from "../../flywheel/score.ts";
import type { Run } from "../../flywheel/store/runs.ts";
import { openWorkspace, type Workspace } from "../../flywheel/store/workspace.ts";
import { columns } from "../columns.ts";
import { action } from "../context.ts";
import { examples } from "../options.ts";
import { scoredCandidates } from "../report/gatherFinals.ts";
import { controlsOf } from "../report/gatherReport.ts";
import { difference, plural, score } from "../report/words.ts";

const NAMES: Readonly<Record<GroupName, string>> = { all: "all", demonstrated: "demonstrated", requested: "on request", never: "never" };

/** Adds the command. */
export function compareCommand(program: Command): void {
  const command = program
    .command("compare <workspaces...>")
    .description("compare finished runs: the default minus each control with the same training seed, paired on final instances");
  examples(command, "compare workspace demos-only frozen-actor", "compare s1 s2 s3 s1-demos s2-demos s3-demos --json");
  action(command, async ({ say, emit }, folders) => {
    const ends: RunEnd[] = [];
    for (const folder of folders) {
      await using workspace = await openWorkspace(folder, { readOnly: true });
      ends.push(...workspace.runs.list().map((run) => runEnd(workspace, folder, run)));
    }
    const compared = compareRuns(ends);
    if (compared.length === 0) {
      throw new WheelError(
        "usage",
        "There is no default run and control with the same training seed among these workspaces.",
        "Name the workspace of a default run and that of a run with, for example, --demos-only, both with the same --seed.",
      );
    }
    for (const comparison of compared) {
      emit(comparison);
      describe(comparison).forEach(say);
    }
  });
}

/** Throws `usage` for a run without final scores. */
function runEnd(workspace: Workspace, folder: string, run: Run): RunEnd {
  const config = storedConfig(run);
  const scored = scoredCandidates(workspace, run.id);
  const candidates = scored.map(({ checkpoint, cycle }) => ({ id: checkpoint, cycle }));
  const acting = decisionsByCycle(workspace.checkpoints.promotions(run.id), candidates).at(-1)?.acting;
  const last = scored.find(({ checkpoint }) => checkpoint === acting);
  if (last === undefined)
    throw new WheelError("usage", `Run ${run.id} in ${folder} has no final scores yet.`, "Let it finish: run the same command again.");
  const groups = groupsOf(config, workspace.demonstrations.list(run.id));
  return { run: run.id, seed: run.seed, controls: controlsOf(config), groups, results: last.results };
}

function describe({ control, seeds, overSeeds }: ControlComparison): string[] {
  const rows = seeds.flatMap(({ seed, scores, difference: gain }) =>
    GROUPS.filter((name) => gain[name] !== null).map((name) => [
      `  seed ${seed}`,
      NAMES[name],
      score(scores[name].baseline),
      score(scores[name].control),
      `${difference(gain[name], gain[name]!.n)}, ${plural(gain[name]!.n, "pair")}`,
    ]),
  );
  const head = ["  run", "tasks", "default", "control", "default − control, 95 %"];
  const mean = GROUPS.flatMap((name) =>
    overSeeds[name] === null ? [] : [`  ${NAMES[name]}: mean over ${plural(seeds.length, "training seed")} ${difference(overSeeds[name])}`],
  );
  return [`default − ${control}`, ...columns([head, ...rows]), ...mean];
}
