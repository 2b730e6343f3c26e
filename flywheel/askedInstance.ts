/** The question of a recorded episode. In: its task, the record. Out: the instance as it was asked; what only the page knew is in the record. */
import type { Instance, Task } from "../env/task.ts";
import type { Episode } from "./store/episodes.ts";

/** The instance that `episode` answered. */
export function askedInstance(task: Task, { seed, instruction }: Pick<Episode, "seed" | "instruction">): Instance {
  return { ...task.instance(seed), instruction };
}
