/**
 * What the sections of `flywheel bench` share. In: tasks, the tour's configuration, how much to measure. Out: per section
 * numbers for programs, lines for people, and what is promised about them.
 */
import type { Task } from "../../env/task.ts";
import type { WheelConfig } from "../config.ts";
import { drawSeeds } from "../seeds.ts";

export interface Bench {
  readonly tasks: readonly Task[];
  /** Network, threads and tasks of the built-in tour. */
  readonly config: WheelConfig;
  /** Seeds per task; null = what each section finds enough. */
  readonly seeds: number | null;
  /** Few repetitions: shows that everything works, not how fast it is. */
  readonly quick: boolean;
  readonly signal: AbortSignal;
  readonly tick: (done: number, total: number, note?: string) => void;
}

/** A number with its promise: a `contract` must hold, an `aim` is reported. */
export interface Limit {
  readonly kind: "contract" | "aim";
  readonly name: string;
  /** Null where it could not be measured on this machine. */
  readonly measured: number | null;
  readonly atLeast: number;
}

export interface SectionReport {
  /** Fields of the JSON object that programs get. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly lines: readonly string[];
  readonly limits: readonly Limit[];
}

export interface Section {
  readonly name: string;
  readonly summary: string;
  readonly run: (bench: Bench) => Promise<SectionReport>;
}

/** How often to repeat: `usual`, or `quick` with --quick. */
export function repeats({ quick }: Bench, usual: number, few: number): number {
  return quick ? few : usual;
}

/** Seeds of one task, half from train and half from gate: two vocabularies and sets of themes. Final stays unseen. */
export function benchSeeds(bench: Bench, task: Task, usual: number, few: number): number[] {
  const count = bench.seeds ?? repeats(bench, usual, few);
  const gate = Math.floor(count / 2);
  return [...drawSeeds(task, "train", null, count - gate, ["bench"]), ...drawSeeds(task, "gate", null, gate, ["bench"])];
}

/** "97.5 %"; "–" for a rate of nothing. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : "–";
}
