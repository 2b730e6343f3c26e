/** A checkpoint's weights, loaded into a running inference worker and ready to act. In: its folder. Out: policies. Nothing restarts. */
import { loadCheckpoint, weightsDigest } from "../agent/checkpoint.ts";
import type { Sampling } from "../agent/model/choose.ts";
import type { Inference } from "../agent/model/inference.ts";
import { modelPolicy } from "../agent/modelPolicy.ts";
import type { PerceptionService } from "../agent/perception/perceptionService.ts";
import type { Policy } from "../agent/policy.ts";
import { WheelError } from "../env/errors.ts";

export interface Actor {
  readonly checkpoint: string;
  readonly digest: string;
  readonly policy: (sampling: Sampling) => Policy;
}

export interface ActorMeans {
  readonly inference: Inference;
  readonly perception: PerceptionService;
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
  await inference.load(key, manifest.network, weights[which]);
  const digest = weightsDigest(weights[which], manifest.network);
  const perceive = perception.perceive.bind(perception);
  return {
    checkpoint: id,
    digest,
    policy: (sampling) => ({ ...modelPolicy({ id: key, inference, perceive: (observation) => perceive(observation), sampling }), id }),
  };
}
