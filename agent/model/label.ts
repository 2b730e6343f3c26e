/**
 * What the text beside something calls it, as a person would: a field by what stands to its left or above it, a small box to tick by what stands to its
 * right, a word in a table by the head of its row. In: a box, the words of the screen. Out: words of one line. Geometry alone.
 */
import type { Box } from "../../env/task.ts";
import type { Word } from "../perception/perception.ts";

/** A box to tick, or a round one, is no larger. CSS px. */
const SMALL = 26;
/** How far a label may be from its element, CSS px. */
const [FAR_RIGHT, FAR_LEFT, FAR_ABOVE] = [20, 140, 26];

/** Up to six words; empty when nothing stands near. `text` are the words that may be labels. */
export function labelOf(box: Box, text: readonly Word[]): readonly string[] {
  const around = text.filter((word) => !isWithin(word.box, box));
  const [after, left, above] = [beside(box, around, "right"), beside(box, around, "left"), over(box, around)];
  const small = box.width <= SMALL && box.height <= SMALL;
  const found = (small ? after : null) ?? left ?? above ?? [];
  return found.slice(0, 6).map((word) => word.text);
}

/**
 * What a word that begins a column is called: the first text of its row, however many columns stand between, none further from the next than a
 * label from its field. Empty within a sentence and of what stands first.
 */
export function rowLabelOf({ box }: Word, text: readonly Word[]): readonly string[] {
  let [head, edge]: [Line, Box] = [[], box];
  for (let line = beside(box, text, "left"); line !== null; line = beside(edge, text, "left")) {
    if (edge.x - right(line.at(-1)!.box) < COLUMN_GAP * edge.height) break;
    [head, edge] = [line, line[0]!.box];
  }
  return head.slice(0, 6).map((word) => word.text);
}

/** Gap between columns, in heights of a word; words of a sentence are nearer. */
const COLUMN_GAP = 1;

/** By how much boxes beside each other may overlap, CSS px. */
const SLACK = 3;

type Line = readonly Word[];

/** The run of words next to the box on its own row, in reading order. */
function beside(box: Box, words: readonly Word[], side: "left" | "right"): Line | null {
  const middle = box.y + box.height / 2;
  const row = words.filter((word) => word.box.y <= middle && middle <= word.box.y + word.box.height);
  // A word narrower than the slack is not beside itself.
  const onSide = row.filter(({ box: other }) => {
    return side === "right" ? other.x >= right(box) - SLACK && right(other) > right(box) : right(other) <= box.x + SLACK && other.x < box.x;
  });
  const outward = onSide.toSorted((a, b) => (side === "right" ? a.box.x - b.box.x : b.box.x - a.box.x));
  const run: Word[] = [];
  let edge = side === "right" ? box.x + box.width : box.x;
  for (const word of outward) {
    const gap = side === "right" ? word.box.x - edge : edge - right(word.box);
    const far = run.length > 0 ? word.box.height : side === "right" ? FAR_RIGHT : FAR_LEFT;
    if (gap > far) break;
    run.push(word);
    edge = side === "right" ? right(word.box) : word.box.x;
  }
  if (run.length === 0) return null;
  return side === "right" ? run : run.toReversed();
}

/** The words of the nearest line above, over the box. */
function over(box: Box, words: readonly Word[]): Line | null {
  const above = words.filter((word) => {
    const gap = box.y - bottom(word.box);
    return gap >= -4 && gap <= FAR_ABOVE && right(word.box) > box.x - 4 && word.box.x < box.x + box.width;
  });
  const lowest = Math.max(...above.map((word) => bottom(word.box)));
  const line = above.filter((word) => lowest - bottom(word.box) <= word.box.height / 2);
  return line.length === 0 ? null : line.toSorted((a, b) => a.box.x - b.box.x);
}

const right = ({ x, width }: Box): number => x + width;
const bottom = ({ y, height }: Box): number => y + height;

function isWithin(inner: Box, outer: Box): boolean {
  const [x, y] = [inner.x + inner.width / 2, inner.y + inner.height / 2];
  return x >= outer.x && x <= right(outer) && y >= outer.y && y <= bottom(outer);
}
