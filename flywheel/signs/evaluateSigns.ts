/**
 * How well signs are named: guesses against what was drawn. In: weights, pictures with their classes. Out: precision and recall, and thresholds
 * at which names are precise enough.
 */
import { isForm, NO_SIGN, SIGNS } from "../../agent/signs/signNames.ts";
import { isSure, SignNamer, type Guess } from "../../agent/signs/signNamer.ts";
import type { SignKind, SignPool } from "../../agent/signs/signPool.ts";
import type { SignThresholds, SignWeights } from "../../agent/signs/signWeights.ts";

/** A guess beside the truth. */
export interface JudgedGuess extends Guess {
  readonly truth: number;
  readonly kind: SignKind;
}

/** Counts and rates over drawn pictures. A name is right when it is that of the sign drawn; what is no sign should have none. */
export interface SignScores {
  readonly signs: number;
  readonly others: number;
  readonly named: number;
  readonly precision: number;
  readonly recall: number;
}

/** Guesses for all pictures. */
export async function guessAll(weights: SignWeights, pool: SignPool): Promise<JudgedGuess[]> {
  await using namer = await SignNamer.open(weights);
  const drawn = Array.from({ length: pool.size }, (_, at) => pool.get(at));
  const guesses = await namer.guess(drawn.map(({ crop }) => crop));
  return drawn.map(({ sign, kind }, at) => ({ ...guesses[at]!, truth: sign, kind }));
}

/** Scores at thresholds: of all, and of forms and icons by themselves (what is neither counts for both). */
export function scoreSigns(guesses: readonly JudgedGuess[], thresholds: SignThresholds): Readonly<Record<"all" | "forms" | "icons", SignScores>> {
  const of = (chosen: readonly JudgedGuess[]): SignScores => {
    const named = chosen.filter((guess) => isSure(guess, thresholds));
    const right = named.filter(({ sign, truth }) => sign === truth).length;
    const signs = chosen.filter(({ truth }) => truth !== NO_SIGN).length;
    return { signs, others: chosen.length - signs, named: named.length, precision: right / named.length, recall: right / signs };
  };
  return { all: of(guesses), forms: of(guesses.filter(({ kind }) => kind !== "icon")), icons: of(guesses.filter(({ kind }) => kind !== "form")) };
}

/** What thresholds aim at, on pages for development. */
const PRECISION = 0.95;

/** The lowest thresholds, by hundredths, from which on names of forms and of icons are precise enough. */
export function chooseThresholds(guesses: readonly JudgedGuess[]): SignThresholds {
  const lowest = (chosen: readonly JudgedGuess[]): number => {
    const thresholds = Array.from({ length: 50 }, (_, at) => (50 + at) / 100);
    const enough = (least: number): boolean => {
      const named = chosen.filter(({ confidence }) => confidence >= least);
      return named.filter(({ sign, truth }) => sign === truth).length >= PRECISION * named.length;
    };
    return thresholds.find(enough) ?? 1;
  };
  const named = guesses.filter(({ sign }) => sign !== NO_SIGN);
  return { form: lowest(named.filter(({ sign }) => isForm(sign))), icon: lowest(named.filter(({ sign }) => !isForm(sign))) };
}

/** Wrong names, most frequent first: "mail (icon) as chevron-down ×3". */
export function mistakesOf(guesses: readonly JudgedGuess[], thresholds: SignThresholds): string[] {
  const wrong = guesses.filter((guess) => isSure(guess, thresholds) && guess.sign !== guess.truth);
  const groups = Map.groupBy(wrong, ({ truth, kind, sign }) => `${SIGNS[truth]!.id} (${kind}) as ${SIGNS[sign]!.id}`);
  return [...groups].toSorted(([, a], [, b]) => b.length - a.length).map(([text, all]) => `${text} ×${all.length}`);
}
