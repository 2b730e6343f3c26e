/** One event type for long work: printed by the CLI, drawn by the window. In: stages as they go (`cycle` null outside a run). Out: events to whoever listens. */
export type ProgressEvent =
  | { readonly kind: "stage"; readonly cycle: number | null; readonly stage: string; readonly total: number }
  | {
      readonly kind: "progress";
      readonly cycle: number | null;
      readonly stage: string;
      readonly done: number;
      readonly total: number;
      readonly note?: string;
    }
  | { readonly kind: "stage-done"; readonly cycle: number | null; readonly stage: string; readonly seconds: number; readonly resumed: boolean }
  | { readonly kind: "line"; readonly text: string }
  /** A point of a training curve as it is learned. */
  | {
      readonly kind: "loss";
      readonly cycle: number | null;
      readonly stage: string;
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
    };

export type OnProgress = (event: ProgressEvent) => void;
