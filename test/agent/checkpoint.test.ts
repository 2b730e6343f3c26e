/** Checkpoint folders: what is loaded is what was saved, or is refused by name. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadCheckpoint, saveCheckpoint } from "../../agent/checkpoint.ts";
import { initialWeights } from "../../agent/model/network.ts";

const network = { width: 16, layers: 1, heads: 2, cropWidth: 8 };
const facts = {
  id: "c0",
  network,
  perceptionVersion: "test",
  parents: [],
  snapshot: null,
  cycle: 0,
  seed: 1,
  demonstrations: {},
  sampling: { temperature: 0, exploration: 0 },
  training: {},
};
const raw = initialWeights(network, 1);
let dir: string;

beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), "checkpoint-")), "c0");
  await saveCheckpoint(dir, facts, { raw, ema: raw, optimiser: null });
});
afterEach(() => rm(dir, { recursive: true }));

test("a checkpoint comes back with the weights it was saved with", async () => {
  expect((await loadCheckpoint(dir)).raw).toEqual(raw);
});

test("weights of another architecture are refused, and those of a version that did not name its own", async () => {
  const path = join(dir, "manifest.json");
  const manifest = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  for (const architecture of ["vla-0", undefined]) {
    await writeFile(path, JSON.stringify({ ...manifest, architecture }));
    await expect(loadCheckpoint(dir)).rejects.toMatchObject({
      code: "checkpoint-mismatch",
      message: expect.stringContaining(architecture ?? "vla-1"),
    });
  }
});

test("changed weights are refused", async () => {
  await writeFile(join(dir, "ema.safetensors"), new Uint8Array(8));
  await expect(loadCheckpoint(dir)).rejects.toMatchObject({ code: "checkpoint-corrupt" });
});
