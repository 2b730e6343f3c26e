/** Fills in which episodes a snapshot holds, for those that were built before this was kept. In: a workspace open for writing. Out: rows. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { readSnapshot } from "../../../flywheel/readSnapshot.ts";
import type { SnapshotMember } from "../../../flywheel/store/snapshots.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import { column } from "../statements.ts";

/** A snapshot whose files are gone stays without. */
export async function indexSnapshots(workspace: Workspace): Promise<void> {
  const bare = column<string>(workspace, sql`select hash from snapshots where hash not in (select snapshot from snapshot_members)`);
  for (const hash of bare) {
    const dir = join(workspace.dir, "snapshots", hash);
    if (existsSync(dir)) workspace.snapshots.addMembers(hash, await membersOf(dir));
  }
}

async function membersOf(dir: string): Promise<SnapshotMember[]> {
  const snapshot = await readSnapshot(dir);
  const members: SnapshotMember[] = [];
  for (const pool of ["ct", "sft"] as const) for await (const { episode } of snapshot.rows(pool)) members.push({ pool, episode });
  for await (const row of snapshot.rows("rl"))
    if (row.kind === "group") members.push(...row.trials.map(({ episode }) => ({ pool: "rl" as const, episode })));
  return members;
}
