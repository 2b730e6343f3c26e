/** Episodes of a suite whose pages tell the question and grade the answer: recorded, judged again, replayed, checked. */
import { expect, test, describe } from "vitest";
import { SCRIPTED_POLICIES } from "../../agent/scripted.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import { checkTask } from "../../flywheel/checkTasks.ts";
import { replayEpisode } from "../../flywheel/replay.ts";
import { reverify } from "../../flywheel/reverify.ts";
import { rollOut, type RolloutJob } from "../../flywheel/rollout.ts";
import { findTasks } from "../../tasks/index.ts";
import { withoutPages } from "../fixtures/miniwobPages.ts";
import { temporaryWorkspace } from "./storeFixtures.ts";

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
});
