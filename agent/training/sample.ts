/**
 * Training samples: one decision each, with which terms of the objective it feeds.
 * In: recorded episodes with their perceptions. Out: scenes and targets, recomputed by `encode` (never stored).
 */
import type { Action } from "../../env/action.ts";
import type { PastStep } from "../policy.ts";
import type { Perception } from "../perception/perception.ts";
import { encode, targetText, type Targets } from "../model/actionSpace.ts";
import { buildScene, isOnScreen, type Scene } from "../model/scene.ts";

/** A recorded episode as the trainer sees it. */
export interface TrainingEpisode {
  readonly id: string;
  readonly task: string;
  readonly bucket: string;
  readonly seed: number;
  readonly cycle: number;
  readonly source: "demonstration" | "self";
  readonly instruction: string;
  /** 1 when verified as passed, else 0. */
  readonly success: 0 | 1;
  readonly steps: readonly TrainingStep[];
}

interface TrainingStep {
  /** Screen the decision was made on. */
  readonly perception: Perception;
  readonly action: Action;
  /** Screen afterwards; null when it was not kept. */
  readonly next: Perception | null;
  readonly changed: boolean;
  /** Masked steps are history only. */
  readonly masked: boolean;
  readonly logProb: number | null;
}

export interface Sample {
  readonly scene: Scene;
  readonly targets: Targets | null;
  /** Weight of −log p(action). */
  readonly imitate: number;
  /** Weight of the PPO term, with behaviour log-probability and advantage. */
  readonly reinforce: number;
  readonly oldLogProb: number;
  readonly advantage: number;
  /** Weight of the value term, and the return (0–1). */
  readonly learnValue: number;
  readonly returnTarget: number;
  /** Per token: 1 will change, 0 will not, null unknown. Empty when there is nothing to predict. */
  readonly change: readonly (0 | 1 | null)[];
}

const NOTHING = { imitate: 0, reinforce: 0, oldLogProb: 0, advantage: 0, learnValue: 0, returnTarget: 0, change: [] } as const;

/** A step of an episode with its scene: what all stages start from. */
export interface Situation {
  readonly episode: TrainingEpisode;
  readonly index: number;
  readonly step: TrainingStep;
  readonly scene: Scene;
  readonly history: readonly PastStep[];
}

/** Scenes of all steps of an episode, with the history the agent had. */
export function situations(episode: TrainingEpisode): Situation[] {
  const history: PastStep[] = [];
  return episode.steps.map((step, index) => {
    const before = [...history];
    const scene = buildScene(episode.instruction, step.perception, before);
    history.push({ action: step.action, target: targetText(step.action, scene), changed: step.changed });
    return { episode, index, step, scene, history: before };
  });
}

/** Imitation of one step, or null when the model cannot express the action. */
export function imitationSample({ scene, step, episode }: Situation, weight = 1): Sample | null {
  const targets = encode(step.action, scene, "wide");
  if (targets === null) return null;
  return { ...NOTHING, scene, targets, imitate: weight, learnValue: 0.2, returnTarget: episode.success };
}

/** A policy-gradient sample; null when the action cannot be recomputed exactly or has no behaviour log-probability. */
export function reinforcementSample({ scene, step, episode }: Situation, advantage: number): Sample | null {
  const targets = encode(step.action, scene, "exact");
  if (targets === null || step.logProb === null) return null;
  return { ...NOTHING, scene, targets, reinforce: 1, oldLogProb: step.logProb, advantage, learnValue: 1, returnTarget: episode.success };
}

/** Value only: the return of the episode seen from this step. */
export function valueSample({ scene, episode }: Situation): Sample {
  return { ...NOTHING, scene, targets: null, learnValue: 1, returnTarget: episode.success };
}

/** Grounding: asked for words by name, point at them. */
export function groundingSample(scene: Scene, targets: Targets, weight: number): Sample {
  return { ...NOTHING, scene, targets, imitate: weight };
}

/** Forward prediction: which tokens' regions differ after the action. Null when the next screen is not known. */
export function changeSample({ step, episode, scene, history }: Situation): Sample | null {
  if (step.next === null) return null;
  const pending = { action: step.action, target: targetText(step.action, scene), changed: false };
  const asked = buildScene(episode.instruction, step.perception, history, pending);
  const after = step.next;
  const change = asked.tokens.map((token) => {
    if (!isOnScreen(token)) return null;
    return stillThere(token, after) ? 0 : 1;
  });
  return { ...NOTHING, scene: asked, targets: null, change };
}

/** Whether the next screen shows the same token at the same place with the same look. */
function stillThere(token: Extract<Scene["tokens"][number], { box: unknown }>, next: Perception): boolean {
  const near = (box: { x: number; y: number }): boolean => Math.abs(box.x - token.box.x) <= 2 && Math.abs(box.y - token.box.y) <= 2;
  if (token.type === "word") return next.words.some((word) => near(word.box) && word.text === token.text);
  if (token.type === "patch") return next.patches.some((patch) => near(patch.box));
  return next.elements.some((element) => near(element.box) && cropDistance(element.crop, token.crop) < 6);
}

function cropDistance(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}
