/**
 * Near-duplicates among episodes and among questions about screens: the same words and actions on screens that look alike. The first one stays.
 * In: what is to be written, in order. Out: the earlier one it nearly equals, or null. A picture is only looked at when everything else is equal,
 * so most are never decoded.
 */
import type { Action, Point } from "../../env/action.ts";
import { canonicalJson, sha256 } from "../../env/json.ts";
import type { EpisodeRow } from "../snapshotRows.ts";
import { differingBits, perceptualHash, type PerceptualHash } from "./perceptualHash.ts";

/** Points this near are the same place, CSS px. */
const NEAR_PIXELS = 8;
/** Screens that differ in this many of 256 bits look the same. */
const NEAR_BITS = 10;
/** So many earlier ones of the same words are compared with. */
const COMPARED = 50;
/** Perceptual hashes that are remembered. */
const REMEMBERED = 20_000;

const NOWHERE: readonly Point[] = [];

interface Candidate {
  readonly name: string;
  readonly points: readonly Point[];
  readonly screens: readonly string[];
}

export class NearDuplicates {
  readonly #png: (screen: string) => Uint8Array;
  readonly #seen = new Map<string, Candidate[]>();
  readonly #hashes = new Map<string, PerceptualHash | null>();

  constructor(png: (screen: string) => Uint8Array) {
    this.#png = png;
  }

  /** The earlier episode that this one nearly equals; remembers it when there is none. */
  episode({ episode, task, instruction, steps }: EpisodeRow): Promise<string | null> {
    const words = canonicalJson([task, instruction, steps.map(({ action }) => withoutPoints(action))]);
    const screens = [...steps.map(({ screen }) => screen), ...(steps.length > 0 ? [steps.at(-1)!.next] : [])];
    return this.#check(words, { name: episode, points: steps.flatMap(({ action }) => pointsOf(action)), screens });
  }

  /** The same for a question about screens. */
  question(words: string, name: string, screens: readonly string[]): Promise<string | null> {
    return this.#check(words, { name, points: NOWHERE, screens });
  }

  async #check(words: string, candidate: Candidate): Promise<string | null> {
    const key = sha256(words).slice(0, 32);
    const earlier = this.#seen.get(key) ?? [];
    for (const other of earlier) if (await this.#alike(other, candidate)) return other.name;
    this.#seen.set(key, [...earlier.slice(1 - COMPARED), candidate]);
    return null;
  }

  async #alike(a: Candidate, b: Candidate): Promise<boolean> {
    const near = a.points.every((point, i) => Math.hypot(point.x - b.points[i]!.x, point.y - b.points[i]!.y) <= NEAR_PIXELS);
    if (!near || a.screens.length !== b.screens.length) return false;
    for (const [i, screen] of a.screens.entries()) if (!(await this.#looksLike(screen, b.screens[i]!))) return false;
    return true;
  }

  async #looksLike(a: string, b: string): Promise<boolean> {
    if (a === b) return true;
    const [left, right] = await Promise.all([this.#hash(a), this.#hash(b)]);
    return left !== null && right !== null && differingBits(left, right) <= NEAR_BITS;
  }

  async #hash(screen: string): Promise<PerceptualHash | null> {
    const known = this.#hashes.get(screen);
    if (known !== undefined) return known;
    const hash = await perceptualHash(this.#png(screen));
    this.#hashes.set(screen, hash);
    if (this.#hashes.size > REMEMBERED) this.#hashes.delete(this.#hashes.keys().next().value!);
    return hash;
  }
}

function pointsOf(action: Action): readonly Point[] {
  if (action.kind === "drag") return action.path;
  return "at" in action ? [action.at] : [];
}

/** The action but where it points; how many points there are stays. */
function withoutPoints(action: Action): unknown {
  if (action.kind === "drag") return { kind: action.kind, points: action.path.length };
  if (!("at" in action)) return action;
  const { at: _, ...rest } = action;
  return rest;
}
