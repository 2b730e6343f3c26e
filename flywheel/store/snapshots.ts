/** Dataset snapshots that were built: hash, moment, manifest. Their bytes lie in `snapshots/<hash>/` of the workspace. */
import { sql } from "kysely";
import type { Json } from "../../env/json.ts";
import type { Connection } from "./connection.ts";
import { readJson } from "./json.ts";

export interface StoredSnapshot {
  readonly hash: string;
  readonly run: string | null;
  readonly cycle: number;
  readonly manifest: Json;
  readonly createdAt: number;
}

/** An episode in one of the files of a snapshot. */
export interface SnapshotMember {
  readonly pool: "ct" | "sft" | "rl";
  readonly episode: string;
}

export type Snapshots = ReturnType<typeof snapshots>;

/** Repository of snapshots. */
export function snapshots(connection: Connection) {
  const { query } = connection;
  const toSnapshot = (row: Omit<StoredSnapshot, "manifest"> & { readonly manifest: string }): StoredSnapshot => ({
    ...row,
    manifest: readJson(row.manifest, "snapshots.manifest"),
  });
  const addMembers = (snapshot: string, members: readonly SnapshotMember[]): void => {
    const values = sql<{ pool: SnapshotMember["pool"]; episode: string }>`(
      select value ->> 'pool' as pool, value ->> 'episode' as episode from json_each(${JSON.stringify(members)}) where true)`.as("m");
    connection.run(
      query
        .insertInto("snapshot_members")
        .columns(["snapshot", "pool", "episode"])
        .expression(
          query
            .selectFrom(values)
            .select([sql.val(snapshot).as("snapshot"), "m.pool", "m.episode"])
            .where(sql.lit(true)),
        )
        .onConflict((conflict) => conflict.doNothing()),
    );
  };
  return {
    /** Remembers a snapshot and which episodes it holds; the same hash again changes nothing. */
    add(snapshot: Omit<StoredSnapshot, "createdAt">, members: readonly SnapshotMember[]): void {
      const row = { ...snapshot, manifest: JSON.stringify(snapshot.manifest), createdAt: Date.now() };
      connection.transaction(() => {
        connection.run(
          query
            .insertInto("snapshots")
            .values(row)
            .onConflict((conflict) => conflict.doNothing()),
        );
        addMembers(snapshot.hash, members);
      });
    },
    /** For snapshots from before this was kept. */
    addMembers,
    get(hash: string): StoredSnapshot | null {
      const row = connection.first(query.selectFrom("snapshots").selectAll().where("hash", "=", hash));
      return row === undefined ? null : toSnapshot(row);
    },
    /** All snapshots, oldest first. */
    list: (): StoredSnapshot[] => connection.all(query.selectFrom("snapshots").selectAll().orderBy("createdAt").orderBy("hash")).map(toSnapshot),
  };
}
