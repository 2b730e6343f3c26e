/**
 * The trainer's own process: training blocks its event loop, so it must not run where anything else waits.
 * In (IPC): one `TrainOrder`. Out (IPC): progress, then a result or an error. Reads a snapshot and the perception cache, writes one checkpoint.
 */
import { loadCheckpoint, saveCheckpoint, weightsDigest, type Checkpoint, type NewCheckpoint } from "../agent/checkpoint.ts";
import { initialWeights, type NetworkConfig } from "../agent/model/network.ts";
import type { ObjectiveConfig } from "../agent/model/objective.ts";
import { NetworkTrainer } from "../agent/training/networkTrainer.ts";
import { reinforce } from "../agent/training/reinforce.ts";
import { trainSupervised } from "../agent/training/supervised.ts";
import { isWheelError } from "../env/errors.ts";
import type { Json } from "../env/json.ts";
import type { WheelConfig } from "./config.ts";
import { readSnapshot } from "./readSnapshot.ts";
import { readTrainingData, type TrainingData } from "./trainingData.ts";
import { storeError } from "./store/storeError.ts";
import { openWorkspace } from "./store/workspace.ts";

export interface TrainOrder {
  readonly kind: "supervised" | "reinforce";
  readonly workspace: string;
  readonly snapshot: string;
  readonly config: WheelConfig;
  readonly cycle: number;
  readonly round: number;
  /** Folder of the checkpoint to start from; null = fresh weights. */
  readonly base: string | null;
  readonly perceptionVersion: string;
  /** Folder to write, and what its manifest says besides the training record. */
  readonly target: string;
  readonly facts: Omit<NewCheckpoint, "network" | "training">;
  readonly ctSteps: number;
  readonly sftSteps: number;
  readonly patience: number;
}

export type TrainMessage =
  | { readonly kind: "progress"; readonly stage: string; readonly step: number; readonly steps: number; readonly loss: number }
  | { readonly kind: "done"; readonly result: Json }
  | { readonly kind: "error"; readonly code: string; readonly message: string; readonly hint: string };

process.on("message", (order: TrainOrder) => {
  train(order).then(
    (result) => finish({ kind: "done", result }),
    (error: unknown) => finish(asMessage(error, order.target)),
  );
});
// Nobody is left to train for: a killed parent must not leave its trainer behind, writing beside the next one.
process.on("disconnect", () => process.exit(1));
// A terminal's Ctrl-C reaches this process too. The parent decides: it ends its trainer and says so once.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

function finish(message: TrainMessage): void {
  process.send!(message, () => process.exit(message.kind === "done" ? 0 : 1));
}

async function train(order: TrainOrder): Promise<Json> {
  const { config } = order;
  const { training } = config;
  const base = order.base === null ? null : await loadCheckpoint(order.base);
  const data = await load(order);
  const raw = base?.raw ?? initialWeights(config.network, config.seed);
  await using trainer = await NetworkTrainer.open({
    network: config.network,
    objective: objectiveOf(config),
    weights: raw,
    batch: training.batch,
    threads: training.threads,
    // Value pre-training must leave the policy as it is, so RL decays no weights.
    weightDecay: order.kind === "reinforce" ? 0 : training.weightDecay,
    clipNorm: training.clipNorm,
    emaDecay: training.emaDecay,
  });
  const record =
    order.kind === "supervised" ? await supervised(order, trainer, data) : await reinforced(order, trainer, data, digestOf(base, config.network));
  const { raw: after, ema } = trainer.weights();
  await saveCheckpoint(order.target, { ...order.facts, network: config.network, training: record }, { raw: after, ema, optimiser: null });
  return record as Json;
}

function objectiveOf({ rl: { clipLow, clipHigh, entropyWeight, temperature = 1 } }: WheelConfig): ObjectiveConfig {
  return { clipLow, clipHigh, entropyWeight, temperature, valueWeight: 0.5 };
}

/** Rollout groups of so many cycles before feed value pre-training and advantage-weighted regression. */
const OLDEST_GROUPS = 2;

async function load(order: TrainOrder): Promise<TrainingData> {
  await using workspace = await openWorkspace(order.workspace, { readOnly: true });
  const { training, ct } = order.config;
  const limits = { sft: training.newestPerBucket, ct: ct.newestPerBucket, groupsFrom: order.cycle - OLDEST_GROUPS };
  return await readTrainingData(await readSnapshot(order.snapshot), workspace, order.perceptionVersion, limits);
}

async function supervised(order: TrainOrder, trainer: NetworkTrainer, { sft, ct }: TrainingData): Promise<Record<string, unknown>> {
  const { training, ct: continual, seed } = order.config;
  const result = await trainSupervised(
    trainer,
    sft,
    ct,
    {
      seed,
      cycle: order.cycle,
      ctSteps: order.ctSteps,
      sftSteps: order.sftSteps,
      ctShare: continual.enabled ? continual.shareInSft : 0,
      learningRate: training.learningRate,
      warmup: training.warmup,
      patience: order.patience,
      newestPerBucket: training.newestPerBucket,
      newestCtPerBucket: continual.newestPerBucket,
      demonstrationShare: training.demonstrationShare,
    },
    report,
  );
  return { kind: "supervised", ...result };
}

async function reinforced(order: TrainOrder, trainer: NetworkTrainer, data: TrainingData, digest: string): Promise<Record<string, unknown>> {
  const { rl, seed, training } = order.config;
  const fresh = data.groups.filter(({ weights, cycle }) => cycle === order.cycle && weights === digest);
  const older = data.groups.filter((group) => !fresh.includes(group));
  const result = await reinforce(
    trainer,
    { groups: fresh.map(({ episodes }) => episodes), older: older.flatMap(({ episodes }) => episodes), good: data.sft },
    {
      seed,
      cycle: order.cycle,
      round: order.round,
      algorithm: rl.algorithm,
      epochs: rl.epochs,
      learningRate: rl.learningRate,
      valueSteps: rl.valueSteps,
      imitationWeight: rl.imitationWeight,
      newestPerBucket: training.newestPerBucket,
      demonstrationShare: training.demonstrationShare,
    },
    report,
  );
  return { kind: "reinforce", ...result };
}

function digestOf(base: Checkpoint | null, network: NetworkConfig): string {
  return base === null ? "" : weightsDigest(base.raw, network);
}

function report(progress: { stage: string; step: number; steps: number; loss: number }): void {
  // With a callback, a channel that is just closing is no exception.
  process.send!({ kind: "progress", ...progress } satisfies TrainMessage, () => undefined);
}

function asMessage(thrown: unknown, target: string): TrainMessage {
  const error = storeError(thrown, target);
  if (isWheelError(error)) return { kind: "error", code: error.code, message: error.message, hint: error.hint };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: "error", code: "internal", message: `Training failed: ${message}`, hint: "Report this with the log." };
}
