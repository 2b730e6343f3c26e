/** How people name checkpoints. In: an id and its cycle. Out: `k5-9e07`: the cycle and four digits of the id's hash. */
import { sha256 } from "../../env/json.ts";

export interface CheckpointName {
  readonly id: string;
  readonly name: string;
  readonly cycle: number;
}

/** The name of a checkpoint; one on the way to its cycle's candidate says so: `k5-9e07·sft`. */
export function checkpointName({ id, cycle }: { readonly id: string; readonly cycle: number }): CheckpointName {
  const way = /\.c\d+-(?<stage>[a-z0-9]+)$/.exec(id)?.groups?.["stage"];
  return { id, cycle, name: `k${cycle}-${sha256(id).slice(0, 4)}${way === undefined ? "" : `·${way}`}` };
}
