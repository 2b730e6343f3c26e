/**
 * What may be deleted and how much that frees. Nothing that a snapshot, a gate, a final score or a checkpoint in use rests on is ever in it.
 * In: a workspace. Out: kinds with counts and bytes; the same conditions are used by `prune`.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import type { Checkpoint } from "../../../flywheel/store/checkpoints.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import type { Outputs } from "../../api/index.ts";
import { column, rows } from "../statements.ts";

type Item = Outputs["settings"]["retention"][number];

/** Episodes whose pictures nobody needs, ended before a time (Unix ms): never ended, or retracted or in quarantine and in no snapshot. */
const dispensable = (before: number) => sql`select e.id from episodes e left join episode_list l on l.episode = e.id
  where e.endedAt < ${before} and (e.status = 'interrupted' or (e.purpose in ('train', 'human') and (l.retracted = 1 or l.route = 'quarantine')))
    and not exists (select 1 from snapshot_members m where m.episode = e.id)`;

/** Screens that only such episodes show. The first screen of every episode stays, so that lists keep their pictures. */
export const unneededScreens = (before: number) => sql`select s.nextScreenHash as hash from steps s where s.episode in (${dispensable(before)})
  except select s.nextScreenHash from steps s where s.episode not in (${dispensable(before)})
  except select s.screenHash from steps s where s.episode not in (${dispensable(before)})
  except select e.startScreenHash from episodes e`;

/** `version`: of the perceptions that are in use; training needs them. */
export function retention(workspace: Workspace, version: string): Item[] {
  const [screens] = rows(
    workspace,
    sql<{ items: number; bytes: number }>`select count(*) as items, coalesce(sum(length(png)), 0) as bytes from blobs
      where length(png) > 0 and hash in (${unneededScreens(Date.now())})`,
  );
  const [perceptions] = rows(
    workspace,
    sql<{
      items: number;
      bytes: number;
    }>`select count(*) as items, coalesce(sum(length(bytes)), 0) as bytes from perceptions where version <> ${version}`,
  );
  const [thumbnails] = rows(
    workspace,
    sql<{ items: number; bytes: number }>`select count(*) as items, coalesce(sum(length(png)), 0) as bytes from thumbnails`,
  );
  const checkpoints = unneededCheckpoints(workspace);
  const snapshots = unneededSnapshots(workspace);
  const all: Item[] = [
    {
      kind: "screens",
      ...screens!,
      what: "Screenshots of interrupted, retracted and quarantined episodes that no snapshot holds",
      consequence: "Those episodes can no longer be replayed; their actions, verdicts and first screen stay.",
    },
    {
      kind: "perceptions",
      ...perceptions!,
      what: "What earlier versions of the reader saw on screens",
      consequence: "Nothing that this version needs.",
    },
    {
      kind: "thumbnails",
      ...thumbnails!,
      what: "Small pictures of screens",
      consequence: "They are made again when they are looked at.",
    },
    {
      kind: "checkpoints",
      ...sizesOf(checkpoints.map((id) => join(workspace.dir, workspace.checkpoints.get(id).path))),
      what: "Weights of discarded checkpoints, and of steps on the way to others",
      consequence: "They can no longer act, be compared on new seeds or be exported; their scores stay.",
    },
    {
      kind: "snapshots",
      ...sizesOf(snapshots.map((hash) => join(workspace.dir, "snapshots", hash))),
      what: "Files of snapshots that training is done with",
      consequence: "They are built again from the episodes when they are exported, unless episodes were retracted since.",
    },
  ];
  return all.filter(({ items }) => items > 0);
}

/** Discarded ones that have their final score, and steps on the way to candidates that were decided about. */
export function unneededCheckpoints(workspace: Workspace): string[] {
  const runs = workspace.runs.list().map(({ id }) => id);
  const decided = new Set(runs.flatMap((run) => workspace.checkpoints.promotions(run).map(({ checkpoint }) => checkpoint)));
  // The final scoring plays discarded ones too.
  const scored = new Set(runs.flatMap((run) => workspace.evaluations.list(run).flatMap((one) => (one.purpose === "final" ? one.checkpoint : []))));
  const isDispensable = ({ id, run, cycle, status }: Checkpoint): boolean =>
    (status === "discarded" && scored.has(id)) || (/\.c\d+-[a-z0-9]+$/.test(id) && decided.has(`${run}.c${cycle}`));
  return workspace.checkpoints
    .list()
    .filter((one) => isDispensable(one) && existsSync(join(workspace.dir, one.path, "manifest.json")))
    .map(({ id }) => id);
}

/** Trained on, and not the newest one of their run: that is what the next export most likely wants. */
export function unneededSnapshots(workspace: Workspace): string[] {
  const newest = new Set(
    column<string>(workspace, sql`select hash from snapshots s where createdAt = (select max(createdAt) from snapshots t where t.run is s.run)`),
  );
  const trained = new Set(workspace.checkpoints.list().map(({ snapshot }) => snapshot));
  return workspace.snapshots
    .list()
    .map(({ hash }) => hash)
    .filter((hash) => trained.has(hash) && !newest.has(hash) && existsSync(join(workspace.dir, "snapshots", hash)));
}

function sizesOf(folders: readonly string[]): { items: number; bytes: number } {
  const bytes = folders.flatMap((folder) => readdirSync(folder).map((name) => statSync(join(folder, name)).size));
  return { items: folders.length, bytes: bytes.reduce((sum, size) => sum + size, 0) };
}
