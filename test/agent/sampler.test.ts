/** What a batch is made of, whatever the pools hold. */
import { expect, test } from "vitest";
import { rng } from "../../env/random.ts";
import { Sampler, type SourcedSample } from "../../agent/training/sampler.ts";
import type { Sample, TrainingEpisode } from "../../agent/training/sample.ts";
import type { ModelKind } from "../../agent/model/actionSpace.ts";

interface Given {
  readonly task?: string;
  readonly bucket?: string;
  readonly source?: "self" | "demonstration";
  readonly kind?: ModelKind;
  readonly cycle?: number;
}

/** `count` samples, each of an episode of its own. */
function samples(count: number, { task = "a", bucket = "easy", source = "self", kind = "click", cycle = 1 }: Given): SourcedSample[] {
  return Array.from({ length: count }, (_, seed) => ({
    episode: { id: `${task}${bucket}${source}${seed}`, task, bucket, source, cycle, seed } as TrainingEpisode,
    sample: { scene: {}, targets: { kind, points: [], to: [], starts: [], ends: [] } } as unknown as Sample,
  }));
}

const CONFIG = { newestPerBucket: 100, demonstrationShare: 0.3 };

/** What `of` says about 4000 draws, as shares. */
function shares(all: readonly SourcedSample[], of: (drawn: SourcedSample) => string, config = CONFIG): Record<string, number> {
  const sampler = new Sampler(all, config);
  const random = rng("sampler test");
  const drawn = Array.from({ length: 100 }, () => sampler.draw(40, random)).flat();
  const names = drawn.map((sample) => of(all.find((one) => one.sample === sample)!));
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, own]) => [name, own.length / drawn.length]));
}

test("tasks weigh the same however many samples they have", () => {
  const all = [...samples(90, { task: "a" }), ...samples(10, { task: "b" })];
  expect(shares(all, ({ episode }) => episode.task)["b"]).toBeCloseTo(0.5, 1);
});

test("without samples there is nothing to draw", () => {
  expect(new Sampler([], CONFIG).draw(4, rng("none"))).toEqual([]);
});

test("giving up is learned in its share, even where most successes were just that", () => {
  const all = [...samples(5, {}), ...samples(95, { kind: "fail" })];
  expect(shares(all, ({ sample }) => sample.targets!.kind)["fail"]).toBeCloseTo(0.15, 1);
});

test("a task that has nothing to teach but giving up gets few draws", () => {
  const all = [...samples(50, { task: "hard", kind: "fail" }), ...samples(50, { task: "easy" })];
  expect(shares(all, ({ episode }) => episode.task)["hard"]).toBeLessThan(0.2);
});

test("demonstrations keep their share beside own successes", () => {
  const all = [...samples(5, { source: "demonstration" }), ...samples(95, {})];
  expect(shares(all, ({ episode }) => episode.source)["demonstration"]).toBeCloseTo(0.3, 1);
});

test("only the newest episodes of a bucket are kept", () => {
  const all = [...samples(50, { cycle: 1 }), ...samples(10, { cycle: 2, source: "self" })];
  expect(shares(all, ({ episode }) => `${episode.cycle}`, { ...CONFIG, newestPerBucket: 10 })).toEqual({ 2: 1 });
});
