/** PNG ↔ pixels, and the hash by which equal screens are known. In: PNG bytes. Out: RGBA and its digest. */
import { createHash } from "node:crypto";
import sharp from "sharp";
import { decodeFramePng } from "./framePng.ts";
import type { Pixels } from "./observation.ts";

/** Decodes a PNG to RGBA. Rejects when it is none. */
export async function decodePng(png: Uint8Array): Promise<Pixels> {
  const frame = decodeFramePng(png);
  if (frame !== null) return frame;
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Encodes RGBA as PNG (fast settings; size matters less than the step rate). */
export async function encodePng(pixels: Pixels): Promise<Uint8Array> {
  const raw = { width: pixels.width, height: pixels.height, channels: 4 as const };
  return sharp(pixels.data, { raw }).png({ compressionLevel: 4 }).toBuffer();
}

/** Hex SHA-256 over width, height and RGBA: independent of how the PNG was written. */
export function screenHash(pixels: Pixels): string {
  const size = new Uint32Array([pixels.width, pixels.height]);
  return createHash("sha256").update(new Uint8Array(size.buffer)).update(pixels.data).digest("hex");
}
