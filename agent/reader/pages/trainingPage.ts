/** A training page: blocks of all kinds below and beside each other. In: keys and fonts. Out: HTML of a body. Equal keys give equal pages. */
import type { Viewport } from "../../../env/observation.ts";
import { rng } from "../../../env/random.ts";
import { BLOCKS, type Draw } from "./blocks.ts";
import type { FontPackage } from "./fonts.ts";
import { drawColours, drawFont, drawSize, lookCss, type Look } from "./look.ts";
import { wordingOf, type WordShare } from "./wording.ts";

/** What a browser draws. */
export interface ReaderPage {
  readonly viewport: Viewport;
  readonly body: string;
}

export interface PageOptions {
  readonly fonts: readonly FontPackage[];
  readonly words: WordShare;
  readonly viewport: Viewport;
}

/** Page number `page` of a seed. */
export function trainingPage(seed: number, page: number, { fonts, words, viewport }: PageOptions): ReaderPage {
  const random = rng("reader-page", seed, page);
  const say = wordingOf(random, words);
  const ground = drawColours(random);
  const blocks: string[] = [];
  // Enough to fill the page; what is below the fold is cut off.
  for (let height = 0; height < viewport.height;) {
    const size = drawSize(random);
    const look: Look = { font: drawFont(random, fonts, size), size, ground: random.chance(0.35) ? drawColours(random) : ground };
    const draw: Draw = { random, say, look, font: (other) => drawFont(random, fonts, other) };
    const margin = `${random.int(8)}px ${random.int(16)}px`;
    const columns = random.chance(0.25) && viewport.width > 500 ? 2 : 1;
    const inside = Array.from({ length: columns }, () => `<div style="flex:1;min-width:0">${random.pick(BLOCKS)(draw)}</div>`).join("");
    blocks.push(`<div style="${lookCss(look)}margin:${margin};padding:${random.int(10)}px;display:flex;gap:16px">${inside}</div>`);
    height += 3.2 * size + 16;
  }
  return { viewport, body: `<div style="background:${ground.paper};color:${ground.ink};height:100vh;overflow:hidden">${blocks.join("\n")}</div>` };
}
