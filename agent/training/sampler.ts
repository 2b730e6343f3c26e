/**
 * Sampling of training data: pools accumulate, the sampler caps and balances.
 * In: samples with where they come from. Out: endless batches of one layout; on average tasks uniformly, then bucket, then source, newest
 * episodes first.
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
  /** layout → task → share of the task's samples that have this layout. */
  readonly #shares = new Map<string, Map<string, number>>();
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
    for (const [task, own] of Map.groupBy(kept, ({ episode }) => episode.task)) {
      for (const { sample } of own) {
        const shares = entry(this.#shares, sample.scene.layout.name, () => new Map<string, number>());
        shares.set(task, (shares.get(task) ?? 0) + 1 / own.length);
      }
    }
  }

  /** One batch; all samples share a layout, drawn as often as its tasks need it. */
  draw(count: number, rng: Rng): Sample[] {
    const layouts = [...this.#shares].map(([name, shares]): [string, number] => [name, total(shares.values())]);
    const layout = drawWeighted(layouts, rng);
    const [tasks, shares] = [this.#pool.get(layout)!, [...this.#shares.get(layout)!]];
    return Array.from({ length: count }, () => {
      const buckets = tasks.get(drawWeighted(shares, rng))!;
      const sources = rng.pick([...buckets.values()]);
      const [own, shown] = [sources.get("self"), sources.get("demonstration")];
      const chosen = own !== undefined && shown !== undefined ? (rng.chance(this.#config.demonstrationShare) ? shown : own) : (own ?? shown)!;
      return rng.pick(chosen);
    });
  }
}

const total = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

/** One key, drawn in proportion to its weight. */
function drawWeighted(weighted: readonly (readonly [string, number])[], rng: Rng): string {
  let left = rng.next() * total(weighted.map(([, weight]) => weight));
  for (const [key, weight] of weighted) {
    left -= weight;
    if (left < 0) return key;
  }
  return weighted.at(-1)![0];
}

/** Caps the episodes per (task, bucket, source). */
function newest(samples: readonly SourcedSample[], limit: number): SourcedSample[] {
  const groups = Map.groupBy(samples, ({ episode }) => `${episode.task} ${episode.bucket} ${episode.source}`);
  return [...groups.values()].flatMap((group) => {
    const episodes = [...new Set(group.map(({ episode }) => episode))].toSorted((a, b) => b.cycle - a.cycle).slice(0, limit);
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
