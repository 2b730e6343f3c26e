/**
 * The preset `trl` as a person runs it, in processes of its own: demonstrations, our export, TRL's SFTTrainer, `transformers serve`, our remote agent,
 * the gate, and round again. The model is the toy; all else is what bigger ones meet. Beside the preset's first task it plays one that a toy can learn.
 *
 * FLYWHEEL_CHAIN names a workspace with such a run, to look at that one; without it, one is made and removed.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, type ChatMessage } from "../../agent/remote/chat.ts";
import { isRemote, readManifest } from "../../agent/checkpoint.ts";
import { rng } from "../../env/random.ts";
import { storedConfig, type WheelConfig } from "../../flywheel/config.ts";
import { exportForTrainers } from "../../flywheel/export/exportForTrainers.ts";
import { ModelHost } from "../../flywheel/external/modelHost.ts";
import { readVersion } from "../../flywheel/external/remoteActor.ts";
import { readSnapshot } from "../../flywheel/readSnapshot.ts";
import type { Checkpoint } from "../../flywheel/store/checkpoints.ts";
import type { Episode } from "../../flywheel/store/episodes.ts";
import { openWorkspace, type Workspace } from "../../flywheel/store/workspace.ts";
import { wilson } from "../../flywheel/statistics.ts";
import { findTasks, TASKS } from "../../tasks/index.ts";
import { loadTaskModule } from "../../tasks/module.ts";
import { flywheel } from "../app/flywheelProcess.ts";
import { pythonEnvironment } from "../pythonEnvironment.ts";

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const PRESS = fileOf("../fixtures/pressTask.ts");
const requirements = readFileSync(fileOf("../../flywheel/external/trl/requirements.txt"), "utf8").split("\n");
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const python = pythonEnvironment("trl", [requirements.filter((line) => line !== "" && !line.startsWith("#"))], say);
if ("why" in python) say(`skipped: ${python.why}`);

describe.skipIf("why" in python)("a run of the preset trl", () => {
  const folder = mkdtempSync(join(tmpdir(), "flywheel-chain-"));
  const dir = process.env["FLYWHEEL_CHAIN"] ?? join(folder, "w");
  let workspace: Workspace;
  let config: WheelConfig;
  let run: string;

  beforeAll(async () => {
    if ("why" in python) return;
    // Nothing is downloaded: there is nowhere to keep it, and nobody to ask.
    Object.assign(process.env, { FLYWHEEL_PYTHON: python.python, HF_HOME: join(folder, "hub"), HF_HUB_OFFLINE: "1" });
    if (process.env["FLYWHEEL_CHAIN"] === undefined) await turn();
    workspace = await openWorkspace(dir, { readOnly: true });
    run = workspace.runs.list().at(-1)!.id;
    config = storedConfig(workspace.runs.get(run)!);
  });
  afterAll(async () => {
    await workspace?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The documented command, on other tasks and an own port. */
  async function turn(): Promise<void> {
    const tasks = ["--task-module", PRESS, "--tasks", "click-text,press-it", "--demonstrated", "click-text,press-it"];
    const began = performance.now();
    const ended = await flywheel(["run", "--preset", "trl", ...tasks, "--set", `agent.baseUrl=http://127.0.0.1:${await freePort()}/v1`, "-w", dir]);
    say(`${ended.stdout}\n${((performance.now() - began) / 60_000).toFixed(1)} minutes`);
    if (ended.status !== 0) throw new Error(ended.stderr);
  }

  const checkpoint = (cycle: number): Checkpoint => workspace.checkpoints.get(`${run}.c${cycle}`);

  test("trains each candidate on its cycle's export, from its parent's weights, until the loss is gone", async () => {
    for (const cycle of [1, 2]) {
      const manifest = await readManifest(join(workspace.dir, checkpoint(cycle).path));
      if (!isRemote(manifest)) throw new Error("This is a checkpoint of the built-in model.");
      expect(Object.keys(manifest.files)).toEqual(expect.arrayContaining(["config.json", "model.safetensors", "tokenizer.json"]));
      const { curve } = manifest.training as unknown as { curve: { step: number; loss: number }[] };
      say(`c${cycle}: loss ${curve[0]!.loss} → ${curve.at(-1)!.loss} in ${curve.at(-1)!.step} steps`);
      expect(curve.at(-1)!.loss).toBeLessThan(0.1);
      expect(checkpoint(cycle)).toMatchObject({ parents: [`${run}.c${cycle - 1}`], snapshot: expect.stringMatching(/^[0-9a-f]{64}$/) });
      const handed = JSON.parse(readFileSync(join(workspace.dir, checkpoint(cycle).path, "train.json"), "utf8"));
      expect(handed.parent.folder === null).toBe(cycle === 1);
    }
  });

  test("has the gate decide on the same seeds for both sides, and lets the better one act", () => {
    const decisions = workspace.checkpoints.promotions(run);
    say(decisions.map(({ checkpoint: id, action, author }) => `${id}: ${action} (${author})`).join("\n"));
    expect(decisions.map(({ checkpoint: id }) => id)).toEqual([0, 1, 2].map((cycle) => `${run}.c${cycle}`));
    expect(decisions[1]).toMatchObject({
      action: "promote",
      author: "gate",
      previous: `${run}.c0`,
      decision: { kind: "decided", incumbent: `${run}.c0` },
    });
    const { counts } = decisions[1]!.decision as { counts: Record<string, number> };
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(2 * config.gate.seedsPerTask);
  });

  test("records, judges and routes what the promoted one then does, each step with the version that answered", () => {
    const id = `${run}.c1`;
    const played = workspace.episodes.list({ run, cycle: 2, role: "rollout" });
    expect(played).toHaveLength(config.rollout.episodes);
    for (const { id: episode, checkpoint: who, verdict, route, stepCount } of played) {
      expect([who, ["pass", "fail"].includes(verdict!), route === null]).toEqual([id, true, false]);
      const steps = workspace.steps.of(episode);
      expect(steps).toHaveLength(stepCount);
      for (const { decision } of steps)
        expect(decision?.call).toMatchObject({ version: id, model: expect.stringContaining("toy"), answer: expect.any(String) });
    }
    say(`routes of cycle 2: ${JSON.stringify(counted(played.map(({ route }) => route!)))}`);
    expect(played.filter(({ route }) => route === "SFT").length).toBeGreaterThan(0);
  });

  test("has at least half of the live answers of the trained ones read as actions", () => {
    for (const cycle of [1, 2]) {
      const { read, all } = answersOf(workspace, workspace.episodes.list({ run, checkpoint: `${run}.c${cycle}` }));
      const { estimate, low, high } = wilson(read, all);
      say(`c${cycle}: ${read} of ${all} live answers were read: ${estimate.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`);
      expect(all).toBeGreaterThan(20);
      expect(estimate).toBeGreaterThanOrEqual(0.5);
    }
  });

  test("has its newest model say at least 20 different training targets word for word, asked as in training", async () => {
    const { id, path, snapshot } = checkpoint(2);
    const tasks = [...findTasks(["click-text"], TASKS), ...(await loadTaskModule(PRESS))];
    const { dialect, pictures } = config.agent!;
    const open = await readSnapshot(join(workspace.dir, "snapshots", snapshot!));
    const target = join(folder, "export");
    await exportForTrainers(workspace, open, target, { formats: ["llama-factory"], dialect, pictures, tasks, splitBy: "template", validation: 0.05 });
    const signal = new AbortController().signal;
    await using host = new ModelHost({ endpoint: config.agent!, external: config.external, log: join(folder, "reload.log"), signal });
    await host.serve(await readVersion(id, join(workspace.dir, path)));
    const rows = rowsOf(target);
    const said = new Map<string, boolean>();
    let verbatim = 0;
    for (const { messages, answer } of rows) {
      const reply = await ask({ endpoint: config.agent!, key: null, messages, rng: rng("verbatim"), signal });
      if (reply.kind === "failure") throw new Error(reply.detail);
      if (reply.text === answer) verbatim++;
      said.set(answer, (said.get(answer) ?? true) && reply.text === answer);
    }
    const whole = [...said.values()].filter(Boolean).length;
    say(`${verbatim} of ${rows.length} training rows word for word; ${whole} of ${said.size} different targets wherever they are due`);
    expect(whole).toBeGreaterThanOrEqual(20);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

function counted(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}

/** Answers that were read as actions, and all. */
function answersOf(workspace: Workspace, episodes: readonly Episode[]): { readonly read: number; readonly all: number } {
  const read = episodes.reduce((sum, { stepCount }) => sum + stepCount, 0);
  const unread = episodes.filter(({ id }) => workspace.verdicts.of(id).some(({ evidence }) => "problem" in (evidence as object))).length;
  return { read, all: read + unread };
}

interface Row {
  readonly messages: readonly ChatMessage[];
  readonly answer: string;
}

/** Rows of the export as questions to a server. */
function rowsOf(folder: string): Row[] {
  const lines = readFileSync(join(folder, "jsonl", "sft.jsonl"), "utf8")
    .trimEnd()
    .split("\n");
  return lines.map((line) => {
    const { messages, images } = JSON.parse(line) as { messages: { role: "user" | "assistant"; content: string }[]; images: string[] };
    const urls = images.map((image) => `data:image/png;base64,${readFileSync(join(folder, image)).toString("base64")}`);
    const asked = messages.slice(0, -1).map(({ role, content }): ChatMessage => {
      const texts = content.split("<image>");
      const parts = texts.flatMap((text, i) => [
        ...(text === "" ? [] : [{ type: "text" as const, text }]),
        ...(i < texts.length - 1 ? [{ type: "image_url" as const, image_url: { url: urls.shift()! } }] : []),
      ]);
      return { role, content: parts };
    });
    return { messages: asked, answer: messages.at(-1)!.content };
  });
}
