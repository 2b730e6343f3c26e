/**
 * Section `torch`: the reference transformer here and in PyTorch on the CPU: same weights, batch, AdamW, clipping and threads, in turn.
 * The losses of both must agree, so it is the same model. Where no Python with torch is found, it says how to get one.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Graph, TrainStep, type Arrays } from "../../agent/autodiff/index.ts";
import {
  transformerBatch,
  transformerInputs,
  transformerLoss,
  transformerParameters,
  transformerWeights,
  type TransformerSize,
} from "../../agent/autodiff/referenceTransformer.ts";
import { WheelError } from "../../env/errors.ts";
import { repeats, type Bench, type SectionReport } from "./section.ts";
import { spread, timed } from "./timing.ts";

const AIM = 1.5;
const SIZE: TransformerSize = { batch: 48, tokens: 96, inputs: 128, width: 128, layers: 4, heads: 4, classes: 16 };
const LEARNING_RATE = 1e-3;
/** Steps per turn. */
const BLOCK = 5;
/** Largest relative difference of the losses of the first steps. */
const SAME = 1e-3;
/** Exit status of the script when torch is missing. */
const NO_TORCH = 3;

interface Block {
  readonly ms: readonly number[];
  readonly losses: readonly number[];
}

/** One side of the comparison: runs a block of training steps. */
interface Side extends AsyncDisposable {
  readonly steps: (count: number) => Promise<Block>;
}

export async function torchSection(bench: Bench): Promise<SectionReport> {
  const { threads } = bench.config.training;
  const python = process.env["FLYWHEEL_PYTHON"] ?? "python3";
  await using theirs = await openTorch(python, threads);
  if (theirs === null) return missing(python);
  await using ours = await openOurs(threads);
  const rounds = repeats(bench, 8, 1);
  const ownTimes: number[] = [];
  const otherTimes: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    bench.tick(round, rounds + 1);
    bench.signal.throwIfAborted();
    const [own, other] = [await ours.steps(BLOCK), await theirs.steps(BLOCK)];
    if (round === 0) checkSame(own.losses, other.losses);
    if (round === 0) continue; // warms up, too
    ownTimes.push(...own.ms);
    otherTimes.push(...other.ms);
  }
  const [stepMs, torchStepMs] = [spread(ownTimes).median, spread(otherTimes).median];
  const ratio = torchStepMs / stepMs;
  const speed = (ms: number): string => ((1000 * SIZE.batch) / ms).toFixed(0);
  return {
    data: { available: true, python, threads, size: SIZE, stepMs, torchStepMs, ratio },
    lines: [
      `${ratio.toFixed(2)} × the samples/s of PyTorch on the CPU: ${speed(stepMs)} to ${speed(torchStepMs)}, ${threads} threads, same model, batch and optimiser`,
    ],
    limits: [{ kind: "aim", name: "training samples/s, ours / PyTorch CPU", measured: ratio, atLeast: AIM }],
  };
}

function missing(python: string): SectionReport {
  return {
    data: { available: false, python },
    lines: [`not measured: ${python} has no PyTorch. Install it (\`${python} -m pip install torch\`), or name another Python in FLYWHEEL_PYTHON.`],
    limits: [{ kind: "aim", name: "training samples/s, ours / PyTorch CPU", measured: null, atLeast: AIM }],
  };
}

function checkSame(ours: readonly number[], theirs: readonly number[]): void {
  const difference = Math.max(...ours.map((loss, i) => Math.abs(loss - theirs[i]!) / loss));
  if (difference <= SAME) return;
  throw new WheelError(
    "internal",
    `The two transformers are not the same: losses ${ours.join(", ")} and ${theirs.join(", ")}.`,
    "Make flywheel/bench/torchTransformer.py follow referenceTransformer.ts.",
  );
}

async function openOurs(threads: number): Promise<Side> {
  const graph = new Graph();
  const step = await TrainStep.open(graph, transformerLoss(graph, SIZE), { threads });
  const state = step.newState(transformerWeights(SIZE));
  const batch = transformerBatch(SIZE);
  const steps = async (count: number): Promise<Block> => {
    const block = { ms: [] as number[], losses: [] as number[] };
    for (let i = 0; i < count; i++) {
      const { ms, value } = await timed(() => step.run(state, batch, LEARNING_RATE));
      block.ms.push(ms);
      block.losses.push(value.loss);
    }
    return block;
  };
  return { steps, [Symbol.asyncDispose]: () => step.close() };
}

/** Starts the script and gives it weights and batch; null when there is no such Python or it has no torch. */
async function openTorch(python: string, threads: number): Promise<Side | null> {
  const child = spawn(python, [fileURLToPath(new URL("./torchTransformer.py", import.meta.url))], { stdio: ["pipe", "pipe", "pipe"] });
  const errors: string[] = [];
  child.stderr.on("data", (text: Buffer) => errors.push(text.toString()));
  child.stdin.on("error", () => undefined); // a script that ended early shows in its exit status
  const ended = once(child, "exit").then(
    ([code]) => code as number | null,
    () => NO_TORCH,
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const steps = async (count: number): Promise<Block> => {
    child.stdin.write(`${count}\n`);
    const { value, done } = await lines.next();
    if (done !== true) return JSON.parse(value) as Block;
    throw new WheelError(
      "internal",
      `The PyTorch script ended with status ${await ended}: ${errors.join("").trim()}`,
      "Run it by hand, or leave this section out with --only.",
    );
  };
  const arrays = Object.entries({ ...transformerInputs(SIZE), ...transformerParameters(SIZE) });
  const values: Arrays = { ...transformerBatch(SIZE), ...transformerWeights(SIZE) };
  child.stdin.write(`${JSON.stringify({ size: SIZE, threads, arrays })}\n`);
  for (const [name] of arrays) child.stdin.write(Buffer.from(values[name]!.buffer));
  // No steps: answered as soon as torch is loaded and the arrays are read.
  const ready = await Promise.race([steps(0), ended]);
  if (ready === NO_TORCH) return null;
  return {
    steps,
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
