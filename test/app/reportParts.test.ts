import sharp from "sharp";
import { expect, test } from "vitest";
import { html, raw } from "../../app/report/html.ts";
import { spread } from "../../app/charts/style.ts";
import { thumbnails } from "../../app/report/thumbnails.ts";
import { count, difference, duration, interval, pValue, rate, signed } from "../../app/report/words.ts";
import { rng } from "../../env/random.ts";

test("templates escape everything but markup", () => {
  const evil = `<img src=x onerror="alert('1')">&`;
  expect(html`<p title="${evil}">${[html`<b>${1}</b>`, null, false, raw("<i>")]}</p>`.markup).toBe(
    '<p title="&#60;img src=x onerror=&#34;alert(&#39;1&#39;)&#34;&#62;&#38;"><b>1</b><i></p>',
  );
});

test("rates have no leading zero, two decimals below 200 trials and three above", () => {
  expect([rate(0.7183), rate(0.7183, 358), rate(0), rate(1), rate(0.999, 30), rate(null), rate(Number.NaN)]).toEqual([
    ".72",
    ".718",
    "0",
    "1",
    "1",
    "—",
    "—",
  ]);
  expect([signed(0.043, 960), signed(-0.05), signed(0), signed(-0.0001)]).toEqual(["+.043", "−.05", "0", "0"]);
  expect(interval({ low: 0.691, high: 1 })).toBe("[.69, 1]");
  expect(difference({ estimate: -0.02, low: -0.053, high: 0.013 }, 960)).toBe("−.020 [−.053, +.013]");
});

test("counts, durations and p are printed as people read them", () => {
  expect([count(999), count(13_864), count(1_234_567)]).toEqual(["999", "13\u202f864", "1\u202f234\u202f567"]);
  expect([0.084, 1.4, 59, 18 * 60, 7500].map(duration)).toEqual(["84 ms", "1.4 s", "59 s", "18 min", "2 h 05 min"]);
  expect([pValue(0.00001), pValue(0.0104), pValue(0.26), pValue(null)]).toEqual(["<.001", ".010", ".26", "—"]);
});

test("labels are moved apart, keep their order, and stay where there is room", () => {
  expect(spread([0, 100, 200], 16)).toEqual([0, 100, 200]);
  const [low, high, middle, far] = spread([50, 52, 51, 300], 16) as [number, number, number, number];
  expect(far).toBe(300);
  expect([middle - low, high - middle]).toEqual([16, 16]);
  expect((low + high + middle) / 3).toBeCloseTo(51);
  expect(spread([], 16)).toEqual([]);
});

test("many large pictures are made smaller until they fit the budget", async () => {
  const random = rng("noise");
  const noise = Buffer.from(Array.from({ length: 640 * 480 * 3 }, () => random.int(256)));
  const png = (
    await sharp(noise, { raw: { width: 640, height: 480, channels: 3 } })
      .png()
      .toBuffer()
  ).toString("base64");
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`screen-${i}`, png]));
  const bytes = [...(await thumbnails(many)).values()].reduce((sum, uri) => sum + uri.length, 0);
  expect(bytes).toBeGreaterThan(500_000);
  expect(bytes).toBeLessThan(4_000_000);
});
