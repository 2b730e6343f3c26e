/**
 * MiniWoB++ under load: `node test/long/miniwob.ts --replay` records five random actions on every task, plays something else on the same
 * page, and replays them; `--soak 10000` does random steps over all tasks in one go. (`--from`, `--to`: a part of the 125 tasks.)
 * Out: one JSON line per difference or kind of environment error and every 500 steps, and a summary. Exit status 1 when verdicts differ
 * or more than three tasks' screens do.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Policy } from "../../agent/policy.ts";
import { click, type Action, type Point } from "../../env/action.ts";
import type { Environment } from "../../env/environment.ts";
import type { Observation, Pixels } from "../../env/observation.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import { rng, type Rng } from "../../env/random.ts";
import type { Task } from "../../env/task.ts";
import { replayEpisode } from "../../flywheel/replay.ts";
import { rollOut } from "../../flywheel/rollout.ts";
import { openWorkspace } from "../../flywheel/store/workspace.ts";
import { MINIWOB_TASKS } from "../../tasks/index.ts";
import { descendantsOf, memoryOf } from "../app/flywheelProcess.ts";

const { values: options } = parseArgs({
  options: {
    replay: { type: "boolean", default: false },
    soak: { type: "string", default: "0" },
    seed: { type: "string", default: "34" },
    from: { type: "string", default: "0" },
    to: { type: "string", default: "125" },
  },
});
const tasks: readonly Task<any>[] = MINIWOB_TASKS.slice(Number(options.from), Number(options.to));
const seed = Number(options.seed);
const RANDOM_ACTIONS = 5;
/** Tasks whose screens may differ in a replay. */
const TOLERATED = 3;

const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

/** Mostly clicks where something is drawn, else anything. */
function randomAction(random: Rng, observation: Observation, pixels: Pixels, instruction: string): Action {
  const { width, height } = observation.viewport;
  const anywhere = (): Point => ({ x: random.int(width), y: random.int(height) });
  const somewhere = (): Point => {
    const points = Array.from({ length: 12 }, () => ({ x: random.int(158) + 1, y: 52 + random.int(156) }));
    return points.find((point) => contrast(pixels, observation.deviceScaleFactor, point) > 60) ?? points[0]!;
  };
  const choices: readonly (() => Action)[] = [
    () => click(somewhere()),
    () => click(somewhere()),
    () => click(somewhere()),
    () => ({ kind: "drag", path: [somewhere(), anywhere()] }),
    () => ({ kind: "scroll", at: somewhere(), dx: 0, dy: random.pick([-100, 100]) }),
    () => ({ kind: "type", text: random.pick(instruction.split(" ")) }),
    () => ({ kind: "key", chord: random.pick(["Enter", "Tab", "ArrowDown", "Control+a"]), count: 1 }),
    () => ({ kind: "hover", at: somewhere() }),
  ];
  return random.pick(choices)();
}

/** Largest difference of a channel between a point and one 3 CSS px to the right of it. */
function contrast({ data, width }: Pixels, scale: number, { x, y }: Point): number {
  const at = 4 * (Math.round(y * scale) * width + Math.round(x * scale));
  return Math.max(...[0, 1, 2].map((channel) => Math.abs(data[at + channel]! - data[at + channel + 12 * scale]!)));
}

const explorer: Policy = {
  id: "explorer",
  privileged: false,
  decide: async ({ rng: random, observation, instruction, history }) => ({
    action: history.length < RANDOM_ACTIONS ? randomAction(random, observation, await observation.pixels(), instruction) : { kind: "done" },
    target: "",
  }),
};

async function replayAll(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "miniwob-"));
  const { signal } = new AbortController();
  let [verdicts, screens, ended] = [0, 0, 0];
  {
    await using workspace = await openWorkspace(folder);
    await using pool = new EnvironmentPool(1);
    for (const task of tasks) {
      const job = { run: null, runSeed: 1, cycle: 0, purpose: "train", role: "rollout", task, trial: 0, policy: explorer } as const;
      const [recorded] = await rollOut(
        [
          { ...job, seed },
          { ...job, seed: seed + 1 },
        ],
        { workspace, pool, signal },
      );
      const steps = workspace.steps.of(recorded!.id);
      const [result] = await pool.run([task], (environment) => replayEpisode(environment, task, recorded!, steps));
      const { sameScreens, screens: all, recorded: before, replayed } = result!;
      verdicts += before === replayed ? 1 : 0;
      screens += sameScreens === all ? 1 : 0;
      ended += recorded!.terminatedBy === "page" ? 1 : 0;
      if (before !== replayed || sameScreens !== all) print({ ...result, seen: undefined, actions: steps.map(({ action }) => action) });
      for (const { kind, detail } of steps.flatMap(({ incidents }) => incidents)) print({ task: task.id, incident: kind, detail });
    }
  }
  rmSync(folder, { recursive: true });
  print({ summary: { tasks: tasks.length, verdictsEqual: verdicts, screensEqual: screens, endedByPage: ended } });
  return verdicts === tasks.length && tasks.length - screens <= TOLERATED;
}

async function soak(total: number): Promise<void> {
  await using pool = new EnvironmentPool(1);
  const count = { steps: 0, episodes: 0, inPlace: 0, ended: 0, errors: 0 };
  const incidents = new Map<string, number>();
  const started = performance.now();
  const report = (): void => {
    const browser = descendantsOf(process.pid).map(({ pid }) => pid);
    print({ ...count, seconds: Math.round((performance.now() - started) / 1000), processMb: memoryOf([process.pid]), browserMb: memoryOf(browser) });
  };
  const play = async (environment: Environment, [task, round]: readonly [Task, number]): Promise<void> => {
    for (let trial = 0; trial < 4; trial++) {
      let { observation, how, instance } = await environment.reset(task, seed + 4 * round + trial);
      count.episodes++;
      if (how === "in-place") count.inPlace++;
      for (let step = 0; step < RANDOM_ACTIONS; step++) {
        const random = rng("soak", task.id, round, trial, step);
        const result = await environment.step(randomAction(random, observation, await observation.pixels(), instance.instruction));
        for (const { kind, detail } of result.incidents) {
          const name = `${task.id} ${kind}: ${detail}`;
          incidents.set(name, (incidents.get(name) ?? 0) + 1);
        }
        if (++count.steps % 500 === 0) report();
        observation = result.observation;
        if (result.verdict === null) continue;
        if (result.verdict.verdict === "env-error") count.errors++;
        count.ended++;
        break;
      }
    }
  };
  for (let round = 0; count.steps < total; round++) {
    for (const task of tasks) if (count.steps < total) await pool.run([[task, round] as const], play);
  }
  report();
  for (const [name, times] of incidents) print({ incident: name, times });
}

let sound = true;
if (options.replay) sound = await replayAll();
if (Number(options.soak) > 0) await soak(Number(options.soak));
process.exitCode = sound ? 0 : 1;
