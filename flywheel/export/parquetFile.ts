/**
 * Parquet files, row by row, in small row groups, with what Hugging Face `datasets` needs to decode pictures by itself.
 * In: columns with types, rows. Out: bytes in a stream of the export folder. Every field may be null, as the readers expect.
 */
import { ByteWriter, ParquetWriter, type SchemaElement } from "hyparquet-writer";
import type { FileStream } from "./exportFolder.ts";

/** What a column or field holds. `image`: encoded bytes and a file name, in this order (the reverse is not decoded). */
export type ColumnType =
  | "string"
  | "bool"
  | "int64"
  | "double"
  | "image"
  | { readonly list: ColumnType }
  | { readonly struct: Readonly<Record<string, ColumnType>> };

export type Columns = Readonly<Record<string, ColumnType>>;

/** A picture in an `image` field. */
export interface PictureCell {
  readonly bytes: Uint8Array;
  readonly path: string;
}

/** Rows of a row group, with and without pictures, and bytes of different pictures after which it ends earlier: every open file holds as much. */
const PICTURE_ROWS = 100;
const PLAIN_ROWS = 1000;
const GROUP_BYTES = 2 ** 20;

export class ParquetFile {
  readonly #stream: FileStream;
  readonly #columns: Columns;
  readonly #writer: ParquetWriter;
  readonly #groupRows: number;
  #rows: Readonly<Record<string, unknown>>[] = [];
  /** Different pictures of the open row group, and their bytes. */
  readonly #pictures = new Set<Uint8Array>();
  #bytes = 0;

  constructor(stream: FileStream, columns: Columns) {
    this.#stream = stream;
    this.#columns = columns;
    this.#groupRows = Object.values(columns).some(holdsImage) ? PICTURE_ROWS : PLAIN_ROWS;
    const kvMetadata = [{ key: "huggingface", value: JSON.stringify({ info: { features: featuresOf(columns) } }) }];
    this.#writer = new ParquetWriter({ writer: streaming(stream), schema: schemaOf(columns), kvMetadata, createdBy: "gui-flywheel" });
    stream.rows = 0;
  }

  /** Adds a row; `pictures`: those in it. */
  row(values: Readonly<Record<string, unknown>>, pictures: readonly PictureCell[] = []): void {
    this.#rows.push(values);
    for (const { bytes } of pictures) {
      if (this.#pictures.has(bytes)) continue;
      this.#pictures.add(bytes);
      this.#bytes += bytes.length;
    }
    if (this.#rows.length >= this.#groupRows || this.#bytes >= GROUP_BYTES) this.#writeGroup();
  }

  /** Writes what is left and the footer. */
  end(): void {
    if (this.#rows.length > 0) this.#writeGroup();
    void this.#writer.finish();
  }

  #writeGroup(): void {
    const rows = this.#rows;
    const columnData = Object.entries(this.#columns).map(([name, type]) => {
      const data = rows.map((row) => toCell(row[name], type));
      if (!holdsImage(type)) return { name, data, statistics: typeof type === "string" };
      // Pictures are compressed already; the windows of following steps share them, so each is written once per row group.
      return { name, data, codec: "UNCOMPRESSED" as const, encoding: "RLE_DICTIONARY" as const, statistics: false };
    });
    void this.#writer.write({ columnData, rowGroupSize: rows.length });
    this.#stream.count(rows.length);
    this.#rows = [];
    this.#pictures.clear();
    this.#bytes = 0;
  }
}

/** A writer whose buffer is emptied into the stream after each row group. */
function streaming(stream: FileStream): ByteWriter {
  const writer = new ByteWriter(2 ** 16);
  const flush = (): void => {
    stream.write(writer.getBytes());
    writer.index = 0;
  };
  return Object.assign(writer, { flush, finish: flush });
}

/** Whole numbers are big integers to the writer. */
function toCell(value: unknown, type: ColumnType): unknown {
  if (value === null || value === undefined) return null;
  if (type === "int64") return BigInt(value as number);
  if (typeof type === "string" || "list" in type) return value;
  const fields = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(type.struct).map(([name, inner]) => [name, toCell(fields[name], inner)]));
}

function holdsImage(type: ColumnType): boolean {
  return type === "image" || (typeof type === "object" && "list" in type && type.list === "image");
}

const OPTIONAL = { repetition_type: "OPTIONAL" } as const;

function schemaOf(columns: Columns): SchemaElement[] {
  const children = Object.entries(columns).flatMap(([name, type]) => elementsOf(name, type));
  return [{ name: "root", num_children: Object.keys(columns).length }, ...children];
}

function elementsOf(name: string, type: ColumnType): SchemaElement[] {
  switch (type) {
    case "string":
      return [{ name, type: "BYTE_ARRAY", converted_type: "UTF8", ...OPTIONAL }];
    case "bool":
      return [{ name, type: "BOOLEAN", ...OPTIONAL }];
    case "int64":
      return [{ name, type: "INT64", ...OPTIONAL }];
    case "double":
      return [{ name, type: "DOUBLE", ...OPTIONAL }];
    case "image":
      return [{ name, num_children: 2, ...OPTIONAL }, { name: "bytes", type: "BYTE_ARRAY", ...OPTIONAL }, ...elementsOf("path", "string")];
    default:
      break;
  }
  if ("list" in type) {
    const list = { name, converted_type: "LIST", num_children: 1, ...OPTIONAL } as const;
    return [list, { name: "list", repetition_type: "REPEATED", num_children: 1 }, ...elementsOf("element", type.list)];
  }
  const fields = Object.entries(type.struct);
  return [{ name, num_children: fields.length, ...OPTIONAL }, ...fields.flatMap(([field, inner]) => elementsOf(field, inner))];
}

/** The features as `datasets` 2 to 5 read them: the spelling of the oldest. */
function featuresOf(columns: Columns): Record<string, unknown> {
  return Object.fromEntries(Object.entries(columns).map(([name, type]) => [name, featureOf(type)]));
}

const DTYPES = { string: "string", bool: "bool", int64: "int64", double: "float64" } as const;

function featureOf(type: ColumnType): unknown {
  if (type === "image") return { _type: "Image" };
  if (typeof type === "string") return { dtype: DTYPES[type], _type: "Value" };
  if ("struct" in type) return featuresOf(type.struct);
  const inner = featureOf(type.list);
  return typeof type.list === "object" && "struct" in type.list ? [inner] : { feature: inner, _type: "Sequence" };
}
