/**
 * Scenes as numbers. In: scenes of one layout. Out: the network's inputs, flat float32 arrays with the batch as first axis.
 * Columns of a token: type, word hash, place, colours, flags, place in the instruction, past action.
 */
import type { Point } from "../../env/action.ts";
import type { Box } from "../../env/task.ts";
import { MODEL_KINDS } from "./actionSpace.ts";
import { HASH_SIZE, hashWords } from "./hashing.ts";
import { isOnScreen, type Layout, type Scene, type Token } from "./scene.ts";

const SOURCES = ["frame", "region", "band", "icon", "blob"] as const;
const OCTAVES = 6;

/** First column and width of each group. */
const COLUMNS = (() => {
  let next = 0;
  const group = (width: number): number => {
    const from = next;
    next += width;
    return from;
  };
  const columns = {
    type: group(7),
    hash: group(HASH_SIZE),
    place: group(4 + 4 * OCTAVES),
    colours: group(6),
    flags: group(4 + SOURCES.length),
    clicks: group(3),
    spoken: group(2),
    index: group(7),
    past: group(MODEL_KINDS.length + 6),
  };
  return { ...columns, total: next };
})();

/** Numbers per token. */
export const FEATURES = COLUMNS.total;
/** Where the word hash sits, for the string-match attention bias. */
export const HASH_COLUMNS = [COLUMNS.hash, COLUMNS.hash + HASH_SIZE] as const;
/** Numbers per element crop. */
export const CROP = 16 * 16 * 3;
/** One unit of geometry in CSS px. */
const UNIT = 160;

/** Shapes of the network's inputs for a layout and batch size. */
export function inputShapes(layout: Layout, batch: number): Readonly<Record<InputName, readonly number[]>> {
  const { tokens, elements } = layout;
  return {
    features: [batch, tokens, FEATURES],
    crops: [batch, elements, CROP],
    geometry: [batch, tokens, 4],
    valid: [batch, tokens],
    pointable: [batch, tokens],
    spannable: [batch, tokens],
  };
}

export type InputName = "features" | "crops" | "geometry" | "valid" | "pointable" | "spannable";
export type NetworkInputs = Record<InputName, Float32Array>;

/** What augmentation may change while a scene is written. */
export interface Distortion {
  /** Replaces a word, consistently within one scene. */
  readonly remap: (word: string) => string;
  /** Moves the whole screen, CSS px. */
  readonly shift: Point;
  /** Tokens left out (by index into `scene.tokens`). */
  readonly dropped: ReadonlySet<number>;
  /** Multiplies brightness of crops and colours. */
  readonly gain: number;
}

/** Zeroed inputs for a batch. */
export function emptyInputs(layout: Layout, batch: number): NetworkInputs {
  const shapes = inputShapes(layout, batch);
  const size = (name: InputName): Float32Array => new Float32Array(shapes[name].reduce((a, b) => a * b, 1));
  return {
    features: size("features"),
    crops: size("crops"),
    geometry: size("geometry"),
    valid: size("valid"),
    pointable: size("pointable"),
    spannable: size("spannable"),
  };
}

/** Writes one scene as row `row` of a batch whose arrays are zero there. */
export function writeScene(inputs: NetworkInputs, row: number, scene: Scene, distortion?: Distortion): void {
  const { layout } = scene;
  const firstElement = 1 + layout.instruction + layout.words;
  for (const [i, token] of scene.tokens.entries()) {
    if (distortion?.dropped.has(i) === true) continue;
    const slot = scene.slots[i]!;
    const at = row * layout.tokens + slot;
    inputs.valid[at] = 1;
    if (token.type === "instruction" || token.type === "word") inputs.spannable[at] = 1;
    writeToken(inputs.features.subarray(at * FEATURES, (at + 1) * FEATURES), token, scene, distortion);
    if (!isOnScreen(token)) continue;
    inputs.pointable[at] = 1;
    writeGeometry(inputs.geometry, at * 4, token.box, token.anchor);
    if (token.type !== "element") continue;
    const crop = (row * layout.elements + slot - firstElement) * CROP;
    const gain = (distortion?.gain ?? 1) / 128;
    for (let k = 0; k < CROP; k++) inputs.crops[crop + k] = token.crop[k]! * gain - 1;
  }
}

function writeGeometry(geometry: Float32Array, at: number, box: Box, anchor: Point): void {
  geometry[at] = anchor.x / UNIT;
  geometry[at + 1] = anchor.y / UNIT;
  geometry[at + 2] = box.width / UNIT;
  geometry[at + 3] = box.height / UNIT;
}

const TYPES = ["cls", "instruction", "word", "element", "patch", "past"] as const;

function writeToken(out: Float32Array, token: Token, scene: Scene, distortion: Distortion | undefined): void {
  out[COLUMNS.type + TYPES.indexOf(token.type)] = 1;
  writeHash(out, wordsOf(token), distortion);
  if (isOnScreen(token)) {
    const gain = (distortion?.gain ?? 1) / 255;
    writePlace(out, token.anchor, token.box, scene, distortion);
    const colours = token.type === "word" ? [...token.ink, ...token.paper] : token.colour;
    for (const [k, value] of colours.entries()) out[COLUMNS.colours + k] = value * gain;
    out[COLUMNS.clicks] = Math.min(token.clicks, 1);
    out[COLUMNS.clicks + 1] = token.clicks > 1 ? 1 : 0;
    out[COLUMNS.clicks + 2] = token.clickedLast ? 1 : 0;
  }
  if (token.type === "word") out[COLUMNS.flags] = token.confidence;
  if (token.type === "element") {
    out[COLUMNS.flags + 1] = token.fill;
    out[COLUMNS.flags + 2] = token.words.length > 0 ? 1 : 0;
    out[COLUMNS.flags + 3] = token.words.length / 4;
    out[COLUMNS.flags + 4 + SOURCES.indexOf(token.source)] = 1;
  }
  if (token.type === "instruction") {
    out[COLUMNS.spoken] = token.quoted ? 1 : 0;
    out[COLUMNS.spoken + 1] = token.typed ? 1 : 0;
    writeIndex(out, token.index);
  }
  if (token.type === "past") writePast(out, token, scene, distortion);
}

function wordsOf(token: Token): readonly string[] {
  switch (token.type) {
    case "instruction":
    case "word":
      return [token.text];
    case "element":
      return token.words;
    case "past":
      return splitWords(token.step.action.kind === "type" ? token.step.action.text : token.step.target);
    default:
      return [];
  }
}

export const splitWords = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

function writeHash(out: Float32Array, words: readonly string[], distortion: Distortion | undefined): void {
  if (words.length > 0) out.set(hashWords(distortion === undefined ? words : words.map(distortion.remap)), COLUMNS.hash);
}

function writePlace(out: Float32Array, anchor: Point, box: Box | null, scene: Scene, distortion: Distortion | undefined): void {
  const [x, y] = [anchor.x + (distortion?.shift.x ?? 0), anchor.y + (distortion?.shift.y ?? 0)];
  out[COLUMNS.place] = x / UNIT;
  out[COLUMNS.place + 1] = y / UNIT;
  out[COLUMNS.place + 2] = (box?.width ?? 0) / UNIT;
  out[COLUMNS.place + 3] = (box?.height ?? 0) / UNIT;
  for (let k = 0; k < OCTAVES; k++) {
    const at = COLUMNS.place + 4 + 4 * k;
    const [u, v] = [(x / scene.viewport.width) * Math.PI * 2 ** k, (y / scene.viewport.height) * Math.PI * 2 ** k];
    out[at] = Math.sin(u);
    out[at + 1] = Math.cos(u);
    out[at + 2] = Math.sin(v);
    out[at + 3] = Math.cos(v);
  }
}

function writeIndex(out: Float32Array, index: number): void {
  out[COLUMNS.index] = index / 24;
  for (let k = 0; k < 3; k++) {
    out[COLUMNS.index + 1 + 2 * k] = Math.sin((index / 24) * Math.PI * 2 ** k);
    out[COLUMNS.index + 2 + 2 * k] = Math.cos((index / 24) * Math.PI * 2 ** k);
  }
}

function writePast(out: Float32Array, token: Extract<Token, { type: "past" }>, scene: Scene, distortion: Distortion | undefined): void {
  const { action, changed } = token.step;
  if (token.pending) out[COLUMNS.type + TYPES.length] = 1;
  const kind = MODEL_KINDS.findIndex((name) => pastKind(action) === name);
  if (kind >= 0) out[COLUMNS.past + kind] = 1;
  const after = COLUMNS.past + MODEL_KINDS.length;
  out[after] = changed ? 1 : 0;
  out[after + 1 + Math.min(token.age, 3)] = 1;
  const at = "at" in action ? action.at : action.kind === "drag" ? action.path.at(-1)! : null;
  if (at === null) return;
  out[after + 5] = 1;
  writePlace(out, at, null, scene, distortion);
}

function pastKind(action: Extract<Token, { type: "past" }>["step"]["action"]): string {
  switch (action.kind) {
    case "click":
      return action.count === 1 ? "click" : action.count === 2 ? "double-click" : "triple-click";
    case "scroll":
      return action.dy >= 0 ? "scroll-down" : "scroll-up";
    case "key":
      return `key:${action.chord}`;
    default:
      return action.kind;
  }
}
