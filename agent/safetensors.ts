/**
 * Weights as a safetensors file: the format every trainer reads.
 * In: name → array and shape. Out: bytes (8-byte header length, JSON header, little-endian float32 or float16 data), and back.
 */
import { WheelError } from "../env/errors.ts";

export type Tensors = Record<string, Float32Array>;

/** How numbers are stored. */
const ARRAYS = { F32: Float32Array, F16: Float16Array } as const;
type Precision = keyof typeof ARRAYS;

/** Writes tensors in the given order. `shapes` names every tensor; half precision rounds. */
export function encodeSafetensors(tensors: Tensors, shapes: ReadonlyMap<string, readonly number[]>, dtype: Precision = "F32"): Uint8Array {
  const header: Record<string, unknown> = {};
  let offset = 0;
  for (const [name, shape] of shapes) {
    const size = tensors[name]!.length * ARRAYS[dtype].BYTES_PER_ELEMENT;
    header[name] = { dtype, shape, data_offsets: [offset, offset + size] };
    offset += size;
  }
  let text = JSON.stringify(header);
  text += " ".repeat((8 - (text.length % 8)) % 8);
  const bytes = Buffer.alloc(8 + text.length + offset);
  bytes.writeBigUInt64LE(BigInt(text.length), 0);
  bytes.write(text, 8, "utf8");
  let at = 8 + text.length;
  for (const name of shapes.keys()) {
    const data = dtype === "F32" ? tensors[name]! : new ARRAYS[dtype](tensors[name]!);
    Buffer.from(data.buffer, data.byteOffset, data.byteLength).copy(bytes, at);
    at += data.byteLength;
  }
  return bytes;
}

/** Reads float32 or float16 tensors and checks them against `shapes`. Throws `checkpoint-corrupt`. */
export function decodeSafetensors(bytes: Uint8Array, shapes: ReadonlyMap<string, readonly number[]>, file: string): Tensors {
  try {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const length = Number(buffer.readBigUInt64LE(0));
    const header = JSON.parse(buffer.toString("utf8", 8, 8 + length)) as Record<
      string,
      { dtype: Precision; shape: number[]; data_offsets: [number, number] }
    >;
    const tensors: Tensors = {};
    for (const [name, shape] of shapes) {
      const entry = header[name];
      if (entry === undefined || !(entry.dtype in ARRAYS) || entry.shape.join() !== shape.join())
        throw new Error(`tensor ${name} is missing or has another shape`);
      const [from, to] = entry.data_offsets;
      const data = buffer.subarray(8 + length + from, 8 + length + to);
      if (data.byteLength !== ARRAYS[entry.dtype].BYTES_PER_ELEMENT * shape.reduce((a, b) => a * b, 1))
        throw new Error(`tensor ${name} is cut short`);
      const own = Uint8Array.from(data).buffer;
      tensors[name] = entry.dtype === "F32" ? new Float32Array(own) : new Float32Array(new Float16Array(own));
    }
    return tensors;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new WheelError(
      "checkpoint-corrupt",
      `${file} cannot be read: ${reason}.`,
      "Restore the folder, or roll back with `flywheel checkpoints rollback`.",
      { cause },
    );
  }
}
