/**
 * Vocabularies: the words a task may put on a page and into an instruction. Each word belongs to one split, by its own hash,
 * so a model that is tested on `gate` or `final` seeds has never seen (or typed) those words in training.
 * In: a split. Out: word lists (plain ASCII letters, 3-10 long); `pickApart` draws words that cannot be confused.
 */
import { createHash } from "node:crypto";
import { faker } from "@faker-js/faker/locale/en";
import type { Rng } from "../env/random.ts";
import type { Split } from "../env/split.ts";
import { capitalised } from "./phrases.ts";

export interface Words {
  /** Lower-case common words. */
  readonly nouns: readonly string[];
  readonly adjectives: readonly string[];
  readonly verbs: readonly string[];
  /** Nouns, adjectives and verbs with a capital: the usual text of buttons, options, tabs and links. */
  readonly labels: readonly string[];
  readonly firstNames: readonly string[];
  readonly lastNames: readonly string[];
  readonly cities: readonly string[];
  /** Things one can buy or list, with a capital. */
  readonly products: readonly string[];
}

/** Words of instructions and of the pages' own controls; as labels they would make an instruction ambiguous. */
const RESERVED = new Set(
  `about account add answer any apply both box button buy cancel cart cell check choose click close column confirm cross delete dialog done
   down drop each email enter entry every field fill find first form from give green icon inbox item key label large last line link list
   log mail mark menu name new next now off open option order other our page panel pass password pick place please press pull purple put
   read red remove row save search see select send set settings shape show sign small some star submit switch tab table tabs tap text
   that the these this those tick time type under unselect use user username value what which while white window word write yellow
   black blue orange brown pink gray circle square triangle diamond heart labelled labeled called named says visit follow leave
   choice inside needs needed once twice marked value into with without also page post step part sender subject message trash big little front only stay bell
   print printer dates home house mobile lock padlock glass magnifying camera photo cart shopping chart statistics chat speech bubble clock
   calendar notifications cloud weather download upload arrow edit pencil flag banner folder files love envelope phone play start gear
   favourite person plus means meaning stands bring note date day month year drag bin mouse january
   february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday`
    .split(/\s+/)
    .filter(Boolean),
);

/** Not for a label people look at all day. */
const UNWELCOME = new Set(
  `adolf adolph dick fanny isis obesity drug thongs knickers pantyhose bra fat ugly cripple degenerate deprave lobotomise terrorise
   persecute feminize garrote bludgeon suckle whup libel hepatitis pneumonia criminal suicide dead evil naughty sexy swine
   strangle incinerate illiterate seductive racist tramp slut bugger spank gasp vomit profane desecrate bastard deadly fatal
   louse enema putrid rot fraudster torture murder hate shag`
    .split(/\s+/)
    .filter(Boolean),
);

/** Words that begin with "i" are left out: as a capital it looks like a small L in most sans-serif faces. */
function usable(word: string): boolean {
  const lower = word.toLowerCase();
  return /^[A-HJ-Za-hj-z][a-z]{2,9}$/.test(word) && !RESERVED.has(lower) && !UNWELCOME.has(lower);
}

type WordSet = "train" | "gate" | "final";

/** The one set a word belongs to, whatever list it comes from: 60 % train, 20 % gate, 20 % final. */
export function wordSetOf(word: string): WordSet {
  const hash = createHash("sha256").update(word.toLowerCase()).digest().readUInt16LE(0) % 10;
  return hash < 6 ? "train" : hash < 8 ? "gate" : "final";
}

const unique = (words: readonly string[]): string[] => [...new Set(words)].filter(usable).toSorted();

function build(set: WordSet): Words {
  const { word, person, location, commerce, food, animal } = faker.rawDefinitions;
  const take = (...lists: (readonly string[] | null | undefined)[]): string[] =>
    unique(lists.flatMap((list) => list ?? [])).filter((entry) => wordSetOf(entry) === set);
  const nouns = take(word?.noun).filter((entry) => entry === entry.toLowerCase());
  const adjectives = take(word?.adjective);
  const verbs = take(word?.verb);
  const names = person?.first_name;
  return {
    nouns,
    adjectives,
    verbs,
    labels: [...new Set([...nouns, ...adjectives, ...verbs])].map(capitalised).toSorted(),
    firstNames: take(names?.generic, names?.female, names?.male),
    lastNames: take(person?.last_name?.generic),
    cities: take(location?.city_name),
    products: [
      ...new Set([...take(commerce?.product_name?.product), ...take(food?.fruit, food?.vegetable, food?.ingredient, animal?.type).map(capitalised)]),
    ].toSorted(),
  };
}

const cache = new Map<WordSet, Words>();

/** The word lists of a split; `published` seeds use the gate words. */
export function wordsOf(split: Split): Words {
  const set: WordSet = split === "published" ? "gate" : split;
  const known = cache.get(set) ?? build(set);
  cache.set(set, known);
  return known;
}

/** Levenshtein distance, ignoring case. */
export function editDistance(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()];
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length]!;
}

/** True when two labels differ by at least two letters, so neither a person nor a screen reader mixes them up. */
export const apart = (a: string, b: string): boolean => editDistance(a, b) >= 2;

/**
 * `count` words of `list` in random order, all `apart` from each other and from `taken`, none longer than `longest` letters.
 * Throws RangeError when the list is too small.
 */
export function pickApart(rng: Rng, list: readonly string[], count: number, taken: readonly string[] = [], longest = 10): string[] {
  const chosen: string[] = [];
  for (let tries = 0; chosen.length < count; tries++) {
    if (tries > 2000) throw new RangeError(`pickApart: ${count} of ${list.length} words`);
    const word = rng.pick(list);
    if (word.length <= longest && [...taken, ...chosen].every((other) => apart(word, other))) chosen.push(word);
  }
  return chosen;
}

/**
 * `count` two-word labels ("Quiet Lamp") of which each shares a word with another one, so that reading half a label is not enough.
 * All pairs are `apart`.
 */
export function pickLookAlikes(rng: Rng, words: Words, count: number, longest = 7): string[] {
  const side = Math.ceil(Math.sqrt(count));
  const firsts = pickApart(rng, words.adjectives, side, [], longest).map(capitalised);
  const seconds = pickApart(rng, words.nouns, Math.ceil(count / side), firsts, longest).map(capitalised);
  const all = firsts.flatMap((first) => seconds.map((second) => `${first} ${second}`));
  return rng.sample(all, count);
}

/**
 * One goal and what the page shows. `candidates` holds one more than is shown: the first is the goal; a page without it
 * (infeasible) shows the last in its place. `shown` is in random order.
 */
export function placeGoal<T>(rng: Rng, candidates: readonly T[], feasible: boolean): { readonly goal: T; readonly shown: T[] } {
  const shown = feasible ? candidates.slice(0, -1) : candidates.slice(1);
  return { goal: candidates[0]!, shown: rng.shuffle(shown) };
}

/** A whole number from `from` to `to`, both included. */
export const between = (rng: Rng, from: number, to: number): number => from + rng.int(to - from + 1);
