/**
 * Where every error of the command line ends: one clear message that says what to do, and an exit status.
 * In: anything thrown. Out: text on stderr, or one JSON object on stdout.
 */
import { isWheelError, WheelError } from "../env/errors.ts";
import { storeError } from "../flywheel/store/storeError.ts";

/** Prints an error once and returns the exit status. `aborted`: a person had asked to stop, so whatever broke then is that. */
export function reportError(error: unknown, json: boolean, aborted = false): number {
  const known = toWheelError(error, aborted);
  if (json) process.stdout.write(`${JSON.stringify({ error: { code: known.code, message: known.message, hint: known.hint } })}\n`);
  else process.stderr.write(`\n${known.code === "interrupted" ? "" : `error (${known.code}): `}${known.message}\n${known.hint}\n`);
  if (process.env["FLYWHEEL_DEBUG"] !== undefined) process.stderr.write(`${stackOf(error)}\n`);
  return known.exitCode;
}

/** Nobody need know why work broke that was told to stop. */
export function interrupted(): WheelError {
  return new WheelError("interrupted", "Stopped.", "Run the same command again to go on where it stopped.");
}

/** Anything thrown, in the project's words. */
export function toWheelError(given: unknown, aborted: boolean): WheelError {
  const first = firstOf(given);
  const error = storeError(first, pathOf(first));
  if (isWheelError(error) && error.code !== "internal") return error;
  if (aborted) return interrupted();
  if (isWheelError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new WheelError("internal", `Unexpected: ${message}`, "Set FLYWHEEL_DEBUG=1 to see where, and report it.", { cause: error });
}

/** The file an error of the file system is about. */
function pathOf(error: unknown): string {
  return (error as { path?: string } | null)?.path ?? "the workspace";
}

/** Closing after an error can fail too (a full disk): the first error is the one to tell. */
function firstOf(error: unknown): unknown {
  return error instanceof SuppressedError ? firstOf(error.suppressed) : error;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? String(error.stack) : `${error.stack}\ncaused by ${stackOf(error.cause)}`;
}
