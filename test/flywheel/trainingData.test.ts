/** What is read of a snapshot for training: rows held are bounded, and the same as of all at once. */
import { expect, test } from "vitest";
import { newestPerBucket } from "../../agent/training/sampler.ts";
import { rng } from "../../env/random.ts";
import { newestRows } from "../../flywheel/trainingData.ts";

test("the newest rows of each bucket are those of all rows at once, in their order, however many there are", async () => {
  const random = rng("rows", "1");
  const rows = Array.from({ length: 9000 }, (_, at) => ({
    episode: `${at}`,
    cycle: random.int(20),
    task: random.pick(["a", "b", "c"]),
    bucket: random.pick(["easy", "hard"]),
    source: random.pick(["self", "demonstration"]),
  }));
  for (const limit of [1, 7, 200, 5000]) expect(await newestRows(rows, limit)).toEqual(newestPerBucket(rows, limit));
});
