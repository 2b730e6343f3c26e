/** `flywheel replay`: carries out recorded episodes again and compares every screen and the verdict. In: ids or a number. Out: drifts. */
import type { Command } from "commander";
import { installBrowser } from "../../env/findBrowser.ts";
import { WheelError } from "../../env/errors.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import { rng } from "../../env/random.ts";
import { replayEpisode } from "../../flywheel/replay.ts";
import { action } from "../context.ts";
import { progressPrinter } from "../progressPrinter.ts";
import { selectTasks } from "../selectTasks.ts";

interface ReplayOptions {
  readonly sample: string;
  readonly seed: string;
  readonly taskModule: string[];
  readonly contexts: string;
}

/** Adds the command. */
export function replayCommand(program: Command): void {
  const command = program
    .command("replay [episodes...]")
    .description("re-execute recorded episodes from their seeds; compare every screen and the verdict")
    .option("--sample <n>", "without ids: so many, drawn at random", "100")
    .option("--seed <n>", "seed of that draw", "1")
    .option("--contexts <n>", "browser contexts in parallel", "3")
    .option("--task-module <file>", "add tasks from a file", (value: string, before: string[]) => [...before, value], []);
  action<ReplayOptions>(command, async ({ options, say, emit, signal, openWorkspace }, ids) => {
    await using workspace = await openWorkspace("read");
    const tasks = new Map((await selectTasks(undefined, options.taskModule)).map((task) => [task.id, task]));
    const all = ids.length > 0 ? ids.map((id) => workspace.episodes.get(id)) : rng("replay", options.seed).shuffle(workspace.episodes.list()).slice(0, Number(options.sample));
    const episodes = all.filter(({ task, verdict }) => tasks.has(task) && verdict !== "env-error").sort((a, b) => (a.task < b.task ? -1 : 1));
    installBrowser(say);
    await using pool = new EnvironmentPool(Number(options.contexts));
    const printer = progressPrinter();
    let done = 0;
    const results = await pool.run(episodes, async (environment, episode) => {
      const result = await replayEpisode(environment, tasks.get(episode.task)!, episode, workspace.steps.of(episode.id));
      emit(result);
      if (result.firstDrift !== null || result.recorded !== result.replayed) {
        say(`${result.episode} ${result.task}: ${result.firstDrift === null ? "screens equal" : `screen ${result.firstDrift} differs first`}; verdict ${result.recorded} → ${result.replayed}`);
      }
      printer({ kind: "progress", cycle: 0, stage: "replay", done: ++done, total: episodes.length });
      return result;
    }, signal);
    const screens = results.reduce((sum, one) => sum + one.screens, 0);
    const same = results.reduce((sum, one) => sum + one.sameScreens, 0);
    const verdicts = results.filter((one) => one.recorded === one.replayed).length;
    say(`${results.length} episodes replayed: ${verdicts} verdicts equal, ${same} of ${screens} screens equal.`);
    emit({ summary: { episodes: results.length, verdictsEqual: verdicts, screens, screensEqual: same } });
    if (verdicts < results.length || same < screens) throw new WheelError("internal", "Some episodes did not replay exactly.", "See the lines above; `flywheel episodes show ID` shows what was recorded.");
  });
}
