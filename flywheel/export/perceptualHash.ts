/**
 * A hash of how a picture looks: 256 bits, each saying whether brightness rises from one place to the next. Pictures that look alike differ in few.
 * In: PNG bytes. Out: 32 bytes, or null for what is no picture.
 */
import sharp from "sharp";

// One small picture after the other: threads of its own and a cache would only cost time and memory.
sharp.concurrency(1);
sharp.cache(false);

const ROWS = 16;
const COLUMNS = 17;

export type PerceptualHash = Uint8Array;

/** The hash of a picture. */
export async function perceptualHash(png: Uint8Array): Promise<PerceptualHash | null> {
  try {
    const grey = await sharp(png).flatten().greyscale().resize(COLUMNS, ROWS, { fit: "fill", kernel: "cubic" }).raw().toBuffer();
    const hash = new Uint8Array(32);
    for (let bit = 0; bit < 256; bit++) {
      const at = Math.floor(bit / 16) * COLUMNS + (bit % 16);
      if (grey[at + 1]! > grey[at]!) hash[bit >> 3]! |= 1 << (bit & 7);
    }
    return hash;
  } catch {
    return null;
  }
}

/** In how many of 256 bits two pictures differ. */
export function differingBits(a: PerceptualHash, b: PerceptualHash): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) for (let rest = a[i]! ^ b[i]!; rest > 0; rest &= rest - 1) count += 1;
  return count;
}
