/** `flywheel tasks`: list, show, check. In: ids or globs. Out: what the tasks are, and whether their verifiers hold on real pages. */
import type { Command } from "commander";
import { installBrowser } from "../../env/findBrowser.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import { WheelError } from "../../env/errors.ts";
import { checkTask, type TaskCheck } from "../../flywheel/checkTasks.ts";
import { action } from "../context.ts";
import { parseSeeds } from "../parseSeeds.ts";
import { selectTasks } from "../selectTasks.ts";

interface TaskOptions {
  readonly tasks?: string;
  readonly taskModule: string[];
  readonly seeds: string;
  readonly contexts: string;
}

const collect = (value: string, before: string[]): string[] => [...before, value];

/** Adds the command and its subcommands. */
export function tasksCommand(program: Command): void {
  const tasks = program.command("tasks").description("the tasks: list, show, check");
  listCommand(tasks);
  showCommand(tasks);
  checkCommand(tasks);
}

function listCommand(tasks: Command): void {
  const command = tasks.command("list").description("all tasks, one line each").option("--tasks <ids>", "ids, globs, or a file of ids").option("--task-module <file>", "add tasks from a file", collect, []);
  action<TaskOptions>(command, async ({ options, say, emit }) => {
    for (const task of await selectTasks(options.tasks, options.taskModule)) {
      const { id, version, family, viewport, maxSteps, buckets, summary } = task;
      say(`${id.padEnd(18)} ${family.padEnd(9)} ${`${viewport.width}×${viewport.height}`.padEnd(9)} ${summary}`);
      emit({ id, version, family, viewport, maxSteps, buckets, summary });
    }
  });
}

function showCommand(tasks: Command): void {
  const command = tasks.command("show <task>").description("one task and some of its instances").option("--seeds <ranges>", "seeds, e.g. 34-39,600000", "34-39,600000,690000").option("--task-module <file>", "add tasks from a file", collect, []);
  action<TaskOptions>(command, async ({ options, say, emit }, [id]) => {
    const [task] = await selectTasks([id!], options.taskModule);
    if (task === undefined) return;
    say(`${task.id}@${task.version} · ${task.family} · ${task.summary}\nviewport ${task.viewport.width}×${task.viewport.height}, at most ${task.maxSteps} steps, buckets: ${task.buckets.join(" | ")}\nnear misses: ${task.nearMisses.map(({ name }) => name).join(" | ")}`);
    for (const seed of parseSeeds(options.seeds)) {
      const instance = task.instance(seed);
      say(`${String(seed).padStart(6)} ${instance.split.padEnd(9)} ${instance.bucket.padEnd(14)} ${instance.feasible ? "" : "(infeasible) "}${instance.instruction}`);
      emit({ task: task.id, ...instance });
    }
  });
}

function checkCommand(tasks: Command): void {
  const command = tasks
    .command("check")
    .description("play oracle, noop, always-fail, random and every near miss on real pages and check the verdicts")
    .option("--tasks <ids>", "ids, globs, or a file of ids")
    .option("--task-module <file>", "add tasks from a file", collect, [])
    .option("--seeds <ranges>", "seeds, e.g. 34-99,600000-600049", "34-83,600000-600024,690000-690024")
    .option("--contexts <n>", "browser contexts in parallel", "3");
  action<TaskOptions>(command, async ({ options, say, emit, signal }) => {
    const chosen = await selectTasks(options.tasks, options.taskModule);
    installBrowser(say);
    await using pool = new EnvironmentPool(Number(options.contexts), { screenshots: false });
    const checks = await pool.run(chosen, async (environment, task) => {
      const check = await checkTask(environment, task, parseSeeds(options.seeds));
      emit(check);
      for (const line of describe(check)) say(line);
      return check;
    }, signal);
    const broken = checks.filter(({ problems }) => problems.length > 0);
    if (broken.length > 0) throw new WheelError("internal", `${broken.length} of ${checks.length} tasks are not sound: ${broken.map(({ task }) => task).join(", ")}.`, "Mend verifier, oracle or near miss, and check again.");
    say(`${checks.length} tasks are sound.`);
  });
}

function describe({ task, rows, problems }: TaskCheck): string[] {
  const share = ({ passes, episodes }: { passes: number; episodes: number }): string => `${passes}/${episodes}`;
  const misses = rows.filter(({ policy }) => policy.startsWith("near-miss"));
  const missed = misses.reduce((sum, row) => sum + row.feasible.passes + row.infeasible.passes, 0);
  const main = rows.filter(({ policy }) => !policy.startsWith("near-miss")).map((row) => `${row.policy} ${share(row.feasible)} + ${share(row.infeasible)}`);
  return [`${problems.length === 0 ? "ok " : "no "} ${task.padEnd(18)} ${main.join(", ")}; ${misses.length} near misses passed ${missed}`, ...problems.map((problem) => `     ${problem}`)];
}
