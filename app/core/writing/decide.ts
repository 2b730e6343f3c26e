/** A person decides about a checkpoint. In: id, action, reason. Out: an act; who acts now. */
import { join } from "node:path";
import { WheelError } from "../../../env/errors.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import type { Outputs, Parsed } from "../../api/index.ts";
import { checkpointName } from "../names.ts";

const WORDS = { promote: "promoted", hold: "held", discard: "discarded", rollback: "rolled back" } as const;

/** Throws `usage` where the action makes no sense, `checkpoint-corrupt` for weights that cannot be read. */
export async function decide(
  workspace: Workspace,
  { id, action, reason }: Parsed["checkpoints"]["decide"],
  author: string,
  undoHours: number,
): Promise<Outputs["checkpoints"]["decide"]> {
  const checkpoint = workspace.checkpoints.get(id);
  const { run, path, status } = checkpoint;
  if (action !== "promote" && reason.trim() === "")
    throw new WheelError("usage", "A reason is missing.", "Say in one line why; it is kept in the lineage.");
  if (action === "promote" && status === "acting") throw new WheelError("usage", `${id} acts already.`, "Nothing to do.");
  if ((action === "hold" || action === "discard") && status === "acting")
    throw new WheelError("usage", `${id} acts.`, "Promote another one, or roll it back.");
  // Nobody is put in charge whose weights cannot be read.
  if (action === "promote") await (await import("../../../agent/remote/remoteCheckpoint.ts")).verifyCheckpoint(join(workspace.dir, path));
  return workspace.transaction(() => {
    const before = workspace.checkpoints.list(run).map((one) => ({ id: one.id, status: one.status }));
    const summary = `${checkpointName(checkpoint).name} ${WORDS[action]}`;
    const acting = workspace.checkpoints.decide(id, action, { kind: "by hand", reason }, author);
    const changed = before.filter((one) => workspace.checkpoints.get(one.id).status !== one.status);
    const undo = { checkpoint: id, action, before: changed, decision: workspace.checkpoints.promotions(run).at(-1)!.id };
    const act = workspace.acts.add({ kind: action, summary, count: 1, author, until: Date.now() + undoHours * 3_600_000, undo });
    return { act, done: 1, summary, acting: acting === null ? null : checkpointName(workspace.checkpoints.get(acting)) };
  });
}
