/**
 * The picture of an element that its name is told from: its box and a little around it in a square of 24 × 24, without colours. In: pixels, a
 * box and the element's own colour. Out: bytes: how far each pixel is from what the element stands on, and how far from the element itself.
 */
import type { Pixels } from "../../env/observation.ts";
import type { Rect } from "../perception/candidate.ts";
import type { Colour, UiElement } from "../perception/perception.ts";

/** Side of a picture. */
export const SIGN_SIDE = 24;
const PIXELS = SIGN_SIDE * SIGN_SIDE;
export const PLANES = 2;
/** Bytes of a picture: two planes, then facts: width, height and fill of the element. */
export const SIGN_BYTES = PLANES * PIXELS + 3;

/** Elements that may be signs, CSS px: neither specks nor panels, nor much longer than wide. */
const SHORTEST = 1.5;
const LEAST_LONG = 6;
const LONGEST = 112;
const ASPECT = 12;

/** Whether an element has the size of a sign. */
export function maySign({ box: { width, height } }: Pick<UiElement, "box">): boolean {
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  return short >= SHORTEST && long >= LEAST_LONG && long <= LONGEST && long <= ASPECT * short;
}

/** Around the box, CSS px and share of its longer side. */
const MARGIN = 1;
const MARGIN_SHARE = 0.06;
/** Most samples of a cell, per axis. */
const SAMPLES = 4;
/** Differences below this are noise and are not stretched to full contrast. */
const FAINT = 24;

/** The picture of an element. `scale` is the screen's deviceScaleFactor. */
export function signCrop(pixels: Pixels, scale: number, { box, colour, fill }: Pick<UiElement, "box" | "colour" | "fill">): Uint8Array {
  const out = new Uint8Array(SIGN_BYTES);
  const rect = { left: box.x * scale, top: box.y * scale, right: (box.x + box.width) * scale, bottom: (box.y + box.height) * scale };
  const side = Math.max(rect.right - rect.left, rect.bottom - rect.top);
  const margin = MARGIN * scale + MARGIN_SHARE * side;
  const paper = paperAround(pixels, rect, Math.max(1, scale));
  const half = side / 2 + margin;
  const [fromX, fromY] = [(rect.left + rect.right) / 2 - half, (rect.top + rect.bottom) / 2 - half];
  const cell = (2 * half) / SIGN_SIDE;
  const samples = Math.min(SAMPLES, Math.max(1, Math.round(cell)));
  const shown = { left: rect.left - margin, right: rect.right + margin, top: rect.top - margin, bottom: rect.bottom + margin };
  let [mostPaper, mostOwn] = [FAINT, FAINT];
  for (let y = 0; y < SIGN_SIDE; y++) {
    for (let x = 0; x < SIGN_SIDE; x++) {
      const to = y * SIGN_SIDE + x;
      const mean = cellMean(pixels, shown, paper, fromX + x * cell, fromY + y * cell, cell, samples);
      mostPaper = Math.max(mostPaper, (distances[to] = distance(mean, paper)));
      mostOwn = Math.max(mostOwn, (distances[PIXELS + to] = distance(mean, colour)));
    }
  }
  for (let k = 0; k < PIXELS; k++) {
    out[k] = Math.round((255 * distances[k]!) / mostPaper);
    out[PIXELS + k] = Math.round((255 * distances[PIXELS + k]!) / mostOwn);
  }
  out[2 * PIXELS] = Math.min(255, Math.round(2 * box.width));
  out[2 * PIXELS + 1] = Math.min(255, Math.round(2 * box.height));
  out[2 * PIXELS + 2] = Math.round(255 * Math.min(1, fill));
  return out;
}

const distances = new Float32Array(PLANES * PIXELS);
const mean: [number, number, number] = [0, 0, 0];

const distance = (a: Colour, b: Colour): number => Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]), Math.abs(a[2] - b[2]));

/** Mean colour of a cell; what lies outside the element's surroundings is paper. */
function cellMean({ data, width, height }: Pixels, shown: Rect, paper: Colour, fromX: number, fromY: number, cell: number, samples: number): Colour {
  let [red, green, blue] = [0, 0, 0];
  const step = cell / samples;
  for (let j = 0; j < samples; j++) {
    const y = Math.floor(fromY + (j + 0.5) * step);
    for (let i = 0; i < samples; i++) {
      const x = Math.floor(fromX + (i + 0.5) * step);
      if (x < shown.left || x >= shown.right || y < shown.top || y >= shown.bottom || x < 0 || y < 0 || x >= width || y >= height) {
        red += paper[0];
        green += paper[1];
        blue += paper[2];
        continue;
      }
      const at = (y * width + x) * 4;
      red += data[at]!;
      green += data[at + 1]!;
      blue += data[at + 2]!;
    }
  }
  const count = samples * samples;
  mean[0] = red / count;
  mean[1] = green / count;
  mean[2] = blue / count;
  return mean;
}

/** Median colour, per channel, of points on a line around the box at a distance. */
function paperAround({ data, width, height }: Pixels, { left, top, right, bottom }: Rect, away: number): Colour {
  const channels: [number[], number[], number[]] = [[], [], []];
  const look = (x: number, y: number): void => {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    if (column < 0 || row < 0 || column >= width || row >= height) return;
    const at = (row * width + column) * 4;
    channels.forEach((values, channel) => values.push(data[at + channel]!));
  };
  const points = 8;
  for (let k = 0; k <= points; k++) {
    const [x, y] = [left + ((right - left) * k) / points, top + ((bottom - top) * k) / points];
    look(x, top - away);
    look(x, bottom + away - 0.5);
    look(left - away, y);
    look(right + away - 0.5, y);
  }
  const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 255;
  return [median(channels[0]), median(channels[1]), median(channels[2])];
}
