/**
 * Supervised stages: continual pre-training (CT), then supervised fine-tuning (SFT) with a share of CT in each batch.
 * In: a trainer with weights, training episodes by route. Out: changed weights and the learning curve.
 */
import { rng } from "../../env/random.ts";
import { commonWords, drawDistortion } from "./augment.ts";
import { continualSamples } from "./continual.ts";
import type { Row } from "./batch.ts";
import type { NetworkTrainer } from "./networkTrainer.ts";
import { newestPerBucket, Sampler, type SamplerConfig, type SourcedSample } from "./sampler.ts";
import { imitationSample, situations, type Sample, type TrainingEpisode } from "./sample.ts";

export interface SupervisedConfig extends SamplerConfig {
  readonly seed: number;
  readonly cycle: number;
  readonly ctSteps: number;
  readonly sftSteps: number;
  /** Episodes per (task, bucket, source) whose screens feed CT, newest first. */
  readonly newestCtPerBucket: number;
  /** Share of CT samples in SFT batches. */
  readonly ctShare: number;
  readonly learningRate: number;
  readonly warmup: number;
  /** Stop when the loss on held-out successes has not improved for this many steps; 0 = train all steps. */
  readonly patience: number;
}

export interface TrainingProgress {
  readonly stage: "CT" | "SFT" | "value" | "RL";
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
}

export interface SupervisedResult {
  readonly ctSteps: number;
  readonly sftSteps: number;
  readonly samples: { readonly sft: number; readonly ct: number; readonly unencodable: number };
  /** Loss every few steps, and on held-out successes where there is an early stop. */
  readonly curve: readonly { readonly stage: "CT" | "SFT"; readonly step: number; readonly loss: number; readonly heldOut: number | null }[];
}

const REPORT_EVERY = 20;
const HELD_OUT_EVERY = 25;
const HELD_OUT_SHARE = 0.12;

/** Runs CT and SFT in place on the trainer's weights. `onProgress` may be slow; `signal` stops between steps. */
export async function trainSupervised(
  trainer: NetworkTrainer,
  sft: readonly TrainingEpisode[],
  ct: readonly TrainingEpisode[],
  config: SupervisedConfig,
  onProgress: (progress: TrainingProgress) => void,
): Promise<SupervisedResult> {
  const random = rng("supervised", config.seed, config.cycle);
  const { kept, heldOut } = config.patience > 0 ? holdOut(sft) : { kept: sft, heldOut: [] };
  const imitation = imitationSamples(kept);
  // Screens of good episodes teach grounding and forward prediction just as well as those of bad ones.
  const continual =
    config.ctSteps > 0 || config.ctShare > 0 ? continualSamples(newestPerBucket([...ct, ...kept], config.newestCtPerBucket), random) : [];
  const common = commonWords([...imitation.samples, ...continual].map(({ sample }) => sample.scene));
  const draw = batchDrawer(trainer, imitation.samples, continual, common, config);
  const curve: SupervisedResult["curve"][number][] = [];
  const note = (stage: "CT" | "SFT", step: number, steps: number, loss: number, held: number | null): void => {
    if (held === null && step % REPORT_EVERY !== 0 && step !== steps) return;
    curve.push({ stage, step, loss, heldOut: held });
    onProgress({ stage, step, steps, loss });
  };

  const ctSteps = continual.length > 0 ? config.ctSteps : 0;
  for (let step = 1; step <= ctSteps; step++) {
    const { loss } = await trainer.step(draw("CT", step), schedule(step, ctSteps, config));
    note("CT", step, ctSteps, loss, null);
  }

  const held = imitationSamples(heldOut).samples.map(({ sample }) => sample);
  let best = { loss: Infinity, step: 0, weights: trainer.snapshot() };
  let sftSteps = 0;
  for (let step = 1; step <= config.sftSteps && imitation.samples.length > 0; step++) {
    const { loss } = await trainer.step(draw("SFT", step), schedule(step, config.sftSteps, config));
    sftSteps = step;
    const check = held.length > 0 && step % HELD_OUT_EVERY === 0;
    const heldLoss = check ? await heldOutLoss(trainer, held) : null;
    note("SFT", step, config.sftSteps, loss, heldLoss);
    if (heldLoss === null) continue;
    if (heldLoss < best.loss) best = { loss: heldLoss, step, weights: trainer.snapshot() };
    else if (step - best.step >= config.patience) break;
  }
  if (held.length > 0 && best.step > 0) trainer.restore(best.weights);
  return { ctSteps, sftSteps, samples: { sft: imitation.samples.length, ct: continual.length, unencodable: imitation.unencodable }, curve };
}

/** Warm-up, then cosine to 5 %. */
function schedule(step: number, steps: number, { learningRate, warmup }: Pick<SupervisedConfig, "learningRate" | "warmup">): number {
  const rise = Math.min(1, step / Math.max(1, warmup));
  const fall = 0.05 + 0.95 * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
  return learningRate * rise * fall;
}

function imitationSamples(episodes: readonly TrainingEpisode[]): { samples: SourcedSample[]; unencodable: number } {
  let unencodable = 0;
  const samples = episodes.flatMap((episode) =>
    situations(episode).flatMap((situation) => {
      if (situation.step.masked) return [];
      const sample = imitationSample(situation);
      if (sample === null) unencodable++;
      return sample === null ? [] : [{ sample, episode }];
    }),
  );
  return { samples, unencodable };
}

/** Every so many episodes of a task is held out, in the order given: runs with the same training seed and data hold out the same. */
function holdOut(episodes: readonly TrainingEpisode[]): { kept: TrainingEpisode[]; heldOut: TrainingEpisode[] } {
  const kept: TrainingEpisode[] = [];
  const heldOut: TrainingEpisode[] = [];
  const every = Math.round(1 / HELD_OUT_SHARE);
  for (const group of Map.groupBy(episodes, ({ task }) => task).values()) {
    for (const [i, episode] of group.entries()) {
      (i % every === every - 1 ? heldOut : kept).push(episode);
    }
  }
  return { kept, heldOut };
}

function batchDrawer(
  trainer: NetworkTrainer,
  imitation: readonly SourcedSample[],
  continual: readonly SourcedSample[],
  common: ReadonlySet<string>,
  config: SupervisedConfig,
): (stage: "CT" | "SFT", step: number) => Row[] {
  const imitate = new Sampler(imitation, config);
  const pretrain = new Sampler(continual, { ...config, newestPerBucket: config.newestCtPerBucket });
  return (stage, step) => {
    const random = rng("batch", config.seed, config.cycle, stage, step);
    const fromCt = stage === "CT" ? trainer.batch : pretrain.size > 0 ? Math.round(config.ctShare * trainer.batch) : 0;
    const samples = [...pretrain.draw(fromCt, random), ...imitate.draw(trainer.batch - fromCt, random)];
    return samples.map((sample) => ({ sample, distortion: drawDistortion(sample, common, random) }));
  };
}

/**
 * 1 − mean p(action) over held-out samples under the averaged weights, which are those that will act. Probability and not its logarithm:
 * a few confident mistakes would stop the training long before most actions are right.
 */
async function heldOutLoss(trainer: NetworkTrainer, samples: readonly Sample[]): Promise<number> {
  const predicted = await trainer.predict(samples, "ema");
  return 1 - predicted.reduce((sum, { logProb }) => sum + Math.exp(logProb), 0) / predicted.length;
}
