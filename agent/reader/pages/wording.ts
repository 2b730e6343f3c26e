/**
 * What pages for the reader say: words of many languages in Latin script, made-up words, names, numbers, prices, dates, addresses, code.
 * Words are split by their own hash, so test pages speak in words that no training page had. In: a generator, and which words. Out: text.
 */
import { createHash } from "node:crypto";
import { faker as czech } from "@faker-js/faker/locale/cs_CZ";
import { faker as german } from "@faker-js/faker/locale/de";
import { faker as english } from "@faker-js/faker/locale/en";
import { faker as spanish } from "@faker-js/faker/locale/es";
import { faker as french } from "@faker-js/faker/locale/fr";
import { faker as hungarian } from "@faker-js/faker/locale/hu";
import { faker as italian } from "@faker-js/faker/locale/it";
import { faker as polish } from "@faker-js/faker/locale/pl";
import { faker as portuguese } from "@faker-js/faker/locale/pt_BR";
import { faker as romanian } from "@faker-js/faker/locale/ro";
import { faker as swedish } from "@faker-js/faker/locale/sv";
import { faker as turkish } from "@faker-js/faker/locale/tr";
import type { Rng } from "../../../env/random.ts";
import { CLASSES, SPACE, UNKNOWN } from "../alphabet.ts";

/** `known`: nine tenths of all words, for training. `unseen`: the others. */
export type WordShare = "known" | "unseen";

export interface Wording {
  /** One lower-case or capitalised word. */
  readonly word: () => string;
  /** Words as they stand in a sentence or on a label. */
  readonly phrase: (least: number, most: number) => string;
  /** A sentence with punctuation. */
  readonly sentence: () => string;
  /** One to three words with a capital, or one of the usual words of controls. */
  readonly label: () => string;
  /** A number, price, date, time, share, code or address. */
  readonly figure: () => string;
  /** Any characters of the alphabet. */
  readonly noise: () => string;
  /** Letters of no Latin alphabet. */
  readonly foreign: () => string;
}

/** Strings of `value`, at any depth. */
function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

function wordsIn(...sources: readonly unknown[]): string[] {
  const all = sources.flatMap(stringsIn).flatMap((text) => text.split(/[\s/]+/));
  return [...new Set(all)].filter((word) => /^\p{Script=Latin}[\p{Script=Latin}'’-]{0,15}$/u.test(word)).toSorted();
}

const isUnseen = (word: string): boolean => createHash("sha256").update(`reader ${word.toLowerCase()}`).digest()[0]! % 10 === 0;

interface Vocabulary {
  readonly english: readonly string[];
  readonly others: readonly string[];
  /** Words with an accent. */
  readonly accented: readonly string[];
}

function build(share: WordShare): Vocabulary {
  const own = (words: readonly string[]): string[] => words.filter((word) => isUnseen(word) === (share === "unseen"));
  const { word, person, location, commerce, food, company, hacker, animal, science, lorem } = english.rawDefinitions;
  const foreign = [german, french, spanish, polish, czech, swedish, turkish, portuguese, hungarian, romanian, italian];
  const others = own(wordsIn(foreign.map(({ rawDefinitions: { person: names, location: places, date, color } }) => [names, places, date, color])));
  return {
    english: own(
      wordsIn(word, person?.first_name, person?.job_area, location?.city_name, commerce, food, company, hacker, animal?.type, science, lorem),
    ),
    others,
    accented: others.filter((entry) => /[^a-z'’-]/i.test(entry)),
  };
}

const cache = new Map<WordShare, Vocabulary>();

function vocabularyOf(share: WordShare): Vocabulary {
  const known = cache.get(share) ?? build(share);
  cache.set(share, known);
  return known;
}

/** Text drawn from `random`. */
export function wordingOf(random: Rng, share: WordShare): Wording {
  const vocabulary = vocabularyOf(share);
  const word = (): string => (random.chance(0.12) ? inventedWord(random) : listedWord(random, vocabulary));
  const cased = (text: string): string => {
    const way = random.next();
    if (way < 0.62) return text;
    if (way < 0.9) return text.charAt(0).toUpperCase() + text.slice(1);
    return way < 0.97 ? text.toUpperCase() : text.toLowerCase();
  };
  const phrase = (least: number, most: number): string => {
    const count = least + random.int(most - least + 1);
    return Array.from({ length: count }, () => (random.chance(0.08) ? figure(random) : cased(word()))).join(" ");
  };
  const label = (): string => {
    if (random.chance(0.25)) return random.pick(CONTROLS);
    const text = phrase(1, 3);
    return text.charAt(0).toUpperCase() + text.slice(1);
  };
  return {
    word,
    phrase,
    sentence: () => sentence(random, phrase),
    label,
    figure: () => figure(random),
    noise: () => noise(random),
    foreign: () => Array.from({ length: 2 + random.int(6) }, () => random.pick(OTHER_SCRIPTS)).join(""),
  };
}

function listedWord(random: Rng, { english: own, others, accented }: Vocabulary): string {
  const way = random.next();
  const word = random.pick(way < 0.72 ? own : way < 0.84 ? others : accented);
  return way < 0.72 && random.chance(0.5) ? word.toLowerCase() : word;
}

/** Plausible letters in an order that no list has, so that reading does not become guessing. */
function inventedWord(random: Rng): string {
  const parts = Array.from({ length: 1 + random.int(4) }, () => random.pick(ONSETS) + random.pick(VOWELS) + random.pick(ENDS));
  return parts.join("").slice(0, 12);
}

const ONSETS = "b c ch cl d dr f fl g gr h j k kn l m n p ph pl qu r s sc sh sl st str t th tr v w wr x y z".split(" ");
const VOWELS = "a e i o u ai au ea ee ei ie oo ou ue y".split(" ");
const ENDS = ["", "", ..."b ck d ff g l ll m n nd ng nt p r rk rt s ss st t tt x z".split(" ")];

function sentence(random: Rng, phrase: Wording["phrase"]): string {
  const parts = Array.from({ length: 1 + random.int(3) }, () => phrase(2, 6));
  const joined = parts.join(random.pick([", ", ", ", " - ", "; ", ": ", " — ", " (", " / "]));
  const closed = joined.includes(" (") && parts.length === 2 ? `${joined})` : joined;
  const quoted = random.chance(0.1) ? random.pick(["“?”", '"?"', "‘?’", "'?'", "«?»"]).replace("?", closed) : closed;
  return quoted.charAt(0).toUpperCase() + quoted.slice(1) + random.pick([".", ".", ".", "!", "?", ":", "…", ""]);
}

function noise(random: Rng): string {
  const from = random.chance(0.5) ? ASCII_CLASSES : CLASSES.length;
  const symbol = (): string => {
    const at = UNKNOWN + 1 + random.int(from - UNKNOWN - 1);
    return CLASSES[at]!;
  };
  return Array.from({ length: 1 + random.int(9) }, symbol).join("");
}

const ASCII_CLASSES = SPACE + 2 + 94;

const digits = (random: Rng, count: number): string => Array.from({ length: count }, () => random.int(10)).join("");
const CURRENCIES = ["$", "$", "$", "€", "£", "¥", "US$"];
const MONTHS =
  "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec January February March April June July August September October November December".split(" ");

/** Letters that look like no Latin one: they are read as unknown. */
const OTHER_SCRIPTS = "ЖЦШЩЮЯЭФДИБЛжцшщюяэфдиблΔΘΛΞΣΦΨΩλξσφψωδθπ".split("");

/** Kinds of figures. */
const FIGURES: readonly ((random: Rng) => string)[] = [
  (random) => String(random.int(10)),
  (random) => String(random.int(100)),
  (random) => digits(random, 1 + random.int(6)),
  (random) => `-${random.int(100)}`,
  (random) => `${random.int(1000)}.${digits(random, 1 + random.int(2))}`,
  (random) => `${random.pick(CURRENCIES)}${random.int(2000)}${random.pick(["", ".99", ".00", `.${digits(random, 2)}`])}`,
  (random) => `${random.int(1000)},${digits(random, 2)} €`,
  (random) => `${1 + random.int(99)},${digits(random, 3)}${random.pick(["", `,${digits(random, 3)}`])}`,
  (random) => `${random.int(101)}${random.pick(["%", " %", "°", "°C", "px", "kg", "km", " GB", "MB", "h", "x", "+", "k", "th"])}`,
  (random) => `${1 + random.int(12)}:${digits(random, 2)}${random.pick(["", " AM", " PM", "am", "pm"])}`,
  (random) => `${1 + random.int(12)}/${1 + random.int(28)}/${random.pick(["", "20"])}${digits(random, 2)}`,
  (random) => `20${digits(random, 2)}-0${1 + random.int(9)}-${10 + random.int(19)}`,
  (random) => `${random.pick(MONTHS)} ${1 + random.int(31)}${random.pick(["", ", 2026", ", 2025"])}`,
  (random) => `${1 + random.int(31)}. ${random.pick(MONTHS)}`,
  (random) => `#${digits(random, 2 + random.int(4))}`,
  (random) => `(${random.int(200)})`,
  (random) => `${random.int(20)} of ${random.int(200)}`,
  (random) => `${random.int(20)}/${random.int(30)}`,
  (random) => `${random.int(50)} + ${random.int(50)} = ${random.int(100)}`,
  (random) => `${random.int(9)} ${random.pick(["×", "-", "÷", "*", "x", "<", ">", "≥"])} ${random.int(9)}`,
  (random) => `+${digits(random, 2)} ${digits(random, 3)} ${digits(random, 4)}`,
  (random) => `(${digits(random, 3)}) ${digits(random, 3)}-${digits(random, 4)}`,
  (random) => `${inventedWord(random)}@${inventedWord(random)}.${random.pick(["com", "org", "net", "de", "io"])}`,
  (random) => `www.${inventedWord(random)}.com`,
  (random) => `https://${inventedWord(random)}.org/${inventedWord(random)}?id=${digits(random, 3)}`,
  (random) => `/${inventedWord(random)}/${inventedWord(random)}.${random.pick(["txt", "js", "pdf", "png", "csv", "html"])}`,
  (random) => `@${inventedWord(random)}${random.pick(["", digits(random, 2)])}`,
  (random) => `v${random.int(9)}.${random.int(20)}.${random.int(9)}`,
  (random) => `${inventedWord(random)}_${inventedWord(random)}(${random.pick(["", "x", "i", '"a"', "0, 1"])})`,
  (random) =>
    `${random.pick(["if", "for", "const", "let", "var", "return"])} ${inventedWord(random)} = ${random.pick(["[]", "{}", "null;", "0;", "true", "!x", "a && b"])}`,
  (random) => `${random.pick("ABCDEFGHIJKLMNOPQRSTUVWXYZ".split(""))}${digits(random, 1 + random.int(4))}`,
  (random) =>
    Array.from({ length: 4 + random.int(7) }, () => random.pick("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789".split(""))).join(""),
  (random) => random.pick("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".split("")),
];

const figure = (random: Rng): string => random.pick(FIGURES)(random);

const CONTROLS =
  `OK|Ok|Cancel|Submit|Save|Save changes|Delete|Edit|Close|Open|Search|Next|Previous|Back|Done|Login|Log in|Sign in|Sign up|Log out|Register|Yes|No|Add|Remove|Apply|Reset|
Continue|Send|Reply|Reply all|Forward|Upload|Download|Home|Settings|Profile|Help|About|Contact|Menu|More|Less|View|View all|Show more|Select all|Select|Clear|Filter|Sort by|Name|Email|
Password|Username|Username:|Password:|First name|Last name|Address|City|Country|ZIP|Phone|Date|Time|From|From:|To|To:|Subject|Message|Total|Total:|Price|Quantity|Qty|Add to cart|Buy now|Checkout|Inbox|Sent|Drafts|
Trash|Spam|Archive|Mark as read|New|New file|File|View|Tools|Window|Insert|Format|Print|Copy|Paste|Cut|Undo|Redo|Share|Like|Comment|Follow|Mon|Tue|Wed|Thu|Fri|Sat|Sun|Mo|Tu|We|Th|Fr|Sa|Su|Today|Ctrl+C|Ctrl+Shift+P|
Alt+F4|Enter|Esc|Tab #1|Tab 2|Section 3|Page 1|1 of 3|I agree|I accept|Remember me|Forgot password?|Learn more|Read more|Terms of Service|Privacy Policy|© 2026|All rights reserved.|Loading...|Error|Warning|Info|
On|Off|Enabled|Disabled|Low|Medium|High|Small|Large|All|None|Left|Right|Up|Down|Start|Stop|Pause|Play|Retweet|Round trip|One way|Book flight|Depart|Return|ID|Status|Active|Type|Size|Color|Colour|Item|Items|Row|Column`
    .replaceAll("\n", "")
    .split("|");
