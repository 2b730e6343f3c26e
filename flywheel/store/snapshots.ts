/** Dataset snapshots that were built: hash, moment, manifest. Their bytes lie in `snapshots/<hash>/` of the workspace. */
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

export type Snapshots = ReturnType<typeof snapshots>;

/** Repository of snapshots. */
export function snapshots(connection: Connection) {
  const { query } = connection;
  const toSnapshot = (row: Omit<StoredSnapshot, "manifest"> & { readonly manifest: string }): StoredSnapshot => ({
    ...row,
    manifest: readJson(row.manifest, "snapshots.manifest"),
  });
  return {
    /** Remembers a snapshot; the same hash again changes nothing. */
    add(snapshot: Omit<StoredSnapshot, "createdAt">): void {
      const row = { ...snapshot, manifest: JSON.stringify(snapshot.manifest), createdAt: Date.now() };
      connection.run(
        query
          .insertInto("snapshots")
          .values(row)
          .onConflict((conflict) => conflict.doNothing()),
      );
    },
    get(hash: string): StoredSnapshot | null {
      const row = connection.first(query.selectFrom("snapshots").selectAll().where("hash", "=", hash));
      return row === undefined ? null : toSnapshot(row);
    },
    /** All snapshots, oldest first. */
    list: (): StoredSnapshot[] => connection.all(query.selectFrom("snapshots").selectAll().orderBy("createdAt").orderBy("hash")).map(toSnapshot),
  };
}
