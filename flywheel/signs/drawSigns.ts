/**
 * Draws pages of signs in the project's own browser and takes the pictures of their elements as the agent would see them.
 * In: a seed, a number of pages, icons. Out: pictures with classes.
 */
import { findElements } from "../../agent/perception/elements.ts";
import { mayBeIcon } from "../../agent/perception/iconShape.ts";
import { fontPackages, SYSTEM_FONTS, UNSEEN_FONTS } from "../../agent/reader/pages/fonts.ts";
import { PageRenderer } from "../../agent/reader/pages/pageRenderer.ts";
import { openIcons, type Share } from "../../agent/signs/pages/iconFiles.ts";
import { labelSigns } from "../../agent/signs/pages/labelSigns.ts";
import { signPage } from "../../agent/signs/pages/signPage.ts";
import { maySign, signCrop } from "../../agent/signs/signCrop.ts";
import type { LabelledCrop } from "../../agent/signs/signPool.ts";
import type { Viewport } from "../../env/observation.ts";

/** Even pages are drawn like sites, odd ones like the screens of small pages. */
const VIEWPORTS: readonly (readonly [scale: 1 | 2, viewport: Viewport])[] = [
  [1, { width: 800, height: 700 }],
  [2, { width: 390, height: 600 }],
];

export interface DrawOptions {
  readonly seed: number;
  readonly pages: number;
  readonly share: Share;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Families of letters: usual faces, and for unseen pages others that happen to be installed. */
const FACES = ["inter", "roboto", "open-sans", "noto-sans", "merriweather"];

/** All pictures of the pages, page by page. */
export async function drawSigns({ seed, pages, share, signal, onProgress }: DrawOptions): Promise<LabelledCrop[]> {
  const icons = openIcons(share);
  const packages = fontPackages(share === "unseen" ? UNSEEN_FONTS : FACES, false);
  const fonts = [...packages.map(({ family }) => family), ...SYSTEM_FONTS];
  const crops: LabelledCrop[] = [];
  let done = 0;
  for (const [kind, [scale, viewport]] of VIEWPORTS.entries()) {
    await using renderer = await PageRenderer.open(scale, packages);
    for (let at = kind; at < pages; at += VIEWPORTS.length) {
      signal.throwIfAborted();
      const { page, signs } = signPage(seed, at, { icons, share, viewport, fonts });
      const { pixels, words } = await renderer.render(page);
      const text = words.filter((word) => !mayBeIcon(word)).map(({ box }) => box);
      for (const { element, placed } of labelSigns(findElements(pixels, scale, text), signs)) {
        if (maySign(element)) crops.push({ sign: placed.sign, kind: placed.kind, crop: signCrop(pixels, scale, element) });
      }
      onProgress(++done, pages);
    }
  }
  return crops;
}
