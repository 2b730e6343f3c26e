/** The two colours of a word. In: pixels and its box (device px). Out: mean colour of what it stands on and of its strokes. */
import type { Pixels } from "../../env/observation.ts";
import type { Rect } from "./candidate.ts";
import type { Colour } from "./perception.ts";

/** Pixels at least this share of the way to the strongest one are stroke, not soft edge. */
const STROKE = 0.7;

/** Paper is the most frequent colour around the box, ink what differs most from it inside. */
export function inkAndPaper(pixels: Pixels, box: Rect): { ink: Colour; paper: Colour } {
  const paper = paperOf(pixels, box);
  const { data, width } = pixels;
  const distance = (at: number): number =>
    Math.max(Math.abs(data[at]! - paper[0]), Math.abs(data[at + 1]! - paper[1]), Math.abs(data[at + 2]! - paper[2]));
  let strongest = 0;
  const each = (visit: (at: number) => void) => {
    for (let y = box.top; y < box.bottom; y++) for (let x = box.left; x < box.right; x++) visit((y * width + x) * 4);
  };
  each((at) => (strongest = Math.max(strongest, distance(at))));
  const sum = { red: 0, green: 0, blue: 0, count: 0 };
  each((at) => distance(at) >= STROKE * strongest && addTo(sum, data, at));
  return { ink: meanOf(sum), paper };
}

interface Sum {
  red: number;
  green: number;
  blue: number;
  count: number;
}

function addTo(sum: Sum, data: Uint8Array, at: number): void {
  sum.red += data[at]!;
  sum.green += data[at + 1]!;
  sum.blue += data[at + 2]!;
  sum.count++;
}

const meanOf = ({ red, green, blue, count }: Sum): Colour => [Math.round(red / count), Math.round(green / count), Math.round(blue / count)];

/** Mean of the most frequent bin (16 levels a channel) on the ring just outside the box. */
function paperOf({ data, width, height }: Pixels, box: Rect): Colour {
  const [left, top] = [Math.max(0, box.left - 1), Math.max(0, box.top - 1)];
  const [right, bottom] = [Math.min(width - 1, box.right), Math.min(height - 1, box.bottom)];
  const bins = new Map<number, Sum>();
  let best: Sum = { red: 0, green: 0, blue: 0, count: 0 };
  const visit = (x: number, y: number) => {
    const at = (y * width + x) * 4;
    const bin = ((data[at]! >> 4) << 8) | ((data[at + 1]! >> 4) << 4) | (data[at + 2]! >> 4);
    const sum = bins.get(bin) ?? { red: 0, green: 0, blue: 0, count: 0 };
    bins.set(bin, sum);
    addTo(sum, data, at);
    if (sum.count > best.count) best = sum;
  };
  for (let x = left; x <= right; x++) {
    visit(x, top);
    visit(x, bottom);
  }
  for (let y = top + 1; y < bottom; y++) {
    visit(left, y);
    visit(right, y);
  }
  return meanOf(best);
}
