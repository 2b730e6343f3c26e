/** Taking an act back as one. In: its number (absent: the newest that can be). Out: the act. What was built on it since stays as it is. */
import { sql } from "kysely";
import { z } from "zod";
import { WheelError } from "../../../env/errors.ts";
import { routeEpisode } from "../../../flywheel/routeEpisodes.ts";
import type { StoredAct } from "../../../flywheel/store/acts.ts";
import { AUTOMATIC } from "../../../flywheel/store/database.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import { column, number, run } from "../statements.ts";

/** Throws `usage` when there is nothing to undo, its time has run out, or something else was decided since. */
export function undo(workspace: Workspace, id: number | undefined, author: string): StoredAct {
  const act = id === undefined ? workspace.acts.latest() : workspace.acts.find(id);
  if (act === null) throw new WheelError("usage", "There is nothing to undo.", "Changes can be undone for a while after they were made.");
  if (act.undoneAt !== null) throw new WheelError("usage", `"${act.summary}" was undone before.`, "Do it again if it is wanted.");
  if (act.until < Date.now()) throw new WheelError("usage", `"${act.summary}" can no longer be undone.`, "Change it by hand; its history is kept.");
  workspace.transaction(() => {
    takeBack(workspace, act, author);
    workspace.acts.markUndone(act.id);
  });
  return workspace.acts.find(act.id)!;
}

const masked = z.object({ episode: z.string(), before: z.object({ step: z.int(), masked: z.boolean(), reason: z.string(), author: z.string() }) });
const status = z.enum(["candidate", "acting", "held", "discarded", "retired"]);
const decided = z.object({
  checkpoint: z.string(),
  action: z.enum(["promote", "hold", "discard", "rollback"]),
  before: z.array(z.object({ id: z.string(), status })),
  decision: z.int(),
});

function takeBack(workspace: Workspace, act: StoredAct, author: string): void {
  const now = Date.now();
  switch (act.kind) {
    case "label":
      return void run(workspace, sql`delete from labels where act = ${act.id}`);
    case "unlabel":
      return void run(workspace, sql`update labels set removedBy = null where removedBy = ${act.id}`);
    case "route":
    case "route by the wheel":
      return routeBack(workspace, act);
    case "retract":
    case "restore":
      return void run(
        workspace,
        sql`insert into retractions (episode, action, reason, author, createdAt)
          select t.episode, ${act.kind === "retract" ? "restore" : "retract"}, 'undone', ${author}, ${now} from retractions t where t.act = ${act.id}`,
      );
    case "verdict":
      return judgeBack(workspace, act);
    case "mask": {
      const { episode, before } = masked.parse(act.undo);
      return workspace.masks.set(episode, before);
    }
    default:
      return decideBack(workspace, act, author);
  }
}

/** Each episode goes back to where it was before, by whoever had put it there; what was moved again since stays. */
function routeBack(workspace: Workspace, act: StoredAct): void {
  const open = sql`r.act = ${act.id} and not exists (select 1 from routes later where later.supersedes = r.id)`;
  if (number(workspace, sql`select count(*) from routes r where ${open}`) === 0)
    throw new WheelError("usage", "All of them were moved again since.", "Undo what came later first.");
  const unrouted = column<string>(workspace, sql`select r.episode from routes r where ${open} and r.supersedes is null`);
  run(
    workspace,
    sql`insert into routes (episode, route, author, reason, supersedes, createdAt)
      select r.episode, coalesce(before.route, 'quarantine'), coalesce(before.author, ${AUTOMATIC}), 'undone', r.id, ${Date.now()}
      from routes r left join routes before on before.id = r.supersedes where ${open}`,
  );
  // Nobody had routed these before; no row goes away again, so the wheel's own choice takes that place.
  for (const episode of unrouted) routeEpisode(workspace, episode);
}

function judgeBack(workspace: Workspace, act: StoredAct): void {
  for (const id of column<number>(workspace, sql`select id from verdicts where act = ${act.id} and withdrawn is null`))
    workspace.verdicts.withdraw(id, "undone");
  for (const episode of column<string>(workspace, sql`select distinct episode from verdicts where act = ${act.id}`)) routeEpisode(workspace, episode);
}

/** Rows say what happened: taking back a promotion is a roll back, taking back a roll back puts the same one in charge again. */
const OPPOSITE = { promote: "rollback", hold: "hold", discard: "hold", rollback: "promote" } as const;

function decideBack(workspace: Workspace, act: StoredAct, author: string): void {
  const { checkpoint, action, before, decision } = decided.parse(act.undo);
  const { run: of } = workspace.checkpoints.get(checkpoint);
  if (workspace.checkpoints.promotions(of).at(-1)?.id !== decision)
    throw new WheelError("usage", "Something else was decided since.", "Checkpoints shows what; decide anew there.");
  workspace.checkpoints.takeBack(checkpoint, OPPOSITE[action], before, { kind: "undone", of: decision }, author);
}
