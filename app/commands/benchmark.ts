/** `flywheel benchmark`: the wheel on the tasks of others, then a contest on final seeds. In: a suite. Out: scores by both readings, the run's report. */
import type { Command } from "commander";
import { installBrowser } from "../../env/findBrowser.ts";
import { holdContest, type BenchmarkScores } from "../../flywheel/benchmark/contest.ts";
import { PUBLISHED } from "../../flywheel/benchmark/published.ts";
import { MOST_CYCLES } from "../../flywheel/config.ts";
import { anotherCycleFits } from "../../flywheel/benchmark/timeBudget.ts";
import { scoreAll, turnWheel } from "../../flywheel/loop.ts";
import { Wheel } from "../../flywheel/wheel.ts";
import { columns } from "../columns.ts";
import { configureRun, type RunOptions } from "../configureRun.ts";
import { action } from "../context.ts";
import { collect, examples, whole, withTasks } from "../options.ts";
import { progressPrinter } from "../progressPrinter.ts";
import { CONTESTANTS } from "../report/contestChart.ts";
import { gatherContest } from "../report/gatherContest.ts";
import type { ContestRow } from "../report/reportData.ts";
import { score } from "../report/words.ts";
import { writeReport } from "./report.ts";

/** Adds the command. */
export function benchmarkCommand(program: Command): void {
  const benchmark = program.command("benchmark").description("how far the wheel gets on tasks that others made");
  const command = benchmark
    .command("miniwob")
    .description(
      "turn the wheel on the 125 tasks of MiniWoB++ that BrowserGym evaluates, then play final seeds; the same command goes on after a stop",
    )
    .option("--seed <n>", "training seed", whole(0, 1_000_000))
    .option("--cycles <n>", "training cycles after cycle 0, at most", whole(1, MOST_CYCLES))
    .option("--minutes <n>", "time for all of it: no cycle begins that would not leave a quarter of it for final seeds", whole(1, 10_000), 120)
    .option("--set <path=value>", "set any knob of the configuration, e.g. final.seedsPerTask=10 (repeatable)", collect);
  withTasks(command, "all 125");
  examples(command, "benchmark miniwob -w miniwob", "benchmark miniwob -w few --tasks 'miniwob/click-*' --cycles 2");
  action<RunOptions & { readonly minutes: number }>(command, async ({ options, signal, say, emit, openWorkspace }) => {
    const switches = { filter: true, routing: true, ct: true, rl: true, requests: true };
    const { config, tasks } = await configureRun({ ...options, ...switches, preset: "miniwob" });
    tasks.forEach((task) => task.requirements?.());
    installBrowser(say);
    await using workspace = await openWorkspace("make");
    await using wheel = new Wheel({ workspace, config, tasks, signal, onProgress: progressPrinter() });
    workspace.runs.open(wheel.run, config, config.seed);
    say(
      `Run ${wheel.run} in ${options.workspace}: ${tasks.length} tasks, ${config.demonstrated.length} of them demonstrated, at most ${config.cycles} cycles and ${options.minutes} minutes.`,
    );
    const fits = (cycle: number): boolean => {
      const another = anotherCycleFits(workspace.stages.list(wheel.run), cycle, options.minutes);
      if (!another && cycle < config.cycles) say(`Cycle ${cycle} is the last: another would leave too little of ${options.minutes} minutes.`);
      return another;
    };
    if (!(await turnWheel(wheel, fits))) await scoreAll(wheel);
    await holdContest(wheel);
    const contest = gatherContest(workspace, wheel.run, config.demonstrated);
    for (const row of contest) emit({ kind: "contestant", ...row });
    table(contest).forEach(say);
    say(`Report: ${await writeReport(workspace, wheel.run)}`);
  });
}

function table(contest: readonly ContestRow[]): string[] {
  const head = ["reward > 0 (reward = 1)", "budget", "all", "demonstrated", "never demonstrated"];
  const cell = ({ positive, strict }: BenchmarkScores): string => (positive === null ? "" : `${score(positive)} (${score(strict)})`);
  const own = contest.map(({ name, budget, all, demonstrated, never }) => [CONTESTANTS[name], budget, cell(all), cell(demonstrated), cell(never)]);
  const others = PUBLISHED.map(({ system, sees, tasks, trainedOnThem, success }) => [
    system,
    sees,
    success.toFixed(3).replace(/^0/, ""),
    `${tasks} tasks`,
    trainedOnThem ? "trained on them" : "not trained on them",
  ]);
  return [...columns([head, ...own]), "", ...columns([["published", "sees", "success", "of", ""], ...others])];
}
