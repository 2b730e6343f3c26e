/**
 * Training an agent on a server as stages of the wheel: hand the data over, have them learned, have what came of it served. In: a snapshot. Out: a
 * registered candidate that its server serves and that answers; or null, where nothing is trained.
 */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { saveRemoteCheckpoint } from "../../agent/remote/remoteCheckpoint.ts";
import type { ExternalConfig } from "../external/externalConfig.ts";
import { clearWork, externalTrainer, handOver } from "../external/externalTrainer.ts";
import { nameOf, type ModelHost } from "../external/modelHost.ts";
import { readVersion } from "../external/remoteActor.ts";
import type { Training } from "../trainer.ts";
import type { Wheel } from "../wheel.ts";
import { trainStage } from "./trainStage.ts";

/** The first checkpoint: the model as its server has it. Throws `agent-unavailable` where it does not answer. */
export async function adoptAgent(wheel: Wheel, host: ModelHost): Promise<string> {
  const { workspace, run, config } = wheel;
  const id = wheel.checkpointId(0);
  const dir = wheel.checkpointDir(id);
  await wheel.stage(0, "connect", 0, async () => {
    const facts = { id, parents: [], snapshot: null, cycle: 0, seed: config.seed, demonstrations: {}, training: { kind: "as found" } };
    if (!existsSync(join(dir, "manifest.json"))) await saveRemoteCheckpoint(dir, { ...facts, endpoint: host.endpoint }, null);
    const answer = await served(wheel, host, id);
    workspace.checkpoints.add({ id, run, cycle: 0, path: relative(workspace.dir, dir), parents: [], snapshot: null, scores: {} });
    return answer;
  });
  return id;
}

/** Has the user's trainer make a candidate of a snapshot. Null: there is no trainer, or nothing to learn from. */
export async function trainOutside(wheel: Wheel, host: ModelHost, what: Omit<Training, "dir">): Promise<string | null> {
  const { external } = wheel.config;
  if (external === undefined || !(await hasRows(wheel, external, what))) return null;
  const { id, cycle } = what;
  await trainStage(wheel, "train", what, externalTrainer(external, host.endpoint));
  clearWork(wheel, id);
  await wheel.stage(cycle, "reload", 0, () => served(wheel, host, id));
  return id;
}

async function hasRows(wheel: Wheel, external: ExternalConfig, what: Omit<Training, "dir">): Promise<boolean> {
  const { rows } = await wheel.stage(what.cycle, "hand over", 0, async (tick) => {
    const { samples, files } = await handOver(wheel, external, what, (done, total) => tick(done, `${done} of ${total} episodes`));
    return { rows: samples.sft + samples.ct, samples, files };
  });
  return rows > 0;
}

async function served(wheel: Wheel, host: ModelHost, id: string): Promise<{ serves: string; line: string }> {
  const version = await readVersion(id, wheel.checkpointDir(id));
  const { line } = await host.probe(version);
  wheel.onProgress({ kind: "line", text: line });
  return { serves: nameOf(version), line };
}
