/** Which checkpoint a person means who names none. In: a workspace. Out: the id of who acts in its newest run. */
import { WheelError } from "../env/errors.ts";
import type { Workspace } from "../flywheel/store/workspace.ts";

/** The acting checkpoint of the newest run that has one. Throws `unknown-checkpoint`. */
export function actingCheckpoint(workspace: Workspace): string {
  for (const { id } of workspace.runs.list().toReversed()) {
    const acting = workspace.checkpoints.acting(id);
    if (acting !== null) return acting.id;
  }
  throw new WheelError(
    "unknown-checkpoint",
    `No checkpoint acts in ${workspace.dir} yet.`,
    "Make checkpoints with `flywheel run`; `flywheel checkpoints list` shows what there is.",
  );
}
