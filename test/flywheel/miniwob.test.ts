/** Episodes of a suite whose pages tell the question and grade the answer: recorded, judged again, replayed, checked. */
import { expect, test, describe } from "vitest";
import type { ContestRow } from "../../app/report/reportData.ts";
import { SCRIPTED_POLICIES } from "../../agent/scripted.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import { checkTask } from "../../flywheel/checkTasks.ts";
import { replayEpisode } from "../../flywheel/replay.ts";
import { reverify } from "../../flywheel/reverify.ts";
import { openWorkspace } from "../../flywheel/store/workspace.ts";
import { rollOut, type RolloutJob } from "../../flywheel/rollout.ts";
import { findTasks } from "../../tasks/index.ts";
import { flywheel } from "../app/flywheelProcess.ts";
import { withoutPages } from "../fixtures/miniwobPages.ts";
import { temporaryFolder, temporaryWorkspace } from "./storeFixtures.ts";

const { signal } = new AbortController();
const [flight, center, midpoint] = findTasks(["miniwob/book-flight-nodelay", "miniwob/circle-center", "miniwob/find-midpoint"]);

describe.skipIf(withoutPages !== null)("episodes of MiniWoB++", () => {
  test("are recorded with the page's instruction, its place and their budget, and judged and replayed by the record", async () => {
    await using workspace = await temporaryWorkspace();
    await using pool = new EnvironmentPool(1);
    const job: RolloutJob = {
      run: null,
      runSeed: 1,
      cycle: 0,
      purpose: "train",
      role: "demonstration",
      task: flight!,
      seed: 34,
      trial: 0,
      policy: SCRIPTED_POLICIES["oracle"]!,
      maxSteps: 30,
    };
    const [episode] = await rollOut([job], { workspace, pool, signal });
    expect(episode).toMatchObject({ verdict: "pass", maxSteps: 30, instruction: expect.stringMatching(/^Book the .* one-way flight/) });
    expect(episode!.stepCount).toBeGreaterThan(flight!.maxSteps);
    expect(workspace.blobs.instructionBox(episode!.startScreenHash)).toEqual({ x: 0, y: 0, width: 160, height: 50 });
    expect(reverify(workspace, [flight!], [episode!], { all: true, dryRun: true })).toMatchObject({ looked: 1, changes: [] });
    const [replay] = await pool.run([0], (environment) => replayEpisode(environment, flight!, episode!, workspace.steps.of(episode!.id)));
    expect(replay).toMatchObject({ replayed: "pass", firstDrift: null });
  });

  test("another budget makes another episode", async () => {
    await using workspace = await temporaryWorkspace();
    await using pool = new EnvironmentPool(1, { screenshots: false });
    const job = { run: null, runSeed: 1, cycle: 0, purpose: "gate", role: "evaluation", task: midpoint!, seed: 600_000, trial: 0 } as const;
    const policy = SCRIPTED_POLICIES["noop"]!;
    const episodes = await rollOut(
      [job, job, { ...job, maxSteps: 3 }].map((one) => ({ ...one, policy })),
      { workspace, pool, signal },
    );
    expect(new Set(episodes.map(({ id }) => id)).size).toBe(2);
  });

  test("a solution that the suite grades short of full reward is sound", async () => {
    await using pool = new EnvironmentPool(1, { screenshots: false });
    const [check] = await pool.run([center!], (environment) => checkTask(environment, center!, [34, 35]));
    expect(check).toMatchObject({ problems: [] });
    expect(check!.rows.find(({ policy }) => policy === "oracle")!.feasible).toEqual({ passes: 0, episodes: 2 });
  });

  test("the benchmark turns the wheel, then plays everybody on final seeds with both budgets, once", async () => {
    using folder = temporaryFolder();
    const small =
      "network.width=32 network.layers=1 network.heads=2 network.cropWidth=16 demonstrations.perTask=2 bootEpisodes=1 rollout.episodes=4 training.batch=4 training.sftStepsFirst=4 training.sftSteps=2 ct.steps=2 rl.enabled=false gate.seedsPerTask=1 gate.recheckSeeds=1 final.seedsPerTask=1"
        .split(" ")
        .flatMap((knob) => ["--set", knob]);
    const tasks = "miniwob/click-test-2,miniwob/click-button";
    const command = ["benchmark", "miniwob", "--tasks", tasks, "--cycles", "1", ...small, "-w", folder.path];
    const ended = await flywheel([...command, "--json"]);
    const rows = ended.stdout.split("\n").flatMap((line) => (line.includes('"contestant"') ? [JSON.parse(line) as ContestRow] : []));
    expect(rows.map(({ name, budget }) => `${name} ${budget}`)).toEqual(
      ["last", "first", "random", "always-fail", "oracle"].flatMap((name) => [`${name} suite`, `${name} long`]),
    );
    const of = (name: string): ContestRow => rows.find((row) => row.name === name)!;
    expect(of("oracle").all.strict).toMatchObject({ passes: 1, n: 1, tasks: 1 });
    expect(of("always-fail").all.positive).toMatchObject({ passes: 0, n: 2 });
    expect([of("last").demonstrated.strict?.tasks, of("last").never.strict?.tasks]).toEqual([1, 1]);

    const played = async (): Promise<number> => {
      await using workspace = await openWorkspace(folder.path, { readOnly: true });
      return workspace.episodes.list({ purpose: "final" }).length;
    };
    const before = await played();
    expect((await flywheel(command)).stdout).toMatch(/random actions .*suite[^]*GPT-4o/);
    expect(await played()).toBe(before);
  }, 120_000);
});
