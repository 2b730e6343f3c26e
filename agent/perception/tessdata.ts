/**
 * Reads Tesseract's `*.traineddata`: the line-recognition network and its alphabet. In: the unpacked file.
 * Out: the layers in order, with weights as plain float32 matrices, and the character of every output.
 * Knows the one network shape of the English "best, integer" model (conv, pool, four LSTMs, softmax) and refuses others.
 */
import { WheelError } from "../../env/errors.ts";

/** Rows = outputs; the last column is the bias. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** Gates of one LSTM layer; each row holds weights for [input, previous output, 1]. */
export interface LstmLayer {
  readonly inputs: number;
  readonly units: number;
  readonly candidate: Matrix;
  readonly input: Matrix;
  readonly forget: Matrix;
  readonly output: Matrix;
}

export interface LineModel {
  /** Rows of the input image. */
  readonly height: number;
  /** 3 × 3 window, column by column, then tanh; followed by 3 × 3 max pooling. */
  readonly convolution: Matrix;
  /** Runs down each column and keeps its last state. */
  readonly columnLstm: LstmLayer;
  /** Run along the line: forward, backward, forward. */
  readonly lineLstms: readonly [LstmLayer, LstmLayer, LstmLayer];
  readonly softmax: Matrix;
  /** Text of each output; the blank one is the empty string. */
  readonly alphabet: readonly string[];
}

/** Places of the parts in the file's table. */
const NETWORK = 17;
const ALPHABET = 21;
const CODES = 22;
const SPEC = "[1,36,0,1Ct3,3,16Mp3,3Lfys64Lfx96Lrx96Lfx512O1c1]";

/** Sequential little-endian reader. */
class Cursor {
  readonly bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
  #advance(size: number): number {
    this.#at += size;
    return this.#at - size;
  }
  int8(): number {
    return this.bytes.readInt8(this.#advance(1));
  }
  int32(): number {
    return this.bytes.readInt32LE(this.#advance(4));
  }
  double(): number {
    return this.bytes.readDoubleLE(this.#advance(8));
  }
  take(size: number): Buffer {
    const from = this.#advance(size);
    return this.bytes.subarray(from, from + size);
  }
  text(): string {
    return this.take(this.int32()).toString("utf8");
  }
}

/**
 * The line model in a traineddata file.
 * Throws WheelError `internal` when the file is damaged or holds another kind of network.
 */
export function readLineModel(file: Uint8Array): LineModel {
  try {
    const parts = readParts(Buffer.from(file.buffer, file.byteOffset, file.byteLength));
    const cursor = new Cursor(parts(NETWORK));
    const found = readLayers(cursor);
    const spec = cursor.text();
    if (spec !== SPEC) throw new Error(`network ${spec} instead of ${SPEC}`);
    const [convolution, columnLstm, first, second, third, softmax] = found as [Matrix, LstmLayer, LstmLayer, LstmLayer, LstmLayer, Matrix];
    return {
      height: 36,
      convolution,
      columnLstm,
      lineLstms: [first, second, third],
      softmax,
      alphabet: readAlphabet(parts(ALPHABET), parts(CODES)),
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new WheelError("internal", `The language data cannot be read: ${reason}.`, "Install the dependencies again.", { cause });
  }
}

function readParts(file: Buffer): (index: number) => Buffer {
  const count = file.readInt32LE(0);
  const offsets = Array.from({ length: count }, (_, at) => Number(file.readBigInt64LE(4 + 8 * at)));
  return (index) => {
    const from = offsets[index]!;
    if (!(from >= 0)) throw new Error(`part ${index} is missing`);
    const to = Math.min(file.length, ...offsets.filter((offset) => offset > from));
    return file.subarray(from, to);
  };
}

/** Weighted layers in file order; containers (series, transpose, reverse) only group them. */
function readLayers(cursor: Cursor): (Matrix | LstmLayer)[] {
  const kind = cursor.int8() === 0 ? cursor.text() : "unnamed";
  cursor.take(2);
  const flags = cursor.int32();
  const inputs = cursor.int32();
  cursor.take(8);
  cursor.text();
  switch (kind) {
    case "Series":
    case "XYTranspose":
    case "RTLReversed": {
      const children = Array.from({ length: cursor.int32() }, () => readLayers(cursor)).flat();
      if (flags & 64) cursor.take(4 * cursor.int32());
      return children;
    }
    case "Input":
      cursor.take(20);
      return [];
    case "Convolve":
    case "Maxpool":
      cursor.take(8);
      return [];
    case "LSTM":
    case "SummLSTM": {
      cursor.take(4);
      const [candidate, input, forget, output] = [readMatrix(cursor), readMatrix(cursor), readMatrix(cursor), readMatrix(cursor)];
      return [{ inputs, units: candidate.rows, candidate, input, forget, output }];
    }
    case "Tanh":
    case "Softmax":
      return [readMatrix(cursor)];
    default:
      throw new Error(`layer ${kind} is unknown`);
  }
}

/** Integer weights with one scale per row. */
function readMatrix(cursor: Cursor): Matrix {
  const mode = cursor.int8() & 255;
  if ((mode & 129) !== 129) throw new Error(`weights of mode ${mode} are not integers`);
  const [rows, columns] = [cursor.int32(), cursor.int32()];
  cursor.take(1);
  const raw = cursor.take(rows * columns);
  const scales = Array.from({ length: cursor.int32() }, () => cursor.double());
  const values = new Float32Array(rows * columns);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) values[at] = raw.readInt8(at) * scales[row]!;
  }
  return { rows, columns, values };
}

/** Character list (one per line, the first is the space) through the table of output codes. */
function readAlphabet(list: Buffer, table: Buffer): string[] {
  const lines = list.toString("utf8").split("\n").slice(1);
  const cursor = new Cursor(table);
  const codes = Array.from({ length: cursor.int32() }, () => {
    cursor.take(1);
    const length = cursor.int32();
    if (length !== 1) throw new Error("characters of several codes are unknown");
    return cursor.int32();
  });
  const alphabet: string[] = [];
  codes.forEach((code, id) => {
    const text = lines[id]!.split(" ")[0]!;
    alphabet[code] = text === "NULL" ? " " : text === "Joined" || text.startsWith("|Broken|") ? "" : text;
  });
  return alphabet;
}
