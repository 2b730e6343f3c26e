/** Hashes of how pictures look: the same however a picture was written, near for what looks alike, far for what does not. */
import sharp from "sharp";
import { expect, test } from "vitest";
import { differingBits, perceptualHash } from "../../../flywheel/export/perceptualHash.ts";
import { decodePng, encodePng } from "../../../env/pixels.ts";

async function page(words: string, x = 30): Promise<Uint8Array> {
  const line = (y: number): string => `<text x="${x}" y="${y}" font-size="24" font-family="sans-serif">${words}</text>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="420"><rect width="320" height="420" fill="#fff"/>
    <rect x="20" y="300" width="${words.length * 9}" height="60" fill="#15c"/>${[60, 130, 200].map(line).join("")}</svg>`;
  return encodePng(await decodePng(await sharp(Buffer.from(svg)).png().toBuffer()));
}

const hashOf = async (png: Uint8Array) => (await perceptualHash(png))!;

test("a picture has one hash, whichever way its PNG was written", async () => {
  const plain = await page("quiet harbour");
  const pixels = sharp(plain);
  const others = [
    pixels.clone().removeAlpha().png({ compressionLevel: 9 }),
    pixels.clone().png({ adaptiveFiltering: true }),
    pixels.clone().removeAlpha().png({ adaptiveFiltering: true }),
    pixels.clone().png({ progressive: true }),
  ];
  for (const other of others) expect(await hashOf(await other.toBuffer())).toEqual(await hashOf(plain));
});

test("rows written as differences from the row above are read as they are", async () => {
  const { data, width, height } = await decodePng(await page("morning"));
  const rows = Buffer.alloc(height * (1 + width * 4));
  for (let y = 0; y < height; y++) {
    rows[y * (1 + width * 4)] = 2;
    for (let i = 0; i < width * 4; i++) rows[y * (1 + width * 4) + 1 + i] = data[y * width * 4 + i]! - (y === 0 ? 0 : data[(y - 1) * width * 4 + i]!);
  }
  const { deflateSync } = await import("node:zlib");
  const plain = Buffer.from(await page("morning"));
  const chunk = (name: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(body.length);
    head.write(name, 4, "latin1");
    return Buffer.concat([head, body, Buffer.alloc(4)]);
  };
  const written = Buffer.concat([plain.subarray(0, 8), chunk("IHDR", plain.subarray(16, 29)), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
  expect(await hashOf(written)).toEqual(await hashOf(plain));
});

test("what looks alike is near, what looks different is far, what is no picture has none", async () => {
  const one = await hashOf(await page("quiet harbour"));
  expect(differingBits(one, await hashOf(await page("quiet harbours")))).toBeLessThanOrEqual(10);
  expect(differingBits(one, await hashOf(await page("a much longer line of text", 4)))).toBeGreaterThan(20);
  for (const bytes of [new Uint8Array(), Buffer.from("no picture"), Buffer.from(await page("cut")).subarray(0, 300)]) expect(await perceptualHash(bytes)).toBeNull();
});
