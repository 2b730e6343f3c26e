/**
 * `flywheel compare`: default minus control, or now minus before, paired on final instances. In: workspaces of finished runs, or files of their
 * results. Out: a table, or JSON.
 */
import { statSync } from "node:fs";
import type { Command } from "commander";
import { WheelError } from "../../env/errors.ts";
import { compareRuns, compareWithBefore, type RunComparison, type RunEnd } from "../../flywheel/compareRuns.ts";
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
    )
    .option("--before <runs...>", "compare with these instead, of the same training seeds and switches: another configuration or an earlier program");
  examples(
    command,
    "compare workspace demos-only frozen-actor",
    "compare s1.json s2.json s1-demos.json s2-demos.json --json",
    "compare s1.json s2.json s3.json --before old/s1.json old/s2.json old/s3.json",
  );
  action<{ before?: string[] }>(command, async ({ options, say, emit }, paths) => {
    const ends = await endsOf(paths);
    const compared = options.before === undefined ? compareRuns(ends) : compareWithBefore(ends, await endsOf(options.before));
    if (compared.length === 0) throw nothingToCompare(options.before !== undefined);
    for (const comparison of compared) {
      emit(comparison);
      describe(comparison).forEach(say);
      if (options.before === undefined) programsApart(comparison).forEach(say);
      else whatChanged(comparison).forEach(say);
    }
  });
}

function nothingToCompare(before: boolean): WheelError {
  return before
    ? new WheelError(
        "usage",
        "No run has one of the same training seed and switches among those before.",
        "Name runs of the same --seed and controls on both sides.",
      )
    : new WheelError(
        "usage",
        "There is no default run and control with the same training seed and configuration among these.",
        "Name a default run and one with, for example, --demos-only, both with the same --seed and --preset; or name what to compare with after --before.",
      );
}

async function endsOf(paths: readonly string[]): Promise<RunEnd[]> {
  const ends: RunEnd[] = [];
  for (const path of paths) ends.push(...(await endsIn(path)));
  return ends;
}

async function endsIn(path: string): Promise<RunEnd[]> {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return [endOf(readRunResults(path))];
  await using workspace = await openWorkspace(path, { readOnly: true });
  return workspace.runs.list().map((run) => endOf(gatherRunResults(workspace, run)));
}

function describe({ names, seeds, overSeeds, growthOverSeeds }: RunComparison): string[] {
  const rows = seeds.flatMap(({ seed, scores, difference: gain }) =>
    GROUPS.filter((name) => gain[name] !== null).map((name) => [
      `  seed ${seed}`,
      NAMES[name],
      score(scores[name].baseline),
      score(scores[name].control),
      `${difference(gain[name], gain[name]!.n)}, ${plural(gain[name]!.n, "pair")}`,
    ]),
  );
  const title = `${names.baseline} − ${names.control}`;
  const head = ["  run", "tasks", names.baseline, names.control, `${title}, 95 %`];
  const mean = GROUPS.flatMap((name) => {
    const over = overSeeds[name];
    return over === null ? [] : [`  ${NAMES[name]}: mean over ${plural(over.runs, "training seed")} ${difference(over)}`];
  });
  const growth = (["baseline", "control"] as const).flatMap((of) => {
    const over = growthOverSeeds[of];
    return over === null ? [] : [`  yield, ${names[of]}, verified per 1 000 steps, ${plural(over.runs, "training seed")}: ${growthWords(over)}`];
  });
  return [title, ...columns([head, ...rows]), ...mean, ...growth];
}

/** Programs of two versions may differ by more than the control. */
function programsApart({ seeds }: RunComparison): string[] {
  return seeds.flatMap(({ seed, programs: { baseline, control } }) =>
    baseline.join() === control.join()
      ? []
      : [`  Mind that seed ${seed} was run by different programs: ${baseline.join(", ")} (default) and ${control.join(", ")} (control).`],
  );
}

/** What lies between now and before: said once where it is the same for several seeds. */
function whatChanged({ seeds }: RunComparison): string[] {
  const changes = seeds.map(({ seed, programs, changes: knobs }) => {
    const program =
      programs.baseline.join() === programs.control.join() ? [] : [`program ${programs.control.join(", ")} → ${programs.baseline.join(", ")}`];
    const all = [...program, ...knobs.map(({ path, before, now }) => `${path} ${before ?? "–"} → ${now ?? "–"}`)];
    return { seed, words: all.length === 0 ? "nothing changed" : all.join("; ") };
  });
  const alike = Map.groupBy(changes, ({ words }) => words);
  return [...alike].map(([words, own]) => `  ${own.length > 1 ? "seeds" : "seed"} ${own.map(({ seed }) => seed).join(", ")}: ${words}`);
}
