/**
 * Scenes as numbers. In: scenes of one layout. Out: the network's inputs, flat float32 arrays with the batch as first axis.
 * Columns of a token: type, word hash, place, colours, flags, size among twins, clicks, quoted, typed and clicked, place in the instruction, number and what it
 * means among others, rank among alike, past action. What it is called besides is an input of its own, and so are pictures of elements.
 */
import type { Point } from "../../env/action.ts";
import type { Box } from "../../env/task.ts";
import { MODEL_KINDS } from "./actionSpace.ts";
import { colourWords } from "./colourName.ts";
import { HASH_SIZE, hashWords } from "./hashing.ts";
import type { Layout } from "./layout.ts";
import { isOnScreen, type Scene, type Token } from "./scene.ts";
import { COMPARISON, comparisonOf, quantitiesOf } from "./numbers.ts";
import { RANK, rankNumbers, ranksAmongAlike } from "./ranks.ts";
import { labelWords, looksOf, wordsOf } from "./tokenWords.ts";
import { quantityOf } from "./typing.ts";
import { isSpoken, usageOf, usedNames, type Usage } from "./usage.ts";

const TYPES = ["cls", "instruction", "word", "element", "patch", "past"] as const;
const SOURCES = ["frame", "region", "band", "icon", "blob"] as const;
const OCTAVES = 3;

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
    flags: group(6 + SOURCES.length),
    twins: group(2),
    clicks: group(3),
    spoken: group(3),
    index: group(7),
    quantity: group(4 + 10 + 10),
    compared: group(COMPARISON),
    rank: group(RANK),
    past: group(MODEL_KINDS.length + 6),
  };
  return { ...columns, total: next };
})();

function typeColumn(type: Token["type"]): number {
  return COLUMNS.type + TYPES.indexOf(type);
}

/** Numbers per token. */
export const FEATURES = COLUMNS.total;
/** Where the word hash sits, for the string-match attention bias. */
export const HASH_COLUMNS = [COLUMNS.hash, COLUMNS.hash + HASH_SIZE] as const;
/** Whether a token is an element, and whether it is a word of the instruction; where in the instruction, in units of `INDEX_UNIT`. */
export const ELEMENT_COLUMN = typeColumn("element");
export const INSTRUCTION_COLUMN = typeColumn("instruction");
export const INDEX_COLUMN = COLUMNS.index;
export const INDEX_UNIT = 24;
/** Whether a token states a number, and which: for the relation of larger and smaller. */
export const QUANTITY_COLUMNS = [COLUMNS.quantity, COLUMNS.quantity + 1] as const;
const CROP_SIDE = 16;
const CROP_PIXELS = CROP_SIDE * CROP_SIDE;
/** Numbers per element crop: red, green, blue, and how much each pixel is the element rather than what it stands on. */
export const CROP = CROP_PIXELS * 4;
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
    labels: [batch, tokens, HASH_SIZE],
  };
}

export type InputName = "features" | "crops" | "geometry" | "valid" | "pointable" | "spannable" | "labels";
export type NetworkInputs = Record<InputName, Float32Array>;

/** What augmentation may change while a scene is written. */
export interface Distortion {
  /** Replaces a word: a new name is the same everywhere in the scene, a misreading is not. */
  readonly remap: (word: string) => string;
  /** Stretches the whole screen from its corner, then moves it, CSS px. */
  readonly stretch: number;
  readonly shift: Point;
  /** False: the model must find its way by relations between tokens alone. */
  readonly placed: boolean;
  /** False: pictures of elements show their forms only. */
  readonly coloured: boolean;
  /** Moves the pictures of elements inside their frames, crop pixels. */
  readonly nudge: Point;
  /** Tokens left out (by index into `scene.tokens`). */
  readonly dropped: ReadonlySet<number>;
  /** Multiplies brightness of crops and colours. */
  readonly gain: number;
}

const UNCHANGED = { stretch: 1, shift: { x: 0, y: 0 }, placed: true, coloured: true, nudge: { x: 0, y: 0 }, gain: 1 } as const;

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
    labels: size("labels"),
  };
}

/** Writes one scene as row `row` of a batch of `layout`, which must hold it, whose arrays are zero there. */
export function writeScene(inputs: NetworkInputs, layout: Layout, row: number, scene: Scene, distortion?: Distortion): void {
  const texts = scene.tokens.map((token, i) => {
    return distortion?.dropped.has(i) === true ? [] : wordsOf(token).map((word) => distortion?.remap(word) ?? word);
  });
  const usage = usageOf(scene.tokens, texts);
  const numbers = quantitiesOf(scene.tokens, texts);
  const ranks = ranksAmongAlike(scene);
  for (const [i, token] of scene.tokens.entries()) {
    if (distortion?.dropped.has(i) === true) continue;
    const at = row * layout.tokens + i;
    inputs.valid[at] = 1;
    if (token.type === "instruction" || token.type === "word") inputs.spannable[at] = 1;
    const out = inputs.features.subarray(at * FEATURES, (at + 1) * FEATURES);
    writeToken(out, token, scene, distortion);
    if (token.type === "element" && token.words.length === 0) writeNames(out, texts[i]!, colourWords(token.colour).length, usage);
    else writeText(out, texts[i]!, token.type === "element" ? usage : null);
    const [compared, rank] = [comparisonOf(token.type, texts[i]!, numbers), ranks.get(token)];
    if (compared !== null) out.set(compared, COLUMNS.compared);
    if (rank !== undefined) out.set(rankNumbers(rank, numbers.ordinals.length > 0 ? numbers.ordinals : numbers.stated), COLUMNS.rank);
    const label = calledWords(token, usage, distortion);
    if (label.length > 0) inputs.labels.set(hashWords(label), at * HASH_SIZE);
    if (!isOnScreen(token)) continue;
    inputs.pointable[at] = 1;
    writeGeometry(inputs.geometry, at * 4, token.box, token.anchor);
    if (token.type !== "element") continue;
    writeCrop(inputs.crops, (row * layout.elements + i - 1) * CROP, token.crop, distortion ?? UNCHANGED);
  }
}

/** What colours (from −1 to 1) are scaled by beside the silhouette (from −2 to 2): forms are learned sooner when colours do not drown them. */
const COLOUR_SCALE = 0.3;

/** The crop's colours, then its silhouette. */
function writeCrop(out: Float32Array, at: number, crop: Uint8Array, look: Pick<Distortion, "gain" | "nudge" | "coloured">): void {
  const { gain, nudge, coloured } = look;
  const silhouette = silhouetteOf(crop);
  for (let y = 0, to = 0; y < CROP_SIDE; y++) {
    const row = CROP_SIDE * inside(y + nudge.y);
    for (let x = 0; x < CROP_SIDE; x++, to++) {
      const from = row + inside(x + nudge.x);
      if (coloured)
        for (let channel = 0; channel < 3; channel++) out[at + 3 * to + channel] = COLOUR_SCALE * ((crop[3 * from + channel]! * gain) / 128 - 1);
      out[at + 3 * CROP_PIXELS + to] = silhouette[from]! / 64 - 2;
    }
  }
}

const inside = (coordinate: number): number => Math.min(CROP_SIDE - 1, Math.max(0, coordinate));

const silhouettes = new WeakMap<Uint8Array, Uint8Array>();

/** How far each pixel of a crop is from the mean of its four corners, 0–255: a form without its colours. */
function silhouetteOf(crop: Uint8Array): Uint8Array {
  const known = silhouettes.get(crop);
  if (known !== undefined) return known;
  const far = new Float32Array(CROP_PIXELS);
  let most = FAINT;
  for (let channel = 0; channel < 3; channel++) {
    const paper = CORNERS.reduce((sum, pixel) => sum + crop[3 * pixel + channel]! / CORNERS.length, 0);
    for (let k = 0; k < CROP_PIXELS; k++) {
      far[k] = Math.max(far[k]!, Math.abs(crop[3 * k + channel]! - paper));
      most = Math.max(most, far[k]!);
    }
  }
  const silhouette = new Uint8Array(CROP_PIXELS);
  for (let k = 0; k < CROP_PIXELS; k++) silhouette[k] = Math.round((255 * far[k]!) / most);
  silhouettes.set(crop, silhouette);
  return silhouette;
}

const CORNERS: readonly number[] = [0, 15, 240, 255];
/** Differences below this are noise and are not stretched to full contrast. */
const FAINT = 24;

function writeGeometry(geometry: Float32Array, at: number, box: Box, anchor: Point): void {
  geometry[at] = anchor.x / UNIT;
  geometry[at + 1] = anchor.y / UNIT;
  geometry[at + 2] = box.width / UNIT;
  geometry[at + 3] = box.height / UNIT;
}

function writeToken(out: Float32Array, token: Token, scene: Scene, distortion: Distortion | undefined): void {
  out[typeColumn(token.type)] = 1;
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
    out[COLUMNS.flags + 6 + SOURCES.indexOf(token.source)] = 1;
    out[COLUMNS.twins] = token.twins.larger ? 1 : 0;
    out[COLUMNS.twins + 1] = token.twins.smaller ? 1 : 0;
  }
  if (token.type === "instruction") {
    out[COLUMNS.spoken] = token.quoted ? 1 : 0;
    out[COLUMNS.spoken + 1] = token.typed ? 1 : 0;
    out[COLUMNS.spoken + 2] = token.clicked ? 1 : 0;
    writeIndex(out, token.index);
  }
  if (token.type === "past") writePast(out, token, scene, distortion);
}

/** The hash of a token's words, and for an element the share of them that the instruction speaks of. */
function writeText(out: Float32Array, words: readonly string[], usage: Usage | null): void {
  if (words.length === 0) return;
  out.set(hashWords(words), COLUMNS.hash);
  writeQuantity(out, quantityOf(words)?.value ?? null);
  if (usage !== null) writeShare(out, words.filter((word) => isSpoken(word, usage)).length / words.length);
}

/** How much of what an element says the instruction speaks of, and whether it is all. */
function writeShare(out: Float32Array, share: number): void {
  out[COLUMNS.flags + 4] = share;
  out[COLUMNS.flags + 5] = share === 1 ? 1 : 0;
}

/**
 * An element without words: the hash of its colour's and its sign's name, of each those names that are used. Where the instruction speaks of both, as
 * of the "blue diamond", that is all the element says.
 */
function writeNames(out: Float32Array, words: readonly string[], colours: number, usage: Usage): void {
  const looks = [words.slice(0, colours), words.slice(colours)].filter((names) => names.length > 0);
  out.set(hashWords(looks.flatMap((names) => usedNames(names, usage))), COLUMNS.hash);
  writeShare(out, looks.filter((names) => names.some((name) => isSpoken(name, usage))).length / looks.length);
}

/** What a token is called besides; a word that nothing else calls, by how it is drawn. */
function calledWords(token: Token, usage: Usage, distortion: Distortion | undefined): readonly string[] {
  const renamed = (words: readonly string[]): string[] => words.map((word) => distortion?.remap(word) ?? word);
  const label = renamed(labelWords(token));
  return label.length > 0 || token.type !== "word" ? label : looksOf(token).flatMap((names) => usedNames(renamed(names), usage));
}

/** A number as such: its place on a logarithmic scale, its size beside 10 and 100, and its last two digits. */
function writeQuantity(out: Float32Array, quantity: number | null): void {
  if (quantity === null) return;
  const size = Math.abs(quantity);
  out[COLUMNS.quantity] = 1;
  out[COLUMNS.quantity + 1] = (Math.sign(quantity) * Math.log1p(size)) / 8;
  out[COLUMNS.quantity + 2] = Math.max(-2, Math.min(2, quantity / 100));
  out[COLUMNS.quantity + 3] = Math.max(-2, Math.min(2, quantity / 10));
  out[COLUMNS.quantity + 4 + (Math.floor(size) % 10)] = 1;
  out[COLUMNS.quantity + 14 + (Math.floor(size / 10) % 10)] = 1;
}

function writePlace(out: Float32Array, anchor: Point, box: Box | null, scene: Scene, distortion: Distortion | undefined): void {
  const { stretch, shift, placed } = distortion ?? UNCHANGED;
  const [x, y] = [anchor.x * stretch + shift.x, anchor.y * stretch + shift.y];
  out[COLUMNS.place + 2] = (box?.width ?? 0) / UNIT;
  out[COLUMNS.place + 3] = (box?.height ?? 0) / UNIT;
  if (!placed) return;
  out[COLUMNS.place] = x / UNIT;
  out[COLUMNS.place + 1] = y / UNIT;
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
  out[COLUMNS.index] = index / INDEX_UNIT;
  for (let k = 0; k < 3; k++) {
    out[COLUMNS.index + 1 + 2 * k] = Math.sin((index / INDEX_UNIT) * Math.PI * 2 ** k);
    out[COLUMNS.index + 2 + 2 * k] = Math.cos((index / INDEX_UNIT) * Math.PI * 2 ** k);
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
