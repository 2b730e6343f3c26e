/**
 * Multi-turn reinforcement learning on fresh groups: value pre-training, then PPO (decoupled GAE, clip-higher) or GRPO, beside imitation
 * of successes. In: groups rolled out with exactly the trainer's weights, older episodes for the critic and for advantage-weighted
 * regression. Out: changed weights and what happened.
 * Sources: PPO (arXiv 1707.06347), VAPO (2504.05118), DAPO (2503.14476), GRPO (2402.03300), AWR (1910.00177).
 */
import { rng } from "../../env/random.ts";
import { gae, groupAdvantages, normalise } from "./advantage.ts";
import type { Row } from "./batch.ts";
import type { NetworkTrainer } from "./networkTrainer.ts";
import { Sampler } from "./sampler.ts";
import { imitationSample, reinforcementSample, situations, valueSample, type Sample, type Situation, type TrainingEpisode } from "./sample.ts";
import type { TrainingProgress } from "./supervised.ts";

export interface ReinforceConfig {
  readonly seed: number;
  readonly cycle: number;
  readonly round: number;
  readonly algorithm: "ppo" | "grpo";
  readonly epochs: number;
  readonly learningRate: number;
  readonly valueSteps: number;
  /** Weight of −log p on successes beside the policy gradient. */
  readonly imitationWeight: number;
  readonly newestPerBucket: number;
  readonly demonstrationShare: number;
}

export interface ReinforceResult {
  readonly episodes: number;
  readonly updates: number;
  readonly valueSteps: number;
  /** Steps whose action or log-probability could not be recomputed. */
  readonly left: number;
  readonly groups: { readonly all: number; readonly mixed: number };
  readonly loss: number;
  /** Largest |log p now − log p then| before the first update: 0 when the rollouts came from these weights. */
  readonly behaviourGap: number;
}

export interface ReinforceData {
  /** Groups by the current weights: same seed, several trials. */
  readonly groups: readonly (readonly TrainingEpisode[])[];
  /** Older episodes, for the critic and for advantage-weighted regression. */
  readonly older: readonly TrainingEpisode[];
  /** Successes to imitate beside the policy gradient. */
  readonly good: readonly TrainingEpisode[];
}

const AWR_BETA = 0.5;
const AWR_MAX = 5;

/** One round of RL in place on the trainer's weights. */
export async function reinforce(
  trainer: NetworkTrainer,
  data: ReinforceData,
  config: ReinforceConfig,
  onProgress: (progress: TrainingProgress) => void,
): Promise<ReinforceResult> {
  const random = rng("reinforce", config.seed, config.cycle, config.round);
  const fresh = data.groups.flat().flatMap(situations);
  if (config.algorithm === "ppo") await pretrainValue(trainer, [...fresh, ...data.older.flatMap(situations)], config, onProgress);
  const advantages = config.algorithm === "ppo" ? await ppoAdvantages(trainer, data.groups) : grpoAdvantages(data.groups);
  const { samples, left } = policySamples(fresh, advantages);
  const beside = await besides(trainer, data, config);
  const gap = await behaviourGap(trainer, samples);
  const half = Math.max(1, Math.floor(trainer.batch / 2));
  const total = Math.ceil(samples.length / half) * config.epochs;
  let updates = 0;
  let loss = 0;
  for (let epoch = 0; epoch < config.epochs; epoch++) {
    for (const batch of batches(random.shuffle(samples), half)) {
      const rest = beside?.draw(trainer.batch - half, random) ?? [];
      loss = (await trainer.step(rowsOf([...batch, ...rest]), config.learningRate)).loss;
      onProgress({ stage: "RL", step: ++updates, steps: total, loss });
    }
  }
  const mixed = data.groups.filter((group) => new Set(group.map(({ success }) => success)).size > 1).length;
  const valueSteps = config.algorithm === "ppo" ? config.valueSteps : 0;
  return { episodes: data.groups.flat().length, updates, valueSteps, left, groups: { all: data.groups.length, mixed }, loss, behaviourGap: gap };
}

function batches(samples: readonly Sample[], size: number): Sample[][] {
  return Array.from({ length: Math.ceil(samples.length / size) }, (_, at) => samples.slice(at * size, (at + 1) * size));
}

const rowsOf = (samples: readonly Sample[]): Row[] => samples.map((sample) => ({ sample }));

/** Fits the critic to the returns of a fixed policy (VAPO's value pre-training); its gradient stops at the policy's features. */
async function pretrainValue(
  trainer: NetworkTrainer,
  known: readonly Situation[],
  config: ReinforceConfig,
  onProgress: (progress: TrainingProgress) => void,
): Promise<void> {
  if (known.length === 0) return;
  const sampler = new Sampler(
    known.map((situation) => ({ sample: valueSample(situation), episode: situation.episode })),
    config,
  );
  for (let step = 1; step <= config.valueSteps; step++) {
    const samples = sampler.draw(trainer.batch, rng("value", config.seed, config.cycle, config.round, step));
    const { loss } = await trainer.step(rowsOf(samples), VALUE_RATE);
    if (step % 10 === 0 || step === config.valueSteps) onProgress({ stage: "value", step, steps: config.valueSteps, loss });
  }
}

const VALUE_RATE = 2e-3;

type Advantages = ReadonlyMap<TrainingEpisode, readonly number[]>;

async function ppoAdvantages(trainer: NetworkTrainer, groups: readonly (readonly TrainingEpisode[])[]): Promise<Advantages> {
  const result = new Map<TrainingEpisode, readonly number[]>();
  for (const episode of groups.flat()) {
    const predicted = await trainer.predict(situations(episode).map(valueSample));
    result.set(
      episode,
      gae(
        predicted.map(({ value }) => value),
        episode.success,
      ),
    );
  }
  const flat = normalise([...result.values()].flat());
  let next = 0;
  for (const [episode, values] of result)
    result.set(
      episode,
      values.map(() => flat[next++]!),
    );
  return result;
}

function grpoAdvantages(groups: readonly (readonly TrainingEpisode[])[]): Advantages {
  const result = new Map<TrainingEpisode, readonly number[]>();
  for (const group of groups) {
    const advantages = groupAdvantages(group.map(({ success }) => success));
    for (const [i, episode] of group.entries())
      result.set(
        episode,
        episode.steps.map(() => advantages?.[i] ?? 0),
      );
  }
  return result;
}

function policySamples(fresh: readonly Situation[], advantages: Advantages): { samples: Sample[]; left: number } {
  const samples: Sample[] = [];
  let left = 0;
  for (const situation of fresh) {
    const advantage = advantages.get(situation.episode)?.[situation.index] ?? 0;
    const sample = reinforcementSample(situation, advantage);
    if (sample === null) left++;
    else samples.push(sample);
  }
  return { samples, left };
}

/** What fills the other half of each batch: successes, and older work weighted by exp(advantage / β). */
async function besides(trainer: NetworkTrainer, data: ReinforceData, config: ReinforceConfig): Promise<Sampler | null> {
  if (config.imitationWeight === 0) return null;
  const sourced = (situation: Situation, weight: number) => {
    const sample = situation.step.masked || weight < 0.05 ? null : imitationSample(situation, weight * config.imitationWeight);
    return sample === null ? [] : [{ sample, episode: situation.episode }];
  };
  const good = data.good.flatMap(situations).flatMap((situation) => sourced(situation, 1));
  const older: typeof good = [];
  for (const episode of data.older.filter(({ success }) => success === 0)) {
    const all = situations(episode);
    const predicted = await trainer.predict(all.map(valueSample));
    const advantages = gae(
      predicted.map(({ value }) => value),
      episode.success,
    );
    older.push(...all.flatMap((situation, i) => sourced(situation, Math.min(AWR_MAX, Math.exp(advantages[i]! / AWR_BETA)) * AWR_SHARE)));
  }
  const all = [...good, ...older];
  return all.length === 0 ? null : new Sampler(all, config);
}

/** Failures are imitated far less than successes even where their steps look good to the critic. */
const AWR_SHARE = 0.1;

async function behaviourGap(trainer: NetworkTrainer, samples: readonly Sample[]): Promise<number> {
  const predicted = await trainer.predict(samples);
  return predicted.reduce((gap, { logProb }, i) => Math.max(gap, Math.abs(logProb - samples[i]!.oldLogProb)), 0);
}
