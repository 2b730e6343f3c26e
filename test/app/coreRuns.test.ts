/** The wheel in a served core, as a process of its own: turned, watched, paused, gone on with after a kill; and the command line as its client. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectCore, type CoreClient } from "../../app/coreClient.ts";
import { findCore } from "../../app/core/coreFile.ts";
import { tinyConfig } from "../flywheel/wheelConfig.ts";
import { descendantsOf, flywheel, FlywheelProcess, isRunning, jsonLines } from "./flywheelProcess.ts";
import { ended, until } from "./openCore.ts";

const folder = mkdtempSync(join(tmpdir(), "flywheel-runs-"));
const dir = join(folder, "ws");
let served: FlywheelProcess;
let client: CoreClient;

async function serve(): Promise<void> {
  served = new FlywheelProcess(["serve", "--json", "--workspace", dir]);
  await served.printed("entrance");
  client = await connectCore((await findCore(dir))!);
}

beforeAll(serve);

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  served.kill("SIGTERM");
  expect((await served.ended).status).toBe(0);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const { seed: _, continuous: __, tasks, demonstrated, cycles, contexts, ...knobs } = tinyConfig();
const options = { preset: "smoke", tasks, demonstrated, cycles, contexts, set: knobs } as Parameters<CoreClient["call"]["runs"]["start"]>[0];

/** Listens to the run until something of this stage is heard. */
async function hears(stage: string): Promise<void> {
  for await (const event of await client.call.runs.progress({})) if (event.kind === "progress" && event.stage === stage && event.done > 2) return;
  throw new Error(`the run ended before "${stage}"`);
}

test("one cycle is turned and tells of itself; the same options are the same run", async () => {
  const configured = await client.call.runs.configure(options);
  const { run, job } = await client.call.runs.start({ ...options, turning: "one cycle" });
  expect([configured.run, configured.known]).toEqual([run, false]);
  await expect(client.call.runs.start(options)).rejects.toMatchObject({ message: `Run ${run} is turning already.` });
  const heard = new Set<string>();
  for await (const event of await client.call.runs.progress({ run })) heard.add(event.kind === "stage-done" ? event.stage : event.kind);
  expect([...heard]).toEqual(expect.arrayContaining(["stage", "loss", "crawl", "demonstrate", "train", "decide", "line", "end"]));
  expect(await client.call.jobs.get({ id: job })).toMatchObject({ state: "done", run, problem: null });
  expect(await client.call.runs.get({ run })).toMatchObject({ cyclesDone: 0, cyclesPlanned: cycles, state: "resting", acting: { cycle: 0 } });
});

test("numbers of the wheel's picture open exactly what they count", async () => {
  const wheel = await client.call.runs.wheel({ cycle: 0 });
  for (const [verdict, n] of Object.entries(wheel.verdicts)) {
    const filter = { run: [wheel.run!], cycle: [0], purpose: ["train" as const], verdict: [verdict as "pass"] };
    expect((await client.call.episodes.list({ filter })).count).toBe(n);
  }
  const [ledger] = await client.call.datasets.ledger({});
  const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((a, b) => a + b);
  expect([sum(ledger!.verdicts), sum(ledger!.routes)]).toEqual([ledger!.episodes, ledger!.episodes]);
  expect((await client.call.checkpoints.list({})).map(({ status, gate }) => [status, gate?.n])).toEqual([["acting", tasks.length]]);
});

test("a job exports a snapshot: exactly what its preview counted; a folder that holds something else is refused", async () => {
  const [snapshot] = await client.call.datasets.snapshots({});
  const stages = ["sft" as const, "ct" as const];
  const preview = await client.call.datasets.exportPreview({ snapshot: snapshot!.hash, stages });
  expect(preview.checks.every(({ passed }) => passed)).toBe(true);
  const target = join(folder, "export");
  const { job } = await client.call.datasets.export({ snapshot: snapshot!.hash, stages, folder: target });
  expect(await ended(client, job)).toMatchObject({ state: "done", result: { rows: preview.total.rows, images: preview.total.images } });
  expect(readFileSync(join(target, "sft.jsonl"), "utf8").trim().split("\n")).toHaveLength(snapshot!.rows.sft);
  const refused = await client.call.datasets.export({ snapshot: snapshot!.hash, stages, folder: join(folder, "ws") });
  await ended(client, refused.job);
});

test("chosen episodes are exported, one is run again from its seed without drift, and all of it is kept", async () => {
  const { rows } = await client.call.episodes.list({ filter: { role: ["demonstration"] }, limit: 2 });
  const ids = rows.map(({ id }) => id);
  const { job } = await client.call.episodes.export({ selection: { kind: "ids", ids }, folder: join(folder, "some") });
  expect(await ended(client, job)).toMatchObject({ state: "done", result: { episodes: 2 } });
  const again = await client.call.episode.rerun({ id: ids[0]! });
  expect(await ended(client, again.job)).toMatchObject({ state: "done", result: { firstDrift: null } });
  expect((await client.call.episode.get({ id: ids[0]! })).reruns).toMatchObject([{ firstDrift: null, recorded: "pass", replayed: "pass" }]);
});

test("the command line works while the core holds the workspace: its output and exit status are the command's own", async () => {
  const { rows } = await client.call.episodes.list({ filter: {}, limit: 1 });
  const labelled = await flywheel(["episodes", "label", rows[0]!.id, "by-hand", "--json", "--workspace", dir]);
  expect([labelled.status, jsonLines(labelled)]).toEqual([0, [{ episode: rows[0]!.id, label: "by-hand", step: null }]]);
  expect((await client.call.episodes.list({ filter: { label: ["by-hand"] } })).count).toBe(1);
  const wrong = await flywheel(["episodes", "route", "nothing", "SFT", "--workspace", dir]);
  expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining("error (unknown-episode)")]);
  const second = await flywheel(["serve", "--workspace", dir]);
  expect([second.status, second.stderr]).toEqual([5, expect.stringMatching(/Open http:\/\/127\.0\.0\.1:\d+\/\?token=/)]);
});

test("a turning run is paused between two episodes, goes on, and is stopped", async () => {
  const { run } = await client.call.runs.resume({});
  await hears("roll out");
  await client.call.runs.pause({ run });
  await until(async () => ((await client.call.runs.get({ run }))!.state === "paused" ? true : null));
  const { count } = await client.call.episodes.list({ filter: {} });
  const second = await flywheel(["rollout", "--policy", "noop", "--tasks", "click-text", "--seeds", "5000", "--workspace", dir]);
  expect([second.status, second.stderr]).toEqual([2, expect.stringContaining(`Run ${run} is under way.`)]);
  expect((await client.call.runs.wheel({})).sentence).toBe("Cycle 1 is paused.");
  await client.call.runs.resume({ run });
  await until(async () => ((await client.call.episodes.list({ filter: {} })).count > count ? true : null));
  await client.call.runs.stop({ run });
  await until(async () => ((await client.call.runs.get({ run }))!.state === "resting" ? true : null));
});

test("a killed core loses no committed step, leaves nobody behind, and offers to go on", async () => {
  const { run } = await client.call.runs.resume({ turning: "one cycle" });
  await until(async () => ((await client.call.jobs.list()).some(({ state, done }) => state === "running" && done > 0) ? true : null));
  const before = await client.call.episodes.list({ filter: {} });
  const children = descendantsOf(served.pid);
  expect(children.length).toBeGreaterThan(0);
  served.kill("SIGKILL");
  await served.ended;
  await until(async () => (children.some(({ pid }) => isRunning(pid)) ? null : true));
  expect(existsSync(join(dir, "core.json"))).toBe(true);
  expect(await findCore(dir)).toBeNull();
  await serve();
  const after = await client.call.episodes.list({ filter: {} });
  expect([after.count >= before.count, after.steps >= before.steps]).toEqual([true, true]);
  expect((await client.call.workspace.status()).resumable).toMatchObject({ run });
  await client.call.runs.resume({ turning: "one cycle" });
  for await (const event of await client.call.runs.progress({ run })) if (event.kind === "end") expect(event.state).toBe("done");
  expect((await client.call.runs.get({ run }))!.cyclesDone).toBe(1);
  expect((await client.call.workspace.status()).resumable).toBeNull();
});

test("a run without a break tells of both things that go on, and ends after a cycle when it is told to", async () => {
  const { run, job } = await client.call.runs.start({ ...options, continuous: true });
  const seen = await until(async () => {
    const [told, { beside }] = [await client.call.runs.get({ run }), await client.call.jobs.get({ id: job })];
    return told!.beside === null || beside === null ? null : { told: told!, beside };
  });
  expect([seen.told.cycle, seen.told.beside!.cycle, seen.beside.cycle]).toEqual([2, 1, 1]);
  await client.call.runs.turn({ run, turning: "one cycle" });
  expect(await ended(client, job)).toMatchObject({ state: "done", result: { run, finished: false } });
  expect(await client.call.runs.get({ run })).toMatchObject({ continuous: true, state: "resting", beside: null, cyclesPlanned: cycles });
});
