/** The room `agent`: perception, policies, the built-in model, its training and checkpoints. Imports env only. */
export { loadCheckpoint, saveCheckpoint, type Checkpoint, type CheckpointManifest, type NewCheckpoint } from "./checkpoint.ts";
export { renderMessages, type Conversation, type Message, type Part } from "./dialects/conversation.ts";
export { rendererOf, type Dialect, type DialectId, type Parsed, type Rendered, type Screen } from "./dialects/dialect.ts";
export { DIALECTS } from "./dialects/dialects.ts";
export { modelPolicy, type ModelPolicyOptions } from "./modelPolicy.ts";
export {
  isDecision,
  type Alternative,
  type Decision,
  type DecisionInput,
  type ModelCall,
  type Outcome,
  type PastStep,
  type Policy,
} from "./policy.ts";
export { endpointSchema, type Endpoint, type KeySource } from "./remote/endpoint.ts";
export { remotePolicy } from "./remote/remotePolicy.ts";
export { alwaysFailPolicy, noopPolicy, oraclePolicy, randomPolicy, SCRIPTED_POLICIES } from "./scripted.ts";
export { decode, encode, MODEL_KINDS, snap, type Choice, type Targets } from "./model/actionSpace.ts";
export { choose, GREEDY, ON_POLICY, type Sampling } from "./model/choose.ts";
export { Inference } from "./model/inference.ts";
export { DEFAULT_NETWORK, initialWeights, type NetworkConfig } from "./model/network.ts";
export { buildScene, type Scene } from "./model/scene.ts";
export type { Patch, Perception, UiElement, Word } from "./perception/perception.ts";
export { PerceptionService, type PerceptionCache, type PerceptionOptions } from "./perception/perceptionService.ts";
export { NetworkTrainer } from "./training/networkTrainer.ts";
export { trainSupervised } from "./training/supervised.ts";
export { reinforce } from "./training/reinforce.ts";
