/** `flywheel replay`: carries out recorded episodes again and compares every screen and the verdict. In: ids or a number. Out: drifts. */
import type { Command } from "commander";
import { WheelError } from "../../env/errors.ts";
import { installBrowser } from "../../env/findBrowser.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import { rng } from "../../env/random.ts";
import type { Task } from "../../env/task.ts";
import { replayEpisode, type ReplayResult } from "../../flywheel/replay.ts";
import type { Episode } from "../../flywheel/store/episodes.ts";
import { action } from "../context.ts";
import { examples, whole, withContexts, withTaskModule, type TaskChoice } from "../options.ts";
import { progressPrinter } from "../progressPrinter.ts";
import { interrupted } from "../reportError.ts";
import { knownTasks } from "../selectTasks.ts";

interface ReplayOptions extends TaskChoice {
  readonly sample: number;
  readonly seed: number;
  readonly contexts: number;
}

/** Adds the command. */
export function replayCommand(program: Command): void {
  const command = program
    .command("replay [episodes...]")
    .description("execute recorded episodes again from their seeds; compare every screen and the verdict (exit code 1 when one differs)")
    .option("--sample <n>", "without ids: so many, drawn at random, as evenly as possible over who acted", whole(1), 100)
    .option("--seed <n>", "seed of that draw", whole(0), 1);
  withContexts(withTaskModule(command), 3);
  examples(command, "replay --sample 100", "replay 7c1f0a2b9d31e8c4a6f0", "replay --sample 20 --task-module ~/my-task.ts");
  action<ReplayOptions>(command, async ({ options, say, emit, signal, openWorkspace }, ids) => {
    const tasks = new Map((await knownTasks(options.taskModule)).map((task) => [task.id, task]));
    await using workspace = await openWorkspace("read");
    const named = ids.map((id) => workspace.episodes.get(id));
    const [possible, others] = split(ids.length > 0 ? named : workspace.episodes.list(), tasks);
    if (possible.length === 0)
      throw new WheelError(
        "usage",
        `There is no episode to replay in ${workspace.dir}${others.length > 0 ? `: ${reasons(others)}` : ""}.`,
        "`flywheel episodes list` shows what was recorded.",
      );
    if (others.length > 0) say(`Left out: ${reasons(others)}.`);
    const drawn = ids.length > 0 ? possible : drawEvenly(possible, options.sample, options.seed);
    const episodes = drawn.toSorted((a, b) => (a.task < b.task ? -1 : a.task > b.task ? 1 : a.seed - b.seed));
    installBrowser(say);
    await using pool = new EnvironmentPool(options.contexts);
    const printer = progressPrinter();
    let done = 0;
    const work = async (environment: Parameters<typeof replayEpisode>[0], episode: Episode): Promise<ReplayResult> => {
      const result = await replayEpisode(environment, tasks.get(episode.task)!, episode, workspace.steps.of(episode.id));
      printer({ kind: "progress", cycle: null, stage: "replay", done: ++done, total: episodes.length });
      if (!isExact(result)) printer({ kind: "line", text: describe(result) });
      const { seen: _, ...facts } = result;
      emit(facts);
      return result;
    };
    const results = await pool.run(episodes, work, { signal, pageOf: ({ task }) => task });
    if (signal.aborted) throw interrupted();
    const screens = results.reduce((sum, one) => sum + one.screens, 0);
    const screensEqual = results.reduce((sum, one) => sum + one.sameScreens, 0);
    const verdictsEqual = results.filter((one) => one.recorded === one.replayed).length;
    const actors = countBy(episodes, actorOf);
    printer({ kind: "line", text: "" });
    say(
      `${results.length} episodes replayed (${actors}): ${verdictsEqual} of ${results.length} verdicts equal, ${screensEqual} of ${screens} screens equal.`,
    );
    emit({ summary: { episodes: results.length, verdictsEqual, screens, screensEqual, actors } });
    if (results.every(isExact)) return;
    say("Some episodes did not replay exactly; `flywheel episodes show ID` shows what was recorded.");
    return "unsound";
  });
}

const actorOf = ({ checkpoint, policy }: Episode): string => (checkpoint === null ? policy : "model");

/** `count` episodes in random order, taking turns between oracle, random, model … while each has some left. */
function drawEvenly(episodes: readonly Episode[], count: number, seed: number): Episode[] {
  const groups = [...Map.groupBy(rng("replay", seed).shuffle(episodes), actorOf).values()];
  const longest = Math.max(...groups.map(({ length }) => length));
  const turns = Array.from({ length: longest }, (_, turn) => groups.flatMap((group) => group.slice(turn, turn + 1)));
  return turns.flat().slice(0, count);
}

type LeftOut = { readonly why: string };

/** Episodes that can be replayed, and why others cannot. */
function split(episodes: readonly Episode[], tasks: ReadonlyMap<string, Task>): [Episode[], LeftOut[]] {
  const possible: Episode[] = [];
  const others: LeftOut[] = [];
  for (const episode of episodes) {
    const task = tasks.get(episode.task);
    if (episode.status !== "ended") others.push({ why: "never ended" });
    else if (task === undefined) others.push({ why: `of the unknown task ${episode.task} (add it with --task-module)` });
    else if (task.version !== episode.taskVersion) others.push({ why: `of another version of ${episode.task}` });
    else if (episode.verdict === "env-error") others.push({ why: "ended by an environment error" });
    else possible.push(episode);
  }
  return [possible, others];
}

const reasons = (others: readonly LeftOut[]): string => countBy(others, ({ why }) => why);

/** "3 one, 2 other". */
function countBy<Item>(items: readonly Item[], key: (item: Item) => string): string {
  return [...Map.groupBy(items, key)].map(([name, own]) => `${own.length} ${name}`).join(", ");
}

function isExact({ firstDrift, recorded, replayed }: ReplayResult): boolean {
  return firstDrift === null && recorded === replayed;
}

function describe({ episode, task, firstDrift, recorded, replayed }: ReplayResult): string {
  return `${episode} ${task}: ${firstDrift === null ? "screens equal" : `screen ${firstDrift} is the first to differ`}; verdict ${recorded} → ${replayed}`;
}
