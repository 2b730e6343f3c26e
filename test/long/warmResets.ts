/**
 * How long an episode on a page that is there already takes to begin: `node test/long/warmResets.ts [--rounds 3]`, nothing else running.
 * One context, a click and a reset in turn, ten times a task: all our own tasks, and every fifth of MiniWoB++.
 * Out: JSON lines: by round, how many resets were in place, and their median and 95th percentile in milliseconds, first screen decoded.
 */
import { parseArgs } from "node:util";
import { click } from "../../env/action.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import { MINIWOB_TASKS, TASKS } from "../../tasks/index.ts";

const { values: options } = parseArgs({ options: { rounds: { type: "string", default: "3" } } });
const RESETS = 10;
const FIRST_SEED = 100;
const EVERY = 5;

await using pool = new EnvironmentPool(1);

/** Milliseconds of each reset that was made in place. */
async function inPlace(task: (typeof TASKS)[number], firstSeed: number): Promise<number[]> {
  const [times] = await pool.run([task], async (environment) => {
    const taken: number[] = [];
    await environment.reset(task, firstSeed);
    for (let reset = 1; reset <= RESETS; reset++) {
      await environment.step(click({ x: 60 + 13 * reset, y: 90 + 11 * reset }));
      const began = performance.now();
      const { observation, how } = await environment.reset(task, firstSeed + reset);
      await observation.pixels();
      if (how === "in-place") taken.push(performance.now() - began);
    }
    return taken;
  });
  return times!;
}

const suites: Readonly<Record<string, readonly (typeof TASKS)[number][]>> = {
  own: TASKS,
  miniwob: MINIWOB_TASKS.filter((_, at) => at % EVERY === 0),
};
for (let round = 0; round < Number(options.rounds); round++) {
  for (const [suite, tasks] of Object.entries(suites)) {
    const all: number[] = [];
    for (const task of tasks) all.push(...(await inPlace(task, FIRST_SEED + 100 * round)));
    const sorted = all.toSorted((a, b) => a - b);
    const at = (share: number): number => Number((sorted[Math.floor(share * sorted.length)] ?? Number.NaN).toFixed(1));
    process.stdout.write(`${JSON.stringify({ round, suite, tasks: tasks.length, resets: sorted.length, median: at(0.5), p95: at(0.95) })}\n`);
  }
}
