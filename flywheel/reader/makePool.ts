/**
 * Makes the lines of text that the reader learns from: pages are drawn, the reader's own line finder cuts them, the pages say what stands
 * in each line. In: a folder, a seed, a number of pages. Out: pools of labelled lines, in parts; parts that are there are not made again.
 */
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { textStrips } from "../../agent/perception/textLines.ts";
import { labelLines } from "../../agent/reader/lineLabel.ts";
import type { FontPackage } from "../../agent/reader/pages/fonts.ts";
import { PageRenderer, type ReadingScreen } from "../../agent/reader/pages/pageRenderer.ts";
import { trainingPage } from "../../agent/reader/pages/trainingPage.ts";
import { StripPool, type LabelledStrip } from "../../agent/reader/stripPool.ts";
import type { Viewport } from "../../env/observation.ts";

/** Pages of one part. */
const PART = 50;
/** Even pages are drawn like sites, odd ones like the screens of small pages. */
const VIEWPORTS: readonly (readonly [scale: 1 | 2, viewport: Viewport])[] = [
  [1, { width: 900, height: 900 }],
  [2, { width: 380, height: 600 }],
];

export interface PoolOptions {
  readonly folder: string;
  readonly seed: number;
  readonly pages: number;
  readonly fonts: readonly FontPackage[];
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Lines of a screen with what stands in them; lines of which nothing is known are left out. */
function labelledStrips({ pixels, deviceScaleFactor, words }: ReadingScreen): LabelledStrip[] {
  const strips = textStrips(pixels, deviceScaleFactor);
  const labels = labelLines(strips, deviceScaleFactor, words);
  return strips.flatMap((strip, at) => {
    const label = labels[at]!;
    return label.characters.length === 0 && label.unknown.length > 0 ? [] : [{ strip, deviceScaleFactor, label }];
  });
}

/** Makes the parts that are missing and joins all into one pool. */
export async function makePool(options: PoolOptions): Promise<StripPool> {
  const { folder, pages, fonts, signal, onProgress } = options;
  mkdirSync(folder, { recursive: true });
  const parts = Array.from({ length: Math.ceil(pages / PART) }, (_, at) => ({ from: at * PART, to: Math.min(pages, (at + 1) * PART) }));
  const fileOf = ({ from, to }: (typeof parts)[number]): string => join(folder, `pages-${from}-${to - 1}.strips`);
  const missing = parts.filter((part) => !existsSync(fileOf(part)));
  if (missing.length > 0) {
    const renderers = await Promise.all(VIEWPORTS.map(([scale]) => PageRenderer.open(scale, fonts)));
    try {
      for (const part of missing) {
        signal.throwIfAborted();
        const strips = await Promise.all(renderers.map((renderer, kind) => drawPages(renderer, kind, part, options)));
        const pool = new StripPool();
        for (const strip of strips.flat()) pool.add(strip);
        pool.save(`${fileOf(part)}.partial`);
        renameSync(`${fileOf(part)}.partial`, fileOf(part));
        onProgress(part.to, pages);
      }
    } finally {
      await Promise.all(renderers.map((renderer) => renderer.close()));
    }
  }
  const whole = new StripPool();
  for (const part of parts) whole.addAll(StripPool.load(fileOf(part)));
  return whole;
}

async function drawPages(
  renderer: PageRenderer,
  kind: number,
  { from, to }: { readonly from: number; readonly to: number },
  options: PoolOptions,
): Promise<LabelledStrip[]> {
  const { seed, fonts, signal } = options;
  const strips: LabelledStrip[] = [];
  const viewport = VIEWPORTS[kind]![1];
  for (let page = from; page < to; page++) {
    if (page % VIEWPORTS.length !== kind) continue;
    signal.throwIfAborted();
    const screen = await renderer.render(trainingPage(seed, page, { fonts, words: "known", viewport }));
    strips.push(...labelledStrips(screen));
  }
  return strips;
}
