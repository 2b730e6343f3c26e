/**
 * Continual pre-training (CT): what every screen teaches, whatever became of the episode.
 * In: episodes routed to CT. Out: grounding samples ("click <word on the screen>", "click the <sign>") and forward-change samples. Failed actions are never imitated.
 * Sources: SeeClick (arXiv 2401.10935) for grounding, UI-Oceanus (2604.02345) for forward prediction.
 */
import { click, type Point } from "../../env/action.ts";
import type { Rng } from "../../env/random.ts";
import { encode } from "../model/actionSpace.ts";
import { colourWords } from "../model/colourName.ts";
import { buildScene } from "../model/scene.ts";
import type { UiElement, Word } from "../perception/perception.ts";
import type { SourcedSample } from "./sampler.ts";
import { changeSample, groundingSample, situations, type Situation } from "./sample.ts";

const GROUNDING_WEIGHT = 0.5;
/** How often a sign is asked for where there are words too. */
const SIGN_SHARE = 0.5;

/** CT samples of all steps; at most `perScreen` grounding questions for each different screen. */
export function continualSamples(episodes: Parameters<typeof situations>[0][], rng: Rng, perScreen = 2): SourcedSample[] {
  const seen = new Set<string>();
  return episodes.flatMap((episode) =>
    situations(episode).flatMap((situation) => {
      const samples: SourcedSample[] = [];
      const change = changeSample(situation);
      if (change !== null) samples.push({ sample: change, episode });
      if (seen.has(situation.step.perception.screenHash)) return samples;
      seen.add(situation.step.perception.screenHash);
      for (let i = 0; i < perScreen; i++) {
        const sample = ground(situation, rng);
        if (sample !== null) samples.push({ sample, episode });
      }
      return samples;
    }),
  );
}

/** Asks for something on the screen by what is written there, or by what it is called. */
function ground({ step: { perception } }: Situation, rng: Rng) {
  const words = perception.words.filter((word) => word.confidence > 0.6 && /[A-Za-z0-9]{2}/.test(word.text));
  const signs = askable(perception.elements);
  if (words.length + signs.length === 0) return null;
  const [instruction, at] =
    words.length === 0 || (signs.length > 0 && rng.chance(SIGN_SHARE)) ? askForSign(rng.pick(signs), rng) : askForWord(rng.pick(words));
  const scene = buildScene(instruction, perception, []);
  const targets = encode(click(at), scene, "wide");
  return targets === null ? null : groundingSample(scene, targets, GROUNDING_WEIGHT);
}

type Question = readonly [instruction: string, at: Point];

const askForWord = ({ text, box }: Word): Question => [`Click "${text}".`, { x: box.x + box.width / 2, y: box.y + box.height / 2 }];

/** An element with the texts that mean it alone. */
interface NamedSign {
  readonly anchor: Point;
  readonly texts: readonly string[];
}

const askForSign = ({ anchor, texts }: NamedSign, rng: Rng): Question => [`Click the ${rng.pick(texts)}.`, anchor];

/** Named elements with those of "trash", "red trash" that no other element of the screen answers to. */
function askable(elements: readonly UiElement[]): NamedSign[] {
  const textsOf = ({ names, colour }: UiElement): string[] =>
    names.flatMap((name) => [name, ...colourWords(colour).map((shade) => `${shade} ${name}`)]);
  const counts = new Map<string, number>();
  for (const text of elements.flatMap(textsOf)) counts.set(text, (counts.get(text) ?? 0) + 1);
  return elements
    .map((element) => ({ anchor: element.anchor, texts: textsOf(element).filter((text) => counts.get(text) === 1) }))
    .filter(({ texts }) => texts.length > 0);
}
