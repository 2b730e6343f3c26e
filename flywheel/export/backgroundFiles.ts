/**
 * Whole files that are written while the program goes on: on the threads that the runtime keeps for files. In: paths, bytes, names of files that are
 * written already or just now. Out: the files; `settled` says when, and throws what failed.
 */
import { copyFile, link, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { storeError } from "../store/storeError.ts";

export class BackgroundFiles {
  /** What is under way, by path. */
  readonly #pending = new Map<string, Promise<void>>();
  readonly #folders = new Map<string, Promise<unknown>>();
  #failure: { readonly error: unknown } | null = null;
  #links = true;

  /** The bytes must not change before it is written. */
  put(path: string, data: Uint8Array): void {
    this.#start(path, () => writeFile(path, data, { flag: "wx" }));
  }

  /** The same bytes under another name: a hard link, or a copy where the file system has none. */
  link(path: string, existing: string): void {
    const written = this.#pending.get(existing);
    this.#start(path, async () => {
      await written;
      if (this.#links) {
        try {
          return await link(existing, path);
        } catch {
          this.#links = false;
        }
      }
      return copyFile(existing, path);
    });
  }

  /** Resolves when at most so many files are under way. Throws the first failure: `disk-full` and the like. */
  async settled(most = 0): Promise<void> {
    while (this.#pending.size > most && this.#failure === null) await Promise.race(this.#pending.values());
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Resolves when nothing is under way, whatever failed. */
  async ended(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending.values());
  }

  #start(path: string, work: () => Promise<void>): void {
    const done = this.#folder(dirname(path))
      .then(() => (this.#failure === null ? work() : undefined))
      .catch((error: unknown) => void (this.#failure ??= { error: storeError(error, path) }))
      .finally(() => this.#pending.delete(path));
    this.#pending.set(path, done);
  }

  #folder(path: string): Promise<unknown> {
    const known = this.#folders.get(path) ?? mkdir(path, { recursive: true });
    this.#folders.set(path, known);
    return known;
  }
}
