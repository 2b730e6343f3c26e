import { expect, test } from "vitest";
import { decodePng, encodePng, screenHash } from "../../env/pixels.ts";
import { ScreenDecoder } from "../../env/screenDecoder.ts";

const picture = (grey: number) => encodePng({ data: new Uint8Array(400).fill(grey), width: 10, height: 10 });

test("a picture that comes twice in a row is decoded once", async () => {
  const decoder = new ScreenDecoder();
  const first = await decoder.decode(await picture(255));
  expect(await decoder.decode(await picture(255))).toBe(first);
});

test("another picture is another screen, also one that was seen before the last", async () => {
  const decoder = new ScreenDecoder();
  for (const grey of [255, 128, 255]) {
    const png = await picture(grey);
    const { pixels, screenHash: hash } = await decoder.decode(png);
    expect(hash).toBe(screenHash(await decodePng(png)));
    expect(pixels.data[0]).toBe(grey);
  }
});

test("what is no picture is refused, and the next picture is decoded", async () => {
  const decoder = new ScreenDecoder();
  await expect(decoder.decode(Buffer.from("no picture"))).rejects.toThrow();
  expect((await decoder.decode(await picture(255))).pixels.width).toBe(10);
});
