/**
 * Section `environment`: steps/s with 1, 2 and 4 contexts while the oracle plays the tour's tasks, screenshots decoded and hashed as in
 * normal use; and how long a warm reset takes, in place or by loading the page.
 */
import { endsEpisode } from "../../env/action.ts";
import type { Environment } from "../../env/environment.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import type { Task } from "../../env/task.ts";
import { benchSeeds, percent, type Bench, type SectionReport } from "./section.ts";
import { spread, spreadText, timed } from "./timing.ts";

const AIM = 60;
const CONTEXTS = [1, 2, 4] as const;

interface Job {
  readonly task: Task;
  readonly seed: number;
}

interface Reset {
  readonly task: string;
  readonly how: "loaded" | "in-place";
  readonly ms: number;
}

interface Speed {
  readonly contexts: number;
  readonly steps: number;
  /** While stepping. */
  readonly stepsPerSecond: number;
  /** Over the whole time, resets and the oracle's own questions included. */
  readonly stepsPerSecondWithResets: number;
}

export async function environmentSection(bench: Bench): Promise<SectionReport> {
  const playable = bench.tasks.filter(({ oracle }) => oracle !== undefined);
  const tour = playable.filter(({ id }) => bench.config.tasks.includes(id));
  const tasks = tour.length > 0 ? tour : playable;
  const jobs = tasks.flatMap((task) => benchSeeds(bench, task, 8, 2).map((seed) => ({ task, seed })));
  const speeds: Speed[] = [];
  const resets: Reset[] = [];
  for (const contexts of CONTEXTS) {
    const measured = await measure(bench, jobs, contexts, speeds.length * jobs.length);
    speeds.push(measured.speed);
    if (contexts === 1) resets.push(...measured.resets); // alone, so that they do not wait for each other
  }
  const inPlace = tasks.map(({ id }) => ({ task: id, share: inPlaceShare(resets.filter(({ task }) => task === id)) }));
  const warmReset = { inPlace: spreadOf(resets, "in-place"), loaded: spreadOf(resets, "loaded"), tasks: inPlace };
  const best = Math.max(...speeds.map(({ stepsPerSecond }) => stepsPerSecond));
  return {
    data: { speeds, warmReset },
    lines: [
      ...speeds.map(describe),
      `warm reset, median / p95: in place ${spreadText(warmReset.inPlace)} (${warmReset.inPlace.count}), loaded ${spreadText(warmReset.loaded)} (${warmReset.loaded.count})`,
      `in place: ${inPlace.map(({ task, share }) => `${task} ${percent(share)}`).join(", ")}`,
    ],
    limits: [{ kind: "aim", name: `environment steps/s, best of ${CONTEXTS.join(", ")} contexts`, measured: best, atLeast: AIM }],
  };
}

function describe({ contexts, stepsPerSecond, stepsPerSecondWithResets }: Speed): string {
  const name = contexts === 1 ? "1 context" : `${contexts} contexts`;
  return `${name.padEnd(11)} ${stepsPerSecond.toFixed(0).padStart(4)} steps/s, ${stepsPerSecondWithResets.toFixed(0)} with resets and the oracle's own time`;
}

interface Measured {
  readonly speed: Speed;
  /** Warm ones: the first reset of a task, which opens its page, is left out. */
  readonly resets: readonly Reset[];
}

/** Plays all jobs on warm contexts. */
async function measure({ signal, tick }: Bench, jobs: readonly Job[], contexts: number, before: number): Promise<Measured> {
  await using pool = new EnvironmentPool(contexts);
  const stepTimes: number[] = [];
  const resets: Reset[] = [];
  const seen = new Map<Environment, string>();
  const total = jobs.length * CONTEXTS.length;
  let done = before;
  await pool.run(
    Array.from({ length: contexts }, () => jobs[0]!),
    (environment, job) => play(environment, job, [], []),
    { signal },
  );
  const { ms } = await timed(() =>
    pool.run(
      jobs,
      async (environment, job) => {
        const warm = seen.get(environment) === job.task.id;
        seen.set(environment, job.task.id);
        await play(environment, job, stepTimes, warm ? resets : []);
        tick(++done, total, `${contexts} contexts`);
      },
      { signal, pageOf: ({ task }) => task.id },
    ),
  );
  signal.throwIfAborted();
  const stepping = stepTimes.reduce((sum, time) => sum + time, 0);
  const steps = stepTimes.length;
  return { speed: { contexts, steps, stepsPerSecond: (1000 * contexts * steps) / stepping, stepsPerSecondWithResets: (1000 * steps) / ms }, resets };
}

/** One oracle episode; `done` and `fail` touch no page and are not counted as steps. */
async function play(environment: Environment, { task, seed }: Job, stepTimes: number[], resets: Reset[]): Promise<void> {
  const reset = await timed(() => environment.reset(task, seed));
  resets.push({ task: task.id, how: reset.value.how, ms: reset.ms });
  for (;;) {
    const action = await task.oracle!(environment.oracleContext());
    const step = await timed(() => environment.step(action));
    if (!endsEpisode(action)) stepTimes.push(step.ms);
    if (step.value.verdict !== null) return;
  }
}

function inPlaceShare(resets: readonly Reset[]): number {
  return resets.filter(({ how }) => how === "in-place").length / resets.length;
}

function spreadOf(resets: readonly Reset[], how: Reset["how"]): ReturnType<typeof spread> {
  return spread(resets.filter((reset) => reset.how === how).map(({ ms }) => ms));
}
