import { describe, expect, test } from "vitest";
import { JobQueue } from "../../env/jobQueue.ts";

/** Hands all jobs to `workers` who take turns, and says what each got. */
function handOut(jobs: readonly string[], workers: number): string[][] {
  const queue = new JobQueue(jobs, (job) => job[0]!);
  const got: string[][] = Array.from({ length: workers }, () => []);
  const last: (string | null)[] = got.map(() => null);
  for (let turn = 0; !queue.isEmpty; turn++) {
    const worker = turn % workers;
    if (last[worker] !== null) queue.done(last[worker]!);
    const { index, kind } = queue.take(last[worker]!)!;
    last[worker] = kind;
    got[worker]!.push(jobs[index]!);
  }
  return got;
}

describe("a queue of jobs by kind", () => {
  test("workers keep to their kind, and each job is handed out once, in order within its kind", () => {
    expect(handOut(["a1", "a2", "b1", "b2", "a3", "b3"], 2)).toEqual([
      ["a1", "a2", "a3"],
      ["b1", "b2", "b3"],
    ]);
  });

  test("who is through with a kind helps where most is left", () => {
    const [first, second] = handOut(["a1", "b1", "b2", "b3", "b4", "b5", "c1"], 2);
    expect(first).toEqual(["a1", "c1", "b3", "b5"]);
    expect(second).toEqual(["b1", "b2", "b4"]);
  });

  test("more workers than kinds share them, and an empty queue gives nothing", () => {
    expect(handOut(["a1", "a2", "a3"], 3)).toEqual([["a1"], ["a2"], ["a3"]]);
    expect(new JobQueue<string>([], (job) => job).take(null)).toBeNull();
  });
});
