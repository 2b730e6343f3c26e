/**
 * Labelled lines of text to train on, as bytes: many thousands fit into memory and one file. In: strips and labels. Out: the same, by number.
 * A record: width, height, scale, counts (uint16); characters (class, left, right) and unknown parts (left, right) in eighths of a px (int16); grey.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { WheelError } from "../../env/errors.ts";
import type { Strip } from "../perception/textLines.ts";
import type { LineLabel } from "./lineLabel.ts";

/** A line that teaches. */
export interface LabelledStrip {
  readonly strip: Strip;
  readonly deviceScaleFactor: number;
  readonly label: LineLabel;
}

const MAGIC = "strips-1";
const HEAD_BYTES = 10;
const EIGHTHS = 8;

/** Grows by `add`, is read by `get`. */
export class StripPool {
  #bytes: Buffer;
  #length: number;
  readonly #offsets: number[] = [];

  constructor(bytes: Uint8Array = Buffer.from(MAGIC)) {
    this.#bytes = Buffer.from(bytes);
    this.#length = bytes.length;
    this.#index();
  }

  static load(file: string): StripPool {
    return new StripPool(readFileSync(file));
  }

  get size(): number {
    return this.#offsets.length;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  save(file: string): void {
    writeFileSync(file, this.bytes());
  }

  add({ strip, deviceScaleFactor, label }: LabelledStrip): void {
    const { characters, unknown } = label;
    const record = Buffer.alloc(HEAD_BYTES + 6 * characters.length + 4 * unknown.length + strip.grey.length);
    let at = 0;
    for (const value of [strip.width, strip.height, deviceScaleFactor, characters.length, unknown.length]) at = record.writeUInt16LE(value, at);
    const place = (px: number): void => void (at = record.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(EIGHTHS * px))), at));
    for (const { character, left, right } of characters) {
      at = record.writeUInt16LE(character, at);
      place(left);
      place(right);
    }
    for (const { left, right } of unknown) {
      place(left);
      place(right);
    }
    record.set(strip.grey, at);
    this.#append(record, [this.#length]);
  }

  /** Adds all lines of another pool. */
  addAll(other: StripPool): void {
    const from = this.#length - MAGIC.length;
    this.#append(
      other.#bytes.subarray(MAGIC.length, other.#length),
      other.#offsets.map((offset) => offset + from),
    );
  }

  get(index: number): LabelledStrip {
    const bytes = this.#bytes;
    let at = this.#offsets[index]!;
    const next = (): number => bytes.readUInt16LE((at += 2) - 2);
    const place = (): number => bytes.readInt16LE((at += 2) - 2) / EIGHTHS;
    const [width, height, deviceScaleFactor, characters, unknown] = [next(), next(), next(), next(), next()];
    const label = {
      characters: Array.from({ length: characters }, () => ({ character: next(), left: place(), right: place() })),
      unknown: Array.from({ length: unknown }, () => ({ left: place(), right: place() })),
    };
    return { strip: { grey: bytes.subarray(at, at + width * height), width, height, left: 0, top: 0 }, deviceScaleFactor, label };
  }

  #append(bytes: Buffer, offsets: readonly number[]): void {
    if (this.#length + bytes.length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(2 * this.#bytes.length, this.#length + bytes.length));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    for (const offset of offsets) this.#offsets.push(offset);
    bytes.copy(this.#bytes, this.#length);
    this.#length += bytes.length;
  }

  #index(): void {
    const bytes = this.#bytes;
    if (bytes.toString("latin1", 0, MAGIC.length) !== MAGIC) throw damaged("it does not begin as it should");
    for (let at = MAGIC.length; at < this.#length;) {
      this.#offsets.push(at);
      if (at + HEAD_BYTES > this.#length) throw damaged("it ends in the middle of a line");
      const field = (index: number): number => bytes.readUInt16LE(at + 2 * index);
      at += HEAD_BYTES + 6 * field(3) + 4 * field(4) + field(0) * field(1);
      if (at > this.#length) throw damaged("it ends in the middle of a line");
    }
  }
}

const damaged = (reason: string): WheelError =>
  new WheelError("workspace-corrupt", `A pool of text lines cannot be read: ${reason}.`, "Delete it; it is made again.");
