/** A checkpoint's weights, loaded into a running inference worker and ready to act. In: its folder. Out: policies. Nothing restarts. */
import { loadCheckpoint, weightsDigest } from "../agent/checkpoint.ts";
import type { Sampling } from "../agent/model/choose.ts";
import type { Inference } from "../agent/model/inference.ts";
import { modelPolicy } from "../agent/modelPolicy.ts";
import type { PerceptionService } from "../agent/perception/perceptionService.ts";
import { withoutInstruction } from "../agent/perception/withoutInstruction.ts";
import type { Policy } from "../agent/policy.ts";
import { WheelError } from "../env/errors.ts";
import type { Perceive } from "./rollout.ts";

export interface Actor {
  readonly checkpoint: string;
  readonly digest: string;
  readonly policy: (sampling: Sampling) => Policy;
}

export interface ActorMeans {
  readonly inference: Inference;
  readonly perception: PerceptionService;
}

/** What an agent sees: all that is read on a screen, but for the strip where the page repeats the instruction. */
export function eyesOf(perception: PerceptionService): Perceive {
  return async (observation) => withoutInstruction(await perception.perceive(observation), observation.instructionBox);
}

/** `raw` weights are those RL updates; EMA weights act and are evaluated. Throws `checkpoint-corrupt`, `checkpoint-mismatch`. */
export async function loadActor(id: string, dir: string, which: "ema" | "raw", { inference, perception }: ActorMeans): Promise<Actor> {
  const { manifest, ...weights } = await loadCheckpoint(dir);
  if (manifest.perceptionVersion !== perception.version) {
    throw new WheelError(
      "checkpoint-mismatch",
      `Checkpoint ${id} was trained on perception ${manifest.perceptionVersion}; this program sees with ${perception.version}.`,
      "Train a new candidate with this version and let it pass the gate.",
    );
  }
  const key = `${id}/${which}`;
  inference.offer(key, manifest.network, async () => (await loadCheckpoint(dir))[which]);
  const digest = weightsDigest(weights[which], manifest.network);
  const perceive = eyesOf(perception);
  return {
    checkpoint: id,
    digest,
    policy: (sampling) => ({ ...modelPolicy({ id: key, inference, perceive, sampling }), id }),
  };
}
