/**
 * What stands in a line of text, learned from the page itself while training: its characters and where they are.
 * In: a strip, the words of its page with the place of every character. Out: characters and parts that teach nothing, in px of the strip.
 */
import type { PageWord } from "../perception/pageWords.ts";
import type { Strip } from "../perception/textLines.ts";
import { classOf, SPACE, BLANK, CLASSES } from "./alphabet.ts";
import { FRAME_WIDTH } from "./frameNetwork.ts";
import { toFrames, type LineGeometry } from "./lineFrames.ts";

/** Columns [left, right) of a strip. */
interface Span {
  readonly left: number;
  readonly right: number;
}

/** One character of a line. */
export interface LabelledCharacter extends Span {
  /** Its class. */
  readonly character: number;
}

export interface LineLabel {
  /** From left to right, with the spaces between words. */
  readonly characters: readonly LabelledCharacter[];
  /** Where the page does not tell what is drawn. */
  readonly unknown: readonly Span[];
}

/** Wider gaps than this part words without a space, in strip heights. */
const WIDEST_SPACE = 1.2;
/** A strip that holds less of a word's height says nothing about it: the next line's box reaches into this one, where it has no ink. */
const LEAST_HEIGHT = 0.35;

interface Draft {
  readonly words: LabelledCharacter[][];
  readonly unknown: Span[];
}

/** The labels of a screen's strips from the words of its page (with edges). A character belongs to one strip alone. */
export function labelLines(strips: readonly Strip[], deviceScaleFactor: number, words: readonly PageWord[]): LineLabel[] {
  const drafts = strips.map((): Draft => ({ words: [], unknown: [] }));
  for (const { text, certain, box, edges = [] } of words) {
    const [top, bottom] = [box.y * deviceScaleFactor, (box.y + box.height) * deviceScaleFactor];
    const [left, right] = [box.x * deviceScaleFactor, (box.x + box.width) * deviceScaleFactor];
    const near = strips.flatMap((strip, at) => {
      const common = Math.min(bottom, strip.top + strip.height) - Math.max(top, strip.top);
      return common > 0 && strip.left < right && strip.left + strip.width > left ? [{ at, strip, common }] : [];
    });
    const known = certain && edges.length === 2 * text.length;
    const parts = new Map<number, LabelledCharacter[]>();
    for (let index = 0; known && index < text.length; index++) {
      const [from, to] = [edges[2 * index]! * deviceScaleFactor, edges[2 * index + 1]! * deviceScaleFactor];
      const middle = (from + to) / 2;
      const holding = near.filter(({ strip }) => middle >= strip.left - 1 && middle <= strip.left + strip.width + 1);
      const own = holding.reduce<(typeof holding)[number] | undefined>((best, one) => (best && best.common >= one.common ? best : one), undefined);
      for (const { at, strip } of holding) {
        const span = { left: from - strip.left, right: to - strip.left };
        if (at === own?.at && isInside((top + bottom) / 2, strip))
          parts.set(at, [...(parts.get(at) ?? []), { character: classOf(text[index]!), ...span }]);
        else if (isInside((top + bottom) / 2, strip)) drafts[at]!.unknown.push(span);
      }
    }
    for (const { at, strip, common } of near) {
      const part = parts.get(at);
      if (part) drafts[at]!.words.push(part);
      else if (!known || common > LEAST_HEIGHT * (bottom - top)) drafts[at]!.unknown.push({ left: left - strip.left, right: right - strip.left });
    }
  }
  return drafts.map(({ words: found, unknown }, at) => finish(found, unknown, strips[at]!.height));
}

const isInside = (y: number, { top, height }: Strip): boolean => y > top && y < top + height;

/** Characters from left to right with the spaces between words; what stands one below the other in one strip is unknown. */
function finish(words: readonly LabelledCharacter[][], unknown: readonly Span[], height: number): LineLabel {
  const characters: LabelledCharacter[] = [];
  const doubtful = [...unknown];
  for (const word of words.toSorted((a, b) => a[0]!.left - b[0]!.left)) {
    const [last, first] = [characters.at(-1), word[0]!];
    if (last && first.left < last.right - 0.3 * height)
      doubtful.push({ left: first.left, right: last.right }, { left: first.left, right: word.at(-1)!.right });
    else if (last && first.left > last.right && first.left - last.right <= WIDEST_SPACE * height) {
      characters.push({ character: SPACE, left: last.right, right: first.left });
    }
    characters.push(...word);
  }
  return { characters, unknown: doubtful };
}

/** What the network should say. */
export interface FrameTargets {
  /** [rows, classes]: the weight of a frame at its class. */
  readonly classes: Float32Array;
  /** [rows, FRAME_WIDTH]: 1 where a character has its middle, less up to `NEAR` px beside it. */
  readonly middles: Float32Array;
  /** [rows, 1] */
  readonly middlesWeight: Float32Array;
}

const NEAR = 2.5;
/** Weights of a frame in which a character has its middle, and of one without a character. */
const MIDDLE_WEIGHT = 3;
const BLANK_WEIGHT = 0.5;

/** Writes the targets of a line whose first frame is `row`. What was there must be zero. */
export function writeTargets(label: LineLabel, geometry: LineGeometry, targets: FrameTargets, row: number): void {
  const { frames } = geometry;
  const { middles, classes, middlesWeight } = targets;
  const kind = new Uint16Array(frames).fill(BLANK);
  const weight = new Float32Array(frames).fill(BLANK_WEIGHT);
  for (const { character, left, right } of label.characters) {
    const [from, to] = [toFrames(geometry, left), toFrames(geometry, right)];
    const first = Math.max(0, Math.ceil(from / FRAME_WIDTH - 0.5));
    const last = Math.min(frames - 1, Math.ceil(to / FRAME_WIDTH - 0.5) - 1);
    for (let frame = first; frame <= last; frame++) [kind[frame], weight[frame]] = [character, 1];
  }
  for (const { character, left, right } of label.characters) {
    const middle = (toFrames(geometry, left) + toFrames(geometry, right)) / 2;
    const frame = Math.floor(middle / FRAME_WIDTH);
    // Two narrow characters may share a frame: the one whose middle is nearer keeps it.
    if (frame >= 0 && frame < frames && (kind[frame] === character || weight[frame] !== MIDDLE_WEIGHT)) {
      [kind[frame], weight[frame]] = [character, MIDDLE_WEIGHT];
    }
    for (let x = Math.max(0, Math.ceil(middle - NEAR - 0.5)); x < frames * FRAME_WIDTH && x + 0.5 < middle + NEAR; x++) {
      const at = row * FRAME_WIDTH + x;
      middles[at] = Math.max(middles[at]!, 1 - Math.abs(x + 0.5 - middle) / NEAR);
    }
  }
  for (const { left, right } of label.unknown) {
    const last = Math.min(frames - 1, Math.floor(toFrames(geometry, right) / FRAME_WIDTH) + 1);
    for (let frame = Math.max(0, Math.floor(toFrames(geometry, left) / FRAME_WIDTH) - 1); frame <= last; frame++) weight[frame] = 0;
  }
  for (let frame = 0; frame < frames; frame++) {
    classes[(row + frame) * CLASSES.length + kind[frame]!] = weight[frame]!;
    middlesWeight[row + frame] = weight[frame]! > 0 ? 1 : 0;
  }
}
