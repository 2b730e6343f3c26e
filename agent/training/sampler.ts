/**
 * Sampling of training data: pools accumulate, the sampler caps and balances.
 * In: samples with where they come from. Out: endless batches of one layout; task uniformly, then bucket, then source, newest episodes first.
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
/** layout → task → bucket → source → samples */
type Pool = Map<string, Map<string, Map<string, Map<Source, Sample[]>>>>;

export class Sampler {
  readonly #pool: Pool = new Map();
  readonly #config: SamplerConfig;
  readonly size: number;

  constructor(samples: readonly SourcedSample[], config: SamplerConfig) {
    this.#config = config;
    const kept = newest(samples, config.newestPerBucket);
    this.size = kept.length;
    for (const { sample, episode } of kept) {
      const tasks = entry(this.#pool, sample.scene.layout.name, () => new Map());
      const buckets = entry(tasks, episode.task, () => new Map());
      const sources = entry(buckets, episode.bucket, () => new Map());
      entry(sources, episode.source, () => [] as Sample[]).push(sample);
    }
  }

  /** One batch; all samples share a layout. */
  draw(count: number, rng: Rng): Sample[] {
    const layouts = [...this.#pool.values()];
    const tasks = layouts.length === 1 ? layouts[0]! : this.#drawLayout(rng);
    return Array.from({ length: count }, () => {
      const buckets = pick(tasks, rng);
      const sources = pick(buckets, rng);
      const [own, shown] = [sources.get("self"), sources.get("demonstration")];
      const chosen = own !== undefined && shown !== undefined ? (rng.chance(this.#config.demonstrationShare) ? shown : own) : (own ?? shown)!;
      return rng.pick(chosen);
    });
  }

  /** Layouts in proportion to their tasks. */
  #drawLayout(rng: Rng): Map<string, Map<string, Map<Source, Sample[]>>> {
    const weighted = [...this.#pool.values()].flatMap((tasks) => Array.from({ length: tasks.size }, () => tasks));
    return rng.pick(weighted);
  }
}

/** Caps the episodes per (task, bucket, source). */
function newest(samples: readonly SourcedSample[], limit: number): SourcedSample[] {
  const groups = Map.groupBy(samples, ({ episode }) => `${episode.task} ${episode.bucket} ${episode.source}`);
  return [...groups.values()].flatMap((group) => {
    const episodes = [...new Set(group.map(({ episode }) => episode))].sort((a, b) => b.cycle - a.cycle).slice(0, limit);
    const kept = new Set(episodes);
    return group.filter(({ episode }) => kept.has(episode));
  });
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

const pick = <V>(map: Map<string, V>, rng: Rng): V => rng.pick([...map.values()]);
