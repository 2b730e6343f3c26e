/**
 * Decodes what Chromium's fast encoder writes (RGB, each row plain or as the difference to the one above) in one pass, which takes a third of the time of a
 * decoder for all kinds: every step waits for it. In: PNG bytes. Out: RGBA, or null where the picture is of another kind.
 * See https://www.w3.org/TR/png-3/#9Filters.
 */
import { inflateSync } from "node:zlib";
import type { Pixels } from "./observation.ts";

const HEADER = Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1");
/** Depth, colour type, compression, filter, interlace. */
const RGB = Buffer.from([8, 2, 0, 0, 0]);
const FIRST_CHUNK = 8;
/** Length, type, check sum. */
const CHUNK_FRAME = 12;
const PLAIN = 0;
const UP = 2;
const OPAQUE = 0xff000000;
/** No screen is larger; a header may say anything. */
const MOST_BYTES = 1 << 27;

/** Null when `png` is no such picture, or broken. Check sums are not looked at. */
export function decodeFramePng(png: Uint8Array): Pixels | null {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  if (!bytes.subarray(0, HEADER.length).equals(HEADER) || !bytes.subarray(24, 29).equals(RGB)) return null;
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const size = height * (1 + 3 * width);
  if (size > MOST_BYTES) return null;
  try {
    const rows = inflateSync(pictureData(bytes), { chunkSize: Math.max(64, size), maxOutputLength: size });
    return rows.length === size ? unfiltered(rows, width, height) : null;
  } catch {
    return null;
  }
}

function pictureData(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = FIRST_CHUNK; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += CHUNK_FRAME + length;
  }
  return Buffer.concat(parts);
}

/** `rows`: each a byte that says how it is written, then three bytes a pixel. */
function unfiltered(rows: Buffer, width: number, height: number): Pixels | null {
  const pixels = new Uint32Array(width * height);
  const nothing = Buffer.alloc(3 * width);
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    const filter = rows[from++]!;
    if (filter !== PLAIN && filter !== UP) return null;
    // Above the first row all is 0.
    const isDifference = filter === UP && y > 0;
    if (isDifference && rows.compare(nothing, 0, 3 * width, from, from + 3 * width) === 0) {
      pixels.copyWithin(to, to - width, to);
      [from, to] = [from + 3 * width, to + width];
      continue;
    }
    for (const end = to + width; to < end; to++, from += 3) {
      const given = rows[from]! | (rows[from + 1]! << 8) | (rows[from + 2]! << 16);
      const above = isDifference ? pixels[to - width]! : 0;
      // All three bytes added at once, their highest bits apart so that nothing is carried over.
      pixels[to] = given === 0 ? above | OPAQUE : (((given & 0x7f7f7f) + (above & 0x7f7f7f)) ^ ((given ^ above) & 0x808080)) | OPAQUE;
    }
  }
  return { data: new Uint8Array(pixels.buffer), width, height };
}
