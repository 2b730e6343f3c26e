/** Perceptions: a disposable cache of what a reader saw on a screen, keyed by (screen hash, perception version); bytes are the reader's own. */
import type { Connection } from "./connection.ts";

export type Perceptions = ReturnType<typeof perceptions>;

/** Repository of cached perceptions. */
export function perceptions(connection: Connection) {
  const { query } = connection;
  const versionsOf = connection.often((hash) => query.selectFrom("perceptions").select("version").where("screenHash", "=", hash));
  return {
    /** Whether there is one; the bytes are not read. */
    has: (screenHash: string, version: string): boolean => connection.all(versionsOf(screenHash)).some((row) => row.version === version),
    get(screenHash: string, version: string): Uint8Array | null {
      const row = connection.first(
        query.selectFrom("perceptions").select("bytes").where("screenHash", "=", screenHash).where("version", "=", version),
      );
      return row?.bytes ?? null;
    },
    put(screenHash: string, version: string, bytes: Uint8Array): void {
      const row = { screenHash, version, bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
      connection.run(query.replaceInto("perceptions").values(row));
    },
    /** Forgets every version but this one. Returns how many entries went. */
    keepOnly: (version: string): number => connection.run(query.deleteFrom("perceptions").where("version", "!=", version)).changes,
  };
}
