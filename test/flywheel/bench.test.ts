import { describe, expect, test } from "vitest";
import { gradients, Graph, type Shape, type Tensor } from "../../agent/autodiff/index.ts";
import type { EmitOptions, TensorOfEach } from "../../agent/autodiff/graph.ts";
import { buildNetwork } from "../../agent/model/network.ts";
import { buildObjective, DEFAULT_OBJECTIVE } from "../../agent/model/objective.ts";
import { LAYOUTS } from "../../agent/model/layout.ts";
import type { Task } from "../../env/task.ts";
import { coverageSection } from "../../flywheel/bench/coverage.ts";
import { environmentSection } from "../../flywheel/bench/environment.ts";
import { networkTrainingFlops } from "../../flywheel/bench/networkFlops.ts";
import { readingSection } from "../../flywheel/bench/reading.ts";
import type { Bench } from "../../flywheel/bench/section.ts";
import { spread } from "../../flywheel/bench/timing.ts";
import { torchSection } from "../../flywheel/bench/torch.ts";
import { parseConfig, presetConfig } from "../../flywheel/config.ts";
import { TASKS } from "../../tasks/index.ts";

const config = parseConfig(presetConfig("tour"), "tour");
const clickText = TASKS.find(({ id }) => id === "click-text")!;

function bench(task: Task, signal = new AbortController().signal): Bench {
  return { tasks: [task], config, seeds: 2, quick: true, signal, tick: () => undefined };
}

/** Adds up the matrix products of a graph while it is built. */
class CountingGraph extends Graph {
  flops = 0;
  override emitMany<const T extends readonly Shape[]>(op: string, inputs: readonly Tensor[], shapes: T, options?: EmitOptions): TensorOfEach<T> {
    const size = (shapes[0] ?? []).reduce((a, b) => a * b, 1);
    const inner = options?.attributes?.["transA"] === 1 ? 0 : -1;
    if (op === "MatMul" || op === "Gemm") this.flops += 2 * size * inputs[0]!.shape.at(inner)!;
    return super.emitMany(op, inputs, shapes, options);
  }
}

test("the operations counted for the network are those of the products in its training graph", () => {
  const graph = new CountingGraph();
  const { outputs } = buildNetwork(graph, config.network, LAYOUTS[0]!, 3);
  gradients(buildObjective(graph, DEFAULT_OBJECTIVE, LAYOUTS[0]!, 3, outputs).loss, graph.parameters);
  const counted = networkTrainingFlops(config.network, LAYOUTS[0]!, 3);
  // Layer normalisation's gain and bias, absorbed into weights, make a few small products more.
  expect(graph.flops / counted).toBeGreaterThanOrEqual(1);
  expect(graph.flops / counted).toBeLessThan(1.01);
});

test("a spread is the median and the 95th percentile", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(spread(hundred)).toEqual({ median: 50, p95: 95, count: 100 });
  expect(spread([])).toEqual({ median: Number.NaN, p95: Number.NaN, count: 0 });
});

test("without PyTorch its section says how to get it and measures nothing", async () => {
  process.env["FLYWHEEL_PYTHON"] = "no-such-python";
  const { lines, data, limits } = await torchSection(bench(clickText));
  expect(data).toMatchObject({ available: false });
  expect(lines[0]).toContain("no-such-python -m pip install torch");
  expect(limits[0]?.measured).toBeNull();
  delete process.env["FLYWHEEL_PYTHON"];
});

describe("sections that play", () => {
  test("the action space reaches what the oracle of click-text does", async () => {
    const { data, limits } = await coverageSection(bench(clickText));
    expect(data["tasks"]).toMatchObject([{ task: "click-text", page: 1 }]);
    expect(limits[0]).toMatchObject({ kind: "contract", measured: 1 });
  });

  test("an action the model cannot express is a failure with seed and reason", async () => {
    const asking: Task = { ...clickText, oracle: async () => ({ kind: "ask", question: "which one?" }) };
    const { data, limits } = await coverageSection(bench(asking));
    expect(data["failures"]).toHaveLength(4);
    expect((data["failures"] as { failure: string }[])[0]?.failure).toContain("which one?");
    expect(limits[0]?.measured).toBe(0);
  });

  test("reading reports times and scores of new screens", async () => {
    const { data } = await readingSection(bench(clickText));
    const [row] = data["tasks"] as { newScreen: { median: number; count: number }; recall: number }[];
    expect(row?.newScreen.count).toBe(2);
    expect(row?.newScreen.median).toBeGreaterThan(0);
    expect(row?.recall).toBeGreaterThan(0.3);
  });

  test("the environment's resets are counted warm and in place", async () => {
    const { data } = await environmentSection(bench(clickText));
    expect(data["warmReset"]).toMatchObject({ inPlace: { count: 1 }, tasks: [{ task: "click-text", share: 1 }] });
    for (const { stepsPerSecond } of data["speeds"] as { stepsPerSecond: number }[]) expect(stepsPerSecond).toBeGreaterThan(0);
  });

  test("a benchmark that is told to stop stops", async () => {
    await expect(coverageSection(bench(clickText, AbortSignal.abort(new Error("stop"))))).rejects.toThrow("stop");
  });
});
