/** Lines of trainers as they print them. */
import { expect, test } from "vitest";
import { readLogLine, TrainerLog } from "../../../flywheel/external/trainerLog.ts";

test.each([
  ["{'loss': 1.2345, 'grad_norm': 0.9, 'learning_rate': 1e-04, 'epoch': 0.1}", { step: null, steps: null, loss: 1.2345 }],
  ["{'loss': '0.0312', 'grad_norm': '2.1', 'epoch': '0.9'}", { step: null, steps: null, loss: 0.0312 }],
  ['{"step": 7, "max_steps": 40, "loss": 2.5e-3}', { step: 7, steps: 40, loss: 0.0025 }],
  [" 30%|███       | 3/10 [00:01<00:03,  2.1it/s]", { step: 3, steps: 10, loss: null }],
  ["step 3/10 loss=0.7", { step: 3, steps: 10, loss: 0.7 }],
  ["Global step: 12 of 90", { step: 12, steps: 90, loss: null }],
  ["[INFO] train loss: -0.25", { step: null, steps: null, loss: -0.25 }],
])("%s", (line, point) => expect(readLogLine(line)).toEqual(point));

test.each([
  "",
  "Loading checkpoint shards",
  "{'eval_loss': 0.3, 'epoch': 1.0}",
  "{'train_runtime': 12.0, 'train_loss': 0.4}",
  "the loss of data",
  "{'loss': nan}",
  "stepping 3/4",
])("%j says nothing of progress", (line) => expect(readLogLine(line)).toBeNull());

test("losses without steps count themselves, and a long curve is thinned evenly", () => {
  const log = new TrainerLog();
  for (let i = 1; i <= 9000; i++) log.offer(`{'loss': ${1 / i}}`);
  expect(log.curve.length).toBeLessThanOrEqual(2000);
  const gaps = new Set(log.curve.slice(1).map(({ step }, i) => step - log.curve[i]!.step));
  expect([...gaps]).toEqual([8]);
  expect(log.curve.at(-1)).toEqual({ step: 9000, loss: 1 / 9000 });
});
