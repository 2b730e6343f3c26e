/** Supervised training as stages of the wheel. In: a snapshot. Out: a checkpoint folder, registered as a candidate. */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { readManifest } from "../../agent/checkpoint.ts";
import { GREEDY } from "../../agent/model/choose.ts";
import type { Json } from "../../env/json.ts";
import { train } from "../train.ts";
import type { TrainOrder } from "../trainProcess.ts";
import type { Wheel } from "../wheel.ts";

/** Cycle 0: CT on the crawl, SFT on the demonstrations to an early stop. */
export function trainFirst(wheel: Wheel, snapshot: string): Promise<string> {
  const { ct, training } = wheel.config;
  return trainStage(wheel, 0, wheel.checkpointId(0), "train", {
    kind: "supervised",
    snapshot,
    base: null,
    round: 0,
    ctSteps: ct.enabled && wheel.config.routing ? ct.steps : 0,
    sftSteps: training.sftStepsFirst,
    patience: training.patience,
  });
}

/** Later cycles: CT every few cycles, SFT with a share of CT, from the newest weights that were not discarded. */
export function trainNext(wheel: Wheel, cycle: number, snapshot: string): Promise<string> {
  const { ct, training, rl } = wheel.config;
  const ctNow = ct.enabled && wheel.config.routing && cycle % ct.everyCycles === 0;
  return trainStage(wheel, cycle, wheel.checkpointId(cycle, rlRuns(wheel, cycle) ? "-sft" : ""), "train", {
    kind: "supervised",
    snapshot,
    base: baseOf(wheel, cycle),
    round: 0,
    ctSteps: ctNow ? ct.steps : 0,
    // Without rollouts there is no RL either: its updates are spent on SFT, so that the gradient steps are equal.
    sftSteps: training.sftSteps + (wheel.config.controls.demosOnly && rl.enabled && cycle >= rl.fromCycle ? wheel.config.controls.extraSftSteps : 0),
    patience: 0,
  });
}

/** Whether this cycle ends with RL. */
export function rlRuns({ config }: Wheel, cycle: number): boolean {
  return config.rl.enabled && config.rl.rounds > 0 && cycle >= config.rl.fromCycle && !config.controls.demosOnly;
}

/** The newest candidate of an earlier cycle that was not discarded; a held one goes on being trained, a discarded one does not. */
function baseOf(wheel: Wheel, cycle: number): string {
  const usable = wheel.workspace.checkpoints
    .list(wheel.run)
    .filter((one) => one.cycle < cycle && one.status !== "discarded" && one.id === wheel.checkpointId(one.cycle));
  return usable.at(-1)?.id ?? wheel.checkpointId(0);
}

type Order = Pick<TrainOrder, "kind" | "snapshot" | "base" | "round" | "ctSteps" | "sftSteps" | "patience">;

/** Runs one order; a checkpoint that is already complete is not trained again. Returns its id. */
export async function trainStage(wheel: Wheel, cycle: number, id: string, name: string, order: Order): Promise<string> {
  const { workspace, config } = wheel;
  const dir = wheel.checkpointDir(id);
  const base = order.base === null ? null : wheel.checkpointDir(order.base);
  const snapshotDir = join(workspace.dir, "snapshots", order.snapshot);
  await wheel.stage(cycle, name, 0, async (tick) => {
    const record = existsSync(join(dir, "manifest.json"))
      ? ((await readManifest(dir)).training as Json)
      : await train(
          {
            ...order,
            base,
            snapshot: snapshotDir,
            workspace: workspace.dir,
            config,
            cycle,
            perceptionVersion: wheel.perception.version,
            target: dir,
            facts: {
              id,
              perceptionVersion: wheel.perception.version,
              parents: order.base === null ? [] : [order.base],
              snapshot: order.snapshot,
              cycle,
              seed: config.seed,
              demonstrations: demonstrationsIn(wheel, order.snapshot),
              sampling: GREEDY,
            },
          },
          wheel.signal,
          ({ stage, step, steps, loss }) => {
            tick(step, `${stage} loss ${loss.toFixed(3)} (${step}/${steps})`);
            wheel.onProgress({ kind: "loss", cycle, stage, step, steps, loss });
          },
        );
    const parents = order.base === null ? [] : [order.base];
    workspace.checkpoints.add({ id, run: wheel.run, cycle, path: relative(workspace.dir, dir), parents, snapshot: order.snapshot, scores: {} });
    return record;
  });
  return id;
}

function demonstrationsIn({ workspace }: Wheel, snapshot: string): Record<string, number> {
  const manifest = workspace.snapshots.get(snapshot)?.manifest as { sources?: Record<string, number> } | undefined;
  return { ...manifest?.sources };
}
