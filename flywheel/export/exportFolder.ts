/**
 * A folder under construction: files are streamed, counted and hashed; it gets its name only when its manifest is written.
 * In: lines and bytes. Out: the folder, or (dry run) the same counts and no file. A stopped export leaves nothing but a hidden folder, which the next
 * one clears away.
 */
import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmdirSync, rmSync, statSync, writeSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { WheelError } from "../../env/errors.ts";
import { translating } from "../store/storeError.ts";
import { BackgroundFiles } from "./backgroundFiles.ts";

export interface FileEntry {
  /** Relative to the folder, with slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Null: not a file of rows. */
  readonly rows: number | null;
}

/** Bytes gathered before they are hashed and written. */
const CHUNK = 2 ** 18;
/** Files that may be under way in the background: a few episodes' pictures. */
const UNDER_WAY = 64;

/** One file being written. */
export class FileStream {
  readonly #digest = createHash("sha256");
  readonly #file: number | null;
  readonly #chunk = Buffer.allocUnsafeSlow(CHUNK);
  #filled = 0;
  bytes = 0;
  rows: number | null = null;

  /** `path` null: counted and hashed only. */
  constructor(path: string | null) {
    this.#file = path === null ? null : openSync(path, "wx");
  }

  /** Takes what it is given at once: the caller may use the bytes' memory again. */
  write(data: string | Uint8Array): void {
    // A character is at most three bytes.
    const most = typeof data === "string" ? data.length * 3 : data.length;
    if (this.#filled + most > CHUNK) this.#flush();
    if (most > CHUNK) this.#put(typeof data === "string" ? Buffer.from(data) : data);
    else if (typeof data === "string") this.#filled += this.#chunk.write(data, this.#filled);
    else {
      this.#chunk.set(data, this.#filled);
      this.#filled += data.length;
    }
  }

  /** One JSON value as a line, counted as a row. */
  line(value: unknown): void {
    this.write(`${JSON.stringify(value)}\n`);
    this.count(1);
  }

  count(rows: number): void {
    this.rows = (this.rows ?? 0) + rows;
  }

  /** Hex SHA-256 of everything written; `bytes` is complete then. */
  close(): string {
    this.#flush();
    this.abandon();
    return this.#digest.digest("hex");
  }

  /** Closes the file as it is. */
  abandon(): void {
    if (this.#file !== null) closeSync(this.#file);
  }

  #flush(): void {
    this.#put(this.#chunk.subarray(0, this.#filled));
    this.#filled = 0;
  }

  #put(bytes: Uint8Array): void {
    this.#digest.update(bytes);
    this.bytes += bytes.length;
    if (this.#file !== null) for (let done = 0; done < bytes.length;) done += writeSync(this.#file, bytes, done);
  }
}

export class ExportFolder implements AsyncDisposable {
  readonly dryRun: boolean;
  readonly #target: string;
  readonly #unfinished: string;
  readonly #files = new Map<string, FileEntry>();
  readonly #open = new Map<string, FileStream>();
  readonly #made = new Set<string>();
  readonly #background = new BackgroundFiles();

  /** Throws `usage` when `target` is a file or holds something. */
  constructor(target: string, { dryRun = false }: { readonly dryRun?: boolean } = {}) {
    this.dryRun = dryRun;
    this.#target = resolve(target);
    const parent = dirname(this.#target);
    const hidden = `.${basename(this.#target)}.unfinished-`;
    this.#unfinished = join(parent, `${hidden}${process.pid}`);
    refuseFull(this.#target);
    if (dryRun) return;
    translating(this.#target, () => {
      mkdirSync(parent, { recursive: true });
      for (const name of readdirSync(parent)) if (name.startsWith(hidden)) rmSync(join(parent, name), { recursive: true });
      mkdirSync(this.#unfinished);
    });
  }

  /** Opens a file for streaming; `close` it by its path. */
  stream(path: string): FileStream {
    const stream = translating(path, () => new FileStream(this.#place(path)));
    this.#open.set(path, stream);
    return stream;
  }

  /** A stream that was opened and not closed yet. */
  opened(path: string): FileStream {
    return this.#open.get(path)!;
  }

  /** Ends a stream; `as` is the name it gets, when that is only known now. */
  close(path: string, as = path): FileEntry {
    const stream = this.#open.get(path)!;
    const sha256 = translating(path, () => stream.close());
    this.#open.delete(path);
    const entry = { path: as, bytes: stream.bytes, sha256, rows: stream.rows };
    if (as !== path && !this.dryRun) renameSync(this.#place(path)!, this.#place(as)!);
    this.#files.set(as, entry);
    return entry;
  }

  /** A whole file at once. */
  write(path: string, data: string | Uint8Array): void {
    const stream = this.stream(path);
    translating(path, () => stream.write(data));
    this.close(path);
  }

  /** A whole file that no manifest lists one by one, written in the background; the bytes must not change meanwhile. */
  put(path: string, data: Uint8Array): void {
    if (!this.dryRun) this.#background.put(join(this.#unfinished, path), data);
  }

  /** The same bytes under another name. */
  link(path: string, existing: string): void {
    if (!this.dryRun) this.#background.link(join(this.#unfinished, path), join(this.#unfinished, existing));
  }

  /** Lets the background catch up. Throws what failed there. */
  async settled(): Promise<void> {
    await this.#background.settled(UNDER_WAY);
  }

  /** Everything written so far, by path. */
  files(): FileEntry[] {
    return [...this.#files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Writes the manifest and gives the folder its name. */
  async finish(manifest: string): Promise<void> {
    if (this.dryRun) return;
    await this.#background.settled();
    this.put("manifest.json", Buffer.from(manifest));
    await this.#background.settled();
    translating(this.#target, () => {
      if (existsSync(this.#target)) rmdirSync(this.#target);
      renameSync(this.#unfinished, this.#target);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#background.ended();
    for (const stream of this.#open.values()) stream.abandon();
    this.#open.clear();
    if (!this.dryRun) rmSync(this.#unfinished, { recursive: true, force: true });
  }

  #place(path: string): string | null {
    if (this.dryRun) return null;
    const place = join(this.#unfinished, path);
    const parent = dirname(place);
    if (!this.#made.has(parent)) {
      translating(parent, () => mkdirSync(parent, { recursive: true }));
      this.#made.add(parent);
    }
    return place;
  }
}

function refuseFull(target: string): void {
  if (!existsSync(target)) return;
  if (!statSync(target).isDirectory()) throw new WheelError("usage", `${target} is not a folder.`, "Choose another folder.");
  if (readdirSync(target).length > 0)
    throw new WheelError("usage", `${target} already holds something.`, "Choose an empty folder, or delete this one.");
}
