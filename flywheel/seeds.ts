/**
 * Which seeds a stage uses: a pure function of run seed, purpose, task and cycle. In: task, bucket, count. Out: seeds of the right split.
 */
import { rng } from "../env/random.ts";
import { SPLIT_RANGES, type Split } from "../env/split.ts";
import type { Task } from "../env/task.ts";

/** How many instances are looked at for one of a bucket before giving up. */
const MAX_TRIES = 4000;

/** `count` different seeds of a split, in the order drawn; of one bucket when `bucket` is given. `keys` name the draw. */
export function drawSeeds(task: Task, split: Split, bucket: string | null, count: number, keys: readonly (string | number)[]): number[] {
  const [from, to] = SPLIT_RANGES[split];
  const random = rng("seeds", split, task.id, bucket ?? "", ...keys);
  const seeds = new Set<number>();
  for (let tries = 0; seeds.size < count && tries < MAX_TRIES + 50 * count; tries++) {
    const seed = from + random.int(to - from);
    if (bucket === null || task.instance(seed).bucket === bucket) seeds.add(seed);
  }
  return [...seeds];
}
