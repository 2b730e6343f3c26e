/** Whole cycles of an agent on a server that is trained by somebody else's command: a toy trainer and a toy server, real in all else. */
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { isRemote, readManifest } from "../../../agent/checkpoint.ts";
import { endpointSchema, type Endpoint } from "../../../agent/remote/endpoint.ts";
import { sha256 } from "../../../env/json.ts";
import { parseConfig, type WheelConfig } from "../../../flywheel/config.ts";
import { turnWheel } from "../../../flywheel/loop.ts";
import type { ProgressEvent } from "../../../flywheel/progress.ts";
import { openWorkspace, type Workspace } from "../../../flywheel/store/workspace.ts";
import { Wheel } from "../../../flywheel/wheel.ts";
import { loadTaskModule } from "../../../tasks/module.ts";
import { flywheel, FlywheelProcess, isRunning } from "../../app/flywheelProcess.ts";
import { temporaryFolder, temporaryWorkspace } from "../storeFixtures.ts";
import { tinyConfig } from "../wheelConfig.ts";
import { BASE, ToyServer } from "./toyServer.ts";

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const [TRAINER, SERVER, TASK] = [fileOf("../../fixtures/toyTrainer.ts"), fileOf("toyServer.ts"), fileOf("../../fixtures/pressTask.ts")];
const tasks = await loadTaskModule(TASK);
/** Trainers have the environment that the wheel has, and say what they like. */
process.env["TOY_KEY"] = "sk-planted-secret-4711";
const PATIENCE = { timeoutSeconds: 60, backoffMs: 1, retries: 1, asksAgain: 0 };

const endpointAt = (baseUrl: string): Endpoint =>
  endpointSchema.parse({ name: "toy", baseUrl, model: BASE, dialect: "flywheel-json", keyVariable: "TOY_KEY", ...PATIENCE });

/** The smallest run in which a promotion can be significant. */
function configOf(agent: Endpoint, external?: { readonly mode: string; readonly reload: object }, cycles = 1): WheelConfig {
  const { controls, ...tiny } = tinyConfig();
  const settings = {
    ...tiny,
    tasks: ["press-it"],
    demonstrated: ["press-it"],
    cycles,
    demonstrations: { perTask: 3, perRequest: 1 },
    bootEpisodes: 0,
    rollout: { ...tiny.rollout, episodes: 4 },
    // New gate seeds each cycle: the incumbent has to play them too.
    gate: { ...tiny.gate, seedsPerTask: 6, rotateEvery: 1 },
    controls,
    agent,
    ...(external === undefined ? {} : { external: { train: trainBy(external.mode), reload: external.reload, reloadSeconds: 60 } }),
  };
  return parseConfig(settings, "test");
}

const trainBy = (mode: string): string => `echo "my key is $TOY_KEY" && '${process.execPath}' '${TRAINER}' '${mode}'`;

interface Turned {
  readonly run: string;
  readonly lines: string[];
  readonly events: ProgressEvent[];
}

async function turn(workspace: Workspace, config: WheelConfig): Promise<Turned> {
  const events: ProgressEvent[] = [];
  await using wheel = new Wheel({ workspace, config, tasks, signal: new AbortController().signal, onProgress: (event) => void events.push(event) });
  workspace.runs.open(wheel.run, config, config.seed);
  await turnWheel(wheel);
  return { run: wheel.run, events, lines: events.flatMap((event) => (event.kind === "line" ? event.text : [])) };
}

function modeFile(folder: string, mode: string): string {
  const file = join(folder, "mode");
  writeFileSync(file, mode);
  return file;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

/** Who acted in a cycle, and which version its steps say answered. */
function actors(workspace: Workspace, run: string, cycle: number): unknown {
  const episodes = workspace.episodes.list({ run, cycle, role: "rollout" });
  const versions = episodes.flatMap(({ id }) => workspace.steps.of(id).map(({ decision }) => decision?.call?.version));
  return { episodes: episodes.length, checkpoints: [...new Set(episodes.map(({ checkpoint }) => checkpoint))], versions: [...new Set(versions)] };
}

async function expectClosed(workspace: Workspace, { run, events, lines }: Turned, last: number): Promise<void> {
  const [c0, c1] = [`${run}.c0`, `${run}.c1`];
  expect(lines).toContainEqual(expect.stringMatching(/^cycle 1: .* → promoted/));
  expect(workspace.checkpoints.promotions(run).slice(0, 2)).toMatchObject([
    { checkpoint: c0, action: "promote" },
    { checkpoint: c1, action: "promote", previous: c0, author: "gate" },
  ]);
  const { path, parents, snapshot } = workspace.checkpoints.get(c1);
  const manifest = await readManifest(join(workspace.dir, path));
  const weights = readFileSync(join(workspace.dir, path, "model", "weights.json"), "utf8");
  expect(isRemote(manifest) && manifest).toMatchObject({
    parents: [c0],
    snapshot,
    files: { "weights.json": sha256(weights) },
    demonstrations: { demonstration: 3 },
  });
  expect([parents, snapshot]).toEqual([[c0], expect.stringMatching(/^[0-9a-f]{64}$/)]);
  expect(events.filter(({ kind }) => kind === "loss").slice(0, 3)).toMatchObject([
    { step: 1, loss: 1 },
    { step: 2, loss: 0.5 },
    { step: 3, loss: 0.3333 },
  ]);
  expect(readFileSync(join(workspace.dir, path, "train.log"), "utf8")).toContain(`my key is •••\ntraining ${c1} from ${BASE}\n`);
  expect(actors(workspace, run, 1)).toEqual({ episodes: 4, checkpoints: [c0], versions: [c0] });
  if (last > 1) expect(actors(workspace, run, 2)).toEqual({ episodes: 4, checkpoints: [c1], versions: [c1] });
  const gate = workspace.episodes.list({ run, purpose: "gate", cycle: 1 });
  expect(gate.filter(({ checkpoint, verdict }) => checkpoint === c1 && verdict === "pass")).toHaveLength(6);
}

describe("a whole cycle closes: played, handed over, learned, registered, loaded, tested, promoted", () => {
  test("with adapters of vLLM, and the next cycle is played by who was promoted", async () => {
    await using workspace = await temporaryWorkspace();
    using folder = temporaryFolder();
    await using server = await ToyServer.listen();
    const external = { mode: modeFile(folder.path, "well"), reload: { kind: "vllm-lora" } };
    const turned = await turn(workspace, configOf(endpointAt(server.baseUrl), external, 2));
    await expectClosed(workspace, turned, 2);
    expect(server.told.map(({ path }) => path)).toEqual(["/v1/load_lora_adapter", "/v1/load_lora_adapter"]);
  });

  test("with SGLang, whichever of the two plays being loaded", async () => {
    await using workspace = await temporaryWorkspace();
    using folder = temporaryFolder();
    await using server = await ToyServer.listen();
    const external = { mode: modeFile(folder.path, "well"), reload: { kind: "sglang" } };
    const turned = await turn(workspace, configOf(endpointAt(server.baseUrl), external));
    await expectClosed(workspace, turned, 1);
    const model = join(workspace.dir, "checkpoints", `${turned.run}.c1`, "model");
    // Acting; probed after training; the gate's two sides; final seeds of both.
    expect(server.told.map(({ body }) => body.model_path)).toEqual([BASE, model, BASE, model, BASE, model]);
  });

  test("with a server that is started for each version", async () => {
    await using workspace = await temporaryWorkspace();
    using folder = temporaryFolder();
    const port = await freePort();
    const reload = { kind: "command", command: `exec '${process.execPath}' '${SERVER}' ${port} "$FLYWHEEL_MODEL"`, stays: true };
    const external = { mode: modeFile(folder.path, "well"), reload };
    await expectClosed(workspace, await turn(workspace, configOf(endpointAt(`http://127.0.0.1:${port}/v1`), external)), 1);
  });
});

test("a trainer that fails or writes nothing stops the run with what it said; mended, the run goes on with the same data", async () => {
  await using workspace = await temporaryWorkspace();
  using folder = temporaryFolder();
  await using server = await ToyServer.listen();
  const mode = modeFile(folder.path, "fails");
  const config = configOf(endpointAt(server.baseUrl), { mode, reload: { kind: "vllm-lora" } });
  await expect(turn(workspace, config)).rejects.toMatchObject({
    code: "trainer-failed",
    message: expect.stringMatching(/ended with exit code 3\. Its last lines:[^]*RuntimeError: out of memory/),
  });
  writeFileSync(mode, "writes nothing");
  await expect(turn(workspace, config)).rejects.toMatchObject({ code: "trainer-failed", message: expect.stringContaining("wrote nothing into") });
  expect(workspace.checkpoints.list().map(({ cycle }) => cycle)).toEqual([0]);

  writeFileSync(mode, "well");
  server.refusal = "max_loras is reached";
  await expect(turn(workspace, config)).rejects.toMatchObject({
    code: "agent-unavailable",
    message: expect.stringContaining("max_loras is reached"),
  });
  const trained = workspace.checkpoints.list().at(-1)!;
  server.refusal = null;
  await expectClosed(workspace, await turnAgain(workspace, config, trained.createdAt), 1);
});

/** Turns on; nothing was trained meanwhile, so the losses are those of before. */
async function turnAgain(workspace: Workspace, config: WheelConfig, createdAt: number): Promise<Turned> {
  const turned = await turn(workspace, config);
  expect(workspace.checkpoints.list().at(-1)!.createdAt).toBe(createdAt);
  expect(turned.events.filter(({ kind }) => kind === "loss")).toEqual([]);
  const losses = [1, 0.5, 0.3333].map((loss, i) => ({ kind: "loss", cycle: 1, stage: "SFT", step: i + 1, steps: i + 1, loss }) as const);
  return { ...turned, events: losses };
}

test("a server that was started anew and has forgotten what it was told is told again", async () => {
  await using workspace = await temporaryWorkspace();
  using folder = temporaryFolder();
  await using server = await ToyServer.listen();
  const external = { mode: modeFile(folder.path, "well"), reload: { kind: "sglang" } };
  let told = 0;
  // It crashes after the candidate was loaded for the gate.
  server.onTold = () => void (++told === 4 && setImmediate(() => server.forget()));
  await expectClosed(workspace, await turn(workspace, configOf(endpointAt(server.baseUrl), external)), 1);
});

test("without a trainer the agent's episodes are judged, routed and frozen, and that nothing is trained is said", async () => {
  await using workspace = await temporaryWorkspace();
  await using server = await ToyServer.listen();
  const { run, lines } = await turn(workspace, configOf(endpointAt(server.baseUrl), undefined, 2));
  expect(lines).toContainEqual("cycle 2: 0 of 4 episodes passed; collected only: there is no trainer (--trainer)");
  expect(
    workspace.episodes
      .learning({ run })
      .filter(({ role }) => role === "rollout")
      .map(({ route }) => route),
  ).toEqual(Array(8).fill("CT"));
  expect(workspace.stages.list(run).filter(({ stage }) => stage === "snapshot sft")).toHaveLength(3);
  expect(workspace.checkpoints.list(run).map(({ status }) => status)).toEqual(["acting"]);
  expect(workspace.episodes.list({ run, purpose: "gate" })).toHaveLength(6);
});

test("killed in the middle of training, the trainer does not outlive it, and the same command trains again and closes the cycle", async () => {
  using folder = temporaryFolder();
  await using server = await ToyServer.listen();
  const dir = join(folder.path, "w");
  const before = await openWorkspace(dir);
  before.agents.put(endpointAt(server.baseUrl));
  await before.close();
  const { agent: _, ...config } = configOf(endpointAt(server.baseUrl));
  writeFileSync(join(folder.path, "wheel.json"), JSON.stringify(config));
  const mode = modeFile(folder.path, `hangs ${server.baseUrl}/half-way`);
  const command = ["run", "--config", join(folder.path, "wheel.json"), "--task-module", TASK, "--agent", "toy", "-w", dir];
  command.push("--trainer", trainBy(mode), "--reload", "vllm-lora");

  const { promise: halfWay, resolve } = Promise.withResolvers<number>();
  server.onTold = (_path, { pid }) => resolve(pid);
  const killed = new FlywheelProcess(command);
  const trainer = await Promise.race([halfWay, killed.ended.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
  killed.kill("SIGKILL");
  await killed.ended;
  await vi.waitFor(() => expect(isRunning(trainer)).toBe(false), { timeout: 20_000 });

  writeFileSync(mode, "well");
  const ended = await flywheel(command);
  expect([ended.stderr, ended.status]).toEqual([expect.stringContaining("[cycle 1] hand over done before"), 0]);
  await using workspace = await openWorkspace(dir, { readOnly: true });
  const run = workspace.runs.list()[0]!.id;
  expect(workspace.checkpoints.list(run).map(({ cycle, status }) => [cycle, status])).toEqual([
    [0, "retired"],
    [1, "acting"],
  ]);
  const manifest = await readManifest(join(dir, workspace.checkpoints.get(`${run}.c1`).path));
  // What the killed one had begun to write is no part of it.
  expect(Object.keys(manifest.files)).toEqual(["weights.json"]);
});
