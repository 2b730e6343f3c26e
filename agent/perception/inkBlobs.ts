/**
 * Ink joined into blobs: words, icons, outlines of check boxes. Pieces of ink join over small gaps along a row and over
 * touching or diagonal pixels between rows. In: components and their classes. Out: one box per blob, device px.
 */
import type { Components } from "./components.ts";
import { FRAME, INK, isGlyphSize, LINE, REGION } from "./classify.ts";

export interface Blob {
  readonly left: number;
  readonly top: number;
  /** Exclusive. */
  readonly right: number;
  /** Exclusive. */
  readonly bottom: number;
  /** Pixels of ink. */
  readonly area: number;
  /** Sum of the ink's colours, per channel. */
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  /** The component the blob stands on (the most frequent neighbour of its pieces), −1 when it fills a whole row. */
  readonly paper: number;
  /** True for the soft edge between two areas: no glyph and no icon. */
  readonly edge: boolean;
}

/** Largest gap along a row that still joins, CSS px: more than letter spacing, less than a space. */
const GAP = 2.5;

/** A blob while it is found: at first the ink of one row. */
interface Draft {
  left: number;
  top: number;
  right: number;
  bottom: number;
  area: number;
  red: number;
  green: number;
  blue: number;
  paper: number;
  readonly edge: boolean;
  votes: number;
  /** Its number. */
  readonly at: number;
}

/** A ring that touches this share of each side of its box has corners: it is no O. */
const ANGULAR = 0.75;

/** Largest inside of a letter, CSS px, and how much its colour may differ from the paper around, per channel. */
const COUNTER = 36;
const SAME_COLOUR = 6;

/** A small box around a number, as of a calendar: at least so high, CSS px, so much wider than high, and with a hole where the number is. */
const CELL_HEIGHT = 8;
const CELL_ASPECT = 1.15;
const CELL_FILL = 0.93;

/** Which components count as ink: class INK, and filled areas and rings no larger than a letter, but for boxes with something in them. */
export function inkMask(components: Components, classes: Uint8Array): Uint8Array {
  const mask = new Uint8Array(components.count);
  for (let at = 0; at < components.count; at++) {
    const [isRing, isAngular] = [classes[at] === FRAME, components.leastSide[at]! >= ANGULAR];
    const small =
      isRing || classes[at] === REGION
        ? isGlyphSize(components, at, isRing && isAngular) && !(isAngular && isCell(components, at))
        : classes[at] === INK;
    mask[at] = small ? 1 : 0;
  }
  return mask;
}

function isCell({ scale, left, top, right, bottom, area }: Components, at: number): boolean {
  const [width, height] = [right[at]! - left[at]!, bottom[at]! - top[at]!];
  return height >= CELL_HEIGHT * scale && width >= CELL_ASPECT * height && area[at]! <= CELL_FILL * width * height;
}

/** Blobs of a screen. One pass over the runs. */
export function findBlobs(components: Components, classes: Uint8Array, ink: Uint8Array): Blob[] {
  const { height } = components;
  const drafts: Draft[] = [];
  const parent: number[] = [];
  const rootOf = (at: number): number => {
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  // Drafts [above, here) are those of the row above, [here, …) those of this row.
  let above = 0;
  for (let y = 0; y < height; y++) {
    const here = drafts.length;
    addRow(components, classes, ink, y, drafts);
    let first = above;
    for (let at = here; at < drafts.length; at++) {
      parent.push(at);
      const { left, right, edge } = drafts[at]!;
      while (first < here && drafts[first]!.right < left) first++;
      for (let other = first; other < here && drafts[other]!.left <= right; other++) {
        if (edge !== drafts[other]!.edge) continue;
        const [a, b] = [rootOf(at), rootOf(other)];
        if (a !== b) parent[Math.max(a, b)] = Math.min(a, b);
      }
    }
    above = here;
  }
  return mergeDrafts(drafts, rootOf);
}

/**
 * Ink of one row: touching pieces, joined over gaps of one and the same paper. A piece between two different papers is the
 * soft edge of something, never part of a glyph, and stays alone.
 */
function addRow(components: Components, classes: Uint8Array, ink: Uint8Array, y: number, drafts: Draft[]): void {
  const { scale, rowStart, runStart, runEnd, runLabel, red, green, blue } = components;
  const to = rowStart[y + 1]!;
  let open: Draft | undefined;
  let before = -1;
  for (let run = rowStart[y]!; run < to;) {
    const label = runLabel[run]!;
    if (!ink[label]) {
      if (classes[label] === LINE) open = undefined;
      else if (!isCounter(components, label, before)) before = label;
      run++;
      continue;
    }
    const left = runStart[run]!;
    let [area, reds, greens, blues] = [0, 0, 0, 0];
    for (; run < to && ink[runLabel[run]!]; run++) {
      const piece = runLabel[run]!;
      const length = runEnd[run]! - runStart[run]!;
      area += length;
      reds += length * red[piece]!;
      greens += length * green[piece]!;
      blues += length * blue[piece]!;
    }
    const right = runEnd[run - 1]!;
    let next = run;
    while (next < to && classes[runLabel[next]!] === LINE) next++;
    const after = next < to ? runLabel[next]! : -1;
    const beyond = after >= 0 && isCounter(components, after, before) ? before : after;
    const edge = before !== beyond && before >= 0 && beyond >= 0;
    const paper = before < 0 ? beyond : before;
    if (open && !edge && open.paper === paper && left - open.right <= GAP * scale) {
      open.right = right;
      open.area += area;
      open.red += reds;
      open.green += greens;
      open.blue += blues;
    } else {
      const draft = { left, top: y, right, bottom: y + 1, area, red: reds, green: greens, blue: blues, paper, edge, votes: 1, at: drafts.length };
      drafts.push(draft);
      open = edge ? undefined : draft;
    }
  }
}

/** True for the inside of a large O: as small as a letter, of the colour of the paper around. */
function isCounter({ scale, left, top, right, bottom, red, green, blue }: Components, at: number, paper: number): boolean {
  if (paper < 0 || at === paper || right[at]! - left[at]! > COUNTER * scale || bottom[at]! - top[at]! > COUNTER * scale) return false;
  const difference = Math.max(Math.abs(red[at]! - red[paper]!), Math.abs(green[at]! - green[paper]!), Math.abs(blue[at]! - blue[paper]!));
  return difference <= SAME_COLOUR;
}

function mergeDrafts(drafts: readonly Draft[], rootOf: (at: number) => number): Blob[] {
  const blobs: Draft[] = [];
  for (const from of drafts) {
    const root = rootOf(from.at);
    if (root === from.at) {
      blobs.push(from);
      continue;
    }
    const into = drafts[root]!;
    into.left = Math.min(into.left, from.left);
    into.right = Math.max(into.right, from.right);
    into.bottom = Math.max(into.bottom, from.bottom);
    into.area += from.area;
    into.red += from.red;
    into.green += from.green;
    into.blue += from.blue;
    if (into.paper === from.paper) into.votes++;
    else if (--into.votes < 0) [into.paper, into.votes] = [from.paper, 1];
  }
  return blobs;
}
