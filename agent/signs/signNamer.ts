/**
 * Gives elements without words a name from their looks: "star", "trash". In: a screen's pixels and elements. Out: the elements with up to three
 * words each, where the network is sure enough. What is said of an element depends on its pixels alone.
 */
import type { Pixels } from "../../env/observation.ts";
import type { Box } from "../../env/task.ts";
import type { UiElement } from "../perception/perception.ts";
import { maySign, signCrop } from "./signCrop.ts";
import { isForm, NO_SIGN, SIGNS } from "./signNames.ts";
import { SignNetwork } from "./signNetwork.ts";
import { loadSignWeights, type SignThresholds, type SignWeights } from "./signWeights.ts";

/** What a picture most likely shows. */
export interface Guess {
  readonly sign: number;
  readonly confidence: number;
}

/** Opened with `open`, disposed with `await using` or `close()`. */
export class SignNamer implements AsyncDisposable {
  readonly version: string;
  readonly #network: SignNetwork;
  readonly #thresholds: SignThresholds;

  private constructor({ version, thresholds }: SignWeights, network: SignNetwork) {
    [this.version, this.#thresholds, this.#network] = [version, thresholds, network];
  }

  /** Loads the weights that come with the project, or others. */
  static async open(weights: SignWeights = loadSignWeights()): Promise<SignNamer> {
    return new SignNamer(weights, await SignNetwork.open(weights.config, weights.tensors));
  }

  /** The elements, those that show a known sign with its words. `text` are the boxes of words: what holds one has no need of a name. CSS px. */
  async name(pixels: Pixels, scale: number, elements: readonly UiElement[], text: readonly Box[]): Promise<UiElement[]> {
    const wordless = elements.filter((element) => maySign(element) && !text.some((word) => isInside(word, element.box)));
    const guesses = await this.guess(wordless.map((element) => signCrop(pixels, scale, element)));
    const guessOf = new Map(wordless.map((element, at) => [element, guesses[at]!]));
    return elements.map((element) => {
      const guess = guessOf.get(element);
      if (guess === undefined || !isSure(guess, this.#thresholds)) return element;
      return { ...element, names: SIGNS[guess.sign]!.words, nameConfidence: Math.round(guess.confidence * 1000) / 1000 };
    });
  }

  /** What each picture shows, sure or not. */
  async guess(crops: readonly Uint8Array[]): Promise<Guess[]> {
    return (await this.#network.scores(crops)).map(best);
  }

  async close(): Promise<void> {
    await this.#network.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Whether a guess is a name. */
export function isSure({ sign, confidence }: Guess, thresholds: SignThresholds): boolean {
  return sign !== NO_SIGN && confidence >= thresholds[isForm(sign) ? "form" : "icon"];
}

/** The class with the highest score, and its share of the softmax. */
function best(scores: Float32Array): Guess {
  let sign = 0;
  for (let at = 1; at < scores.length; at++) if (scores[at]! > scores[sign]!) sign = at;
  const sum = scores.reduce((total, score) => total + Math.exp(score - scores[sign]!), 0);
  return { sign, confidence: 1 / sum };
}

function isInside(inner: Box, { x, y, width, height }: Box): boolean {
  const [middleX, middleY] = [inner.x + inner.width / 2, inner.y + inner.height / 2];
  return middleX >= x && middleX <= x + width && middleY >= y && middleY <= y + height;
}
