/** Acting and learning side by side, on the tiny wheel. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorkspace, type Workspace } from "../../flywheel/store/workspace.ts";
import { flywheel, FlywheelProcess, type Ended } from "../app/flywheelProcess.ts";
import { digests, essence } from "./essence.ts";
import { wheelCommand } from "./wheelConfig.ts";

const folder = mkdtempSync(join(tmpdir(), "flywheel-continuous-"));
const { command } = wheelCommand(folder);
const continuous = (workspace: string): string[] => [...command(workspace), "--continuous", "--cycles", "3"];
let ended: Ended;
let workspace: Workspace;
let run: string;

beforeAll(async () => {
  ended = await flywheel(continuous("whole"));
  workspace = await openWorkspace(join(folder, "whole"), { readOnly: true });
  run = workspace.runs.list()[0]!.id;
}, 120_000);

afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true });
});

test("a cycle is rolled out while the one before is learned, and who waits says for what", () => {
  expect(ended.status).toBe(0);
  const stage = (cycle: number, name: string) => workspace.stages.list(run).find((one) => one.cycle === cycle && one.stage === name)!;
  for (const cycle of [2, 3]) {
    const gate = stage(cycle - 1, "decide");
    expect(stage(cycle, "roll out").startedAt).toBeLessThan(gate.startedAt + 1000 * gate.seconds!);
  }
  expect(ended.stderr).toMatch(
    /(acting in cycle 2: done, waiting for learning from cycle 1|learning from cycle 1: done, waiting for acting in cycle 2)/,
  );
});

test("nobody acts who is older than two gates", () => {
  const actors = (cycle: number) => new Set(workspace.episodes.list({ run, cycle, role: "rollout" }).map(({ checkpoint }) => checkpoint));
  const promoted = workspace.checkpoints.promotions(run).some(({ checkpoint, action }) => checkpoint === `${run}.c1` && action === "promote");
  expect([1, 2, 3].map(actors)).toEqual([`${run}.c0`, `${run}.c0`, promoted ? `${run}.c1` : `${run}.c0`].map((id) => new Set([id])));
});

test("killed in the middle of both, it goes on to the same episodes and weights", async () => {
  const killed = new FlywheelProcess(continuous("killed"));
  await killed.printed("[cycle 1] train");
  killed.kill("SIGKILL");
  await killed.ended;
  expect((await flywheel(continuous("killed"))).status).toBe(0);
  await using second = await openWorkspace(join(folder, "killed"), { readOnly: true });
  const sorted = ({ episodes }: Workspace) =>
    episodes
      .list()
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map(essence);
  expect(sorted(second)).toEqual(sorted(workspace));
  expect(await digests(second)).toEqual(await digests(workspace));
});
