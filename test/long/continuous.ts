/**
 * A wheel that keeps turning: `node test/long/continuous.ts --workspace DIR [--minutes 30] [--preset tour] [-- more arguments of flywheel run]`.
 * Runs `flywheel run --continuous`, looks at its memory every ten seconds, kills it once in the middle and starts the same command again, and
 * stops it as a person does when the time is over.
 * Out: JSON lines: memory, then what the store says: how many turns of acting each finished turn waited for learning, how old the actors of RL groups
 * were, and what is lost. Exit status 1 when a turn waited longer than two, RL learned from an older actor than two checkpoints, or memory grew by more
 * than a tenth.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openWorkspace, type Workspace } from "../../flywheel/store/workspace.ts";
import { descendantsOf, FlywheelProcess, memoryOf, type Ended } from "../app/flywheelProcess.ts";
import { lostSince, traceStore } from "./storeTrace.ts";

const { values: options, positionals } = parseArgs({
  options: {
    workspace: { type: "string", short: "w" },
    minutes: { type: "string", default: "30" },
    preset: { type: "string", default: "tour" },
  },
  allowPositionals: true,
});
if (options.workspace === undefined) throw new Error("Name a folder with --workspace.");
const dir = options.workspace;
const command = ["run", "--preset", options.preset, "--continuous", "-w", dir, ...positionals];
const LONGEST_WAIT = 2;
const OLDEST_ACTOR = 2;
const GROWTH = 1.1;
const SAMPLE_MS = 10_000;

const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

interface Sample {
  readonly seconds: number;
  /** Of the command, and of the browsers and other children that it started. */
  readonly command: number;
  readonly children: number;
}

/** Lets it run for so long and ends it by a signal. */
async function turn(seconds: number, signal: "SIGKILL" | "SIGINT"): Promise<{ readonly samples: readonly Sample[]; readonly ended: Ended }> {
  const running = new FlywheelProcess(command);
  const began = performance.now();
  const passed = (): number => (performance.now() - began) / 1000;
  const over = new AbortController();
  void running.ended.then(() => over.abort());
  const samples: Sample[] = [];
  while (passed() < seconds && !over.signal.aborted) {
    await sleep(Math.min(SAMPLE_MS, Math.max(0, 1000 * (seconds - passed()))), undefined, { signal: over.signal }).catch(() => undefined);
    if (over.signal.aborted) break;
    const children = memoryOf(descendantsOf(running.pid).map(({ pid }) => pid));
    samples.push({ seconds: Math.round(passed()), command: memoryOf([running.pid]), children });
  }
  running.kill(signal);
  return { samples, ended: await running.ended };
}

/** Largest of the first third after warming up beside the largest of the last. */
function growth(samples: readonly Sample[]): { readonly early: number; readonly late: number } {
  const sums = samples.map(({ command: own, children }) => own + children);
  const third = Math.floor(sums.length / 3);
  return { early: Math.max(...sums.slice(third, 2 * third)), late: Math.max(...sums.slice(2 * third)) };
}

/** For every turn of acting that is over: how many later ones were over, too, before learning from it began. */
function waits({ stages }: Workspace, run: string): number[] {
  const all = stages.list(run);
  const acted = all.filter(({ stage, seconds }) => stage === "roll out" && seconds !== null);
  const end = ({ startedAt, seconds }: (typeof all)[number]): number => startedAt + 1000 * seconds!;
  return acted.flatMap((turned) => {
    const learning = all.find(({ cycle, stage }) => cycle === turned.cycle && stage === "route sft");
    return learning === undefined ? [] : [acted.filter((later) => later.cycle > turned.cycle && end(later) < learning.startedAt).length];
  });
}

/** How many promotions later than its actor RL learned from a group. */
function staleness({ episodes, checkpoints, stages }: Workspace, run: string): number[] {
  const promotions = checkpoints.promotions(run).filter(({ action }) => action === "promote");
  const groups = Map.groupBy(episodes.list({ run, role: "rl" }), ({ cycle }) => cycle);
  return [...groups].flatMap(([cycle, group]) => {
    const learned = stages.list(run).find((one) => one.cycle === cycle && one.stage.startsWith("reinforce"));
    if (learned === undefined) return [];
    const acting = promotions.filter(({ createdAt }) => createdAt <= learned.startedAt).map(({ checkpoint }) => checkpoint);
    return [...new Set(group.map(({ checkpoint }) => checkpoint))].map((actor) => {
      const at = acting.lastIndexOf(actor!);
      return at === -1 ? 0 : acting.length - 1 - at;
    });
  });
}

const half = 30 * Number(options.minutes);
const first = await turn(half, "SIGKILL");
const before = await traceStore(dir);
const second = await turn(half, "SIGINT");
const after = await traceStore(dir);
for (const sample of [...first.samples, ...second.samples]) print(sample);
await using workspace = await openWorkspace(dir, { readOnly: true });
const run = workspace.runs.list().at(-1)!.id;
const memory = [growth(first.samples), growth(second.samples)];
const result = {
  run,
  ended: [first.ended.status, second.ended.status],
  turns: workspace.stages.list(run).filter(({ stage }) => stage === "roll out").length,
  waits: waits(workspace, run),
  staleness: staleness(workspace, run),
  memory,
  lost: lostSince(before, after),
};
print(result);
const sound =
  Math.max(0, ...result.waits) <= LONGEST_WAIT &&
  Math.max(0, ...result.staleness) <= OLDEST_ACTOR &&
  memory.every(({ early, late }) => late <= GROWTH * early) &&
  result.lost.length === 0;
process.exitCode = sound ? 0 : 1;
