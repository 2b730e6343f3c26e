/**
 * What SQLite and the file system say, in the project's words.
 * In: any thrown value and the path it was about. Out: a WheelError with a stable code, or the value itself when it is none of ours.
 */
import { WheelError } from "../../env/errors.ts";

const FREE_SPACE = "Free some space and run the same command again: everything committed so far is kept.";

/** Translates `error`; WheelErrors and foreign errors come back unchanged. */
export function storeError(error: unknown, path: string): unknown {
  if (error instanceof WheelError || !(error instanceof Error)) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const cause = { cause: error };
  if (code === "SQLITE_FULL" || code === "SQLITE_IOERR_SHMSIZE" || code === "ENOSPC" || code === "EDQUOT") {
    return new WheelError("disk-full", `The disk is full: ${path} could not be written.`, FREE_SPACE, cause);
  }
  if (code === "SQLITE_NOTADB" || code.startsWith("SQLITE_CORRUPT")) {
    return new WheelError(
      "workspace-corrupt",
      `${path} is damaged or not a database (${error.message}).`,
      "Restore the folder from a copy, or start a new one with --workspace. Nothing was changed.",
      cause,
    );
  }
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_CANTOPEN") || /^(EACCES|EPERM|EROFS|ENOTDIR|EEXIST)$/.test(code)) {
    return new WheelError("usage", `${path} cannot be opened (${error.message}).`, "Choose a folder you may write to with --workspace.", cause);
  }
  return error;
}

/** Runs `work`; what it throws is translated by {@link storeError}. */
export function translating<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeError(error, path);
  }
}
