import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { Environment } from "../../env/environment.ts";
import { launchBrowser } from "../../env/launch.ts";
import type { Task } from "../../env/task.ts";
import { TASKS } from "../../tasks/index.ts";

const task = (id: string): Task => TASKS.find((one) => one.id === id)!;

test("an environment keeps none of the screens that it has shown", async () => {
  await using browser = await launchBrowser({ deviceScaleFactor: 2 });
  await using environment = new Environment(async () => browser);
  let { observation } = await environment.reset(task("inbox"), 34);
  const used = usedHeap();
  for (let look = 0; look < 100; look++) observation = await environment.look();
  expect(usedHeap() - used).toBeLessThan((100 * observation.png.length) / 4);
});

/** Bytes of living objects. */
function usedHeap(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}
