/** `flywheel compare`: default minus control, paired on final instances. In: workspaces of finished runs, or files of their results. Out: a table, or JSON. */
import { statSync } from "node:fs";
import type { Command } from "commander";
import { WheelError } from "../../env/errors.ts";
import { compareRuns, type ControlComparison, type RunEnd } from "../../flywheel/compareRuns.ts";
import { endOf, readRunResults } from "../../flywheel/runResults.ts";
import { GROUPS, type GroupName } from "../../flywheel/score.ts";
import { openWorkspace } from "../../flywheel/store/workspace.ts";
import { columns } from "../columns.ts";
import { action } from "../context.ts";
import { examples } from "../options.ts";
import { gatherRunResults } from "../report/gatherRunResults.ts";
import { difference, growthWords, plural, score } from "../report/words.ts";

const NAMES: Readonly<Record<GroupName, string>> = { all: "all", demonstrated: "demonstrated", requested: "on request", never: "never" };

/** Adds the command. */
export function compareCommand(program: Command): void {
  const command = program
    .command("compare <runs...>")
    .description(
      "compare finished runs, given as workspaces or files of `flywheel results`: the default minus each control of the same training seed, paired",
    );
  examples(command, "compare workspace demos-only frozen-actor", "compare s1.json s2.json s1-demos.json s2-demos.json --json");
  action(command, async ({ say, emit }, paths) => {
    const ends: RunEnd[] = [];
    for (const path of paths) ends.push(...(await endsIn(path)));
    const compared = compareRuns(ends);
    if (compared.length === 0) {
      throw new WheelError(
        "usage",
        "There is no default run and control with the same training seed and configuration among these.",
        "Name a default run and one with, for example, --demos-only, both with the same --seed and --preset.",
      );
    }
    for (const comparison of compared) {
      emit(comparison);
      describe(comparison).forEach(say);
    }
  });
}

async function endsIn(path: string): Promise<RunEnd[]> {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return [endOf(readRunResults(path))];
  await using workspace = await openWorkspace(path, { readOnly: true });
  return workspace.runs.list().map((run) => endOf(gatherRunResults(workspace, run)));
}

function describe({ control, seeds, overSeeds, growthOverSeeds }: ControlComparison): string[] {
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
  const mean = GROUPS.flatMap((name) => {
    const over = overSeeds[name];
    return over === null ? [] : [`  ${NAMES[name]}: mean over ${plural(over.runs, "training seed")} ${difference(over)}`];
  });
  const growth = (["baseline", "control"] as const).flatMap((of) => {
    const over = growthOverSeeds[of];
    const who = of === "baseline" ? "the default" : control;
    return over === null ? [] : [`  yield of ${who}, verified per 1 000 steps, ${plural(over.runs, "training seed")}: ${growthWords(over)}`];
  });
  return [`default − ${control}`, ...columns([head, ...rows]), ...mean, ...growth, ...programsApart(seeds)];
}

/** Programs of two versions may differ by more than the control. */
function programsApart(seeds: ControlComparison["seeds"]): string[] {
  return seeds.flatMap(({ seed, programs: { baseline, control } }) =>
    baseline.join() === control.join()
      ? []
      : [`  Mind that seed ${seed} was run by different programs: ${baseline.join(", ")} (default) and ${control.join(", ")} (control).`],
  );
}
