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
  edge: boolean;
  votes: number;
}

/** Which components count as ink: class INK, and filled areas and rings no larger than a letter. */
export function inkMask(components: Components, classes: Uint8Array): Uint8Array {
  const mask = new Uint8Array(components.count);
  for (let at = 0; at < components.count; at++) {
    const small = classes[at] === REGION || classes[at] === FRAME ? isGlyphSize(components, at, classes[at] === FRAME) : classes[at] === INK;
    mask[at] = small ? 1 : 0;
  }
  return mask;
}

/** Blobs of a screen. One pass over the runs. */
export function findBlobs(components: Components, classes: Uint8Array, ink: Uint8Array): Blob[] {
  const { height, rowStart } = components;
  const drafts: Draft[] = [];
  const parent: number[] = [];
  const rootOf = (at: number): number => {
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  let above: Segment[] = [];
  for (let y = 0; y < height; y++) {
    const row = rowSegments(components, classes, ink, rowStart[y]!, rowStart[y + 1]!);
    let first = 0;
    for (const segment of row) {
      segment.blob = drafts.length;
      parent.push(segment.blob);
      drafts.push({ ...segment.sums, edge: segment.edge, left: segment.start, right: segment.end, top: y, bottom: y + 1 });
      while (first < above.length && above[first]!.end < segment.start) first++;
      for (let other = first; other < above.length && above[other]!.start <= segment.end; other++) {
        if (segment.edge !== above[other]!.edge) continue;
        const [a, b] = [rootOf(segment.blob), rootOf(above[other]!.blob)];
        if (a !== b) parent[Math.max(a, b)] = Math.min(a, b);
      }
    }
    above = row;
  }
  return mergeDrafts(drafts, rootOf);
}

interface Segment {
  start: number;
  end: number;
  blob: number;
  readonly edge: boolean;
  readonly sums: Pick<Draft, "area" | "red" | "green" | "blue" | "paper" | "votes">;
}

/**
 * Ink of one row: touching pieces, joined over gaps of one and the same paper. A piece between two different papers is the
 * soft edge of something, never part of a glyph, and stays alone.
 */
function rowSegments(
  { scale, runStart, runEnd, runLabel, red, green, blue }: Components,
  classes: Uint8Array,
  ink: Uint8Array,
  from: number,
  to: number,
): Segment[] {
  const segments: Segment[] = [];
  let open: Segment | undefined;
  let paper = -1;
  for (let run = from; run < to;) {
    const at = runLabel[run]!;
    if (!ink[at]) {
      if (classes[at] === LINE) open = undefined;
      else paper = at;
      run++;
      continue;
    }
    const sums = { area: 0, red: 0, green: 0, blue: 0, paper, votes: 1 };
    const start = runStart[run]!;
    for (; run < to && ink[runLabel[run]!]; run++) {
      const label = runLabel[run]!;
      const length = runEnd[run]! - runStart[run]!;
      sums.area += length;
      sums.red += length * red[label]!;
      sums.green += length * green[label]!;
      sums.blue += length * blue[label]!;
    }
    const end = runEnd[run - 1]!;
    let next = run;
    while (next < to && classes[runLabel[next]!] === LINE) next++;
    const beyond = next < to ? runLabel[next]! : -1;
    const edge = paper !== beyond && paper >= 0 && beyond >= 0;
    if (sums.paper < 0) sums.paper = beyond;
    if (open && !edge && open.sums.paper === sums.paper && start - open.end <= GAP * scale) {
      open.end = end;
      open.sums.area += sums.area;
      open.sums.red += sums.red;
      open.sums.green += sums.green;
      open.sums.blue += sums.blue;
    } else {
      const segment: Segment = { start, end, blob: 0, edge, sums };
      segments.push(segment);
      open = edge ? undefined : segment;
    }
  }
  return segments;
}

function mergeDrafts(drafts: Draft[], rootOf: (at: number) => number): Blob[] {
  for (let at = 0; at < drafts.length; at++) {
    const root = rootOf(at);
    if (root === at) continue;
    const [from, into] = [drafts[at]!, drafts[root]!];
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
  return drafts.filter((_, at) => rootOf(at) === at);
}
