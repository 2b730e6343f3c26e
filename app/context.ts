/**
 * What every command shares: the options all of them have, Ctrl-C, output for people or programs, and errors with an exit code.
 * In: parsed options and a command's work. Out: text or JSON on stdout, progress on stderr, a documented exit status.
 */
import type { Command } from "commander";
import { isWheelError, WheelError } from "../env/errors.ts";
import { openWorkspace, type Workspace } from "../flywheel/store/workspace.ts";

export interface CommonOptions {
  readonly workspace: string;
  readonly json: boolean;
}

export interface Context<Options> {
  readonly options: Options & CommonOptions;
  /** Aborted by the first Ctrl-C; a second one ends the process at once. */
  readonly signal: AbortSignal;
  /** Prints for people; silent with --json. */
  readonly say: (line: string) => void;
  /** Prints one JSON value per call; silent without --json. */
  readonly emit: (value: unknown) => void;
  readonly openWorkspace: (mode: "read" | "write") => Promise<Workspace>;
}

/** Adds the common options and runs `work` with a context. Everything a command throws ends here, as one clear message. */
export function action<Options>(command: Command, work: (context: Context<Options>, args: string[]) => Promise<void>): Command {
  return command
    .option("-w, --workspace <dir>", "folder with the database, checkpoints and snapshots", "workspace")
    .option("--json", "print JSON (one object per line) instead of text", false)
    .action(async (...given: unknown[]) => {
      const self = given.at(-1) as Command;
      const options = self.opts<Options & CommonOptions>();
      process.exitCode = await guarded(options, (context) => work(context, self.args));
    });
}

async function guarded<Options>(options: Options & CommonOptions, work: (context: Context<Options>) => Promise<void>): Promise<number> {
  const abort = new AbortController();
  const onInterrupt = (): void => {
    if (abort.signal.aborted) process.exit(130);
    process.stderr.write("\nStopping after the step under way … (Ctrl-C again to stop at once; nothing committed is lost)\n");
    abort.abort();
  };
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onInterrupt);
  try {
    await work({
      options,
      signal: abort.signal,
      say: (line) => void (options.json || process.stdout.write(`${line}\n`)),
      emit: (value) => void (options.json && process.stdout.write(`${JSON.stringify(value)}\n`)),
      openWorkspace: (mode) => openWorkspace(options.workspace, { readOnly: mode === "read" }),
    });
    return 0;
  } catch (error) {
    return reportError(error, options.json, abort.signal.aborted);
  } finally {
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onInterrupt);
  }
}

/** Prints an error once, with what to do, and returns the exit status. */
export function reportError(error: unknown, json: boolean, aborted = false): number {
  const known = toWheelError(error, aborted);
  if (json) process.stdout.write(`${JSON.stringify({ error: { code: known.code, message: known.message, hint: known.hint } })}\n`);
  else process.stderr.write(`\n${known.code === "interrupted" ? "" : `error (${known.code}): `}${known.message}\n${known.hint}\n`);
  if (process.env["FLYWHEEL_DEBUG"] !== undefined) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return known.exitCode;
}

function toWheelError(error: unknown, aborted: boolean): WheelError {
  if (isWheelError(error)) return error;
  if (aborted) return new WheelError("interrupted", "Stopped.", "Run the same command again to go on where it stopped.");
  const code = (error as { code?: unknown } | null)?.code;
  if (code === "ENOSPC" || code === "SQLITE_FULL") {
    return new WheelError("disk-full", "The disk is full.", "Make room (or choose another folder with --workspace) and run the same command again; nothing written earlier is lost.", { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new WheelError("internal", `Unexpected: ${message}`, "Set FLYWHEEL_DEBUG=1 to see where, and report it.", { cause: error });
}
