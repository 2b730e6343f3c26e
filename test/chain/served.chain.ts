/**
 * A checkpoint of the built-in model, playing the same seeds twice: by itself, and as a remote agent that `flywheel model serve` serves from a process
 * of its own. Both are greedy, so the same is done.
 *
 * FLYWHEEL_SERVED names a workspace whose acting checkpoint plays (or FLYWHEEL_SERVED_CHECKPOINT); without it, a small one is trained. FLYWHEEL_SERVED_SEEDS
 * is the number of seeds per task (10).
 */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Inference } from "../../agent/model/inference.ts";
import { PerceptionService } from "../../agent/perception/perceptionService.ts";
import { endpointSchema } from "../../agent/remote/endpoint.ts";
import { PRESETS } from "../../agent/remote/presets.ts";
import { remotePolicy } from "../../agent/remote/remotePolicy.ts";
import { GREEDY } from "../../agent/model/choose.ts";
import type { Policy } from "../../agent/policy.ts";
import { actingCheckpoint } from "../../app/actingCheckpoint.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import { loadActor } from "../../flywheel/actor.ts";
import { storedConfig } from "../../flywheel/config.ts";
import { rollOut, type RolloutJob } from "../../flywheel/rollout.ts";
import { drawSeeds } from "../../flywheel/seeds.ts";
import { countPairs, pairedDifference, signTest, wilson, type Estimate } from "../../flywheel/statistics.ts";
import { openWorkspace } from "../../flywheel/store/workspace.ts";
import { findTasks } from "../../tasks/index.ts";
import { flywheel, FlywheelProcess } from "../app/flywheelProcess.ts";
import { temporaryFolder, temporaryWorkspace } from "../flywheel/storeFixtures.ts";

const SEEDS = Number(process.env["FLYWHEEL_SERVED_SEEDS"] ?? 10);
const TOKEN = "a-token-for-this-test";
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const folder = temporaryFolder();
const dir = process.env["FLYWHEEL_SERVED"] ?? join(folder.path, "w");
const pool = new EnvironmentPool(2);
const inference = new Inference();
const perception = new PerceptionService();
afterAll(async () => {
  await Promise.all([pool.close(), perception.close(), inference.close()]);
  folder[Symbol.dispose]();
});

beforeAll(async () => {
  if (process.env["FLYWHEEL_SERVED"] !== undefined) return;
  const { status, stderr } = await flywheel(["run", "--preset", "smoke", "--cycles", "1", "-w", dir]);
  if (status !== 0) throw new Error(stderr);
});

test("a checkpoint as a remote agent does, step by step, what it does by itself", async () => {
  await using workspace = await openWorkspace(dir, { readOnly: true });
  const { id, path, run } = workspace.checkpoints.get(process.env["FLYWHEEL_SERVED_CHECKPOINT"] ?? actingCheckpoint(workspace));
  const tasks = findTasks(storedConfig(workspace.runs.get(run)!).tasks);
  const actor = await loadActor(id, join(workspace.dir, path), "ema", { inference, perception });

  const server = new FlywheelProcess(["model", "serve", "--checkpoint", id, "--port", "0", "-w", dir], { FLYWHEEL_MODEL_TOKEN: TOKEN });
  await server.printed("is served at");
  const baseUrl = /http:\/\/\S+/.exec(server.said)![0];
  const { summary: _, ...preset } = PRESETS.flywheel;
  const served = remotePolicy(endpointSchema.parse({ ...preset, name: "served", baseUrl }), () => TOKEN);

  await using records = await temporaryWorkspace();
  const play = async (policy: Policy) => {
    const jobs = tasks.flatMap((task) =>
      drawSeeds(task, "gate", null, SEEDS, ["served"]).map((seed): RolloutJob => ({
        run: "r",
        runSeed: 1,
        cycle: 1,
        purpose: "gate",
        role: "evaluation",
        task,
        seed,
        trial: 0,
        policy,
      })),
    );
    const began = performance.now();
    const episodes = await rollOut(jobs, { workspace: records, pool, signal: new AbortController().signal });
    const steps = episodes.map((episode) => records.steps.of(episode.id).map(({ action }) => action));
    say(`${policy.id}: ${steps.flat().length} steps in ${((performance.now() - began) / 1000).toFixed(0)} s`);
    return episodes.map(({ verdict }, i) => ({ verdict, actions: steps[i]! }));
  };
  const [own, remote] = [await play(actor.policy(GREEDY)), await play(served)];
  server.kill("SIGINT");
  await server.ended;

  const passes = (played: typeof own): number => played.filter(({ verdict }) => verdict === "pass").length;
  const counts = countPairs(own.map(({ verdict }, i) => [remote[i]!.verdict === "pass", verdict === "pass"]));
  const difference = pairedDifference(counts);
  const equal = own.filter(({ actions }, i) => JSON.stringify(actions) === JSON.stringify(remote[i]!.actions)).length;
  say(`${id}, ${tasks.length} tasks × ${SEEDS} seeds`);
  say(`by itself ${words(wilson(passes(own), own.length))}, served ${words(wilson(passes(remote), own.length))}`);
  say(
    `served − by itself ${words(difference)}, ${counts.onlyA} only served, ${counts.onlyB} only by itself; ${equal} of ${own.length} episodes action by action the same`,
  );
  expect(Math.min(signTest(counts.onlyA, counts.onlyB), signTest(counts.onlyB, counts.onlyA))).toBeGreaterThan(0.05);
  expect([difference.low <= 0, difference.high >= 0]).toEqual([true, true]);
  expect(equal).toBe(own.length);
});

const words = ({ estimate, low, high }: Estimate): string => `${estimate.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
