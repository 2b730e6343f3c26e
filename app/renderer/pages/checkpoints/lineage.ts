/** Where checkpoints stand in the picture of their descent. In: all checkpoints, those on the way included. Out: places and edges in px. Pure. */
import type { CheckpointView } from "../../../api/checkpoints.ts";

interface Node {
  readonly checkpoint: CheckpointView;
  readonly x: number;
  readonly y: number;
}

interface Edge {
  readonly from: Node;
  readonly to: Node;
}

export interface LineageLayout {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  readonly width: number;
  readonly height: number;
}

const [LEFT, MAIN, LOWER, LEAST_STEP] = [40, 74, 140, 112];

/** Who ever acted stands on one line; who did not, below it. One column per cycle. */
export function layOutLineage(all: readonly CheckpointView[], width: number): LineageLayout {
  const shown = all.filter(({ onTheWay }) => !onTheWay);
  const columns = [...new Set(shown.map(({ cycle }) => cycle))].toSorted((a, b) => a - b);
  const step = Math.max(LEAST_STEP, (width - LEFT - 120) / Math.max(1, columns.length - 1));
  const nodes = shown.map((checkpoint) => ({
    checkpoint,
    x: LEFT + columns.indexOf(checkpoint.cycle) * Math.min(step, 200),
    y: hasActed(checkpoint) ? MAIN : LOWER,
  }));
  const byId = new Map(nodes.map((node) => [node.checkpoint.id, node]));
  const views = new Map(all.map((one) => [one.id, one]));
  const edges = nodes.flatMap((to) => {
    const from = shownAncestor(to.checkpoint, views, new Set(byId.keys()));
    return from === null ? [] : [{ from: byId.get(from)!, to }];
  });
  return { nodes, edges, width: Math.max(width, ...nodes.map(({ x }) => x + 130)), height: 210 };
}

function hasActed({ status }: CheckpointView): boolean {
  return status === "acting" || status === "retired";
}

/** The nearest ancestor that is shown: the steps in between are not. */
export function shownAncestor(checkpoint: CheckpointView, all: ReadonlyMap<string, CheckpointView>, shown: ReadonlySet<string>): string | null {
  const parent = checkpoint.parents[0];
  if (parent === undefined) return null;
  if (shown.has(parent)) return parent;
  const between = all.get(parent);
  return between === undefined ? null : shownAncestor(between, all, shown);
}
