/** `flywheel tasks`: list, show, check, and the pages of MiniWoB++. In: ids or globs. Out: what the tasks are, and whether their verifiers hold on real pages. */
import type { Command } from "commander";
import { installBrowser } from "../../env/findBrowser.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import { fetchPages } from "../../tasks/miniwob/fetchPages.ts";
import { requirePages } from "../../tasks/miniwob/pages.ts";
import { MINIWOB_TASKS } from "../../tasks/index.ts";
import { checkTask, type TaskCheck } from "../../flywheel/checkTasks.ts";
import { columns } from "../columns.ts";
import { action } from "../context.ts";
import { examples, withContexts, withTaskModule, withTasks, type TaskChoice } from "../options.ts";
import { parseSeeds } from "../parseSeeds.ts";
import { interrupted } from "../reportError.ts";
import { selectTasks } from "../selectTasks.ts";

/** Adds the command and its subcommands. */
export function tasksCommand(program: Command): void {
  const tasks = program.command("tasks").description("what the agent is asked to do: list, show, check");
  listCommand(tasks);
  showCommand(tasks);
  checkCommand(tasks);
  miniwobCommand(tasks);
  examples(tasks, "tasks list", "tasks show click-menu", "tasks check --tasks 'click-*' --seeds 34-49");
}

function listCommand(tasks: Command): void {
  const command = withTaskModule(withTasks(tasks.command("list").description("all tasks, one line each")));
  examples(command, "tasks list", "tasks list --tasks 'click-*,log-in'", "tasks list --task-module ~/my-task.ts");
  action<TaskChoice>(command, async ({ options, say, emit }) => {
    const chosen = await selectTasks(options.tasks, options.taskModule);
    const rows = chosen.map(({ id, family, viewport, maxSteps, summary }) => [
      id,
      family,
      `${viewport.width}×${viewport.height}`,
      `${maxSteps} steps`,
      summary,
    ]);
    for (const line of columns(rows)) say(line);
    if (options.tasks === undefined) say(`And ${MINIWOB_TASKS.length} of MiniWoB++: flywheel tasks list --tasks 'miniwob/*'`);
    for (const { id, version, family, viewport, maxSteps, buckets, summary } of chosen)
      emit({ id, version, family, viewport, maxSteps, buckets, summary });
  });
}

function showCommand(tasks: Command): void {
  const command = tasks
    .command("show <task>")
    .description("one task and some of its instances")
    .option("--seeds <ranges>", "seeds of the instances", "34-39,600000,690000");
  withTaskModule(command);
  examples(command, "tasks show click-menu", "tasks show click-menu --seeds 34-99", "tasks show my-task --task-module ~/my-task.ts");
  action<TaskChoice & { seeds: string }>(command, async ({ options, say, emit }, [id]) => {
    const seeds = parseSeeds(options.seeds);
    const all = await selectTasks([id!], options.taskModule);
    for (const task of all.filter((one) => one.id === id || id!.includes("*"))) {
      const { version, family, summary, viewport, maxSteps, buckets, nearMisses } = task;
      say(`${task.id}@${version}: ${summary}`);
      const facts = [
        ["family", family],
        ["viewport", `${viewport.width}×${viewport.height}`],
        ["step budget", String(maxSteps)],
        ["buckets", buckets.join(" | ")],
        ["near misses", nearMisses.map(({ name }) => name).join(" | ")],
      ];
      for (const line of columns(facts)) say(`  ${line}`);
      const instances = seeds.map((seed) => task.instance(seed));
      const rows = instances.map(({ seed, split, bucket, feasible, instruction }) => [
        String(seed),
        split,
        bucket,
        feasible ? "" : "infeasible",
        instruction === "" ? "(only the page says it)" : instruction,
      ]);
      for (const line of columns([["seed", "split", "bucket", "", "instruction"], ...rows])) say(`  ${line}`);
      for (const instance of instances) emit({ task: task.id, ...instance });
    }
  });
}

function checkCommand(tasks: Command): void {
  const command = tasks
    .command("check")
    .description(
      "play oracle, noop, always-fail, random and every near miss on real pages and check the verdicts (exit code 1 when one does not hold)",
    )
    .option("--seeds <ranges>", "seeds, e.g. 34-99,600000-600049", "34-83,600000-600024,690000-690024");
  withContexts(withTaskModule(withTasks(command)), 3);
  examples(command, "tasks check --tasks click-text --seeds 34-53", "tasks check --task-module ~/my-task.ts --tasks my-task");
  action<TaskChoice & { seeds: string; contexts: number }>(command, async ({ options, say, emit, signal }) => {
    const [chosen, seeds] = [await selectTasks(options.tasks, options.taskModule), parseSeeds(options.seeds)];
    installBrowser(say);
    say(`Passed / played, on feasible + on infeasible instances, ${seeds.length} seeds each:`);
    await using pool = new EnvironmentPool(options.contexts, { screenshots: false });
    const checks = await pool.run(
      chosen,
      async (environment, task) => {
        const check = await checkTask(environment, task, seeds, signal);
        emit(check);
        for (const line of describe(check)) say(line);
        return check;
      },
      { signal },
    );
    if (signal.aborted) throw interrupted();
    const broken = checks.filter(({ problems }) => problems.length > 0);
    if (broken.length === 0) return say(`${checks.length} ${checks.length === 1 ? "task is" : "tasks are"} sound.`);
    say(
      `${broken.length} of ${checks.length} tasks are not sound: ${broken.map(({ task }) => task).join(", ")}. Mend verifier, oracle or near miss, and check again.`,
    );
    return "unsound";
  });
}

function miniwobCommand(tasks: Command): void {
  const command = tasks
    .command("miniwob")
    .description("where the pages of MiniWoB++ are, another project's that is never part of this one (exit code 3 when they are nowhere)")
    .option("--fetch", "download them once, 2 MB, with pip or from PyPI, into your cache folder");
  examples(command, "tasks miniwob", "tasks miniwob --fetch");
  action<{ fetch?: true }>(command, async ({ options, say, emit }) => {
    const { source } = options.fetch === true ? await fetchPages(say) : requirePages();
    say(`${source}: pages of ${MINIWOB_TASKS.length} tasks, miniwob/*`);
    emit({ source, tasks: MINIWOB_TASKS.length });
  });
}

function describe({ task, rows, problems }: TaskCheck): string[] {
  const share = ({ passes, episodes }: { passes: number; episodes: number }): string => `${passes}/${episodes}`;
  const misses = rows.filter(({ policy }) => policy.startsWith("near-miss"));
  const missed = misses.reduce((sum, row) => sum + row.feasible.passes + row.infeasible.passes, 0);
  const main = rows
    .filter(({ policy }) => !policy.startsWith("near-miss"))
    .map((row) => `${row.policy} ${share(row.feasible)} + ${share(row.infeasible)}`);
  return [
    `${problems.length === 0 ? "ok" : "no"}  ${task.padEnd(18)}  ${main.join(", ")}; ${misses.length} near misses passed ${missed}`,
    ...problems.map((problem) => `      ${problem}`),
  ];
}
