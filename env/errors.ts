/**
 * The one error class of the project. Expected failures are values; this is for surprises.
 * In: a stable code, what was given, what to do next. Out: one clear message for a person, a code for a program.
 */

/** Stable codes; each has a documented exit status in `exitCode`. */
export type WheelErrorCode =
  | "usage"
  | "unknown-task"
  | "bad-task-module"
  | "bad-config"
  | "bad-seed"
  | "browser-missing"
  | "browser-failed"
  | "pages-missing"
  | "checkpoint-corrupt"
  | "checkpoint-mismatch"
  | "unknown-checkpoint"
  | "unknown-episode"
  | "snapshot-corrupt"
  | "export-corrupt"
  | "workspace-locked"
  | "workspace-newer"
  | "workspace-corrupt"
  | "disk-full"
  | "training-diverged"
  | "trainer-failed"
  | "agent-unavailable"
  | "monitor-stop"
  | "interrupted"
  | "internal";

const EXIT_CODES: Readonly<Partial<Record<WheelErrorCode, number>>> = {
  usage: 2,
  "unknown-task": 2,
  "bad-task-module": 2,
  "bad-config": 2,
  "bad-seed": 2,
  "unknown-checkpoint": 2,
  "unknown-episode": 2,
  "browser-missing": 3,
  "browser-failed": 3,
  "pages-missing": 3,
  "checkpoint-corrupt": 4,
  "checkpoint-mismatch": 4,
  "snapshot-corrupt": 4,
  "export-corrupt": 4,
  "workspace-locked": 5,
  "workspace-newer": 5,
  "workspace-corrupt": 5,
  "disk-full": 6,
  "training-diverged": 7,
  "trainer-failed": 7,
  "monitor-stop": 7,
  "agent-unavailable": 8,
  interrupted: 130,
};

/** An error with a stable `code`, what was given, and what to do. */
export class WheelError extends Error {
  override readonly name = "WheelError";
  readonly code: WheelErrorCode;
  /** What the reader should do next, one sentence. */
  readonly hint: string;

  constructor(code: WheelErrorCode, message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }

  /** Process exit status for this error (documented in `flywheel --help`). */
  get exitCode(): number {
    return EXIT_CODES[this.code] ?? 1;
  }
}

/** True when `error` is a {@link WheelError}, optionally of one code. */
export function isWheelError(error: unknown, code?: WheelErrorCode): error is WheelError {
  return error instanceof WheelError && (code === undefined || error.code === code);
}
