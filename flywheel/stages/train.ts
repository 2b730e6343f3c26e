/** Supervised training in each cycle, by the built-in trainer or the user's. In: a snapshot. Out: a registered candidate. */
import { join } from "node:path";
import { GREEDY } from "../../agent/model/choose.ts";
import { train } from "../train.ts";
import { trainingFacts, type Trainer } from "../trainer.ts";
import type { TrainOrder } from "../trainProcess.ts";
import type { Wheel } from "../wheel.ts";
import { adoptAgent, trainOutside } from "./external.ts";
import { trainStage } from "./trainStage.ts";

/** Cycle 0: CT on the crawl, SFT on the demonstrations to an early stop. An agent on a server is taken as it is. */
export function trainFirst(wheel: Wheel, snapshot: string): Promise<string> {
  if (wheel.host !== null) return adoptAgent(wheel, wheel.host);
  const { ct, training } = wheel.config;
  const order = {
    kind: "supervised",
    round: 0,
    ctSteps: ct.enabled && wheel.config.routing ? ct.steps : 0,
    sftSteps: training.sftStepsFirst,
    patience: training.patience,
  } as const;
  return trainStage(wheel, "train", { id: wheel.checkpointId(0), cycle: 0, snapshot, base: null }, builtIn(order));
}

/**
 * Later cycles: CT every few cycles, SFT with a share of CT, from the newest weights that were not discarded; or what the user's trainer does. Null:
 * nothing is trained, as there is no trainer or nothing to learn from.
 */
export async function trainNext(wheel: Wheel, cycle: number, snapshot: string): Promise<string | null> {
  if (wheel.host !== null) return trainOutside(wheel, wheel.host, { id: wheel.checkpointId(cycle), cycle, snapshot, base: baseOf(wheel, cycle) });
  const { ct, training, rl } = wheel.config;
  const ctNow = ct.enabled && wheel.config.routing && cycle % ct.everyCycles === 0;
  const order = {
    kind: "supervised",
    round: 0,
    ctSteps: ctNow ? ct.steps : 0,
    // Without rollouts there is no RL either: its updates are spent on SFT, so that the gradient steps are equal.
    sftSteps: training.sftSteps + (wheel.config.controls.demosOnly && rl.enabled && cycle >= rl.fromCycle ? wheel.config.controls.extraSftSteps : 0),
    patience: 0,
  } as const;
  const id = wheel.checkpointId(cycle, rlRuns(wheel, cycle) ? "-sft" : "");
  return trainStage(wheel, "train", { id, cycle, snapshot, base: baseOf(wheel, cycle) }, builtIn(order));
}

/** Whether this cycle ends with RL, which is the built-in model's. */
export function rlRuns({ config, host }: Wheel, cycle: number): boolean {
  return host === null && config.rl.enabled && config.rl.rounds > 0 && cycle >= config.rl.fromCycle && !config.controls.demosOnly;
}

/** The newest candidate of an earlier cycle that was not discarded; a held one goes on being trained, a discarded one does not. */
function baseOf(wheel: Wheel, cycle: number): string {
  const usable = wheel.workspace.checkpoints
    .list(wheel.run)
    .filter((one) => one.cycle < cycle && one.status !== "discarded" && one.id === wheel.checkpointId(one.cycle));
  return usable.at(-1)?.id ?? wheel.checkpointId(0);
}

type Order = Pick<TrainOrder, "kind" | "round" | "ctSteps" | "sftSteps" | "patience">;

/** The built-in trainer with one order. */
export function builtIn(order: Order): Trainer {
  return (wheel, training, onProgress) => {
    const { workspace, config, perception } = wheel;
    const { cycle, dir, base, snapshot } = training;
    const perceptionVersion = perception.version;
    const own = {
      ...order,
      base: base === null ? null : wheel.checkpointDir(base),
      snapshot: join(workspace.dir, "snapshots", snapshot),
      workspace: workspace.dir,
      config,
      cycle,
      perceptionVersion,
      target: dir,
      facts: { ...trainingFacts(wheel, training), perceptionVersion, sampling: GREEDY },
    };
    return train(own, wheel.signal, onProgress);
  };
}
