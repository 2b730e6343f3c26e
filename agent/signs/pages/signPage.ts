/**
 * A page full of signs and of things that are none, each in a cell of its own. In: keys, icons. Out: HTML of a body, and what lies where.
 * Equal keys give equal pages.
 */
import type { Viewport } from "../../../env/observation.ts";
import { rng, type Rng } from "../../../env/random.ts";
import type { Box } from "../../../env/task.ts";
import type { ReaderPage } from "../../reader/pages/trainingPage.ts";
import { picture } from "../../reader/pages/icons.ts";
import { NO_SIGN } from "../signNames.ts";
import { anyColour, apartFrom, between, css, groundColour, inkOn, type Draw, type Rgb } from "./draw.ts";
import { form, FORM_NAMES, type Drawing } from "./forms.ts";
import type { IconShelf, Share } from "./iconFiles.ts";

/** A sign on a page, CSS px: its own box and that of the button around it (the same where there is none). */
export interface PlacedSign {
  readonly sign: number;
  readonly kind: "form" | "icon" | "other";
  readonly box: Box;
  readonly outer: Box;
}

export interface SignPage {
  readonly page: ReaderPage;
  readonly signs: readonly PlacedSign[];
}

export interface SignPageOptions {
  readonly icons: IconShelf;
  readonly share: Share;
  readonly viewport: Viewport;
  /** Families for letters. */
  readonly fonts: readonly string[];
}

interface Piece extends Drawing {
  readonly kind: PlacedSign["kind"];
  /** Fill and border of a button around it, and its padding. */
  readonly button: { readonly style: string; readonly padding: number } | null;
}

/** Page number `page` of a seed. */
export function signPage(seed: number, page: number, { icons, share, viewport, fonts }: SignPageOptions): SignPage {
  const random = rng("signs-page", seed, page, share);
  const draw: Draw = { random, share };
  const ground = groundColour(random);
  const signs: PlacedSign[] = [];
  const cells: string[] = [];
  let [left, top, rowHeight] = [8, 8, 0];
  for (;;) {
    const under = random.chance(0.15) ? groundColour(random) : ground;
    const piece = drawPiece(draw, icons, fonts, under);
    const grow = piece.button?.padding ?? 0;
    const outer = { width: piece.width + 2 * grow, height: piece.height + 2 * grow };
    const room = under === ground ? 0 : 5 + random.int(6);
    const gap = 8 + random.int(14);
    if (left + outer.width + 2 * room + 4 > viewport.width) [left, top, rowHeight] = [4 + random.int(20), top + rowHeight + gap, 0];
    if (top + outer.height + 2 * room + 4 > viewport.height) break;
    const [x, y] = [left + room + random.next(), top + room + random.next()];
    if (room > 0) cells.push(place({ x: left, y: top, width: outer.width + 2 * room, height: outer.height + 2 * room }, `background:${css(under)}`));
    if (piece.button !== null) cells.push(place({ x, y, ...outer }, piece.button.style));
    const box = { x: x + grow, y: y + grow, width: piece.width, height: piece.height };
    cells.push(place(box, "", piece.svg));
    signs.push({ sign: piece.sign, kind: piece.kind, box, outer: { x, y, ...outer } });
    left += outer.width + 2 * room + gap;
    rowHeight = Math.max(rowHeight, outer.height + 2 * room);
  }
  return {
    page: { viewport, body: `<div style="position:absolute;inset:0;overflow:hidden;background:${css(ground)}">${cells.join("")}</div>` },
    signs,
  };
}

const place = ({ x, y, width, height }: Box, style: string, inside = ""): string =>
  `<div style="position:absolute;left:${x.toFixed(2)}px;top:${y.toFixed(2)}px;width:${width.toFixed(2)}px;height:${height.toFixed(2)}px;box-sizing:border-box;line-height:0;${style}">${inside}</div>`;

/** How often each kind is drawn; the rest is letters and odds and ends. */
const FORM_SHARE = 0.26;
const ICON_SHARE = 0.5;
const OTHER_ICON_SHARE = 0.1;

function drawPiece(draw: Draw, icons: IconShelf, fonts: readonly string[], under: Rgb): Piece {
  const { random } = draw;
  const kind = random.next();
  const button = random.chance(kind < FORM_SHARE ? 0.08 : 0.3) ? drawButton(draw, under) : null;
  const ground = button?.ground ?? under;
  if (kind < FORM_SHARE) return { ...form(draw, random.pick(FORM_NAMES), formSize(draw), ground), kind: "form", button };
  if (kind < FORM_SHARE + ICON_SHARE + OTHER_ICON_SHARE)
    return { ...icon(draw, icons, kind < FORM_SHARE + ICON_SHARE, ground), kind: "icon", button };
  return { ...(random.chance(0.5) ? letters(random, fonts, ground) : scrap(draw, ground)), kind: "other", button };
}

const formSize = (draw: Draw): number => Math.round(between(draw, 10, draw.random.chance(0.7) ? 44 : 80));

function drawButton(draw: Draw, under: Rgb): { ground: Rgb; style: string; padding: number } {
  const { random } = draw;
  const filled = random.chance(0.6);
  const ground = filled ? apartFrom(random, under, 12, (drawn) => (drawn.chance(0.5) ? groundColour(drawn) : anyColour(drawn))) : under;
  const border = !filled || random.chance(0.5) ? `border:${random.chance(0.8) ? 1 : 2}px solid ${css(apartFrom(random, ground, 25))};` : "";
  const radius = random.pick(["0", "3px", "6px", "50%"]);
  return { ground, style: `background:${css(ground)};${border}border-radius:${radius};`, padding: 3 + random.int(10) };
}

/** An icon of the signs, or one that shows none of them. Those that teach are bent and thickened at times: few packages must stand for all. */
function icon(draw: Draw, { byClass }: IconShelf, known: boolean, ground: Rgb): Drawing {
  const { random } = draw;
  const classes = byClass.flatMap((all, sign) => (all.length > 0 && (sign === NO_SIGN) !== known ? [sign] : []));
  const sign = random.pick(classes);
  const { svg } = random.pick(byClass[sign]!);
  const size = Math.round(random.chance(0.75) ? between(draw, 14, 28) : between(draw, 12, 64));
  const spread = (width: number): number => width * (2 * random.next() - 1);
  const strokeGain = Math.exp(spread(0.5));
  const bent = draw.share === "known" && random.chance(0.5);
  const transform = bent
    ? `transform:rotate(${spread(6).toFixed(1)}deg) skewX(${spread(6).toFixed(1)}deg) scale(${(1 + spread(0.12)).toFixed(3)},${(1 + spread(0.12)).toFixed(3)});`
    : "";
  const stroked = bent
    ? svg.replaceAll(/stroke-width="([\d.]+)/g, (_, line: string) => `stroke-width="${(Number(line) * strokeGain).toFixed(2)}`)
    : svg;
  const drawn = stroked.replace(
    "<svg",
    `<svg width="${size}" height="${size}" style="color:${css(inkOn(random, ground))};overflow:visible;${transform}"`,
  );
  return { sign, width: size, height: size, svg: drawn };
}

/** Letters that are no icon of bold, italic or underline. */
const LETTERS = "ACDEFGHJKLMNPQRSTWYZabcdefghkmnpqrstwyz0123456789#%&$@€".split("");

function letters(random: Rng, fonts: readonly string[], ground: Rgb): Drawing {
  const length = random.chance(0.5) ? 1 : 2 + random.int(5);
  const text = Array.from({ length }, () => random.pick(LETTERS))
    .join("")
    .replace("&", "&amp;");
  const size = 10 + random.int(22);
  const style = `font:${random.pick([400, 700])} ${size}px/1.2 '${random.pick(fonts)}';color:${css(inkOn(random, ground))}`;
  return { sign: NO_SIGN, width: size * (0.7 * length + 0.2), height: 1.25 * size, svg: `<div style="${style};text-align:center">${text}</div>` };
}

/** Pieces of pages that are no sign: bars, switches, soft pictures, broken lines, pills. */
function scrap(draw: Draw, ground: Rgb): Drawing {
  const { random } = draw;
  const [ink, other] = [css(apartFrom(random, ground, 40)), css(apartFrom(random, ground, 20))];
  const [width, height] = [14 + random.int(60), 8 + random.int(30)];
  const svg = (inside: string): string => `<svg width="${width}" height="${height}">${inside}</svg>`;
  const point = (): string => `${random.int(width)} ${random.int(height)}`;
  const kinds: (() => string)[] = [
    () =>
      svg(
        `<rect width="${width}" height="${height}" rx="${height / 2}" fill="${other}"/><rect width="${width * random.next()}" height="${height}" rx="${height / 2}" fill="${ink}"/>`,
      ),
    () =>
      svg(
        `<rect width="${width}" height="${height}" rx="${height / 2}" fill="${other}"/><circle cx="${random.chance(0.5) ? height / 2 : width - height / 2}" cy="${height / 2}" r="${0.4 * height}" fill="${ink}"/>`,
      ),
    () =>
      svg(
        `<path d="M0 ${height / 2}H${width}" stroke="${other}" stroke-width="3"/><circle cx="${random.int(width)}" cy="${height / 2}" r="${Math.min(8, height / 2)}" fill="${ink}"/>`,
      ),
    () => picture(random, width, height),
    () =>
      svg(
        `<path d="M${point()}L${point()}L${point()}L${point()}${random.pick(["", "Z"])}" fill="${random.pick(["none", other])}" stroke="${ink}" stroke-width="${1 + random.int(4)}"/>`,
      ),
    () =>
      svg(
        `<path d="M${point()}Q${point()} ${point()}T${point()}" fill="${random.pick(["none", ink])}" stroke="${ink}" stroke-width="${1 + random.int(3)}"/>`,
      ),
    () =>
      svg(
        Array.from(
          { length: 3 + random.int(4) },
          (_, at) => `<rect x="${at * 6}" y="${random.int(height)}" width="4" height="${height}" fill="${random.pick([ink, other])}"/>`,
        ).join(""),
      ),
    () =>
      svg(
        `<path d="${Array.from({ length: 6 }, () => `M${point()}l${random.int(9) - 4} ${random.int(9) - 4}`).join("")}" stroke="${ink}" stroke-width="2"/>`,
      ),
  ];
  return { sign: NO_SIGN, width, height, svg: random.pick(kinds)() };
}
