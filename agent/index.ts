/** The room `agent`: perception, policies, the built-in model, its training and checkpoints. Imports env only. */
export * from "./checkpoint.ts";
export * from "./modelPolicy.ts";
export * from "./policy.ts";
export * from "./scripted.ts";
export { decode, encode, MODEL_KINDS, snap, type Choice, type Targets } from "./model/actionSpace.ts";
export { choose, GREEDY, ON_POLICY, type Sampling } from "./model/choose.ts";
export { Inference } from "./model/inference.ts";
export { DEFAULT_NETWORK, initialWeights, type NetworkConfig } from "./model/network.ts";
export { buildScene, LAYOUTS, type Scene } from "./model/scene.ts";
export { PerceptionService, type Perception } from "./perception/index.ts";
export { NetworkTrainer } from "./training/networkTrainer.ts";
export { trainSupervised } from "./training/supervised.ts";
export { reinforce } from "./training/reinforce.ts";
