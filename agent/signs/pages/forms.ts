/** Forms as SVG: filled or outlined, of any proportions and slightly turned. In: a generator, a size, colours. Out: drawings with their class. */
import { classOf } from "../signNames.ts";
import { anyColour, apartFrom, between, css, type Draw, type Rgb } from "./draw.ts";

/** Something drawn in a box of `width` × `height` CSS px. */
export interface Drawing {
  readonly sign: number;
  readonly width: number;
  readonly height: number;
  readonly svg: string;
}

type Point = readonly [number, number];

/** An outline in a square from −1 to 1, as path data. */
interface Outline {
  readonly path: string;
  /** Height through width. */
  readonly aspect?: number;
  /** Width of the stroke as a share of the size, of what is only ever drawn as a stroke. */
  readonly line?: number;
  /** Largest turn in degrees (default 10). */
  readonly turn?: number;
}

const path = (points: readonly Point[]): string => `M${points.map(([x, y]) => `${x.toFixed(3)} ${y.toFixed(3)}`).join("L")}Z`;

function polygon(corners: number, inner = 1): string {
  const count = inner === 1 ? corners : 2 * corners;
  return path(
    Array.from({ length: count }, (_, at) => {
      const [angle, radius] = [(2 * Math.PI * at) / count, at % 2 === 1 ? inner : 1];
      return [radius * Math.sin(angle), -radius * Math.cos(angle)];
    }),
  );
}

const DISC = "M-1 0A1 1 0 1 1 1 0A1 1 0 1 1 -1 0Z";

/** A box from −1 to 1 whose corners are cut round. */
function roundedBox(radius: number): string {
  const [r, s] = [radius.toFixed(3), (1 - radius).toFixed(3)];
  const arc = `A${r} ${r} 0 0 1`;
  return `M-${s} -1H${s}${arc} 1 -${s}V${s}${arc} ${s} 1H-${s}${arc} -1 ${s}V-${s}${arc} -${s} -1Z`;
}

function turned(points: readonly Point[], quarter: number): Point[] {
  return points.map(([x, y]) => (quarter === 0 ? [x, y] : quarter === 1 ? [-y, x] : quarter === 2 ? [-x, -y] : [y, -x]));
}

/** Points up; a block arrow. */
function arrow(draw: Draw, quarter: number): string {
  const [shaft, neck] = [between(draw, 0.2, 0.5), between(draw, -0.25, 0.3)];
  const points: Point[] = [
    [0, -1],
    [0.9, neck],
    [shaft, neck],
    [shaft, 1],
    [-shaft, 1],
    [-shaft, neck],
    [-0.9, neck],
  ];
  return path(turned(points, quarter));
}

function plus(draw: Draw): string {
  const arm = between(draw, 0.12, 0.44);
  const corner: Point[] = [
    [-arm, -1],
    [arm, -1],
    [arm, -arm],
  ];
  return path([0, 1, 2, 3].flatMap((quarter) => turned(corner, quarter)));
}

function heart(draw: Draw): string {
  const [dip, side, deep] = [between(draw, -0.7, -0.4), between(draw, 0.9, 1.15), between(draw, -0.1, 0.25)];
  return `M0 1C-.3 .7 -${side.toFixed(2)} ${(deep + 0.3).toFixed(2)} -1 -.35C-1 -1.05 -.2 -1.15 0 ${dip.toFixed(2)}C.2 -1.15 1 -1.05 1 -.35C${side.toFixed(2)} ${(deep + 0.3).toFixed(2)} .3 .7 0 1Z`;
}

function crescent(draw: Draw): string {
  const inner = between(draw, 0.75, 1.3).toFixed(2);
  return `M.35 -.94A1 1 0 1 0 .35 .94A${inner} ${inner} 0 0 1 .35 -.94Z`;
}

const triangle = (quarter: number): string =>
  path(
    turned(
      [
        [0, -1],
        [1, 1],
        [-1, 1],
      ],
      quarter,
    ),
  );

const chevron =
  (quarter: number) =>
  (draw: Draw): Outline => {
    const depth = between(draw, 0.4, 0.65);
    return {
      path: path(
        turned(
          [
            [-1, depth],
            [0, -depth],
            [1, depth],
          ],
          quarter,
        ),
      ).slice(0, -1),
      line: between(draw, 0.08, 0.2),
      turn: 4,
    };
  };

/** Every form by name. */
const FORMS: Readonly<Record<string, (draw: Draw) => Outline>> = {
  circle: () => ({ path: DISC, turn: 0 }),
  ring: (draw) => ({ path: DISC, line: between(draw, 0.17, 0.33), turn: 0 }),
  oval: (draw) => ({ path: DISC, aspect: draw.random.chance(0.7) ? between(draw, 0.45, 0.75) : between(draw, 1.35, 2) }),
  square: (draw) => ({ path: roundedBox(draw.random.chance(0.5) ? 0.001 : between(draw, 0.02, 0.4)), aspect: 1 + (draw.random.next() - 0.5) * 0.1 }),
  rectangle: (draw) => ({
    path: draw.random.chance(0.6) ? roundedBox(0.001) : roundedBox(between(draw, 0.02, 0.3)),
    aspect: draw.random.chance(0.7) ? between(draw, 0.4, 0.75) : between(draw, 1.35, 2.2),
    turn: 4,
  }),
  triangle: (draw) => ({ path: triangle(draw.random.chance(0.7) ? 0 : draw.random.pick([2, 3])), aspect: between(draw, 0.75, 1.15) }),
  play: (draw) => ({ path: triangle(1), aspect: between(draw, 0.85, 1.25) }),
  diamond: (draw) => ({ path: polygon(4), aspect: between(draw, 0.75, 1.5), turn: 6 }),
  pentagon: (draw) => ({ path: polygon(5), turn: draw.random.chance(0.2) ? 36 : 8 }),
  hexagon: (draw) => ({ path: polygon(6), turn: draw.random.chance(0.3) ? 30 : 5 }),
  octagon: (draw) => ({ path: polygon(8), turn: draw.random.chance(0.4) ? 22 : 4 }),
  star: (draw) => ({ path: polygon(5, between(draw, 0.34, 0.58)), turn: 12 }),
  heart: (draw) => ({ path: heart(draw), aspect: between(draw, 0.85, 1.1) }),
  plus: (draw) => (draw.random.chance(0.7) ? { path: plus(draw) } : { path: "M0 -1V1M-1 0H1", line: between(draw, 0.06, 0.2), turn: 4 }),
  close: (draw) => ({ path: "M-1 -1L1 1M1 -1L-1 1", line: between(draw, 0.06, 0.24), turn: 4 }),
  moon: (draw) => ({ path: crescent(draw), turn: 45 }),
  check: (draw) => ({ path: `M-1 ${between(draw, -0.1, 0.2)}L-.35 .75L1 -.75`, line: between(draw, 0.07, 0.2), turn: 5 }),
  minus: (draw) => ({ path: "M-1 0H1", line: between(draw, 0.08, 0.24), turn: 0 }),
  "arrow-up": (draw) => ({ path: arrow(draw, 0), aspect: between(draw, 0.7, 1.4), turn: 5 }),
  "arrow-right": (draw) => ({ path: arrow(draw, 1), aspect: between(draw, 0.7, 1.4), turn: 5 }),
  "arrow-down": (draw) => ({ path: arrow(draw, 2), aspect: between(draw, 0.7, 1.4), turn: 5 }),
  "arrow-left": (draw) => ({ path: arrow(draw, 3), aspect: between(draw, 0.7, 1.4), turn: 5 }),
  "chevron-up": chevron(0),
  "chevron-right": chevron(1),
  "chevron-down": chevron(2),
  "chevron-left": chevron(3),
};

export const FORM_NAMES: readonly string[] = Object.keys(FORMS);

/** A form whose longer side is `size`, on `ground`. */
export function form(draw: Draw, name: string, size: number, ground: Rgb): Drawing {
  const { random, share } = draw;
  const outline = FORMS[name]!(draw);
  const aspect = outline.aspect ?? 1;
  const [width, height] = aspect > 1 ? [size / aspect, size] : [size, size * aspect];
  const ink = apartFrom(random, ground, 60);
  const angle = random.chance(0.6) ? 0 : Math.round((2 * random.next() - 1) * (outline.turn ?? 10));
  const line = outline.line === undefined ? 0 : outline.line * size;
  const edge = outline.line !== undefined ? line : random.chance(0.3) ? between(draw, 1, Math.max(1.5, Math.min(4, 0.08 * size))) : 0;
  const hollow = outline.line !== undefined || (edge > 0 && random.chance(0.7));
  const fill = hollow ? "none" : share === "unseen" && random.chance(0.25) ? "url(#g)" : css(ink);
  const stroke = edge === 0 ? "none" : css(hollow ? ink : random.chance(0.5) ? apartFrom(random, ink, 30) : ink);
  const cap = random.pick(["butt", "round", "square"]);
  const [halfWidth, halfHeight] = [(width - edge) / 2, (height - edge) / 2];
  const scaled = `<path d="${outline.path}" transform="translate(${width / 2} ${height / 2}) rotate(${angle}) scale(${halfWidth} ${halfHeight})" vector-effect="non-scaling-stroke" fill="${fill}" stroke="${stroke}" stroke-width="${edge.toFixed(2)}" stroke-linecap="${cap}" stroke-linejoin="${random.pick(["miter", "round"])}"/>`;
  const gradient =
    fill === "url(#g)"
      ? `<linearGradient id="g"><stop stop-color="${css(ink)}"/><stop offset="1" stop-color="${css(ink.map((value) => Math.round(value * 0.8)) as unknown as Rgb)}"/></linearGradient>`
      : "";
  const shadow = random.chance(0.05) ? `;filter:drop-shadow(1px 1px 2px ${css(anyColour(random))})` : "";
  const id = gradient === "" ? "" : `g${random.int(1e9)}`;
  const body = (gradient + scaled).replaceAll('id="g"', `id="${id}"`).replaceAll("url(#g)", `url(#${id})`);
  return { sign: classOf(name), width, height, svg: `<svg width="${width}" height="${height}" style="overflow:visible${shadow}">${body}</svg>` };
}
