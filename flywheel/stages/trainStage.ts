/** One training as a stage of the wheel. In: what is trained, a trainer. Out: a whole checkpoint folder, registered as a candidate. */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { readManifest } from "../../agent/checkpoint.ts";
import type { Json } from "../../env/json.ts";
import type { Trainer, Training } from "../trainer.ts";
import type { Wheel } from "../wheel.ts";

/** Has a checkpoint made and registers it; one that is already complete is not trained again. Returns its id. */
export async function trainStage(wheel: Wheel, name: string, what: Omit<Training, "dir">, trainer: Trainer): Promise<string> {
  const { workspace, run } = wheel;
  const { id, cycle, base, snapshot } = what;
  const dir = wheel.checkpointDir(id);
  await wheel.stage(cycle, name, 0, async (tick) => {
    const record = existsSync(join(dir, "manifest.json"))
      ? ((await readManifest(dir)).training as Json)
      : await trainer(wheel, { ...what, dir }, ({ stage, step, steps, loss }) => {
          tick(step, `${stage}${loss === null ? "" : ` loss ${loss.toFixed(3)}`} (${step}/${steps === 0 ? "?" : steps})`);
          if (loss !== null) wheel.onProgress({ kind: "loss", cycle, stage, step, steps, loss });
        });
    const parents = base === null ? [] : [base];
    workspace.checkpoints.add({ id, run, cycle, path: relative(workspace.dir, dir), parents, snapshot, scores: {} });
    return record;
  });
  return id;
}
