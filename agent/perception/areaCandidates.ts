/**
 * Candidates that are areas: bordered boxes (`frame`), filled boxes (`region`) and strips between separator lines (`band`).
 * In: classified components and ink blobs. Out: candidates, device px.
 */
import { areaOf, centred, heightOf, overlapOf, widthOf, type Candidate, type Rect } from "./candidate.ts";
import { FRAME, LINE, REGION } from "./classify.ts";
import type { Components } from "./components.ts";
import type { Blob } from "./inkBlobs.ts";
import type { Colour } from "./perception.ts";

/** Share of the box's width that the middle row must span for its middle to be the click point. */
const SPAN = 0.4;
/** Low contrast at its ends or ragged sides: a piece of a photograph. */
const LOOSE_CONTRAST = 14;
const LOOSE_SIDES = 0.3;

const colourOf = ({ red, green, blue }: Components, at: number): Colour => [red[at]!, green[at]!, blue[at]!];
const boxOf = ({ left, top, right, bottom }: Components, at: number): Rect => ({
  left: left[at]!,
  top: top[at]!,
  right: right[at]!,
  bottom: bottom[at]!,
});

/** Boxes drawn as a border. */
export function frames(components: Components, classes: Uint8Array): Candidate[] {
  const found: Candidate[] = [];
  for (let at = 0; at < components.count; at++) {
    if (classes[at] !== FRAME) continue;
    const box = boxOf(components, at);
    found.push(centred("frame", box, colourOf(components, at), components.area[at]! / areaOf(box)));
  }
  return found;
}

/** Filled boxes; the click point lies on the component even when it is a crescent, a corner piece or a slice. */
export function regions(components: Components, classes: Uint8Array): Candidate[] {
  const found: Candidate[] = [];
  const { middleStart, middleEnd, longestStart, longestEnd, longestRow, contrast, meanSide } = components;
  for (let at = 0; at < components.count; at++) {
    if (classes[at] !== REGION) continue;
    const box = boxOf(components, at);
    const candidate = centred("region", box, colourOf(components, at), components.area[at]! / areaOf(box));
    const spans =
      middleEnd[at]! - middleStart[at]! >= SPAN * widthOf(box) && middleStart[at]! <= candidate.anchorX && middleEnd[at]! > candidate.anchorX;
    const anchor = spans ? {} : { anchorX: (longestStart[at]! + longestEnd[at]!) / 2, anchorY: longestRow[at]! + 0.5 };
    found.push({ ...candidate, ...anchor, loose: contrast[at]! < LOOSE_CONTRAST || meanSide[at]! < LOOSE_SIDES });
  }
  return found;
}

/** Horizontal rules at least this long part things, CSS px; dotted ones are blobs at most this high. */
const RULE_LENGTH = 40;
const RULE_HEIGHT = 2;
/** Height of a band, CSS px. */
const LOWEST = 9;
const HIGHEST = 90;

/** Strips between separators: rows of lists, fields drawn as a line, slots of a calendar. */
export function bands(components: Components, classes: Uint8Array, blobs: readonly Blob[], areas: readonly Candidate[]): Candidate[] {
  const { scale } = components;
  const rules = findRules(components, classes, blobs);
  const found: Candidate[] = [];
  const add = (box: Rect, colour: Colour) => {
    if (heightOf(box) >= LOWEST * scale && heightOf(box) <= HIGHEST * scale) found.push(centred("band", box, colour, 1));
  };
  for (const area of areas) {
    const crossing = rules.filter((rule) => crosses(rule, area));
    if (crossing.length === 0) continue;
    const edges = [area.top, ...crossing.flatMap((rule) => [rule.top, rule.bottom]), area.bottom];
    for (let at = 0; at < edges.length; at += 2) add({ left: area.left, right: area.right, top: edges[at]!, bottom: edges[at + 1]! }, area.colour);
  }
  rules.forEach((rule, at) => {
    const next = rules.slice(at + 1).find((below) => sharedWidth(rule, below) > 0 && below.top - rule.bottom >= LOWEST * scale);
    if (!next || sharedWidth(rule, next) < 0.9 * Math.max(widthOf(rule), widthOf(next))) return;
    add({ left: Math.max(rule.left, next.left), right: Math.min(rule.right, next.right), top: rule.bottom, bottom: next.top }, rule.colour);
  });
  return found;
}

interface Rule extends Rect {
  readonly colour: Colour;
}

function findRules(components: Components, classes: Uint8Array, blobs: readonly Blob[]): Rule[] {
  const { scale } = components;
  const rules: Rule[] = [];
  for (let at = 0; at < components.count; at++) {
    const box = boxOf(components, at);
    if (classes[at] === LINE && widthOf(box) >= RULE_LENGTH * scale) rules.push({ ...box, colour: colourOf(components, at) });
  }
  for (const blob of blobs) {
    if (heightOf(blob) > RULE_HEIGHT * scale || widthOf(blob) < RULE_LENGTH * scale) continue;
    const { left, top, right, bottom, area } = blob;
    rules.push({ left, top, right, bottom, colour: [blob.red / area, blob.green / area, blob.blue / area] });
  }
  return rules.toSorted((a, b) => a.top - b.top || a.left - b.left);
}

function crosses(rule: Rect, area: Rect): boolean {
  return overlapOf(rule, area) >= 0.8 * widthOf(area) * heightOf(rule) && rule.top > area.top && rule.bottom < area.bottom;
}

function sharedWidth(a: Rect, b: Rect): number {
  return Math.min(a.right, b.right) - Math.max(a.left, b.left);
}
