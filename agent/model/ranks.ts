/**
 * Which of several: the third field, the last row. In: a scene. Out: for things drawn alike (found the same way, of one size) their number in
 * reading order. A network counts badly.
 */
import type { Box } from "../../env/task.ts";
import type { Scene, Token } from "./scene.ts";

export interface RankAmongAlike {
  /** From 1. */
  readonly number: number;
  /** How many are alike; at least two. */
  readonly of: number;
}

/** Numbers per rank: whether there is one, which, the first, the last, the one whose number the instruction states ("the 3rd"). */
export const RANK = 5;

/** `stated`: numbers by which the instruction may say which one. */
export function rankNumbers({ number, of }: RankAmongAlike, stated: readonly number[]): readonly number[] {
  return [1, number / 8, number === 1 ? 1 : 0, number === of ? 1 : 0, stated.includes(number) ? 1 : 0];
}

/** CSS px by which sides of things drawn alike may differ. */
const SLACK = 3;

/** Ranks of elements that have their like on the screen. */
export function ranksAmongAlike({ tokens }: Scene): ReadonlyMap<Token, RankAmongAlike> {
  const elements = tokens.filter((token) => token.type === "element");
  const ranks = new Map<Token, RankAmongAlike>();
  for (const element of elements) {
    const like = elements.filter((other) => other.source === element.source && sameSize(other.box, element.box));
    if (like.length > 1) ranks.set(element, { number: 1 + like.filter((other) => isBefore(other.box, element.box)).length, of: like.length });
  }
  return ranks;
}

const sameSize = (a: Box, b: Box): boolean => Math.abs(a.width - b.width) <= SLACK && Math.abs(a.height - b.height) <= SLACK;

/** In reading order: higher, or on the same row and further left. */
function isBefore(a: Box, b: Box): boolean {
  return Math.abs(a.y - b.y) > b.height / 2 ? a.y < b.y : a.x < b.x;
}
