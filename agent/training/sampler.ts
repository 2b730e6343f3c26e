/**
 * Sampling of training data: pools accumulate, the sampler caps and balances.
 * In: samples with where they come from. Out: endless batches; tasks uniformly, then bucket, then source, newest episodes first.
 */
import type { Rng } from "../../env/random.ts";
import type { Sample, TrainingEpisode } from "./sample.ts";

export interface SourcedSample {
  readonly sample: Sample;
  readonly episode: TrainingEpisode;
}

export interface SamplerConfig {
  /** Episodes kept per (task, bucket, source), newest first. */
  readonly newestPerBucket: number;
  /** Chance of a demonstration where a bucket has demonstrations and own episodes. */
  readonly demonstrationShare: number;
}

type Source = TrainingEpisode["source"];
type Sources = Map<Source, Sample[]>;
/** Samples by bucket and source. Giving up is kept apart from everything else. */
interface TaskPool {
  readonly acting: Map<string, Sources>;
  readonly givingUp: Map<string, Sources>;
}

/**
 * Share of a task's draws in which the right answer is to give up. About as many instances are infeasible; successes are not: on a hard
 * bucket those are solved first and would soon be all that is learned there.
 */
const GIVING_UP = 0.15;

export class Sampler {
  readonly #tasks = new Map<string, TaskPool>();
  /** Task → how often it is drawn; 1 for a task that has more to teach than giving up. */
  readonly #weights: readonly (readonly [string, number])[];
  readonly #config: SamplerConfig;
  readonly size: number;

  constructor(samples: readonly SourcedSample[], config: SamplerConfig) {
    this.#config = config;
    const kept = newest(samples, config.newestPerBucket);
    this.size = kept.length;
    for (const { sample, episode } of kept) {
      const pool = entry(this.#tasks, episode.task, () => ({ acting: new Map(), givingUp: new Map() }));
      const sources = entry(givesUp(sample) ? pool.givingUp : pool.acting, episode.bucket, () => new Map());
      entry(sources, episode.source, () => [] as Sample[]).push(sample);
    }
    this.#weights = [...this.#tasks].map(([task, { acting }]) => [task, acting.size === 0 ? GIVING_UP : 1]);
  }

  /** A batch; empty when there are no samples. */
  draw(count: number, rng: Rng): Sample[] {
    if (this.size === 0) return [];
    return Array.from({ length: count }, () => {
      const { acting, givingUp } = this.#tasks.get(drawWeighted(this.#weights, rng))!;
      const giveUp = acting.size === 0 || (givingUp.size > 0 && rng.chance(GIVING_UP));
      const sources = rng.pick([...(giveUp ? givingUp : acting).values()]);
      const [own, shown] = [sources.get("self"), sources.get("demonstration")];
      const chosen = own !== undefined && shown !== undefined ? (rng.chance(this.#config.demonstrationShare) ? shown : own) : (own ?? shown)!;
      return rng.pick(chosen);
    });
  }
}

const givesUp = ({ targets }: Sample): boolean => targets?.kind === "fail";

/** One key, drawn in proportion to its weight. */
function drawWeighted(weighted: readonly (readonly [string, number])[], rng: Rng): string {
  let left = rng.next() * weighted.reduce((total, [, weight]) => total + weight, 0);
  for (const [key, weight] of weighted) {
    left -= weight;
    if (left < 0) return key;
  }
  return weighted.at(-1)![0];
}

/** Caps the samples' episodes per (task, bucket, source). */
function newest(samples: readonly SourcedSample[], limit: number): SourcedSample[] {
  const kept = new Set(newestPerBucket([...new Set(samples.map(({ episode }) => episode))], limit));
  return samples.filter(({ episode }) => kept.has(episode));
}

/** At most `limit` episodes of each (task, bucket, source), those of the newest cycles; the order stays. */
export function newestPerBucket<E extends Pick<TrainingEpisode, "task" | "bucket" | "cycle"> & { readonly source: string }>(
  episodes: readonly E[],
  limit: number,
): E[] {
  const groups = Map.groupBy(episodes, ({ task, bucket, source }) => `${task}\u001f${bucket}\u001f${source}`);
  const kept = new Set([...groups.values()].flatMap((group) => group.toSorted((a, b) => b.cycle - a.cycle).slice(0, limit)));
  return episodes.filter((episode) => kept.has(episode));
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
