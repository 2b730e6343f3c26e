/**
 * A parquet table in shards below a size that trainers and viewers like: `<folder>/<split>-00000-of-00002.parquet`.
 * In: rows. Out: files; how many there are is known at the end, so they get their names then.
 */
import type { ExportFolder, FileStream } from "./exportFolder.ts";
import { ParquetFile, type Columns, type PictureCell } from "./parquetFile.ts";

const SHARD_BYTES = 400 * 2 ** 20;

export class ParquetShards {
  readonly #folder: ExportFolder;
  readonly #name: string;
  readonly #columns: Columns;
  readonly #whole: string[] = [];
  #current: { readonly path: string; readonly stream: FileStream; readonly file: ParquetFile } | null = null;
  #shards = 0;

  /** `name`: path without number and ending. */
  constructor(folder: ExportFolder, name: string, columns: Columns) {
    this.#folder = folder;
    this.#name = name;
    this.#columns = columns;
  }

  row(values: Readonly<Record<string, unknown>>, pictures: readonly PictureCell[] = []): void {
    if (this.#current !== null && this.#current.stream.bytes >= SHARD_BYTES) this.#rest();
    if (this.#current === null) {
      const path = `${this.#name}-${this.#shards++}.unnumbered`;
      const stream = this.#folder.stream(path);
      this.#current = { path, stream, file: new ParquetFile(stream, this.#columns) };
    }
    this.#current.file.row(values, pictures);
  }

  end(): void {
    if (this.#current !== null) this.#rest();
    const five = (number: number): string => String(number).padStart(5, "0");
    for (const [i, path] of this.#whole.entries()) this.#folder.close(path, `${this.#name}-${five(i)}-of-${five(this.#whole.length)}.parquet`);
  }

  #rest(): void {
    this.#current!.file.end();
    this.#whole.push(this.#current!.path);
    this.#current = null;
  }
}
