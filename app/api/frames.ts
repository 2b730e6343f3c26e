/**
 * Live pictures: binary messages of the WebSocket `/live/<session>`, JPEG behind a fixed header, newest only (frames a slow viewer could not take
 * are skipped, never queued). In: a frame. Out: bytes, and back. Big-endian: "GUIF", u32 number, f64 captured (Unix ms), u16 width, u16 height
 * (CSS px of the viewport), u32 step (how many steps were recorded then), then the JPEG.
 */
export interface Frame {
  readonly number: number;
  /** When the core got the picture from the browser; "ms behind" is the viewer's now minus this (same machine, same clock). */
  readonly captured: number;
  readonly width: number;
  readonly height: number;
  readonly step: number;
  readonly jpeg: Uint8Array;
}

const MAGIC = 0x47554946;
const HEADER = 28;

export function encodeFrame({ number, captured, width, height, step, jpeg }: Frame): Uint8Array {
  const bytes = new Uint8Array(HEADER + jpeg.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint32(4, number);
  view.setFloat64(8, captured);
  view.setUint16(16, width);
  view.setUint16(18, height);
  view.setUint32(20, step);
  bytes.set(jpeg, HEADER);
  return bytes;
}

/** Null for bytes that are no frame. */
export function decodeFrame(bytes: Uint8Array): Frame | null {
  if (bytes.length <= HEADER) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0) !== MAGIC) return null;
  return {
    number: view.getUint32(4),
    captured: view.getFloat64(8),
    width: view.getUint16(16),
    height: view.getUint16(18),
    step: view.getUint32(20),
    jpeg: bytes.subarray(HEADER),
  };
}
