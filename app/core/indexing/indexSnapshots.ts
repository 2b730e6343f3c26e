/** Fills in which episodes a snapshot holds, for those that were built before this was kept. In: a workspace open for writing. Out: rows. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { readSnapshot } from "../../../flywheel/readSnapshot.ts";
import type { SnapshotMember } from "../../../flywheel/store/snapshots.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import { column } from "../statements.ts";

/** Snapshots of which it is not known what they hold. One whose files are gone stays so, and is not among them. */
export function bareSnapshots(workspace: Workspace): string[] {
  const bare = sql`select hash from snapshots where not exists (select 1 from snapshot_members m where m.snapshot = hash)`;
  return column<string>(workspace, bare).filter((hash) => existsSync(folderOf(workspace, hash)));
}

export async function indexSnapshots(workspace: Workspace): Promise<void> {
  for (const hash of bareSnapshots(workspace)) workspace.snapshots.addMembers(hash, await membersOf(folderOf(workspace, hash)));
}

function folderOf({ dir }: Workspace, hash: string): string {
  return join(dir, "snapshots", hash);
}

async function membersOf(dir: string): Promise<SnapshotMember[]> {
  const snapshot = await readSnapshot(dir);
  const members: SnapshotMember[] = [];
  for (const pool of ["ct", "sft"] as const) for await (const { episode } of snapshot.rows(pool)) members.push({ pool, episode });
  for await (const row of snapshot.rows("rl"))
    if (row.kind === "group") members.push(...row.trials.map(({ episode }) => ({ pool: "rl" as const, episode })));
  return members;
}
