/**
 * One writer per workspace. The lock is an exclusive SQLite lock on a file of its own, which the operating system
 * drops when the process ends in any way, `kill -9` included, so no stale lock can stay behind.
 * The holder's process id lies in a second file: reading the locked file itself would drop a POSIX lock of this process.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { WheelError } from "../../env/errors.ts";
import { storeError } from "./storeError.ts";

export interface Lock {
  release(): void;
}

/** Takes the writer's lock of `dir` or throws `workspace-locked`. */
export function lockWorkspace(dir: string): Lock {
  const path = join(dir, "writer.lock");
  const holder = join(dir, "writer.pid");
  let sqlite: Sqlite.Database | undefined;
  try {
    sqlite = new Sqlite(path, { timeout: 0 });
    sqlite.exec("BEGIN EXCLUSIVE");
    writeFileSync(holder, String(process.pid));
  } catch (error) {
    sqlite?.close();
    if (error instanceof Sqlite.SqliteError && error.code.startsWith("SQLITE_BUSY")) throw locked(dir, holder, error);
    throw storeError(error, path);
  }
  const held = sqlite;
  return {
    release() {
      rmSync(holder, { force: true });
      held.close();
    },
  };
}

function locked(dir: string, holder: string, cause: Error): WheelError {
  let by = "another process";
  try {
    by = `process ${readFileSync(holder, "utf8")}`;
  } catch {
    // The holder has not written its number yet; the message works without it.
  }
  return new WheelError(
    "workspace-locked",
    `The workspace ${dir} is in use by ${by}.`,
    "Wait for it to end or stop it, or choose another folder with --workspace.",
    {
      cause,
    },
  );
}
