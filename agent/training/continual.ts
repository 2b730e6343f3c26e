/**
 * Continual pre-training (CT): what every screen teaches, whatever became of the episode.
 * In: episodes routed to CT. Out: grounding samples ("click <words on the screen>") and forward-change samples. Failed actions are never imitated.
 * Sources: SeeClick (arXiv 2401.10935) for grounding, UI-Oceanus (2604.02345) for forward prediction.
 */
import type { Rng } from "../../env/random.ts";
import { encode } from "../model/actionSpace.ts";
import { click } from "../../env/action.ts";
import { buildScene } from "../model/scene.ts";
import type { SourcedSample } from "./sampler.ts";
import { changeSample, groundingSample, situations, type Situation } from "./sample.ts";

const GROUNDING_WEIGHT = 0.5;

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

/** Asks for a run of one to three words that stand next to each other on the screen. */
function ground({ step }: Situation, rng: Rng) {
  const words = step.perception.words.filter((word) => word.confidence > 0.6 && /[A-Za-z0-9]{2}/.test(word.text));
  if (words.length === 0) return null;
  const first = rng.pick(words);
  const scene = buildScene(`Click "${first.text}".`, step.perception, []);
  const centre = { x: first.box.x + first.box.width / 2, y: first.box.y + first.box.height / 2 };
  const targets = encode(click(centre), scene, "wide");
  return targets === null ? null : groundingSample(scene, targets, GROUNDING_WEIGHT);
}
