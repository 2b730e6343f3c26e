/**
 * The seam between the wheel and whoever trains: the built-in trainer in a process of its own, or somebody else's command. In: which snapshot, from
 * which weights, into which folder. Out: a whole checkpoint folder, and a record of the training. A trainer that is stopped or fails leaves no such
 * folder, so the stage is simply run again.
 */
import type { Json } from "../env/json.ts";
import type { Wheel } from "./wheel.ts";

export interface Training {
  /** Checkpoint that is made. */
  readonly id: string;
  readonly cycle: number;
  readonly dir: string;
  /** Hash. */
  readonly snapshot: string;
  /** Checkpoint to start from; null: none yet. */
  readonly base: string | null;
}

interface TrainerProgress {
  readonly stage: string;
  readonly step: number;
  /** 0: not told. */
  readonly steps: number;
  /** Null: not told. */
  readonly loss: number | null;
}

export type Trainer = (wheel: Wheel, training: Training, onProgress: (progress: TrainerProgress) => void) => Promise<Json>;

/** What a manifest says of a training, whoever does it. */
export function trainingFacts({ workspace, config }: Wheel, { id, cycle, snapshot, base }: Training) {
  const manifest = workspace.snapshots.get(snapshot)?.manifest as { sources?: Record<string, number> } | undefined;
  return { id, parents: base === null ? [] : [base], snapshot, cycle, seed: config.seed, demonstrations: { ...manifest?.sources } };
}
