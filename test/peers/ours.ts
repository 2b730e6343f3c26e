/**
 * Plays a job of run.ts in this project's environment: `node ours.ts JOB.json CONTEXTS`. In and out as in peer.py: JSON lines, then it waits for its
 * standard input to end. Screenshots are decoded, as the peers' are.
 */
import { readFileSync } from "node:fs";
import { click } from "../../env/action.ts";
import type { Environment } from "../../env/environment.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import type { Task } from "../../env/task.ts";
import { MINIWOB_TASKS } from "../../tasks/index.ts";
import type { PeerEpisode } from "./peerEpisode.ts";

const [job, contexts] = process.argv.slice(2) as [string, string];
const episodes = JSON.parse(readFileSync(job, "utf8")) as PeerEpisode[];
const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
const tasks: readonly Task<any>[] = MINIWOB_TASKS;
const opened = new Map<Environment, string>();
const [resets, steps]: [number[], number[]] = [[], []];
let began: number | null = null;

async function play(environment: Environment, [name, seed, clicks]: PeerEpisode): Promise<void> {
  const task = tasks.find(({ id }) => id === `miniwob/${name}`)!;
  const warm = opened.get(environment) === name;
  opened.set(environment, name);
  let at = performance.now();
  await (await environment.reset(task, seed)).observation.pixels();
  if (began === null) {
    say({ event: "started", ms: performance.now() }); // counted from the start of the process
    began = performance.now();
  }
  if (warm) resets.push(performance.now() - at);
  for (const [x, y] of clicks) {
    at = performance.now();
    const { observation, verdict } = await environment.step(click({ x, y }));
    await observation.pixels();
    steps.push(performance.now() - at);
    if (verdict !== null) break;
  }
}

await using pool = new EnvironmentPool(Number(contexts));
await pool.run(episodes, play, { pageOf: ([name]) => name });
say({ event: "played", ms: performance.now() - began!, resets, steps });
for await (const _ of process.stdin);
