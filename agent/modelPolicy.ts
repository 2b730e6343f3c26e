/**
 * The built-in model as a policy: see, build the scene, predict, choose.
 * In: instruction, screenshot, own history. Out: a decision. New weights are loaded into the same inference worker, without a restart.
 */
import type { Observation } from "../env/observation.ts";
import { snap, targetText } from "./model/actionSpace.ts";
import { choose, type Sampling } from "./model/choose.ts";
import { emptyInputs, writeScene } from "./model/features.ts";
import type { Inference } from "./model/inference.ts";
import { layoutFor } from "./model/layout.ts";
import { buildScene } from "./model/scene.ts";
import type { Perception } from "./perception/perception.ts";
import { isDecision, type Policy } from "./policy.ts";

export interface ModelPolicyOptions {
  /** Checkpoint id; also the key of its weights in the inference worker. */
  readonly id: string;
  readonly inference: Inference;
  readonly perceive: (observation: Observation) => Promise<Perception>;
  readonly sampling: Sampling;
}

/** A policy that acts with the weights offered under `id`. */
export function modelPolicy({ id, inference, perceive, sampling }: ModelPolicyOptions): Policy {
  return {
    id,
    privileged: false,
    async decide({ instruction, observation, history, rng }) {
      const scene = buildScene(instruction, await perceive(observation), history);
      const layout = layoutFor([scene]);
      const inputs = emptyInputs(layout, 1);
      writeScene(inputs, layout, 0, scene);
      return choose(await inference.predict(id, layout, inputs), scene, sampling, rng);
    },
  };
}

/** Another policy's actions as the model would carry them out: demonstrations the model can express. */
export function snapped(policy: Policy, perceive: (observation: Observation) => Promise<Perception>): Policy {
  return {
    id: policy.id,
    privileged: policy.privileged,
    async decide(input) {
      const decision = await policy.decide(input);
      if (!isDecision(decision)) return decision;
      const scene = buildScene(input.instruction, await perceive(input.observation), input.history);
      const action = snap(decision.action, scene);
      return { ...decision, action, target: targetText(action, scene) };
    },
  };
}
