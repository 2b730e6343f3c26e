/** The whole wheel, on a tiny configuration with a user's task from outside the project: what it leaves behind, and that a kill changes nothing. */
import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadCheckpoint, weightsDigest } from "../../agent/checkpoint.ts";
import { readSnapshot } from "../../flywheel/readSnapshot.ts";
import { openWorkspace, type Workspace } from "../../flywheel/store/workspace.ts";
import { descendantsOf, flywheel, FlywheelProcess, isRunning, type Ended } from "../app/flywheelProcess.ts";
import { digests, essence } from "./essence.ts";
import { wheelCommand } from "./wheelConfig.ts";

const MINE = "take-card";
const folder = mkdtempSync(join(tmpdir(), "flywheel-wheel-"));
const { command, taskFile } = wheelCommand(folder);
const dir = join(folder, "whole");
let ended: Ended;
let workspace: Workspace;
let run: string;

beforeAll(async () => {
  ended = await flywheel(command("whole"));
  workspace = await openWorkspace(dir, { readOnly: true });
  run = workspace.runs.list()[0]!.id;
}, 120_000);

afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true });
});

test("one command ends well and leaves a report", () => {
  expect(ended).toMatchObject({ status: 0, stderr: expect.stringContaining("cycle 2: gate success") });
  expect(ended.stdout).toContain(join(dir, "report.html"));
  expect(existsSync(join(dir, "report.html"))).toBe(true);
});

test("every cycle has its candidate, its gate score, its final score and its decision", () => {
  const candidates = [0, 1, 2].map((cycle) => `${run}.c${cycle}`);
  const scored = (purpose: string): string[] => workspace.evaluations.list(run).flatMap((one) => (one.purpose === purpose ? [one.checkpoint] : []));
  expect(workspace.checkpoints.promotions(run).map(({ checkpoint }) => checkpoint)).toEqual(candidates);
  expect(workspace.checkpoints.promotions(run)[0]).toMatchObject({ action: "promote", author: "gate" });
  expect(new Set(scored("gate"))).toEqual(new Set(candidates));
  expect(new Set(scored("final"))).toEqual(new Set(candidates));
  expect(workspace.checkpoints.acting(run)).not.toBeNull();
});

test("every checkpoint can be loaded and knows its parents and its snapshot, whose bytes are there", async () => {
  const all = workspace.checkpoints.list(run);
  expect(all.map(({ id }) => id.slice(id.indexOf(".") + 1)).toSorted()).toEqual(["c0", "c1", "c1-sft", "c2", "c2-sft"]);
  for (const { id, path, parents, snapshot } of all) {
    const { manifest } = await loadCheckpoint(join(dir, path));
    expect(manifest).toMatchObject({ id, parents, snapshot });
    expect((await readSnapshot(join(dir, "snapshots", snapshot!))).hash).toBe(snapshot);
    for (const parent of parents) expect(workspace.checkpoints.get(parent).cycle).toBeLessThanOrEqual(manifest.cycle);
  }
});

test("what was collected is what was judged and what was routed, and nothing was learned from gate or final seeds", () => {
  const rows = workspace.ledger.rows(run);
  expect(rows.map(({ cycle, role }) => `${cycle} ${role}`)).toEqual(
    expect.arrayContaining(["0 boot", "0 demonstration", "1 rollout", "1 rl", "2 rollout"]),
  );
  for (const row of rows) expect(row.sft + row.ct + row.quarantine).toBe(row.episodes);
  expect(workspace.episodes.learning({ run }).filter(({ split }) => split !== "train")).toEqual([]);
});

test("a task can be followed from RL's first success to an SFT row to the next checkpoint and its lineage", async () => {
  const success = workspace.episodes.list({ run, task: MINE, role: "rl", verdict: "pass", route: "SFT" })[0]!;
  expect(workspace.episodes.list({ run, task: MINE, role: "demonstration" })).toEqual([]);
  const next = workspace.checkpoints.get(`${run}.c${success.cycle}`);
  const snapshot = await readSnapshot(join(dir, "snapshots", next.snapshot!));
  const row = (await Array.fromAsync(snapshot.rows("sft"))).find(({ episode }) => episode === success.id);
  expect(row).toMatchObject({
    task: MINE,
    seed: success.seed,
    source: "self",
    verdict: "pass",
    checkpoint: `${next.id}-sft`,
    weights: success.weights,
  });
  const { manifest } = await loadCheckpoint(join(dir, next.path));
  expect(manifest).toMatchObject({ snapshot: snapshot.hash, parents: [`${next.id}-sft`] });
  const { id: before } = workspace.checkpoints.get(`${run}.c${success.cycle - 1}`);
  expect(workspace.checkpoints.get(`${next.id}-sft`).parents).toEqual([before]);
});

test("the same command again repeats nothing", async () => {
  const before = traces(workspace);
  const again = await flywheel(command("whole"));
  expect(again.status).toBe(0);
  expect(again.stderr.match(/ done before$/gm)?.length).toBe(workspace.stages.list(run).length);
  expect(again.stderr).not.toMatch(/\] .* \d+ s$/m);
  expect(traces(workspace)).toEqual(before);
});

test("without the file of its task a run cannot go on, and says what is missing", async () => {
  const [config] = command("whole").slice(2, 3);
  const { status, stderr } = await flywheel(["run", "--config", config!, "--tasks", `click-text,${MINE}`, "--workspace", dir]);
  expect(status).toBe(2);
  expect(stderr).toContain("--task-module");
});

test("its episodes can be replayed exactly: by oracle, random and model", async () => {
  const { status, stdout } = await flywheel(["replay", "--sample", "24", "--task-module", taskFile, "--workspace", dir]);
  expect(stdout).toMatch(/24 of 24 verdicts equal, (\d+) of \1 screens equal/);
  for (const actor of ["oracle", "random", "model"]) expect(stdout).toContain(actor);
  expect(status).toBe(0);
});

describe("in another workspace, the same command", () => {
  const other = join(folder, "killed");

  test("stops at Ctrl-C with one message", async () => {
    const stopped = new FlywheelProcess(command("killed"));
    await stopped.printed("[cycle 0] crawl");
    stopped.kill("SIGINT");
    const { status, stderr } = await stopped.ended;
    expect(status).toBe(130);
    expect(stderr).toMatch(/Stopped\.\nRun the same command again to go on where it stopped\.\n$/);
  });

  test("killed while it trains, takes its trainer and its browser with it", async () => {
    const killed = new FlywheelProcess(command("killed"));
    await killed.printed("[cycle 0] snapshot sft");
    await expect.poll(() => commandsBelow(killed.pid), { timeout: 20_000 }).toContain("trainProcess.ts");
    const children = descendantsOf(killed.pid);
    killed.kill("SIGKILL");
    await killed.ended;
    await expect.poll(() => children.filter(({ pid }) => isRunning(pid)), { timeout: 20_000 }).toEqual([]);
  });

  test("refuses to train on a damaged snapshot, and builds it anew when it is deleted", async () => {
    const [snapshot] = readdirSync(join(other, "snapshots"));
    appendFileSync(join(other, "snapshots", snapshot!, "sft.jsonl"), "{}\n");
    expect(await flywheel(command("killed"))).toMatchObject({
      status: 4,
      stderr: expect.stringMatching(/bytes do not match the manifest[^]*Delete the snapshot's folder/),
    });
    rmSync(join(other, "snapshots", snapshot!), { recursive: true });
    const killed = new FlywheelProcess(command("killed"));
    await killed.printed("[cycle 1] snapshot rl 1");
    killed.kill("SIGKILL");
    await killed.ended;
    expect(readdirSync(join(other, "snapshots"))).toContain(snapshot);
  });

  test("goes on to the end, and has the same episodes, verdicts and weights", async () => {
    expect((await flywheel(command("killed"))).status).toBe(0);
    await using second = await openWorkspace(other, { readOnly: true });
    expect(second.integrityCheck()).toEqual(["ok"]);
    expect(second.episodes.list().map(essence)).toEqual(workspace.episodes.list().map(essence));
    expect(await digests(second)).toEqual(await digests(workspace));
  });

  test("refuses a checkpoint whose weights were damaged", async () => {
    const { id } = workspace.checkpoints.acting(run)!;
    appendFileSync(join(other, "checkpoints", id, "ema.safetensors"), "x");
    const evaluation = await flywheel(["evaluate", "--tasks", "click-text", "--seeds", "600000", "--workspace", other]);
    expect(evaluation).toMatchObject({
      status: 4,
      stderr: expect.stringMatching(/ema\.safetensors is missing or was changed[^]*Restore the folder/),
    });
  });
});

test("candidates that differ by luck alone are judged pair by pair, and asking again trains and plays nothing new", async () => {
  const ask = ["checkpoints", "null-test", `${run}.c1`, "--candidates", "2", "--task-module", taskFile, "--workspace", dir, "--json"];
  const { status, stdout } = await flywheel(ask);
  expect(status).toBe(0);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const names = [1, 2].map((number) => `${run}.c1-sft~${number}`);
  expect(lines.slice(0, -1).map(({ incumbent, candidate }) => [incumbent, candidate])).toEqual([names, names.toReversed()]);
  expect(lines.at(-1)).toMatchObject({ summary: { candidates: names, judged: 2, snapshot: workspace.checkpoints.get(`${run}.c1-sft`).snapshot } });
  const [one, two] = await Promise.all(names.map((name) => loadCheckpoint(join(dir, "checkpoints", name))));
  expect(weightsDigest(one!.ema, one!.manifest.network)).not.toBe(weightsDigest(two!.ema, two!.manifest.network));
  const played = workspace.episodes.list({ run }).length;
  expect((await flywheel(ask)).stdout).toBe(stdout);
  expect(workspace.episodes.list({ run }).length).toBe(played);
});

function commandsBelow(pid: number): string {
  return descendantsOf(pid)
    .map(({ command: line }) => line)
    .join("\n");
}

/** Everything a repeated run could have added to or changed. */
function traces({ stages, checkpoints, episodes, connection }: Workspace): unknown {
  const steps = connection.first(connection.query.selectFrom("steps").select((eb) => eb.fn.countAll<number>().as("count")));
  return { stages: stages.list(run), promotions: checkpoints.promotions(run), checkpoints: checkpoints.list(), episodes: episodes.list(), steps };
}
