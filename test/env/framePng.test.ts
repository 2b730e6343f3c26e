import { randomFillSync } from "node:crypto";
import { expect, test } from "vitest";
import sharp from "sharp";
import { Environment } from "../../env/environment.ts";
import { decodeFramePng } from "../../env/framePng.ts";
import { launchBrowser } from "../../env/launch.ts";
import { decodePng } from "../../env/pixels.ts";
import { TASKS } from "../../tasks/index.ts";

const byLibrary = (png: Uint8Array) => sharp(png).ensureAlpha().raw().toBuffer();

test("the browser's own screenshots are decoded to the pixels that a library decodes them to", async () => {
  await using browser = await launchBrowser({ deviceScaleFactor: 2 });
  await using environment = new Environment(async () => browser);
  for (const task of [TASKS[0]!, TASKS.find(({ id }) => id === "click-icon")!]) {
    const { png } = (await environment.reset(task, 34)).observation;
    expect(Buffer.from(decodeFramePng(png)!.data).equals(await byLibrary(png))).toBe(true);
  }
});

test("pictures of all kinds are decoded, also those that are another's work", async () => {
  const noise = randomFillSync(Buffer.alloc(40 * 30 * 4));
  const picture = sharp(noise, { raw: { width: 40, height: 30, channels: 4 } });
  const kinds = [
    picture.clone().png(),
    picture.clone().removeAlpha().png({ adaptiveFiltering: true }),
    picture.clone().greyscale().png({ progressive: true }),
  ];
  for (const kind of kinds) {
    const png = await kind.toBuffer();
    expect(Buffer.from((await decodePng(png)).data).equals(await byLibrary(png))).toBe(true);
  }
});

test("a picture that is cut off, or claims to be larger than it is, is none", async () => {
  const flat = await sharp({ create: { width: 20, height: 20, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  expect(decodeFramePng(flat)).not.toBeNull();
  const huge = Buffer.from(flat);
  huge.writeUInt32BE(0x7fffffff, 16);
  for (const broken of [flat.subarray(0, 60), flat.subarray(0, 10), huge, Buffer.alloc(0)]) {
    expect(decodeFramePng(broken)).toBeNull();
    await expect(decodePng(broken)).rejects.toThrow();
  }
});
