/**
 * What every command shares: the options all of them have, Ctrl-C, and output for people or programs.
 * In: parsed options and a command's work. Out: text or JSON on stdout, progress on stderr, a documented exit status.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { isWheelError, WheelError } from "../env/errors.ts";
import { openWorkspace, type Workspace } from "../flywheel/store/workspace.ts";
import { findCore } from "./core/coreFile.ts";
import { interrupted, reportError } from "./reportError.ts";
import { runInCore } from "./runInCore.ts";

interface CommonOptions {
  readonly workspace: string;
  readonly json?: true;
}

/** `read`: look only. `change`: write to an existing workspace. `make`: write, and make it when there is none. */
type OpenMode = "read" | "change" | "make";

/** Names the process of the core that started this one as a guest of its workspace. */
export const GUEST_OF = "FLYWHEEL_GUEST_OF";

export interface Context<Options> {
  readonly options: Options & CommonOptions;
  /** Aborted by the first Ctrl-C; a second one ends the process at once. */
  readonly signal: AbortSignal;
  /** Prints for people; silent with --json. */
  readonly say: (line: string) => void;
  /** Prints one JSON value per call; silent without --json. */
  readonly emit: (value: unknown) => void;
  readonly openWorkspace: (mode: OpenMode) => Promise<Workspace>;
}

/** A command's work. `unsound`: it did what it should, and what it checked does not hold (exit status 1). */
export type Work<Options> = (context: Context<Options>, args: string[]) => Promise<"unsound" | void>;

/**
 * Adds the common options and runs `work` with a context. Where a core holds the workspace that it wants to write to, the command runs there,
 * unless it is to run `here` or nowhere. Everything a command throws ends here, as one clear message.
 */
export function action<Options>(command: Command, work: Work<Options>, { here = false }: { readonly here?: boolean } = {}): Command {
  return command
    .option("-w, --workspace <dir>", "folder with the database, checkpoints and snapshots", "workspace")
    .option("--json", "print JSON (one object per line) instead of text")
    .action(async (...given: unknown[]) => {
      const self = given.at(-1) as Command;
      const options = self.opts<Options & CommonOptions>();
      process.exitCode = await guarded(options, (context) => work(context, self.args), here);
    });
}

const STOPPING = "\nStopping after the step under way … (Ctrl-C again to stop at once; nothing committed is lost)\n";
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

async function guarded<Options>(
  options: Options & CommonOptions,
  work: (context: Context<Options>) => Promise<"unsound" | void>,
  here: boolean,
): Promise<number> {
  const json = options.json === true;
  const abort = new AbortController();
  const stop = (): void => {
    if (abort.signal.aborted) process.exit(130);
    process.stderr.write(STOPPING);
    abort.abort(interrupted());
  };
  const onSurprise = (error: unknown): void => process.exit(reportError(error, json, abort.signal.aborted));
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  process.on("uncaughtException", onSurprise);
  try {
    const outcome = await work({
      options,
      signal: abort.signal,
      say: (line) => void (json || process.stdout.write(`${line}\n`)),
      emit: (value) => void (json && process.stdout.write(`${JSON.stringify(value)}\n`)),
      openWorkspace: (mode) => open(options.workspace, mode),
    });
    return outcome === "unsound" ? 1 : 0;
  } catch (error) {
    const core = !here && isWheelError(error, "workspace-locked") ? await findCore(options.workspace) : null;
    return core === null ? reportError(error, json, abort.signal.aborted) : await runInCore(core, abort.signal, json);
  } finally {
    for (const signal of STOP_SIGNALS) process.off(signal, stop);
    process.off("uncaughtException", onSurprise);
  }
}

async function open(dir: string, mode: OpenMode): Promise<Workspace> {
  if (mode !== "make" && !existsSync(join(dir, "flywheel.db"))) {
    throw new WheelError(
      "usage",
      `There is no workspace in ${dir}.`,
      "Make one with `flywheel run` (or `rollout`, `evaluate`), or name another folder with --workspace.",
    );
  }
  // A command that a core started for somebody writes beside it.
  if (mode !== "read" && process.env[GUEST_OF] === String(process.ppid)) return openWorkspace(dir, { guest: true });
  return openWorkspace(dir, { readOnly: mode === "read" });
}
